/**
 * Who is signed in at this tab: the authorization code flow with PKCE (RFC 7636, RFC 9700 2.1.1), renewal, step-up and sign-out.
 *
 * Tokens live in this object's memory and nowhere else. Session storage holds two things that are no tokens: the redirect state (state,
 * nonce, PKCE verifier, where to return to: it must survive the trip to the provider; it is removed on the way back) and a mark that this
 * tab was signed in, which tells a reloaded page to ask the provider again in a hidden frame (prompt=none).
 */

import { OidcClient, type OidcMetadata, type User, UserManager } from "oidc-client-ts";
import { checkAnswerIssuer, fetchMetadata } from "./discovery";
import { AuthError, nameSignInError } from "./errors";
import { callService, getUserInfo, revokeToken } from "./http";
import { checkIdToken } from "./id-token";
import type { Json } from "./json";
import { leaveByAddress, leaveByPost } from "./leave";
import { readTrip, safePath, type Trip } from "./return-to";
import { type AuthSettings, type FullSettings, fill, librarySettings } from "./settings";
import { type Challenge, toRequest } from "./step-up";
import type { Arrival, Listener, SignedIn } from "./types";

const MARK = "fashionistar-auth.was-signed-in";
const RENEW_BEFORE_S = 60;
/** A challenge repeated this soon after it was answered is no new wish: the service and the provider disagree. */
const SAME_CHALLENGE_S = 30;

export class AuthSession {
  readonly #settings: FullSettings;
  readonly #listeners = new Set<Listener>();
  #user: SignedIn | null = null;
  #answered: { readonly challenge: string; readonly at: number } | null = null;
  #timer: number | undefined;

  constructor(settings: AuthSettings) {
    this.#settings = fill(settings);
  }

  get user(): SignedIn | null {
    return this.#user;
  }

