/**
 * Who is signed in at this tab: the authorization code flow with PKCE (RFC 7636, RFC 9700 2.1.1), renewal and sign-out.
 *
 * Tokens live in this object's memory and nowhere else. Session storage holds two things that are no tokens: the redirect state (state,
 * nonce, PKCE verifier: it must survive the trip to the provider; it is removed on the way back) and a mark that this tab was signed in,
 * which tells a reloaded page to ask the provider again in a hidden frame (prompt=none).
 */

import { InMemoryWebStorage, type OidcMetadata, type User, UserManager, WebStorageStateStore } from "oidc-client-ts";
import { revokeToken } from "./api";
import type { ShopConfig } from "./config";
import { checkAnswerIssuer, fetchMetadata } from "./discovery";
import { nameSignInError, ShopError } from "./errors";
import { checkIdToken } from "./id-token";
import type { Json } from "./json";

/** No offline_access: a refresh token kept in memory would be lost, not ended, on each reload. Renewal asks the provider's session instead. */
const SCOPE = "openid profile email phone roles orders";
const MARK = "fashionistar-demo.was-signed-in";
const RENEW_BEFORE_S = 60;
const SILENT_PATIENCE_S = 5;

export interface SignedIn {
  readonly accessToken: string;
  readonly idToken: string;
  readonly claims: Json;
  /** Seconds since 1970 */
  readonly expiresAt: number;
}

/** Told of each change that no click asked for: a renewal that worked, or the end of the sign-in with its reason. */
export type OnChange = (reason: ShopError | null) => void;

export class Session {
  readonly #config: ShopConfig;
  readonly #origin: string;
  readonly #onChange: OnChange;
  #user: SignedIn | null = null;
  #timer: number | undefined;

  constructor(config: ShopConfig, onChange: OnChange, origin = location.origin) {
    this.#config = config;
    this.#origin = origin;
    this.#onChange = onChange;
  }

  get user(): SignedIn | null {
    return this.#user;
  }

  /** Leaves for the provider. Raises ShopError when it does not answer. */
  async signIn(): Promise<void> {
    await this.#named(async () => {
      const manager = this.#manager(await fetchMetadata(this.#config.issuer));
      await manager.clearStaleState();
      await manager.signinRedirect({ nonce: crypto.randomUUID() });
    });
  }

  /** Finishes what signIn began, from the address the provider sent the browser to. Raises ShopError. */
  async finishSignIn(address: string): Promise<void> {
    await this.#named(async () => {
      const metadata = await fetchMetadata(this.#config.issuer);
      checkAnswerIssuer(new URL(address).searchParams, metadata);
      this.#accept(await this.#manager(metadata).signinRedirectCallback(address));
    });
  }

  /** After a reload: asks the provider, without a question to the visitor, whether its session is still there. Raises ShopError. */
  async resume(): Promise<void> {
    if (sessionStorage.getItem(MARK) === null) return;
    try {
      await this.#signInSilently();
    } catch (error) {
      if (error instanceof ShopError && error.code !== "provider_unreachable") sessionStorage.removeItem(MARK);
      throw error;
    }
  }

  /** Revokes the access token, forgets everything, then ends the provider's session (RP-Initiated Logout 1.0, section 2). */
  async signOut(): Promise<void> {
    const user = this.#user;
    this.forget();
    if (user === null) return;
    try {
      const metadata = await fetchMetadata(this.#config.issuer);
      // A revocation that fails does not hold up the sign-out, which ends the token as well.
      if (metadata.revocation_endpoint) {
        await revokeToken(metadata.revocation_endpoint, this.#config.clientId, user.accessToken).catch(console.warn);
      }
      await this.#manager(metadata).signoutRedirect({
        id_token_hint: user.idToken,
        post_logout_redirect_uri: `${this.#origin}/`,
        state: "signed-out",
      });
    } catch (error) {
      throw new ShopError("sign_out_incomplete", { cause: error });
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

  /** Hands the provider's answer from the hidden frame to the page around it. */
  async relaySilentAnswer(address: string): Promise<void> {
    await this.#manager({}).signinSilentCallback(address);
  }

  /** Drops the tokens of this tab, for example when the backend says that they are no longer good. */
  forget(): void {
    window.clearTimeout(this.#timer);
    sessionStorage.removeItem(MARK);
    this.#user = null;
  }

  async #signInSilently(): Promise<void> {
    await this.#named(async () => {
      const manager = this.#manager(await fetchMetadata(this.#config.issuer));
      // The provider has just answered, so silence now means that the frame was not allowed to.
      const user = await manager.signinSilent({ nonce: crypto.randomUUID() }).catch((error: unknown) => {
        throw error instanceof Error && error.name === "ErrorTimeout" ? new ShopError("not_resumed", { cause: error }) : error;
      });
      if (user === null) throw new ShopError("not_resumed");
      this.#accept(user);
    });
  }

  #accept(user: User): void {
    const idToken = user.id_token ?? "";
    const claims = checkIdToken(idToken, this.#config.issuer, this.#config.clientId);
    // Somebody else signed in at the provider meanwhile: never swap the person under the page (OIDC Core, 3.1.2.1).
    if (this.#user !== null && this.#user.claims.sub !== claims.sub) throw new ShopError("login_required");
    const expiresAt = user.expires_at ?? Date.now() / 1000;
    this.#user = { accessToken: user.access_token, idToken, claims, expiresAt };
    sessionStorage.setItem(MARK, "1");
    this.#at(expiresAt - RENEW_BEFORE_S, () => this.#renew(expiresAt));
  }

  /** A renewal that fails says nothing while the present token is good; the provider's "no session" ends the sign-in at once. */
  async #renew(expiresAt: number): Promise<void> {
    try {
      await this.#signInSilently();
      this.#onChange(null);
    } catch (error) {
      const ended = error instanceof ShopError && error.code === "login_required";
      this.#at(ended ? 0 : expiresAt, async () => {
        this.forget();
        this.#onChange(ended ? error : new ShopError("session_expired", { cause: error }));
      });
    }
  }

  #at(second: number, act: () => Promise<void>): void {
    window.clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => void act(), Math.max(0, second * 1000 - Date.now()));
  }

  /** Runs protocol work; whatever it throws leaves as a ShopError. */
  async #named(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      throw nameSignInError(error);
    }
  }

  #manager(metadata: Partial<OidcMetadata>): UserManager {
    return new UserManager({
      authority: this.#config.issuer,
      metadata,
      client_id: this.#config.clientId,
      redirect_uri: `${this.#origin}/callback`,
      silent_redirect_uri: `${this.#origin}/silent-callback`,
      scope: SCOPE,
      userStore: new WebStorageStateStore({ store: new InMemoryWebStorage() }),
      stateStore: new WebStorageStateStore({ store: sessionStorage }),
      silentRequestTimeoutInSeconds: SILENT_PATIENCE_S,
      requestTimeoutInSeconds: SILENT_PATIENCE_S,
      automaticSilentRenew: false, // #renew does it, so that one path checks every ID token
      loadUserInfo: false,
    });
  }
}
