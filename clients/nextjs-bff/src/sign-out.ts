/** The end of a session: begun on a page of ours (RP-Initiated Logout 1.0), or told by the provider (Back-Channel Logout 1.0). */

import { createRemoteJWKSet, errors, type JWTPayload, jwtVerify } from "jose";
import * as client from "openid-client";
import { BffError, type Handler, type Log, redirect } from "./errors";
import { isObject, text } from "./json";
import { nameOf, type Provider } from "./provider";
import { requireSameOrigin } from "./same-origin";
import type { Session, Sessions } from "./sessions";
import type { Settings } from "./settings";

const EVENT = "http://schemas.openid.net/event/backchannel-logout";
/** Never `none`, never a secret that both sides know. */
const ALGORITHMS = ["ES256", "RS256", "PS256", "EdDSA", "Ed25519"];
const TOLERANCE_SECONDS = 30;
const LARGEST_NOTICE = 16_384;
const TIMEOUT_MILLISECONDS = 5_000;

export class SignOut {
  #keys: { uri: string; find: ReturnType<typeof createRemoteJWKSet> } | undefined;

  constructor(
    private readonly settings: Settings,
    private readonly provider: Provider,
    private readonly sessions: Sessions,
    private readonly log: Log,
  ) {}

  /** POST /auth/logout, a form: signed out here whatever happens, then at the provider. */
  readonly logout: Handler = async (request) => {
    requireSameOrigin(request, this.settings.origin);
    const home = new URL("/", this.settings.origin);
    const session = await this.#whatIsLeft(request);
    if (session === null) return redirect(home, [this.sessions.clear()]);
    await this.#endHere(session);

    // The tokens end even if the person never arrives at the provider's page.
    try {
      const configuration = await this.provider.configuration();
      if (session.refreshToken) await client.tokenRevocation(configuration, session.refreshToken);
      const to = client.buildEndSessionUrl(configuration, { id_token_hint: session.idToken, post_logout_redirect_uri: home.href });
      return redirect(to, [this.sessions.clear()]);
    } catch (failure) {
      this.log("error", "sign_out_incomplete", { detail: nameOf(failure) });
      return redirect(home, [this.sessions.clear()]);
    }
  };

  /** POST /auth/backchannel-logout, from the provider: 200 once the session is known to be over (2.5 to 2.8). */
  readonly backchannelLogout: Handler = async (request) => {
    const token = await noticeOf(request);
    const claims = await this.#verified(token);
    const notice = { sid: text(claims, "sid"), sub: text(claims, "sub"), at: claims.iat ?? 0 };
    // 2.6, steps 4 to 6: whose session, that it is a logout, and no ID token in disguise.
    const events = claims.events;
    const isLogout = isObject(events) && isObject(events[EVENT]);
    if (!isLogout || "nonce" in claims || !(notice.sid || notice.sub)) throw new BffError("invalid_request", "members");
    await this.sessions.endAtProvider(notice);
    this.log("info", "signed_out_elsewhere", { sub: notice.sub });
    return new Response(null, { status: 200, headers: { "Cache-Control": "no-store" } });
  };

  /** The session to end; one that ended already, or cannot be checked, still leaves this browser. */
  async #whatIsLeft(request: Request): Promise<Session | null> {
    try {
      return await this.sessions.read(request);
    } catch (failure) {
      if (!(failure instanceof BffError)) throw failure;
      if (failure.code === "session_over") return null;
      if (failure.code === "store_away") return await this.sessions.found(request);
      throw failure;
    }
  }

  /** Copies of the cookie end, too. While the list is away nobody comes in with one; then the provider's own notice is on its way. */
  async #endHere(session: Session): Promise<void> {
    try {
      await this.sessions.end(session);
      this.log("info", "signed_out", { sub: session.person.sub });
    } catch (failure) {
      this.log("error", "sign_out_incomplete", { detail: nameOf(failure) });
    }
  }

  /** 2.6, steps 1 to 3: signature, algorithm, issuer, audience, times. A repeat changes nothing, so `jti` need not be remembered. */
  async #verified(token: string): Promise<JWTPayload> {
    const keys = await this.#keySet();
    try {
      const { issuer, clientId: audience } = this.settings;
      const expected = { issuer, audience, algorithms: ALGORITHMS, typ: "logout+jwt", clockTolerance: TOLERANCE_SECONDS };
      return (await jwtVerify(token, keys, { ...expected, requiredClaims: ["iat", "exp", "jti", "events"] })).payload;
    } catch (failure) {
      // Whoever made up a token is told so; that the keys could not be had is no fault of the token.
      const isUnreachable =
        failure instanceof errors.JWKSTimeout || !(failure instanceof errors.JOSEError) || failure.code === "ERR_JOSE_GENERIC";
      throw new BffError(
        isUnreachable ? "provider_away" : "invalid_request",
        failure instanceof errors.JOSEError ? failure.code : nameOf(failure),
      );
    }
  }

  async #keySet() {
    const uri = (await this.provider.configuration()).serverMetadata().jwks_uri;
    if (uri === undefined) throw new BffError("provider_away", "no jwks_uri");
    if (this.#keys?.uri !== uri) this.#keys = { uri, find: createRemoteJWKSet(new URL(uri), { timeoutDuration: TIMEOUT_MILLISECONDS }) };
    return this.#keys.find;
  }
}

/** The logout token of a notice (2.5). Throws BffError. */
async function noticeOf(request: Request): Promise<string> {
  const isForm = request.headers.get("Content-Type")?.startsWith("application/x-www-form-urlencoded");
  const body = isForm ? await textOf(request, LARGEST_NOTICE) : null;
  const tokens = new URLSearchParams(body ?? "").getAll("logout_token");
  if (tokens.length !== 1 || !tokens[0]) throw new BffError("invalid_request", "no logout_token");
  return tokens[0];
}

/** A body of at most so many bytes, whatever length it announces; null for a longer one, of which the rest is not read. */
async function textOf(request: Request, most: number): Promise<string | null> {
  const decoder = new TextDecoder();
  let [body, bytes] = ["", 0];
  for await (const chunk of request.body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > most) return null;
    body += decoder.decode(chunk, { stream: true });
  }
  return body + decoder.decode();
}
