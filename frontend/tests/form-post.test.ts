// @vitest-environment happy-dom
/** The form-post island: sends the answer once, by itself; and the built script, as simple browsers need it. */

import { beforeEach, expect, test, vi } from "vitest";
import { read } from "./files";

const sent = vi.fn();

beforeEach(() => {
  sent.mockReset();
  vi.resetModules();
  vi.spyOn(HTMLFormElement.prototype, "submit").mockImplementation(sent);
});

test("sends the form as soon as the page is there, once", async () => {
  document.body.innerHTML = `<form id="form-post" method="post" action="https://app.example/cb"><button>Continue</button></form>`;
  await import("../islands/form-post");
  expect(sent).toHaveBeenCalledTimes(1);
});

test("leaves every other form alone", async () => {
  document.body.innerHTML = `<form method="post"><button>Sign in</button></form>`;
  await import("../islands/form-post");
  expect(sent).not.toHaveBeenCalled();
});

test("is built as one classic script without modules or async functions", () => {
  const built = read("dist/islands/form-post.js");
  expect(built).not.toMatch(/\b(import|export|async|await)\b/);
  expect(built).toContain(".submit()");
});
