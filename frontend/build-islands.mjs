/**
 * Builds islands/*.ts into dist/islands/*.js, one classic script each: an IIFE, no modules, no async functions, so that old phones and simple
 * browsers (certification tools drive the login pages with one) run them. Part of `npm run build`.
 */

import { readdir, rm } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const source = fileURLToPath(new URL("./islands/", import.meta.url));
const target = fileURLToPath(new URL("./dist/islands/", import.meta.url));

const islands = (await readdir(source)).filter((name) => name.endsWith(".ts"));
await rm(target, { recursive: true, force: true });
await build({
  entryPoints: islands.map((name) => source + name),
  outdir: target,
  bundle: true,
  format: "iife",
  target: "es2015",
  minify: true,
  charset: "utf8",
  legalComments: "none",
  logLevel: "warning",
});
console.log(`Built ${islands.length} island(s) into dist/islands.`);
