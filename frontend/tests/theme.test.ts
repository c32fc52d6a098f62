/** The design tokens: readable in light and dark (WCAG 2.2, 1.4.3 and 1.4.11), and the only place where colours are written. */

import { describe, expect, test } from "vitest";
import { read } from "./files";

type Scheme = Map<string, string>;

function readTokens(css: string): Scheme {
  return new Map([...css.matchAll(/--(color-[\w-]+):\s*(#[0-9a-f]{6})/g)].map((match) => [match[1] ?? "", match[2] ?? ""]));
}

const [lightCss = "", darkCss = ""] = read("styles/theme.css").split("@media (prefers-color-scheme: dark)");
const light = readTokens(lightCss);
const dark = new Map([...light, ...readTokens(darkCss)]);

/** Relative luminance, WCAG 2.2 glossary. */
function luminance(hex: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
    const channel = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(scheme: Scheme, one: string, other: string): number {
  const [a, b] = [one, other].map((name) => {
    const value = scheme.get(`color-${name}`);
    if (value === undefined) throw new Error(`theme.css has no --color-${name}`);
    return luminance(value);
  }) as [number, number];
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
}

const TEXT_PAIRS = [
  ["text", "page"],
  ["text", "surface"],
  ["text", "surface-tint"],
  ["text", "primary-tint"],
  ["text-soft", "page"],
  ["text-soft", "surface"],
  ["text-soft", "surface-tint"],
  ["link", "surface"],
  ["link", "surface-tint"],
  ["on-primary", "primary"],
  ["on-primary", "primary-hover"],
  ["on-primary", "primary-active"],
  ["on-accent", "accent"],
  ["on-accent", "accent-deep"],
  ["error-text", "error-surface"],
  ["error-text", "surface"],
  ["success-text", "success-surface"],
  ["info-text", "info-surface"],
] as const;

const EDGE_PAIRS = [
  ["border-control", "surface"],
  ["border-control", "page"],
  ["focus", "surface"],
  ["focus", "page"],
  ["error-edge", "surface"],
  ["primary", "surface"],
] as const;

describe.each([
  ["light", light],
  ["dark", dark],
])("in the %s scheme", (_name, scheme) => {
  test.each(TEXT_PAIRS)("%s on %s reads at 4.5:1", (text, ground) => {
    expect(contrast(scheme, text, ground)).toBeGreaterThanOrEqual(4.5);
  });

  test.each(EDGE_PAIRS)("%s on %s is seen at 3:1", (edge, ground) => {
    expect(contrast(scheme, edge, ground)).toBeGreaterThanOrEqual(3);
  });
});

test("the brand colours are the platform's", () => {
  expect(light.get("color-primary")).toBe("#01454a");
  expect(light.get("color-accent")).toBe("#fda600");
  expect(light.get("color-page")).toBe("#f4f3ec");
});

test("layout and components take every colour and every text size from the tokens", () => {
  const css = (read("styles/components.css") + read("styles/pages.css") + read("styles/staff.css") + read("styles/factors.css")).replace(
    /\/\*.*?\*\//gs,
    "",
  );
  expect(css.match(/#[0-9a-f]{3,8}\b|rgba?\(|hsla?\(/gi)).toBeNull();
  const known = new Set([...read("styles/theme.css").matchAll(/(--[\w-]+):/g), ...css.matchAll(/(--[\w-]+):/g)].map((match) => match[1]));
  const used = [...css.matchAll(/var\((--[\w-]+)/g)].map((match) => match[1]);
  expect(used.filter((name) => !known.has(name))).toEqual([]);
});

test("nothing is fetched by a stylesheet", () => {
  const css = ["theme", "components", "pages", "staff"].map((name) => read(`styles/${name}.css`)).join("");
  expect(css).not.toMatch(/url\(|@import|@font-face/);
});
