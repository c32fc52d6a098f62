/**
 * Sign-in of an Expo app as RFC 8252 wants it: AppAuth opens the system browser (never a web view), PKCE and `state` are its work, and the
 * answer comes back through a claimed https address. The refresh token lives in the phone's keychain; the access token in memory.
 */

import * as SecureStore from "expo-secure-store";
import { type AuthConfiguration, authorize, logout, refresh, revoke } from "react-native-app-auth";

const REFRESH_TOKEN = "fashionistar.refresh-token";
const ID_TOKEN = "fashionistar.id-token";
/** Seconds before its end at which an access token is no longer used. */
const RENEW_BEFORE_S = 60;

/** Registered as `fashionistar-mobile` (clients/registry): a public client; nothing here is a secret. */
export const CONFIG: AuthConfiguration = {
  issuer: "https://accounts.fashionistar.net",
  clientId: "fashionistar-mobile",
  redirectUrl: "https://app.fashionistar.net/mobile/callback",
  scopes: ["openid", "profile", "email", "offline_access", "orders"],
  usePKCE: true,
};
const SIGNED_OUT = "https://app.fashionistar.net/mobile/signed-out";

/** On this phone only: not in a backup, not on the next phone. */
const KEPT: SecureStore.SecureStoreOptions = { keychainAccessible: SecureStore.WHEN_UNLOCKED_THIS_DEVICE_ONLY };

let access: { readonly token: string; readonly until: number } | null = null;
/** One refresh at a time: a refresh token is good once. */
let refreshing: Promise<string> | null = null;

async function keep(answer: { accessToken: string; accessTokenExpirationDate: string; refreshToken: string | null; idToken?: string }) {
  access = { token: answer.accessToken, until: Date.parse(answer.accessTokenExpirationDate) / 1000 };
  if (answer.refreshToken) await SecureStore.setItemAsync(REFRESH_TOKEN, answer.refreshToken, KEPT);
  if (answer.idToken) await SecureStore.setItemAsync(ID_TOKEN, answer.idToken, KEPT);
}

/** Opens the browser; resolves when the person is signed in, rejects when they close it. */
export async function signIn(): Promise<void> {
  await keep(await authorize(CONFIG));
}

async function renew(): Promise<string> {
  const refreshToken = await SecureStore.getItemAsync(REFRESH_TOKEN, KEPT);
  if (refreshToken === null) throw new Error("Sign in to go on.");
  await keep(await refresh(CONFIG, { refreshToken }));
  return access?.token ?? "";
}

/** A token that is good now, for the Authorization header. Rejects when the person has to sign in again. */
export async function accessToken(): Promise<string> {
  if (access !== null && access.until - RENEW_BEFORE_S > Date.now() / 1000) return access.token;
  refreshing ??= renew().finally(() => {
    refreshing = null;
  });
  return await refreshing;
}

/** Ends the family of tokens at the provider, forgets them here, then ends the browser's session. */
export async function signOut(): Promise<void> {
  const [refreshToken, idToken] = [await SecureStore.getItemAsync(REFRESH_TOKEN, KEPT), await SecureStore.getItemAsync(ID_TOKEN, KEPT)];
  access = null;
  await Promise.all([SecureStore.deleteItemAsync(REFRESH_TOKEN, KEPT), SecureStore.deleteItemAsync(ID_TOKEN, KEPT)]);
  if (refreshToken !== null) await revoke(CONFIG, { tokenToRevoke: refreshToken, sendClientId: true });
  if (idToken !== null) await logout(CONFIG, { idToken, postLogoutRedirectUrl: SIGNED_OUT });
}
