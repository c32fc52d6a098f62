/** What tests of the console share: the console or a part of it on a made-up API, which keeps what it was asked. */

import { cleanup, render } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, vi } from "vitest";
import { App } from "../../console/src/App";
import type { Account } from "../../console/src/api/generated/answers";
import { ROOT } from "../../console/src/api/generated/operations";
import { dropDrafts } from "../../console/src/frame/drafts";
import type { Page } from "../../console/src/page";

export const ACCOUNT: Account = {
  sub: "01900000-0000-7000-8000-000000000001",
  name: "Ada Obi",
  given_name: "Ada",
  middle_name: "",
  family_name: "Obi",
  locale: "",
  zoneinfo: "Africa/Lagos",
  email: "ada@example.com",
  email_verified: true,
  phone_number: null,
  phone_number_verified: null,
  updated_at: "2026-09-01T09:30:00Z",
};

export const PAGE: Page = {
  csrf: "t".repeat(64),
  language: "en",
  root: "/account/console",
  pages: "/account",
  entrance: "/login",
  strength: "/password-strength",
};

/** One answer: data or a refusal with status, or none at all. */
export type Told =
  | { data: unknown; message?: string }
  | { status: number; code: string; message?: string; [more: string]: unknown }
  | "nobody"
  | "html";
export interface Question {
  readonly call: string;
  readonly body: unknown;
  readonly headers: Headers;
}

/** Calls that a test did not expect: the console takes them for a server that is away, so they are judged afterwards. */
const unanswered: string[] = [];

function envelope(told: Exclude<Told, string>): [body: unknown, status: number] {
  if ("data" in told) return [{ success: true, message: told.message ?? "Done.", data: told.data, meta: {} }, 200];
  const { status, code, message = "That did not work.", ...more } = told;
  return [{ success: false, message, code, errors: {}, meta: { request_id: "0123456789abcdef" }, ...more }, status];
}

/** What is said of any password that is typed. */
const STRONG: Told = { data: { acceptable: true, score: 4 }, message: "This password is strong." };

function bodyOf({ body }: RequestInit): unknown {
  if (body instanceof URLSearchParams) return Object.fromEntries(body);
  return body ? JSON.parse(String(body)) : undefined;
}

/** Stands in for the provider; `answers` by method and path may be changed while the console runs. */
export function serve(answers: Record<string, Told>): Question[] {
  const asked: Question[] = [];
  const told: Record<string, Told> = answers;
  vi.stubGlobal("fetch", async (address: string, init: RequestInit) => {
    const call = `${init.method} ${address.startsWith(ROOT) ? address.slice(ROOT.length) : address}`;
    asked.push({ call, body: bodyOf(init), headers: new Headers(init.headers) });
    const answer = told[call];
    if (answer === undefined) {
      unanswered.push(call);
      throw new Error(`the test does not answer ${call}`);
    }
    if (answer === "nobody") throw new TypeError("network");
    if (answer === "html") return new Response("<!doctype html>", { status: 502 });
    const [body, status] = envelope(answer);
    return new Response(JSON.stringify(body), { status });
  });
  return asked;
}

/** Most people are signed in by no other service. */
const NO_SERVICES: Told = { data: { services: [] } };

/** Nor have they a second step. */
const NO_FACTORS: Told = { data: { authenticators: [], recovery_codes_left: 0, required: false, accepted: null } };

/** The whole console at one of its views. */
export function open(view: string, answers: Record<string, Told>, page: Page = PAGE) {
  history.replaceState(null, "", `${page.root}/${view}`);
  const told: Record<string, Told> = {
    "GET /me": { data: ACCOUNT },
    "POST /password-strength": STRONG,
    "GET /services": NO_SERVICES,
    "GET /authenticators": NO_FACTORS,
    ...answers,
  };
  const asked = serve(told);
  document.documentElement.lang = page.language;
  return { ...render(<App page={page} />), user: userEvent.setup(), asked, told };
}

afterEach(() => {
  cleanup();
  expect(unanswered.splice(0)).toEqual([]);
  dropDrafts();
  sessionStorage.clear();
});
