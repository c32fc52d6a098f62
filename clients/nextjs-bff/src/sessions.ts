/** The session: made at the callback, sealed into a cookie, read at every request, renewed when its access token is about to end. */

import { createHash } from "node:crypto";
import type { JWTPayload } from "jose";
import * as client from "openid-client";
import type { Cookies } from "./cookies";
import type { EndedSessions } from "./ended";
import { BffError } from "./errors";
import { isObject, number, text } from "./json";
import { nameOf, type Provider, said } from "./provider";
import type { Sealer } from "./seal";
import { SingleFlight } from "./single-flight";

/** Who is signed in, as the page may know it. */
export interface Person {
  readonly sub: string;
  readonly name: string;
  readonly email: string;
  readonly role: string;
}

export interface Session {
  readonly person: Person;
  readonly sid: string;
  /** Seconds since the epoch. */
  readonly startedAt: number;
  readonly accessExpiresAt: number;
  readonly accessToken: string;
  readonly refreshToken: string;
  /** The last one, which tells the provider whose session to end. */
  readonly idToken: string;
}

/** The longest that the provider keeps anybody signed in. */
export const SESSION_SECONDS = 30 * 24 * 3600;
const COOKIE = "session";
/** An access token with less left is renewed, so that it does not end on its way to the backend. */
const MARGIN_SECONDS = 30;

export class Sessions {
  readonly #renewals = new SingleFlight<Session>();

  constructor(
    private readonly provider: Provider,
    private readonly sealer: Sealer,
    private readonly cookies: Cookies,
    private readonly ended: EndedSessions,
  ) {}

  /** The session of this request, or null when it has none. Throws BffError for one that ended, or when that cannot be known. */
  async read(request: Request): Promise<Session | null> {
    const session = await this.found(request);
    if (session !== null && (await this.#isOver(session))) throw this.#over("signed out elsewhere");
    return session;
  }

  /** The same, though it may have ended: for signing out, and nothing else. */
  async found(request: Request): Promise<Session | null> {
    return parse(await this.sealer.open("session", this.cookies.read(request, COOKIE)));
  }

  /** A session whose access token lasts, and the cookie to send when it is a new one. Throws BffError. */
  async live(request: Request): Promise<{ session: Session; cookies: readonly string[] }> {
    const session = await this.read(request);
    if (session === null) throw new BffError("not_signed_in");
    if (session.accessExpiresAt - MARGIN_SECONDS > Date.now() / 1000) return { session, cookies: [] };
    if (!session.refreshToken) throw this.#over("no refresh token");

    // The old cookie's digest, not the token itself, names the renewal.
    const name = createHash("sha256").update(session.refreshToken).digest("base64url");
    const renewed = await this.#renewals.run(name, () => this.#renew(session));
    // It may have ended while it was renewed, or since another request renewed it.
    if (await this.#isOver(renewed)) throw this.#over("signed out elsewhere");
    return { session: renewed, cookies: [await this.cookie(renewed)] };
  }

  /** The cookie that keeps a session. Throws BffError for one that no browser would keep. */
  async cookie(session: Session): Promise<string> {
    const left = session.startedAt + SESSION_SECONDS - Math.floor(Date.now() / 1000);
    const cookie = this.cookies.set(COOKIE, await this.sealer.seal("session", { ...session }, left), left);
    if (!this.cookies.fits(cookie)) throw new BffError("session_too_large", `${cookie.length} characters`);
    return cookie;
  }

  clear(): string {
    return this.cookies.clear(COOKIE);
  }

  /** Nobody comes back with this session, whoever has a copy of its cookie. */
  async end(session: Session): Promise<void> {
    await this.#ask(() =>
      this.ended.end(`cookie:${session.startedAt}:${session.sid}:${session.person.sub}`, session.startedAt, SESSION_SECONDS),
    );
  }

  /** The provider ended a session, or every session of a person at that moment. Throws BffError. */
  async endAtProvider(notice: { sid: string; sub: string; at: number }): Promise<void> {
    const what = notice.sid ? `sid:${notice.sid}` : `sub:${notice.sub}`;
    await this.#ask(async () => {
      // Notices come in any order, and more than once: the newest counts.
      const before = await this.ended.endedAt(what);
      await this.ended.end(what, Math.max(notice.at, before ?? 0), SESSION_SECONDS);
    });
  }

  async #isOver({ sid, startedAt, person }: Session): Promise<boolean> {
    const [own, session, everywhere] = await this.#ask(() =>
      Promise.all([
        this.ended.endedAt(`cookie:${startedAt}:${sid}:${person.sub}`),
        sid ? this.ended.endedAt(`sid:${sid}`) : null,
        this.ended.endedAt(`sub:${person.sub}`),
      ]),
    );
    // A session of the provider that ended never comes back. Of a person's sessions, those that began before are over.
    return own !== null || session !== null || (everywhere !== null && startedAt <= everywhere);
  }

  async #ask<Answer>(question: () => Promise<Answer>): Promise<Answer> {
    try {
      return await question();
    } catch (failure) {
      throw new BffError("store_away", nameOf(failure));
    }
  }

  async #renew(session: Session): Promise<Session> {
    const configuration = await this.provider.configuration();
    try {
      const tokens = await client.refreshTokenGrant(configuration, session.refreshToken);
      const claims = tokens.claims();
      // OIDC Core, 12.2: a renewal is about the same person.
      if (claims !== undefined && claims.sub !== session.person.sub) throw this.#over("the person changed");
      return { ...session, ...kept(tokens, session) };
    } catch (failure) {
      if (failure instanceof BffError) throw failure;
      if (said(failure, "invalid_grant")) throw this.#over("the provider ended it");
      throw new BffError("provider_away", `refresh: ${nameOf(failure)}`);
    }
  }

  #over(detail: string): BffError {
    return new BffError("session_over", detail, [this.clear()]);
  }
}

type Tokens = client.TokenEndpointResponse & client.TokenEndpointResponseHelpers;

/** The session that begins with these tokens. */
export function begin(tokens: Tokens): Session {
  const claims: JWTPayload = { ...tokens.claims() };
  const person = { sub: claims.sub ?? "", name: text(claims, "name"), email: text(claims, "email"), role: text(claims, "role") };
  return { person, sid: text(claims, "sid"), startedAt: Math.floor(Date.now() / 1000), ...kept(tokens, { refreshToken: "", idToken: "" }) };
}

/** What is kept of an answer of the token endpoint; what it leaves out stays as it was. */
function kept(tokens: Tokens, before: Pick<Session, "refreshToken" | "idToken">) {
  return {
    accessToken: tokens.access_token,
    accessExpiresAt: Math.floor(Date.now() / 1000) + (tokens.expiresIn() ?? 0),
    refreshToken: tokens.refresh_token ?? before.refreshToken,
    idToken: tokens.id_token ?? before.idToken,
  };
}

/** A session as it was sealed; null for one of another version of this code. */
function parse(content: JWTPayload | null): Session | null {
  if (content === null || !isObject(content.person)) return null;
  const { person } = content;
  const session = {
    person: { sub: text(person, "sub"), name: text(person, "name"), email: text(person, "email"), role: text(person, "role") },
    sid: text(content, "sid"),
    startedAt: number(content, "startedAt"),
    accessExpiresAt: number(content, "accessExpiresAt"),
    accessToken: text(content, "accessToken"),
    refreshToken: text(content, "refreshToken"),
    idToken: text(content, "idToken"),
  };
  return session.person.sub && session.accessToken && session.startedAt ? session : null;
}
