/**
 * The step-up challenge of a service (RFC 9470, section 3): "sign in again, this strongly or this recently". Read from a 401 answer,
 * turned into parameters of the next authorization request (section 4).
 */

/** What the service asks for; at least one of the two. */
export interface Challenge {
  readonly acrValues?: string;
  readonly maxAge?: number;
}

/** One `name=value` or `name="value"` of a challenge (RFC 9110, 11.2). */
const PARAMETER = /([A-Za-z0-9_-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))/g;

/** The challenge of a WWW-Authenticate header, or null when it asks for something else. */
export function readChallenge(header: string | null): Challenge | null {
  const start = header?.search(/\bBearer\b/i) ?? -1;
  if (header === null || start < 0) return null;
  const found = new Map<string, string>();
  for (const [, name = "", quoted, bare] of header.slice(start).matchAll(PARAMETER)) {
    // The first of a name counts: a later scheme of the same header may bring its own.
    if (!found.has(name.toLowerCase())) found.set(name.toLowerCase(), quoted?.replace(/\\(.)/g, "$1") ?? bare ?? "");
  }
  return found.get("error") === "insufficient_user_authentication" ? toChallenge(found.get("acr_values"), found.get("max_age")) : null;
}

function toChallenge(acrValues = "", age = ""): Challenge {
  const maxAge = /^\d{1,9}$/.test(age) ? Number(age) : undefined;
  return { ...(acrValues ? { acrValues } : {}), ...(maxAge === undefined ? {} : { maxAge }) };
}

/** What the next authorization request asks for. */
interface Asked {
  acr_values?: string;
  max_age?: number;
  extraQueryParams?: { claims: string };
}

/**
 * The members of the next authorization request (RFC 9470, 4). The level is asked for twice: as `acr_values`, which a provider may take as a
 * wish, and as an essential claim (OIDC Core, 5.5.1.1), which it may not. Without either, the person signs in afresh: something must change.
 */
export function toRequest(challenge: Challenge): Asked {
  const { acrValues, maxAge = acrValues === undefined ? 0 : undefined } = challenge;
  const asked: Asked = maxAge === undefined ? {} : { max_age: maxAge };
  if (acrValues === undefined) return asked;
  const acr = { essential: true, values: acrValues.split(" ") };
  return { ...asked, acr_values: acrValues, extraQueryParams: { claims: JSON.stringify({ id_token: { acr } }) } };
}
