/**
 * What this package checks of an ID token before it believes it (OIDC Core, 3.1.3.7). oidc-client-ts compares `nonce` and `sub`;
 * issuer, audience and times are checked here. The signature is not: the token came straight from the token endpoint, and the
 * connection to it vouches for the issuer (3.1.3.7, point 6).
 */

import { AuthError } from "./errors";
import { isObject, type Json } from "./json";

/** Seconds by which two clocks may differ. */
const SKEW_S = 60;

/** The claims of a JWT, decoded and not verified. Raises AuthError(id_token_invalid) when it is not a JWT. */
export function readClaims(jwt: string): Json {
  try {
    const payload = (jwt.split(".")[1] ?? "").replace(/-/g, "+").replace(/_/g, "/");
    const bytes = Uint8Array.from(atob(payload), (char) => char.charCodeAt(0));
    const claims: unknown = JSON.parse(new TextDecoder().decode(bytes));
    if (isObject(claims)) return claims;
  } catch (error) {
    throw new AuthError("id_token_invalid", { cause: error });
  }
  throw new AuthError("id_token_invalid");
}

/** Returns the claims when they are for us, from our issuer, and current. `now` in seconds. Raises AuthError(id_token_invalid). */
export function checkIdToken(jwt: string, issuer: string, clientId: string, now = Date.now() / 1000): Json {
  const claims = readClaims(jwt);
  const audience = Array.isArray(claims.aud) ? claims.aud : [claims.aud];
  const forUs = audience.includes(clientId) && (audience.length === 1 || claims.azp === clientId);
  const current = typeof claims.exp === "number" && claims.exp > now - SKEW_S;
  const begun = typeof claims.iat === "number" && claims.iat < now + SKEW_S;
  if (claims.iss !== issuer || !forUs || !current || !begun) throw new AuthError("id_token_invalid");
  return claims;
}
