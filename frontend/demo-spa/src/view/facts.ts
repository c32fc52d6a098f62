/** Claims as a list of names and values, in the words of the specifications. */

import type { Json } from "@fashionistar/auth-web";
import { h } from "./dom";

/** Claims that count seconds since 1970 (RFC 7519, 2; OIDC Core, 2; RFC 7662, 2.2). */
const TIMES = new Set(["exp", "iat", "nbf", "auth_time", "updated_at"]);

function format(name: string, value: unknown): string {
  if (TIMES.has(name) && typeof value === "number") return `${new Date(value * 1000).toLocaleString("en-NG")} (${value})`;
  if (Array.isArray(value) && value.every((item) => typeof item === "string")) return value.length > 0 ? value.join(", ") : "none";
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** A definition list of all claims; each value carries data-claim with its name. */
export function factList(id: string, claims: Json): HTMLDListElement {
  const rows = Object.entries(claims).map(([name, value]) =>
    h("div", { class: "facts__row" }, h("dt", {}, h("code", {}, name)), h("dd", { "data-claim": name }, format(name, value))),
  );
  return h("dl", { class: "facts", id }, ...rows);
}
