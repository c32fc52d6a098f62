/**
 * Every failure of this package, and the sentence a person reads for it: one table. Code raises `BffError`; `answer` here turns whatever was
 * thrown into JSON for a script or a small page for a person, so that nothing fails silently and nobody reads a stack trace.
 */

import { randomUUID } from "node:crypto";

const FAILURES = {
  // The sign-in
  access_denied: [403, "You chose not to share your account, so you are not signed in. You can sign in whenever you like."],
  sign_in_refused: [400, "Fashionistar sign-in could not finish this. Please start again."],
  sign_in_lost: [400, "This sign-in was not started in this browser, took too long, or was finished already. Please start again."],
  provider_away: [503, "Fashionistar sign-in does not answer right now. Please try again in a few seconds."],
  // The session
  not_signed_in: [401, "You are not signed in. Please sign in to go on."],
  session_over: [401, "Your sign-in has ended. Please sign in again."],
  session_too_large: [500, "Your sign-in could not be kept. Please contact support."],
  store_away: [503, "Your sign-in cannot be checked right now. Please try again in a few seconds."],
  cross_site: [403, "This request did not come from our own pages, so nothing was done."],
  // The backend
  no_backend: [404, "There is nothing at this address."],
  backend_away: [503, "The shop does not answer right now. Please try again in a few seconds."],
  backend_moved: [502, "The shop sent an answer that cannot be used. Please try again later."],
  // Logout notices (OpenID Connect Back-Channel Logout 1.0, 2.8)
  invalid_request: [400, "This is not a logout token for this application."],
  unexpected: [500, "Something went wrong on our side. Please try again; if it persists, send us the reference."],
} as const satisfies Record<string, readonly [number, string]>;

export type FailureCode = keyof typeof FAILURES;

/** A failure with a meaning. `detail` is for the log: no token, no personal data. */
export class BffError extends Error {
  override readonly name = "BffError";

  constructor(
    readonly code: FailureCode,
    readonly detail = "",
    /** Cookies that go with the answer, for example the end of a session. */
    readonly cookies: readonly string[] = [],
  ) {
    super(`${code}${detail && `: ${detail}`}`);
  }
}

/** One line of the log: what happened, and facts that are no secrets. */
export type Log = (level: "info" | "warn" | "error", event: string, facts: Record<string, string | number>) => void;

/** JSON lines on standard output and error, as the provider writes them. */
export const logLines: Log = (level, event, facts) => {
  console[level](JSON.stringify({ level, event, ...facts }));
};

export type Handler = (request: Request) => Promise<Response>;

/** The handler, with every failure answered: as JSON, or as a page for people who are on their way to sign in. */
export function answering(kind: "json" | "page", log: Log, handler: Handler): Handler {
  return async (request) => {
    try {
      return await handler(request);
    } catch (thrown) {
      const failure = meaningOf(thrown);
      const reference = randomUUID();
      const [status] = FAILURES[failure.code];
      const facts = { detail: failure.detail, path: new URL(request.url).pathname, reference };
      log(status < 500 ? "warn" : "error", failure.code, facts);
      return (kind === "json" ? failureJson : failurePage)(failure, reference);
    }
  };
}

/** Ours as it is; of anything else only the kind is told, and only to the log. */
function meaningOf(thrown: unknown): BffError {
  if (thrown instanceof BffError) return thrown;
  return new BffError("unexpected", thrown instanceof Error ? thrown.name : typeof thrown);
}

/** Success in the envelope that every service of Fashionistar answers with. */
export function success(data: unknown, message: string, { status = 200, cookies = [] as readonly string[] } = {}): Response {
  return json({ success: true, message, data, meta: {} }, status, cookies);
}

/** To another address, with cookies. 303: whatever the method was, the next one is GET. */
export function redirect(to: string | URL, cookies: readonly string[] = []): Response {
  return withCookies(new Response(null, { status: 303, headers: { Location: String(to), "Cache-Control": "no-store" } }), cookies);
}

function failureJson(failure: BffError, reference: string): Response {
  const [status, message] = FAILURES[failure.code];
  const body = { success: false, message, code: failure.code, errors: {}, meta: { request_id: reference } };
  // RFC 6749 names the member of an error `error`, which is what a provider that sends a logout notice looks for.
  return json(
    failure.code === "invalid_request" ? { ...body, error: failure.code, error_description: message } : body,
    status,
    failure.cookies,
  );
}

function failurePage(failure: BffError, reference: string): Response {
  const [status, message] = FAILURES[failure.code];
  // Nothing in it comes from outside, so nothing has to be escaped; an application may style it through its own error page instead.
  const page = `<!doctype html><html lang="en" style="color-scheme:light dark"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Sign-in</title>
<body style="font-family:system-ui;max-width:28rem;margin:4rem auto;padding:0 1rem;line-height:1.5">
<h1>Fashionistar sign-in</h1><p role="alert">${message}</p><p><a href="/auth/login">Sign in</a> · <a href="/">To the start page</a></p>
<p><small>Reference: ${reference}</small></p>`;
  const headers = {
    "Content-Type": "text/html; charset=utf-8",
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
  };
  return withCookies(new Response(page, { status, headers }), failure.cookies);
}

function json(body: unknown, status: number, cookies: readonly string[]): Response {
  return withCookies(Response.json(body, { status, headers: { "Cache-Control": "no-store" } }), cookies);
}

function withCookies(response: Response, cookies: readonly string[]): Response {
  for (const cookie of cookies) response.headers.append("Set-Cookie", cookie);
  return response;
}
