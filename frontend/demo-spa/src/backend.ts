/** The two questions the storefront asks the backend, and the parts of the answers that the page shows. */

import { callBackend } from "./api";
import { ShopError } from "./errors";
import { isObject, type Json, text } from "./json";

/** GET /api/me: what the backend learnt about our token by introspection (RFC 7662), and its own record of the person. */
export interface Me {
  readonly message: string;
  readonly introspection: Json;
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

/** Raises ShopError, backend_unreadable included. */
export async function askWhoIAm(apiOrigin: string, accessToken: string): Promise<Me> {
  const { message, data } = await callBackend(`${apiOrigin}/api/me`, accessToken);
  if (!isObject(data) || !isObject(data.introspection)) throw new ShopError("backend_unreadable");
  return { message, introspection: data.introspection, user: isObject(data.user) ? data.user : null };
}

/** Raises ShopError, backend_unreadable included. */
export async function askForOrders(apiOrigin: string, accessToken: string): Promise<Order[]> {
  const { data } = await callBackend(`${apiOrigin}/api/orders`, accessToken);
  if (!isObject(data) || !Array.isArray(data.orders)) throw new ShopError("backend_unreadable");
  return data.orders.map(readOrder);
}

function readOrder(order: unknown): Order {
  if (!isObject(order) || typeof order.amount_kobo !== "number") throw new ShopError("backend_unreadable");
  return {
    number: String(order.number),
    item: text(order, "item"),
    amount: order.amount_kobo / 100,
    status: text(order, "status"),
    placedAt: text(order, "placed_at"),
  };
}
