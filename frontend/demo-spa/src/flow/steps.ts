/**
 * A step of the flow as the page shows it: which request, what was sent, what came back. Whatever is worth stealing is masked here, before
 * it is kept anywhere, so that neither the panel nor a picture of it gives anything away.
 */

import { isObject, type Json } from "@fashionistar/auth-web";

export interface Step {
  readonly method: string;
  /** Origin and path; never a query. */
  readonly address: string;
  /** Names and masked values. */
  readonly sent: readonly (readonly [string, string])[];
  readonly received: readonly (readonly [string, string])[];
  /** 0 for a page the browser went to, whose status no script learns. */
  readonly status: number;
}

const SECRET = new Set([
  ...["access_token", "refresh_token", "id_token", "id_token_hint", "token", "authorization"],
  ...["code", "code_verifier", "client_secret", "state", "nonce"],
]);
const LONGEST = 120;

/** Of what kind a token is, as far as its first letters say so, and how long it is. */
export function mask(value: string): string {
  const [kind = ""] = /^(?:Bearer )?(?:fst_[a-z]{2}_|eyJ)?/.exec(value) ?? [];
  return `${kind}… (${value.replace(/^Bearer /, "").length} characters)`;
}

function show(name: string, value: unknown): string {
  const words = typeof value === "string" ? value : JSON.stringify(value);
  if (SECRET.has(name.toLowerCase())) return mask(words);
  return words.length > LONGEST ? `${words.slice(0, LONGEST)}…` : words;
}

/** Names and values, masked. */
export function pairs(values: Iterable<readonly [string, unknown]>): [string, string][] {
  return [...values].map(([name, value]) => [name, show(name, value)]);
}

/** A page the browser is sent to. */
export function stepOfPage(address: URL): Step {
  return { method: "GET", address: address.origin + address.pathname, sent: pairs(address.searchParams), received: [], status: 0 };
}

/** What an answer holds, with one level of an envelope opened; its sentence is on the page already. */
export function received(body: unknown): [string, string][] {
  if (!isObject(body)) return [];
  const data: Json = isObject(body.data) ? body.data : {};
  return pairs([...Object.entries(body).filter(([name]) => name !== "data" && name !== "message"), ...Object.entries(data)]);
}
