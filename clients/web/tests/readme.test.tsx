/** The README's toy application is real: it is as short as promised, compiled as it stands there, and signs somebody in. */

import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { act, type ReactNode, StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { afterAll, beforeEach, expect, test, vi } from "vitest";
import { sendJson, serve } from "./http";
import { destination } from "./page";
import { type Provider, startProvider } from "./provider";

const README = readFileSync(join(import.meta.dirname, "../README.md"), "utf8");
const [, TOY = ""] = /```tsx\n([\s\S]*?)```/.exec(README) ?? [];
const FOLDER = join(import.meta.dirname, ".toy");

Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true });
afterAll(() => rmSync(FOLDER, { recursive: true, force: true }));
beforeEach(() => {
  sessionStorage.clear();
  document.body.innerHTML = '<div id="root"></div>';
  history.replaceState(null, "", "/");
});

let page = 0;

/** Loads the page anew, as a browser would at the address it is at; the README's names stand for the servers of the test. */
async function load(provider: Provider, api: string): Promise<() => Promise<void>> {
  mkdirSync(FOLDER, { recursive: true });
  const file = join(FOLDER, `page-${++page}.tsx`);
  writeFileSync(file, TOY.replaceAll("http://localhost:8000", provider.origin).replaceAll("http://localhost:8001", api));
  const { App }: { App: () => ReactNode } = await import(/* @vite-ignore */ file);
  const root = createRoot(document.getElementById("root") as HTMLElement);
  await act(async () => root.render(<StrictMode>{App()}</StrictMode>));
  return async () => act(async () => root.unmount());
}

function button(label: string): HTMLButtonElement | undefined {
  return [...document.querySelectorAll("button")].find((each) => each.textContent === label);
}

async function shown(sentence: string): Promise<void> {
  await vi.waitFor(
    async () => {
      await act(async () => {});
      expect(document.body.textContent).toContain(sentence);
    },
    { timeout: 5000 },
  );
}

test("connecting takes fewer than twenty lines", () => {
  expect(TOY.split("\n").filter((line) => line.trim()).length).toBeLessThan(20);
});

test("the toy application signs in, calls its service, and says what goes wrong", async () => {
  const provider = await startProvider();
  const answer = { status: 200 };
  const service = await serve((_request, response) => sendJson(response, { message: "Hello." }, answer.status));

  let leave = await load(provider, service.origin);
  await shown("Sign in");
  const request = await destination((async () => button("Sign in")?.click())().then(() => new Promise(() => {})));
  await leave();
  const back = provider.authorize(request);
  history.replaceState(null, "", back.pathname + back.search);

  leave = await load(provider, service.origin);
  await shown("u-1");
  await act(async () => button("Call the service")?.click());
  await vi.waitFor(() => expect(service.received).toHaveLength(1));
  expect(service.received[0]?.headers.authorization).toBe("Bearer fst_at_1");
  answer.status = 403;
  await act(async () => button("Call the service")?.click());
  await shown("You are signed in, but your account may not do this.");
  await leave();
});
