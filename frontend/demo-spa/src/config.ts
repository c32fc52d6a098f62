/**
 * The settings of the storefront, read at run time from /config.json (serve.mjs writes it from the environment), so that one build
 * runs against any provider and backend.
 */

import { AuthError, getJson, isObject, text } from "@fashionistar/auth-web";

export interface ShopConfig {
  /** The provider's issuer identifier: compared as a string with what the provider says of itself. */
  readonly issuer: string;
  readonly clientId: string;
  /** Origin of the backend that accepts our access token, for example http://localhost:8001 */
  readonly apiOrigin: string;
}

/** What the staff desk needs of it. */
export interface DeskConfig {
  readonly issuer: string;
  /** A client of its own, whose tokens may administer. */
  readonly clientId: string;
}

/** An absolute https URL, or http on a loopback name, as it was written; null for anything else. */
function parseAddress(value: string): string | null {
  if (!URL.canParse(value)) return null;
  const url = new URL(value);
  const loopback = ["localhost", "127.0.0.1", "[::1]"].includes(url.hostname);
  const safe = url.protocol === "https:" || (url.protocol === "http:" && loopback);
  return safe && !url.search && !url.hash && !url.username ? value : null;
}

/** Checks what /config.json holds. Raises AuthError(config_unreadable). */
export function parseConfig(value: unknown): ShopConfig {
  if (!isObject(value)) throw new AuthError("config_unreadable");
  const issuer = parseAddress(text(value, "issuer"));
  const apiOrigin = parseAddress(text(value, "api_origin"))?.replace(/\/$/, "");
  const clientId = text(value, "client_id");
  if (!issuer || !apiOrigin || !clientId || new URL(apiOrigin).origin !== apiOrigin) throw new AuthError("config_unreadable");
  return { issuer, clientId, apiOrigin };
}

/** The same for the desk. Raises AuthError(config_unreadable). */
export function parseDeskConfig(value: unknown): DeskConfig {
  const { issuer } = parseConfig(value);
  const clientId = isObject(value) ? text(value, "desk_client_id") : "";
  if (!clientId) throw new AuthError("config_unreadable");
  return { issuer, clientId };
}

/** Fetches and checks the settings of the desk. Raises AuthError(config_unreadable). */
export async function loadDeskConfig(url = "/config.json"): Promise<DeskConfig> {
  return parseDeskConfig(await getJson(url, "config_unreadable"));
}

/** Fetches and checks the settings. Raises AuthError(config_unreadable). */
export async function loadConfig(url = "/config.json"): Promise<ShopConfig> {
  return parseConfig(await getJson(url, "config_unreadable"));
}
