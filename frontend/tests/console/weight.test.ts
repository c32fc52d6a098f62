/** What a phone has to fetch for the console, and what its policy allows. */

import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { list, read } from "../files";

const LIMIT_BYTES = 120_000;

test("script and sheet together are under 120 kB compressed, and there is nothing else", () => {
  const files = list("dist/console");
  expect([...files].sort()).toEqual(["dist/console/console.css", "dist/console/console.js"]);
  const total = files.reduce((sum, file) => sum + gzipSync(read(file)).length, 0);
  expect(total).toBeLessThan(LIMIT_BYTES);
});

test("the script writes no style and no code into the page", () => {
  const script = read("dist/console/console.js");
  expect(script).not.toMatch(/new Function\(|[^.\w]eval\(|document\.write\(/);
  const source = list("console/src").filter((path) => /\.tsx?$/.test(path));
  expect(source.filter((path) => /style=\{|dangerouslySetInnerHTML/.test(read(path)))).toEqual([]);
});

test("colours come from the tokens of the pages", () => {
  const css = list("console/src")
    .filter((path) => path.endsWith(".css"))
    .map((path) => read(path).replace(/\/\*.*?\*\//gs, ""))
    .join("");
  expect(css.match(/#[0-9a-f]{3,8}\b|rgba?\(|hsla?\(|url\(|@import/gi)).toBeNull();
  const known = new Set([...read("styles/theme.css").matchAll(/(--[\w-]+):/g)].map((match) => match[1]));
  expect([...css.matchAll(/var\((--[\w-]+)/g)].map((match) => match[1]).filter((name) => !known.has(name))).toEqual([]);
});
