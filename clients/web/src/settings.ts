/** What an application tells this package about itself, and the settings of oidc-client-ts that follow from it. */

import { InMemoryWebStorage, type OidcMetadata, type UserManagerSettings, WebStorageStateStore } from "oidc-client-ts";

const SILENT_PATIENCE_S = 5;

export interface AuthSettings {
  /** The provider's issuer identifier, character by character as it names itself. */
  readonly issuer: string;
  /** A public client, registered with the callback addresses below. */
  readonly clientId: string;
  /** Default: "openid profile email". `offline_access` is never useful here (README). */
  readonly scope?: string;
  /** The service that tokens are for (RFC 8707), when it is not the registration's default. */
  readonly resource?: string;
  /** Paths of this origin that the provider sends the browser back to. */
  readonly callbackPath?: string;
  readonly silentCallbackPath?: string;
  readonly signedOutPath?: string;
  /** This application's origin; default: the page's. */
  readonly origin?: string;
  /** Told of each address that the browser is sent to at the provider; for showing, not for changing it. */
  readonly onLeave?: (address: URL) => void;
}

export type FullSettings = Required<Omit<AuthSettings, "resource" | "onLeave">> & Pick<AuthSettings, "resource" | "onLeave">;

/** The settings with every default filled in. */
export function fill(settings: AuthSettings): FullSettings {
  return {
    scope: "openid profile email",
    callbackPath: "/callback",
    silentCallbackPath: "/silent-callback",
    signedOutPath: "/",
    origin: location.origin,
    ...settings,
  };
}

/** Tokens in memory; `state`, `nonce` and PKCE verifier in session storage, because they must survive the trip. */
export function librarySettings(settings: FullSettings, metadata: Partial<OidcMetadata>): UserManagerSettings {
  return {
    authority: settings.issuer,
    metadata,
    client_id: settings.clientId,
    redirect_uri: settings.origin + settings.callbackPath,
    silent_redirect_uri: settings.origin + settings.silentCallbackPath,
    scope: settings.scope,
    ...(settings.resource === undefined ? {} : { resource: settings.resource }),
    userStore: new WebStorageStateStore({ store: new InMemoryWebStorage() }),
    stateStore: new WebStorageStateStore({ store: sessionStorage }),
    silentRequestTimeoutInSeconds: SILENT_PATIENCE_S,
    requestTimeoutInSeconds: SILENT_PATIENCE_S,
    automaticSilentRenew: false, // AuthSession does it, so that one path checks every ID token
    loadUserInfo: false,
  };
}
