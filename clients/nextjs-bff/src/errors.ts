/**
 * Every failure of this package is one line of `sentences`. Code raises `BffError`; `answering` here turns whatever was thrown into JSON
 * for a script or a small page for a person, in their language, so that nothing fails silently and nobody reads a stack trace.
 */

import { randomUUID } from "node:crypto";
import { FAILURES, type FailureCode, type Language, languageOf, PAGE, SUCCESSES, type SuccessCode, sentence } from "./sentences";

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
      return (kind === "json" ? failureJson : failurePage)(failure, reference, languageOf(request.headers));
    }
  };
}

/** Ours as it is; of anything else only the kind is told, and only to the log. */
function meaningOf(thrown: unknown): BffError {
  if (thrown instanceof BffError) return thrown;
  return new BffError("unexpected", thrown instanceof Error ? thrown.name : typeof thrown);
}

/** Success in the envelope that every service of Fashionistar answers with, said in the language of who asks. */
export function success(
  data: unknown,
  code: SuccessCode,
  request: Request,
  { status = 200, cookies = [] as readonly string[] } = {},
): Response {
  const language = languageOf(request.headers);
  const [english, french] = SUCCESSES[code];
  const body = { success: true, message: language === "fr" ? french : english, data, meta: {} };
  return json(body, status, cookies, language);
}

/** To another address, with cookies. 303: whatever the method was, the next one is GET. */
export function redirect(to: string | URL, cookies: readonly string[] = []): Response {
  return withCookies(new Response(null, { status: 303, headers: { Location: String(to), "Cache-Control": "no-store" } }), cookies);
}

function failureJson(failure: BffError, reference: string, language: Language): Response {
  const [status, english] = FAILURES[failure.code];
  const message = sentence(failure.code, language);
  const body = { success: false, message, code: failure.code, errors: {}, meta: { request_id: reference } };
  // RFC 6749 names the member of an error `error`, which is what a provider that sends a logout notice looks for; its text is ASCII.
  return json(
    failure.code === "invalid_request" ? { ...body, error: failure.code, error_description: english } : body,
    status,
    failure.cookies,
    language,
  );
}

function failurePage(failure: BffError, reference: string, language: Language): Response {
  const [status] = FAILURES[failure.code];
  const words = PAGE[language];
  // Nothing in it comes from outside, so nothing has to be escaped; an application may style it through its own error page instead.
  const page = `<!doctype html><html lang="${language}" style="color-scheme:light dark"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${words.title}</title>
<body style="font-family:system-ui;max-width:28rem;margin:4rem auto;padding:0 1rem;line-height:1.5">
<h1>${words.title}</h1><p role="alert">${sentence(failure.code, language)}</p><p><a href="/auth/login">${words.again}</a> · <a href="/">${words.home}</a></p>
<p><small>${words.reference} ${reference}</small></p>`;
  const headers = {
    "Content-Type": "text/html; charset=utf-8",
    "Content-Language": language,
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
  };
  return withCookies(new Response(page, { status, headers }), failure.cookies);
}

function json(body: unknown, status: number, cookies: readonly string[], language: Language): Response {
  return withCookies(Response.json(body, { status, headers: { "Content-Language": language, "Cache-Control": "no-store" } }), cookies);
}

function withCookies(response: Response, cookies: readonly string[]): Response {
  for (const cookie of cookies) response.headers.append("Set-Cookie", cookie);
  return response;
}
