// @vitest-environment happy-dom
/** The password-strength island: asks once typing stops, shows what the server says of what stands there now, and says nothing otherwise. */

import { afterEach, beforeEach, expect, test, vi } from "vitest";

const PAUSE = 400;
const fetched = vi.fn();

const answer = (message: string, acceptable: boolean) => ({ ok: true, json: async () => ({ message, data: { acceptable, score: 4 } }) });
const told = () => document.querySelector("#told") as HTMLElement;
const shown = () => (told().hidden ? "" : told().textContent);
const settled = () => vi.advanceTimersByTimeAsync(0);

function type(text: string): void {
  const field = document.querySelector("#id_password") as HTMLInputElement;
  field.value = text;
  field.dispatchEvent(new Event("input"));
}

beforeEach(async () => {
  vi.useFakeTimers();
  vi.resetModules();
  fetched.mockReset();
  vi.stubGlobal("fetch", fetched);
  document.body.innerHTML = `<form><input type="hidden" name="csrfmiddlewaretoken" value="token">
    <input id="id_password" type="password"><p id="told" data-strength-of="id_password" data-strength-url="/password-strength" hidden></p></form>`;
  await import("../islands/password-strength");
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test("asks once, a moment after the last key, and shows the server's words", async () => {
  fetched.mockResolvedValue(answer("This password is strong.", true));
  type("seven");
  await vi.advanceTimersByTimeAsync(PAUSE - 1);
  type("seventeen copper kettles");
  await vi.advanceTimersByTimeAsync(PAUSE - 1);
  expect(fetched).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(1);
  expect(fetched).toHaveBeenCalledOnce();
  const [url, asked] = fetched.mock.calls[0] ?? [];
  expect([url, asked.method, asked.credentials]).toEqual(["/password-strength", "POST", "same-origin"]);
  expect(Object.fromEntries(asked.body)).toEqual({ csrfmiddlewaretoken: "token", password: "seventeen copper kettles" });
  expect([shown(), told().dataset.acceptable]).toEqual(["This password is strong.", "true"]);
});

test("an answer about what stands there no more is not shown", async () => {
  let late = (_answer: unknown): void => undefined;
  fetched.mockReturnValueOnce(new Promise((resolve) => (late = resolve)));
  fetched.mockResolvedValueOnce(answer("Many people use this password.", false));
  type("seventeen copper kettles");
  await vi.advanceTimersByTimeAsync(PAUSE);
  type("password");
  await vi.advanceTimersByTimeAsync(PAUSE);
  late(answer("This password is strong.", true));
  await settled();
  expect([shown(), told().dataset.acceptable]).toEqual(["Many people use this password.", "false"]);
});

test("while one types, and of an empty field, nothing is said", async () => {
  fetched.mockResolvedValue(answer("This password is strong.", true));
  type("seventeen copper kettles");
  await vi.advanceTimersByTimeAsync(PAUSE);
  type("");
  expect(shown()).toBe("");
  await vi.advanceTimersByTimeAsync(PAUSE);
  expect(fetched).toHaveBeenCalledOnce();
});

test.each([
  ["a refusal", async () => ({ ok: false, status: 429 })],
  ["no network", async () => Promise.reject(new TypeError("network"))],
])("%s is nobody's news: the form says it when it is sent", async (_what, outcome) => {
  fetched.mockImplementation(outcome);
  type("seventeen copper kettles");
  await vi.advanceTimersByTimeAsync(PAUSE);
  expect(shown()).toBe("");
});
