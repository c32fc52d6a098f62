/** To the provider and back: the authorization code flow with PKCE (RFC 9700, 2.1.1), one cookie for each sign-in that is under way. */

import * as client from "openid-client";
import type { Cookies } from "./cookies";
import { BffError, type Handler, type Log, redirect } from "./errors";
import { text } from "./json";
import { isAway, nameOf, type Provider } from "./provider";
import { safeReturnUrl } from "./return-url";
import type { Sealer } from "./seal";
import { begin, type Sessions } from "./sessions";
import type { Settings } from "./settings";

const SECONDS = 600;
/** More sign-ins at once are forgotten: a browser keeps a limited number of cookies, and sends all of them. */
const MOST_AT_ONCE = 5;
const PROMPTS = new Set(["create", "login"]);
const LEVELS = new Set(["aal1", "aal2", "phr"]);

export class SignIn {
  constructor(
    private readonly settings: Settings,
    private readonly provider: Provider,
    private readonly sealer: Sealer,
    private readonly cookies: Cookies,
    private readonly sessions: Sessions,
    private readonly log: Log,
  ) {}

  /** GET /auth/login?returnUrl=… also `prompt=create` for a new account, and `acr_values`, `max_age` for a stronger or fresher sign-in. */
  readonly login: Handler = async (request) => {
    const configuration = await this.provider.configuration();
    const asked = new URL(request.url).searchParams;

    // What comes back through the address is sealed; what must stay in this browser is in a cookie of its own.
    const id = client.randomNonce().slice(0, 12);
    const returnUrl = safeReturnUrl(asked.get("returnUrl"), this.settings.origin);
    const state = await this.sealer.seal("state", { id, returnUrl }, SECONDS);
    const verifier = client.randomPKCECodeVerifier();
    const nonce = client.randomNonce();
    const step = stepUp(asked);
    const kept = await this.sealer.seal(
      "login",
      { state, verifier, nonce, ...(step.max_age && { maxAge: Number(step.max_age) }) },
      SECONDS,
    );

    const to = client.buildAuthorizationUrl(configuration, {
      redirect_uri: this.settings.origin + this.settings.callbackPath,
      scope: this.settings.scope,
      code_challenge: await client.calculatePKCECodeChallenge(verifier),
      code_challenge_method: "S256",
      state,
      nonce,
      ...step,
    });
    const pending = this.cookies.names(request, "login_");
    const forgotten = pending.length < MOST_AT_ONCE ? [] : pending.map((name) => this.cookies.clear(name));
    return redirect(to, [...forgotten, this.cookies.set(`login_${id}`, kept, SECONDS)]);
  };

  /** GET the callback: the sign-in that this browser began becomes its session. */
  readonly callback: Handler = async (request) => {
    // Did this browser begin it? A code from elsewhere would sign the person in as somebody else (RFC 6749, 10.12).
    const presented = new URL(request.url);
    const state = presented.searchParams.get("state") ?? "";
    const trip = await this.sealer.open("state", state);
    const cookie = `login_${text(trip ?? {}, "id")}`;
    const kept = await this.sealer.open("login", this.cookies.read(request, cookie));
    if (trip === null || kept === null) throw new BffError("sign_in_lost");
    const done = this.cookies.clear(cookie);

    // The code for tokens; issuer, signature, audience, nonce and times of the ID token are checked on the way.
    const configuration = await this.provider.configuration();
    const address = new URL(this.settings.callbackPath + presented.search, this.settings.origin);
    const checks: client.AuthorizationCodeGrantChecks = {
      pkceCodeVerifier: text(kept, "verifier"),
      expectedState: text(kept, "state"),
      expectedNonce: text(kept, "nonce"),
    };
    if (typeof kept.maxAge === "number") checks.maxAge = kept.maxAge;
    try {
      const session = begin(await client.authorizationCodeGrant(configuration, address, checks));
      this.log("info", "signed_in", { sub: session.person.sub });
      // Judged when it was sealed; whatever stands behind our origin stays here.
      return redirect(this.settings.origin + text(trip, "returnUrl"), [done, await this.sessions.cookie(session)]);
    } catch (failure) {
      throw refusal(failure, done);
    }
  };
}

/** What the page may ask of the sign-in; whatever else stands in the address is not passed on. */
function stepUp(asked: URLSearchParams): Record<string, string> {
  const prompt = asked.get("prompt") ?? "";
  const level = asked.get("acr_values") ?? "";
  const age = asked.get("max_age") ?? "";
  return {
    ...(PROMPTS.has(prompt) && { prompt }),
    ...(LEVELS.has(level) && { acr_values: level }),
    ...(/^\d{1,6}$/.test(age) && { max_age: age }),
  };
}

/** Why it could not be finished: the person said no, the provider did or does not answer, or the answer does not check out. */
function refusal(failure: unknown, done: string): BffError {
  if (failure instanceof BffError) return failure;
  if (failure instanceof client.AuthorizationResponseError && failure.error === "access_denied")
    return new BffError("access_denied", "", [done]);
  return new BffError(isAway(failure) ? "provider_away" : "sign_in_refused", nameOf(failure), [done]);
}
