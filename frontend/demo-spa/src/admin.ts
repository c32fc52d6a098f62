/** The calls of the provider's admin API that the desk makes, and the parts of the answers that it shows. */

import { AuthError, type AuthSession, isObject, type Json, readJson, text } from "@fashionistar/auth-web";

/** An account as staff see it: addresses are masked. */
export interface AccountSeen {
  readonly sub: string;
  readonly email: string;
  readonly phoneNumber: string;
  readonly role: string;
  readonly isActive: boolean;
  readonly openSessions: number;
}

/** What was done, in the provider's words, and the account afterwards. */
export interface Outcome {
  readonly message: string;
  readonly account: AccountSeen;
}

/** What of a session is needed here. */
export type Asks = Pick<AuthSession, "fetch">;

/** Where a step-up comes back to. */
const PAGE = "/desk";

/** Raises AuthError; its `said` is the provider's sentence. */
export async function findPerson(session: Asks, issuer: string, identifier: string): Promise<AccountSeen> {
  return (await post(session, `${issuer}/api/v1/admin/users/search`, { identifier })).account;
}

/** Every session and token of the person ends at once. Raises AuthError. */
export async function suspend(session: Asks, issuer: string, sub: string, reason: string): Promise<Outcome> {
  return await post(session, `${issuer}/api/v1/admin/users/${encodeURIComponent(sub)}/suspend`, { reason });
}

/** The person can sign in again. Raises AuthError. */
export async function reactivate(session: Asks, issuer: string, sub: string, reason: string): Promise<Outcome> {
  return await post(session, `${issuer}/api/v1/admin/users/${encodeURIComponent(sub)}/reactivate`, { reason });
}

async function post(session: Asks, url: string, body: Json): Promise<Outcome> {
  const headers = { "Content-Type": "application/json" };
  const response = await session.fetch(url, { method: "POST", headers, body: JSON.stringify(body), returnTo: PAGE });
  const answer = await readJson(response, "backend_unreadable");
  if (answer.success !== true || !isObject(answer.data)) throw new AuthError("backend_unreadable");
  return { message: text(answer, "message"), account: readAccount(answer.data) };
}

function readAccount(data: Json): AccountSeen {
  const sub = text(data, "sub");
  if (sub === "" || typeof data.is_active !== "boolean" || typeof data.open_sessions !== "number") {
    throw new AuthError("backend_unreadable");
  }
  return {
    sub,
    email: text(data, "email"),
    phoneNumber: text(data, "phone_number"),
    role: text(data, "role"),
    isActive: data.is_active,
    openSessions: data.open_sessions,
  };
}
