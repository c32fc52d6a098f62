/** `openid-client`, a certified relying party, against the running provider: once for each way a client proves itself. */

import * as oidc from "openid-client";
import { describe, expect, it } from "vitest";
import { signIn, signOut } from "./sign-in";
import { world } from "./world";

async function privateKey(jwk: JsonWebKey, algorithm: EcKeyImportParams | RsaHashedImportParams, kid: string): Promise<oidc.PrivateKey> {
  return { key: await crypto.subtle.importKey("jwk", jwk, algorithm, false, ["sign"]), kid };
}

const METHODS: Record<string, () => Promise<oidc.ClientAuth>> = {
  "independent-basic": async () => oidc.ClientSecretBasic(world.secret),
  "independent-post": async () => oidc.ClientSecretPost(world.secret),
  "independent-ec": async () => oidc.PrivateKeyJwt(await privateKey(world.ecKey, { name: "ECDSA", namedCurve: "P-256" }, "ec-1")),
  "independent-rsa": async () => oidc.PrivateKeyJwt(await privateKey(world.rsaKey, { name: "RSA-PSS", hash: "SHA-256" }, "rsa-1")),
  "independent-spa": async () => oidc.None(),
};
/** Registered for ES256; the others for RS256, which is what `openid-client` expects unless told. */
const ES256 = { id_token_signed_response_alg: "ES256" };

/** Its own token is live for a client that can prove itself; a public one is told to do so first. */
async function requireIntrospection(config: oidc.Configuration, token: string, subject: string): Promise<void> {
  const answer = oidc.tokenIntrospection(config, token);
  if (config.clientMetadata().client_id === "independent-spa") {
    await expect(answer).rejects.toMatchObject({ status: 401 });
  } else {
    expect(await answer).toMatchObject({ active: true, sub: subject });
  }
}

describe.each(Object.keys(METHODS))("%s", (clientId) => {
  it("signs a person in, refreshes, asks, revokes and signs out", async () => {
    const proof = await METHODS[clientId]?.();
    const metadata = clientId === "independent-rsa" ? ES256 : undefined;
    const config = await oidc.discovery(new URL(world.issuer), clientId, metadata, proof, { execute: [oidc.allowInsecureRequests] });
    // Signatures of ID tokens are verified as well, and not only trusted because they came over TLS.
    oidc.enableNonRepudiationChecks(config);

    const pkceCodeVerifier = oidc.randomPKCECodeVerifier();
    const [expectedState, expectedNonce] = [oidc.randomState(), oidc.randomNonce()];
    const request = oidc.buildAuthorizationUrl(config, {
      redirect_uri: world.redirectUri,
      scope: world.scope,
      state: expectedState,
      nonce: expectedNonce,
      max_age: "600",
      code_challenge: await oidc.calculatePKCECodeChallenge(pkceCodeVerifier),
      code_challenge_method: "S256",
    });
    const back = await signIn(request, world.person);
    const checks = { pkceCodeVerifier, expectedState, expectedNonce, maxAge: 600, idTokenExpected: true };
    const tokens = await oidc.authorizationCodeGrant(config, back, checks);
    const subject = tokens.claims()?.sub ?? "";

    expect((await oidc.fetchUserInfo(config, tokens.access_token, subject)).email).toBe(world.person.username);
    const refreshed = await oidc.refreshTokenGrant(config, tokens.refresh_token ?? "");
    expect(refreshed.access_token).not.toBe(tokens.access_token);

    await requireIntrospection(config, refreshed.access_token, subject);
    await oidc.tokenRevocation(config, refreshed.access_token);
    await expect(oidc.fetchUserInfo(config, refreshed.access_token, subject)).rejects.toMatchObject({ status: 401 });

    const leaving = { id_token_hint: tokens.id_token ?? "", post_logout_redirect_uri: world.afterLogout, state: "bye" };
    expect((await signOut(oidc.buildEndSessionUrl(config, leaving))).href).toBe(`${world.afterLogout}?state=bye`);
    await expect(oidc.refreshTokenGrant(config, refreshed.refresh_token ?? tokens.refresh_token ?? "")).rejects.toMatchObject({
      error: "invalid_grant",
    });
  });
});