  /** Calls the listener on each change; returns how to stop. */
  subscribe(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Does what the address asks for: finishes a sign-in, confirms a sign-out, or finds out whether somebody is here. Raises AuthError. */
  async arrive(address: URL = new URL(location.href)): Promise<Arrival> {
    const { callbackPath, silentCallbackPath } = this.#settings;
    if (address.pathname === silentCallbackPath) {
      await this.#manager({}).signinSilentCallback(address.href);
      return { kind: "silent" };
    }
    if (address.pathname === callbackPath) {
      history.replaceState(null, "", "/"); // code and state leave the address bar, the history and the Referer at once
      const returnTo = await this.finishSignIn(address.href);
      history.replaceState(null, "", returnTo);
      return { kind: "signed-in", returnTo };
    }
    if (await this.isSignedOutAnswer(address.href)) {
      history.replaceState(null, "", address.pathname);
      return { kind: "signed-out" };
    }
    await this.resume();
    return { kind: "visit" };
  }

  /** Leaves for the provider, and comes back to `returnTo` (default: here). Raises AuthError when it does not answer. */
  async signIn(options: { returnTo?: string; challenge?: Challenge } = {}): Promise<void> {
    const { challenge = null, returnTo = location.pathname + location.search + location.hash } = options;
    const sub = challenge === null ? "" : String(this.#user?.claims.sub ?? "");
    const trip: Trip = { returnTo: safePath(returnTo, this.#settings.origin), sub, challenge };
    await this.#named(async () => {
      const client = new OidcClient(librarySettings(this.#settings, await fetchMetadata(this.#settings.issuer)));
      await client.clearStaleState();
      const asked = challenge === null ? {} : toRequest(challenge);
      const request = await client.createSigninRequest({ nonce: crypto.randomUUID(), state: trip, request_type: "si:r", ...asked });
      this.#settings.onLeave?.(new URL(request.url));
      await leaveByAddress(request.url);
    });
  }

  /** Finishes what signIn began, from the address the provider sent the browser to; where the person was. Raises AuthError. */
  async finishSignIn(address: string): Promise<string> {
    return await this.#named(async () => {
      const metadata = await fetchMetadata(this.#settings.issuer);
      checkAnswerIssuer(new URL(address).searchParams, metadata);
      const user = await this.#manager(metadata).signinRedirectCallback(address);
      const trip = readTrip(user.state, this.#settings.origin);
      this.#accept(user, trip.sub);
      this.#answered = trip.challenge && { challenge: JSON.stringify(trip.challenge), at: Date.now() };
      return trip.returnTo;
    });
  }

  /**
   * Asks a service with the person's token. A step-up challenge (RFC 9470) leaves for the provider and returns here; the promise then
   * stays open while the page goes. A token that is no longer accepted ends the sign-in. Raises AuthError.
   */
  async fetch(url: string, init: RequestInit & { returnTo?: string } = {}): Promise<Response> {
    const { returnTo, ...request } = init;
    if (this.#user === null) throw new AuthError("session_expired");
    try {
      return await callService(url, this.#user.accessToken, request);
    } catch (error) {
      if (error instanceof AuthError && error.code === "session_expired") this.forget();
      if (!(error instanceof AuthError) || error.challenge === undefined) throw error;
      await this.#stepUp(error.challenge, returnTo);
      return await new Promise<never>(() => {}); // the page is on its way to the provider
    }
  }

  /** What the provider tells about the person (OIDC Core, 5.3). Raises AuthError. */
  async userInfo(): Promise<Json> {
    if (this.#user === null) throw new AuthError("session_expired");
    const { userinfo_endpoint: endpoint } = await fetchMetadata(this.#settings.issuer);
    if (endpoint === undefined) throw new AuthError("provider_misconfigured");
    return await getUserInfo(endpoint, this.#user.accessToken, this.#user.claims.sub);
  }

  /** After a reload: asks the provider, without a question to the person, whether its session is still there. Raises AuthError. */
  async resume(): Promise<void> {
    if (sessionStorage.getItem(MARK) === null) return;
    try {
      await this.#signInSilently();
    } catch (error) {
      if (error instanceof AuthError && error.code !== "provider_unreachable") sessionStorage.removeItem(MARK);
      throw error;
    }
  }

  /** Revokes the access token, forgets everything, then ends the provider's session (RP-Initiated Logout 1.0, section 2). */
  async signOut(): Promise<void> {
    const user = this.#user;
    this.forget();
    if (user === null) return;
    try {
      const metadata = await fetchMetadata(this.#settings.issuer);
      // A revocation that fails does not hold up the sign-out, which ends the token as well.
      if (metadata.revocation_endpoint) {
        await revokeToken(metadata.revocation_endpoint, this.#settings.clientId, user.accessToken).catch(console.warn);
      }
      // The library would lead the browser there by an address, with the ID token in it.
      const request = await new OidcClient(librarySettings(this.#settings, metadata)).createSignoutRequest({
        id_token_hint: user.idToken,
        post_logout_redirect_uri: this.#settings.origin + this.#settings.signedOutPath,
        state: "signed-out",
      });
      this.#settings.onLeave?.(new URL(request.url));
      leaveByPost(new URL(request.url));
    } catch (error) {
      throw new AuthError("sign_out_incomplete", { cause: error });
    }
  }

  /** True when this address is the provider's answer to a sign-out begun in this tab. */
  async isSignedOutAnswer(address: string): Promise<boolean> {
    if (!new URL(address).searchParams.has("state")) return false;
    return await this.#manager({})
      .signoutRedirectCallback(address)
      .then(
        () => true,
        () => false,
      );
  }

  /** Drops the tokens of this tab, for example when the service says that they are no longer good. */
  forget(): void {
    window.clearTimeout(this.#timer);
    sessionStorage.removeItem(MARK);
    this.#user = null;
    this.#tell(null);
  }

  async #stepUp(challenge: Challenge, returnTo?: string): Promise<void> {
    const answered = this.#answered;
    const again = answered !== null && answered.challenge === JSON.stringify(challenge);
    if (again && Date.now() - answered.at < SAME_CHALLENGE_S * 1000) throw new AuthError("step_up_refused", { challenge });
    await this.signIn({ challenge, ...(returnTo === undefined ? {} : { returnTo }) });
  }

  async #signInSilently(): Promise<void> {
    await this.#named(async () => {
      const manager = this.#manager(await fetchMetadata(this.#settings.issuer));
      // The provider has just answered, so silence now means that the frame was not allowed to.
      const user = await manager.signinSilent({ nonce: crypto.randomUUID() }).catch((error: unknown) => {
        throw error instanceof Error && error.name === "ErrorTimeout" ? new AuthError("not_resumed", { cause: error }) : error;
      });
      if (user === null) throw new AuthError("not_resumed");
      // Somebody else signed in at the provider meanwhile: never swap the person under the page (OIDC Core, 3.1.2.1).
      this.#accept(user, String(this.#user?.claims.sub ?? ""));
    });
  }

  #accept(user: User, expected: string): void {
    const idToken = user.id_token ?? "";
    const claims = checkIdToken(idToken, this.#settings.issuer, this.#settings.clientId);
    if (expected !== "" && expected !== claims.sub) throw new AuthError(this.#user === null ? "person_changed" : "login_required");
    const expiresAt = user.expires_at ?? Date.now() / 1000;
    this.#user = { accessToken: user.access_token, idToken, claims, expiresAt };
    sessionStorage.setItem(MARK, "1");
    this.#at(expiresAt - RENEW_BEFORE_S, () => this.#renew(expiresAt));
    this.#tell(null);
  }

  /** A renewal that fails says nothing while the present token is good; the provider's "no session" ends the sign-in at once. */
  async #renew(expiresAt: number): Promise<void> {
    try {
      await this.#signInSilently();
    } catch (error) {
      const ended = error instanceof AuthError && error.code === "login_required";
      this.#at(ended ? 0 : expiresAt, async () => {
        this.forget();
        this.#tell(ended ? error : new AuthError("session_expired", { cause: error }));
      });
    }
  }

  #at(second: number, act: () => Promise<void>): void {
    window.clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => void act(), Math.max(0, second * 1000 - Date.now()));
  }

  #tell(reason: AuthError | null): void {
    for (const listener of this.#listeners) listener(reason);
  }

  /** Runs protocol work; whatever it throws leaves as an AuthError. */
  async #named<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw nameSignInError(error);
    }
  }

  #manager(metadata: Partial<OidcMetadata>): UserManager {
    return new UserManager(librarySettings(this.#settings, metadata));
  }
}
