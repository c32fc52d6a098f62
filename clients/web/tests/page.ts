/** A page of an application, as far as tests look at it: a session, where the page would go, and the form it would leave with. */

import { AuthSession, type AuthSettings } from "@fashionistar/auth-web";
import { vi } from "vitest";
import type { Provider } from "./provider";

export const SHOP = "http://localhost:5173";

/** Where the page would have gone. */
export async function destination(work: Promise<unknown>): Promise<URL> {
  const leave = vi.spyOn(window.location, "assign").mockReturnValue();
  leave.mockClear();
  await Promise.race([work, vi.waitUntil(() => leave.mock.calls.length > 0)]);
  return new URL(String(leave.mock.lastCall?.[0]));
}

/** The form the page would have left with: where to, and its fields. */
export async function postedForm(work: Promise<void>): Promise<{ action: string; method: string; fields: Record<string, string> }> {
  const leave = vi.spyOn(HTMLFormElement.prototype, "submit").mockReturnValue();
  leave.mockClear();
  await work;
  const form = leave.mock.contexts.at(-1) as HTMLFormElement;
  const fields = [...form.querySelectorAll("input")].map((field): [string, string] => [field.name, field.value]);
  return { action: form.action, method: form.method, fields: Object.fromEntries(fields) };
}

/** A session of the registered client. */
export function openSession(issuer: string, more: Partial<AuthSettings> = {}): AuthSession {
  return new AuthSession({ issuer, clientId: "demo-spa", scope: "openid orders", origin: SHOP, ...more });
}

/** A session of somebody who went to the provider and came back. */
export async function signedIn(provider: Provider): Promise<AuthSession> {
  const session = openSession(provider.origin);
  const answer = provider.authorize(await destination(session.signIn()));
  await session.finishSignIn(answer.href);
  return session;
}
