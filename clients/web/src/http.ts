/**
 * Every HTTP request that this package makes itself: the provider's description, UserInfo, revocation, and calls of a service with the
 * person's token. One function fetches; each caller says what it means when nobody answers. (Code exchange is done by oidc-client-ts.)
 */

import { AuthError, type FailureCode } from "./errors";
import { isObject, type Json, text } from "./json";
import { readChallenge } from "./step-up";

/** Longest wait for an answer, in milliseconds. */
const PATIENCE_MS = 8000;

async function request(url: string, unanswered: FailureCode, init: RequestInit = {}): Promise<Response> {
  try {
    return await fetch(url, {
      cache: "no-store",
      signal: AbortSignal.timeout(PATIENCE_MS),
      ...init,
      credentials: "omit", // the access token is the only credential; cookies of other services on this host stay home
      referrerPolicy: "no-referrer",
    });
  } catch (error) {
    throw new AuthError(unanswered, { cause: error });
  }
}

/** The JSON object of an answer. Raises AuthError(unreadable). */
export async function readJson(response: Response, unreadable: FailureCode): Promise<Json> {
  const body: unknown = await response.json().catch(() => null);
  if (!isObject(body)) throw new AuthError(unreadable);
  return body;
}

/** A public JSON document. Raises AuthError(failure) when it is not there, not JSON or not an object. */
export async function getJson(url: string, failure: FailureCode): Promise<Json> {
  const response = await request(url, failure, { headers: { Accept: "application/json" } });
  if (!response.ok) throw new AuthError(failure);
  return await readJson(response, failure);
}

const BACKEND_FAILURES: Readonly<Record<number, FailureCode>> = {
  401: "session_expired",
  403: "backend_forbidden",
  429: "backend_busy",
  502: "backend_unavailable",
  503: "backend_unavailable",
  504: "backend_unavailable",
};

/** What a refusal of a service means; the request id of our envelope comes along, a proxy's page has none and is no second failure. */
async function nameRefusal(response: Response): Promise<AuthError> {
  const challenge = response.status === 401 ? readChallenge(response.headers.get("WWW-Authenticate")) : null;
  if (challenge !== null) return new AuthError("step_up_required", { challenge });
  const body = await readJson(response, "backend_failed").catch((): Json => ({}));
  const reference = isObject(body.meta) ? text(body.meta, "request_id") : "";
  const said = text(body, "message") || undefined;
  return new AuthError(BACKEND_FAILURES[response.status] ?? "backend_failed", { reference: reference || undefined, said });
}

/** Asks a service as the signed-in person (RFC 6750, 2.1). Raises AuthError: step_up_required, session_expired or a backend_* code. */
export async function callService(url: string, accessToken: string, init: RequestInit = {}): Promise<Response> {
  const headers = new Headers(init.headers);
  if (!headers.has("Accept")) headers.set("Accept", "application/json");
  headers.set("Authorization", `Bearer ${accessToken}`);
  const response = await request(url, "backend_unreachable", { ...init, headers });
  if (!response.ok) throw await nameRefusal(response);
  return response;
}

/** The person's claims (OIDC Core, 5.3). Raises AuthError when they are not there or are about somebody else (5.3.2). */
export async function getUserInfo(endpoint: string, accessToken: string, sub: unknown): Promise<Json> {
  const headers = { Accept: "application/json", Authorization: `Bearer ${accessToken}` };
  const response = await request(endpoint, "provider_unreachable", { headers });
  if (!response.ok) throw new AuthError(response.status === 401 ? "session_expired" : "provider_failed");
  const claims = await readJson(response, "provider_failed");
  if (claims.sub !== sub) throw new AuthError("person_changed");
  return claims;
}

/** Revokes a token of this public client (RFC 7009, 2.1). Raises AuthError when the provider did not confirm it. */
export async function revokeToken(endpoint: string, clientId: string, accessToken: string): Promise<void> {
  const body = new URLSearchParams({ token: accessToken, token_type_hint: "access_token", client_id: clientId });
  const response = await request(endpoint, "provider_unreachable", { method: "POST", body });
  await response.text(); // the answer is over before the page leaves for the provider, or the browser would call it aborted
  if (!response.ok) throw new AuthError("provider_failed");
}
