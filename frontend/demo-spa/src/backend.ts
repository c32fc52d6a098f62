/** The questions the storefront asks the backend, and the parts of the answers that the page shows. */

import { AuthError, type AuthSession, isObject, type Json, readJson, text } from "@fashionistar/auth-web";

/** GET /api/me: what the backend learnt about our token by introspection (RFC 7662, shown in demo mode only), and its own record. */
export interface Me {
  readonly message: string;
  readonly introspection: Json | null;
  readonly user: Json | null;
}

export interface Order {
  readonly number: string;
  readonly item: string;
  /** Naira; the backend counts in kobo */
  readonly amount: number;
  readonly status: string;
  readonly placedAt: string;
}

/** What of a session is needed here. */
export type Asks = Pick<AuthSession, "fetch">;

/** A success of the backend: {"success": true, "message", "data"}. Raises AuthError. */
async function ask(session: Asks, url: string, init: RequestInit & { returnTo?: string } = {}): Promise<{ message: string; data: Json }> {
  const response = await session.fetch(url, init);
  const body = await readJson(response, "backend_unreadable");
  if (body.success !== true || !isObject(body.data)) throw new AuthError("backend_unreadable");
  return { message: text(body, "message"), data: body.data };
}

/** Raises AuthError, backend_unreadable included. */
export async function askWhoIAm(session: Asks, apiOrigin: string): Promise<Me> {
  const { message, data } = await ask(session, `${apiOrigin}/api/me`);
  const told = [data.introspection, data.user].map((part) => (isObject(part) ? part : null));
  const [introspection = null, user = null] = told;
  if (introspection === null && user === null) throw new AuthError("backend_unreadable");
  return { message, introspection, user };
}

/** Raises AuthError, backend_unreadable included. */
export async function askForOrders(session: Asks, apiOrigin: string): Promise<Order[]> {
  const { data } = await ask(session, `${apiOrigin}/api/orders`);
  return readOrders(data.orders);
}

/** Money: the backend asks for a second factor (RFC 9470), after which the person is back at `returnTo`. Raises AuthError. */
export async function askForPayouts(session: Asks, apiOrigin: string, returnTo: string): Promise<Order[]> {
  const { data } = await ask(session, `${apiOrigin}/api/payouts`, { returnTo });
  return readOrders(data.payouts);
}

/**
 * Confirms the largest order that waits; the answer's sentence. The backend asks for a passkey shown just now (RFC 9470), after which the
 * person is back at `returnTo` and presses again: nothing is bought by a redirect. Raises AuthError.
 */
export async function confirmLargeOrder(session: Asks, apiOrigin: string, returnTo: string): Promise<string> {
  const { message } = await ask(session, `${apiOrigin}/api/orders/large/confirm`, { method: "POST", returnTo });
  return message;
}

function readOrders(orders: unknown): Order[] {
  if (!Array.isArray(orders)) throw new AuthError("backend_unreadable");
  return orders.map(readOrder);
}

function readOrder(order: unknown): Order {
  if (!isObject(order) || typeof order.amount_kobo !== "number") throw new AuthError("backend_unreadable");
  return {
    number: String(order.number),
    item: text(order, "item"),
    amount: order.amount_kobo / 100,
    status: text(order, "status"),
    placedAt: text(order, "placed_at"),
  };
}
