/** What a page asks once somebody is signed in. The cookie becomes a Bearer token here, on the server, and nowhere else. */

import { BffError, type Handler, success } from "./errors";
import { isObject, number, objectIn, text } from "./json";
import { nameOf } from "./provider";
import { requireSameOrigin } from "./same-origin";
import type { Session, Sessions } from "./sessions";
import type { Settings } from "./settings";

const TIMEOUT_MILLISECONDS = 30_000;
const READS = new Set(["GET", "HEAD"]);
/** Headers that pass; cookies and everything a browser adds about itself stay here. */
const TO_BACKEND = ["Accept", "Accept-Language", "Content-Type", "Idempotency-Key", "X-Request-ID", "X-Fashionistar-Session-Key"];
const TO_PAGE = ["Content-Type", "Content-Language", "Retry-After", "WWW-Authenticate", "X-Request-ID"];

export class Calls {
  constructor(
    private readonly settings: Settings,
    private readonly sessions: Sessions,
  ) {}

  /** GET /auth/session: who is signed in, if anybody. Tokens are no business of the page. */
  readonly session: Handler = async (request) => {
    try {
      const { session, cookies } = await this.sessions.live(request);
      return success({ signed_in: true, person: session.person }, "signed_in", request, { cookies });
    } catch (failure) {
      if (!(failure instanceof BffError) || (failure.code !== "not_signed_in" && failure.code !== "session_over")) throw failure;
      const said = failure.code === "session_over" ? "session_over" : "signed_out";
      return success({ signed_in: false, person: null }, said, request, { cookies: failure.cookies });
    }
  };

  /** Any method of /api/…: the backend's answer to the same request, in the name of who is signed in, or of a guest. */
  readonly api: Handler = async (request) => {
    if (!READS.has(request.method)) requireSameOrigin(request, this.settings.origin);
    const { pathname, search } = new URL(request.url);
    const { session, cookies } = await this.#sessionOrGuest(request);
    return this.#ask(session, cookies, pathname + search, {
      method: request.method,
      headers: passing(request.headers, TO_BACKEND),
      // Passed on as it comes, never held whole.
      ...(request.body && !READS.has(request.method) && { body: request.body, duplex: "half" as const }),
    });
  };

  /** POST /auth/socket-ticket: a ticket for one WebSocket of this application's pages, good for seconds. */
  readonly socketTicket: Handler = async (request) => {
    requireSameOrigin(request, this.settings.origin);
    const { session, cookies } = await this.sessions.live(request);
    const answer = await this.#ask(session, cookies, this.settings.socketTicketPath, {
      method: "POST",
      headers: new Headers({ "Content-Type": "application/json", Accept: "application/json" }),
      body: JSON.stringify({ origin: this.settings.origin }),
    });
    if (!answer.ok) return answer;
    const { data } = await objectIn(answer);
    if (!isObject(data) || !text(data, "ticket")) throw new BffError("backend_moved", "no ticket", cookies);
    return success({ ticket: text(data, "ticket"), expires_in: number(data, "expires_in") }, "socket_ticket", request, {
      status: 201,
      cookies,
    });
  };

  /** Guests shop, too: what they may do is the backend's to say. A session that ended is said once, and the next call is a guest's. */
  async #sessionOrGuest(request: Request): Promise<{ session: Session | null; cookies: readonly string[] }> {
    try {
      return await this.sessions.live(request);
    } catch (failure) {
      if (failure instanceof BffError && failure.code === "not_signed_in") return { session: null, cookies: [] };
      throw failure;
    }
  }

  /** One request to the backend, with a token where somebody is signed in. Throws BffError, which brings the cookies of a renewed session, too. */
  async #ask(
    session: Session | null,
    cookies: readonly string[],
    path: string,
    call: RequestInit & { headers: Headers },
  ): Promise<Response> {
    if (!this.settings.backend) throw new BffError("no_backend", "", cookies);
    if (session !== null) call.headers.set("Authorization", `Bearer ${session.accessToken}`);

    // A redirect would carry the token to wherever the answer says.
    const url = new URL(path, this.settings.backend);
    if (url.origin !== this.settings.backend) throw new BffError("no_backend", "another origin", cookies);
    let answer: Response;
    try {
      answer = await fetch(url, { ...call, redirect: "manual", signal: AbortSignal.timeout(TIMEOUT_MILLISECONDS) });
    } catch (failure) {
      throw new BffError("backend_away", nameOf(failure), cookies);
    }
    if (answer.status >= 300 && answer.status < 400) throw new BffError("backend_moved", `status ${answer.status}`, cookies);

    const headers = passing(answer.headers, TO_PAGE);
    headers.set("Cache-Control", "no-store");
    for (const cookie of cookies) headers.append("Set-Cookie", cookie);
    return new Response(answer.body, { status: answer.status, headers });
  }
}

function passing(headers: Headers, names: readonly string[]): Headers {
  const passed = new Headers();
  for (const name of names) {
    const value = headers.get(name);
    if (value !== null) passed.set(name, value);
  }
  return passed;
}
