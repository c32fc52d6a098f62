/**
 * The provider's description of itself (OIDC Discovery 1.0, section 4). Fetched anew before each journey to the provider: when it does
 * not answer, the person reads a sentence here instead of being sent to a dead address.
 */

import type { OidcMetadata } from "oidc-client-ts";
import { AuthError } from "./errors";
import { getJson } from "./http";

/** Raises AuthError(provider_unreachable), or provider_misconfigured when it names another issuer than ours (4.3). */
export async function fetchMetadata(issuer: string): Promise<Partial<OidcMetadata>> {
  const metadata: Partial<OidcMetadata> = await getJson(
    `${issuer.replace(/\/$/, "")}/.well-known/openid-configuration`,
    "provider_unreachable",
  );
  if (metadata.issuer !== issuer) throw new AuthError("provider_misconfigured");
  return metadata;
}

/** RFC 9207, 2.4: an answer that names no issuer, or another, may come from an attacker's server. Raises AuthError(issuer_mismatch). */
export function checkAnswerIssuer(answer: URLSearchParams, metadata: Partial<OidcMetadata>): void {
  const named = answer.get("iss");
  const promised = Reflect.get(metadata, "authorization_response_iss_parameter_supported") === true;
  if (named === null ? promised : named !== metadata.issuer) throw new AuthError("issuer_mismatch");
}
