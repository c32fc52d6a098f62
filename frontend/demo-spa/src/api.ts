/**
 * Every HTTP request that the storefront makes itself: settings, the provider's description, the backend, revocation. One function
 * fetches; each caller says what it means when nobody answers. (Code exchange is done by oidc-client-ts, in session.ts.)
 */

import { type FailureCode, ShopError } from "./errors";
import { isObject, type Json, text } from "./json";

/** Longest wait for an answer, in milliseconds. */
const PATIENCE_MS = 8000;

/** A success of the backend: {"success": true, "message", "data"}. */
export interface Answer {
  readonly message: string;
  readonly data: unknown;
}

async function request(url: string, unanswered: FailureCode, init: RequestInit = {}): Promise<Response> {
  try {
    return await fetch(url, {
      ...init,
      cache: "no-store",
      credentials: "omit", // the access token is the only credential; cookies of other services on this host stay home
      referrerPolicy: "no-referrer",
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
  } catch (error) {
    throw new ShopError(unanswered, { cause: error });
  }
}

async function readJson(response: Response, unreadable: FailureCode): Promise<Json> {
  const body: unknown = await response.json().catch(() => null);
  if (!isObject(body)) throw new ShopError(unreadable);
  return body;
}

/** A public JSON document. Raises ShopError(failure) when it is not there, not JSON or not an object. */
export async function getJson(url: string, failure: FailureCode): Promise<Json> {
  const response = await request(url, failure, { headers: { Accept: "application/json" } });
  if (!response.ok) throw new ShopError(failure);
  return await readJson(response, failure);
}

function nameBackendError(status: number): FailureCode {
  if (status === 401) return "session_expired";
  if (status === 403) return "backend_forbidden";
  if (status === 429) return "backend_busy";
  if (status === 502 || status === 503 || status === 504) return "backend_unavailable";
  return "backend_failed";
}

/** Asks the backend as the signed-in person (RFC 6750, 2.1). Raises ShopError with a backend_* code or session_expired. */
export async function callBackend(url: string, accessToken: string): Promise<Answer> {
  const response = await request(url, "backend_unreachable", {
    headers: { Accept: "application/json", Authorization: `Bearer ${accessToken}` },
  });
  // The envelope of a failure carries the request id; a proxy's error page has none, and that is no second failure.
  if (!response.ok) {
    const body = await readJson(response, "backend_failed").catch(() => ({}));
    const meta = isObject(body) && isObject(body.meta) ? body.meta : {};
    throw new ShopError(nameBackendError(response.status), { reference: text(meta, "request_id") || undefined });
  }
  const body = await readJson(response, "backend_unreadable");
  if (body.success !== true) throw new ShopError("backend_unreadable");
  return { message: text(body, "message"), data: body.data };
}

/** Revokes a token of this public client (RFC 7009, 2.1). Raises ShopError when the provider did not confirm it. */
export async function revokeToken(endpoint: string, clientId: string, accessToken: string): Promise<void> {
  const body = new URLSearchParams({ token: accessToken, token_type_hint: "access_token", client_id: clientId });
  const response = await request(endpoint, "provider_unreachable", { method: "POST", body });
  await response.text(); // the answer is over before the page leaves for the provider, or the browser would call it aborted
  if (!response.ok) throw new ShopError("provider_failed");
}
