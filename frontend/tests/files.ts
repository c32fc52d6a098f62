/** Where the front end's own files are, for tests that read them. */

import { readdirSync, readFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";

export const FRONTEND = resolve(import.meta.dirname, "..");

export function read(...path: string[]): string {
  return readFileSync(join(FRONTEND, ...path), "utf8");
}

/** Paths, relative to the front end, of all files below a folder. */
export function list(folder: string): string[] {
  return readdirSync(join(FRONTEND, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(FRONTEND, join(entry.parentPath, entry.name)));
}
