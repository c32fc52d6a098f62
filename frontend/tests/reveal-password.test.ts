// @vitest-environment happy-dom
/** The reveal-password island and the guard under it, in a document; and the built script, as simple browsers need it. */

import { beforeEach, describe, expect, test, vi } from "vitest";
import { island } from "../shared/island";
import { read } from "./files";

const PAGE = `<form><div><input id="id_password" type="password" data-reveal-label="Show password"></div><button id="login-submit">Sign in</button></form>`;

function input(): HTMLInputElement {
  return document.querySelector("#id_password") as HTMLInputElement;
}

function button(): HTMLButtonElement | null {
  return document.querySelector("button.reveal");
}

beforeEach(async () => {
  document.body.innerHTML = PAGE;
  vi.resetModules();
  await import("../islands/reveal-password");
});

describe("the reveal-password island", () => {
  test("adds a button that is named, unpressed, and cannot submit the form", () => {
    expect(button()?.getAttribute("aria-label")).toBe("Show password");
    expect(button()?.getAttribute("aria-pressed")).toBe("false");
    expect(button()?.getAttribute("aria-controls")).toBe("id_password");
    expect(button()?.type).toBe("button");
    expect(input().type).toBe("password");
  });

  test("shows and hides what was typed, and says so", () => {
    input().value = "correct horse";
    button()?.click();
    expect([input().type, button()?.getAttribute("aria-pressed")]).toEqual(["text", "true"]);
    expect(document.activeElement).toBe(input());
    button()?.click();
    expect([input().type, button()?.getAttribute("aria-pressed")]).toEqual(["password", "false"]);
    expect(input().value).toBe("correct horse");
  });

  test.each([
    ["the form is sent", () => document.querySelector("form")?.dispatchEvent(new Event("submit"))],
    ["the page is left", () => window.dispatchEvent(new Event("pagehide"))],
  ])("hides the password again when %s", (_when, act) => {
    button()?.click();
    act();
    expect(input().type).toBe("password");
  });
});

describe("the island guard", () => {
  test("an element whose enhancement throws is left as it was, and the next one is still enhanced", () => {
    document.body.innerHTML = `<p class="x" id="one"></p><p class="x" id="two"></p>`;
    const warn = vi.spyOn(console, "warn").mockReturnValue();
    island<HTMLElement>("broken", ".x", (element) => {
      if (element.id === "one") throw new Error("no such API");
      element.dataset.enhanced = "yes";
    });
    expect(document.body.innerHTML).toBe(`<p class="x" id="one"></p><p class="x" id="two" data-enhanced="yes"></p>`);
    expect(warn).toHaveBeenCalledOnce();
  });

  test("a page without the element is left alone", () => {
    island("absent", ".nowhere", () => expect.unreachable());
  });
});

test("the built script is a classic one: no module syntax, no async function, no optional chaining", () => {
  const script = read("dist/islands/reveal-password.js");
  expect(script).toMatch(/^"use strict";\(\(\)=>\{/);
  expect(script).not.toMatch(/\bimport\b|\bexport\b|\basync\b|\bawait\b|\?\.|\?\?/);
});
