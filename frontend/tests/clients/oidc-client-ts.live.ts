/** `oidc-client-ts` outside our storefront, as a single-page application would use it by its own documentation. */

import { InMemoryWebStorage, OidcClient, type RefreshState, WebStorageStateStore } from "oidc-client-ts";
import { expect, it } from "vitest";
import { signIn, signOut } from "./sign-in";
import { world } from "./world";

it("signs a person in, refreshes, revokes and signs out", async () => {
  const client = new OidcClient({
    authority: world.issuer,
    client_id: "independent-spa",
    redirect_uri: world.redirectUri,
    post_logout_redirect_uri: world.afterLogout,
    scope: world.scope,
    loadUserInfo: true,
    stateStore: new WebStorageStateStore({ store: new InMemoryWebStorage() }),
  });

  const request = await client.createSigninRequest({ nonce: "n-0S6", max_age: 600 });
  const back = await signIn(new URL(request.url), world.person);
  expect(back.searchParams.get("iss")).toBe(world.issuer);
  const signedIn = await client.processSigninResponse(back.href);
  expect(signedIn.profile.email).toBe(world.person.username);
  expect(signedIn.refresh_token).toMatch(/^fst_rt_/);

  const state: RefreshState = {
    refresh_token: signedIn.refresh_token ?? "",
    id_token: signedIn.id_token ?? "",
    session_state: null,
    scope: signedIn.scope ?? "",
    profile: signedIn.profile,
  };
  const refreshed = await client.useRefreshToken({ state });
  expect(refreshed.access_token).not.toBe(signedIn.access_token);
  expect(refreshed.refresh_token).not.toBe(signedIn.refresh_token);

  await client.revokeToken(refreshed.refresh_token ?? "", "refresh_token");
  const again = { ...state, refresh_token: refreshed.refresh_token ?? "" };
  await expect(client.useRefreshToken({ state: again })).rejects.toMatchObject({ error: "invalid_grant" });

  const leaving = await client.createSignoutRequest({ id_token_hint: signedIn.id_token ?? "" });
  expect((await signOut(new URL(leaving.url))).href.startsWith(world.afterLogout)).toBe(true);
});
