/** The provider as this application knows it: its description, fetched once and kept, and the requests made to it (openid-client). */

import * as client from "openid-client";
import { BffError } from "./errors";
import type { Settings } from "./settings";

const TIMEOUT_SECONDS = 5;

export class Provider {
  #known: Promise<client.Configuration> | undefined;

  constructor(private readonly settings: Settings) {}

  /** Its description and our credentials. Throws BffError when it does not answer; the next call asks again. */
  async configuration(): Promise<client.Configuration> {
    this.#known ??= this.#discover();
    try {
      return await this.#known;
    } catch (failure) {
      this.#known = undefined;
      throw new BffError("provider_away", `discovery: ${nameOf(failure)}`);
    }
  }

  async #discover(): Promise<client.Configuration> {
    const { issuer, clientId, clientSecret } = this.settings;
    // Settings allow http for loopback only. The signature of ID tokens is checked although TLS brought them (OIDC Core, 3.1.3.7).
    const execute = [client.enableNonRepudiationChecks, ...(issuer.startsWith("http:") ? [client.allowInsecureRequests] : [])];
    const found = await client.discovery(new URL(issuer), clientId, {}, client.ClientSecretBasic(clientSecret), {
      execute,
      timeout: TIMEOUT_SECONDS,
    });
    return found;
  }
}

/** True when the provider answered, and said no for this reason. */
export function said(failure: unknown, error: string): boolean {
  return failure instanceof client.ResponseBodyError && failure.error === error;
}

/** What may stand in a log about a failure: the kind, never its text, which may hold what was sent. */
export function nameOf(failure: unknown): string {
  if (failure instanceof client.ResponseBodyError || failure instanceof client.AuthorizationResponseError) return failure.error;
  if (failure instanceof client.ClientError) return failure.code ?? failure.name;
  return failure instanceof Error ? failure.name : typeof failure;
}

/** True when it did not answer, or answered that it cannot at the moment: trying again helps. */
export function isAway(failure: unknown): boolean {
  if (failure instanceof client.ResponseBodyError) return failure.status >= 500;
  // What fetch throws for a connection that fails.
  if (failure instanceof TypeError) return true;
  if (!(failure instanceof client.ClientError)) return false;
  return failure.code === "OAUTH_TIMEOUT" || (failure.cause instanceof Response && failure.cause.status >= 500);
}
