/** Sign-in, sign-out and their failures, spoken over HTTP to a stand-in provider; only leaving the page is caught instead of done. */

import { beforeEach, describe, expect, test, vi } from "vitest";
import { silentOrigin } from "./http";
import { destination, openSession, postedForm, SHOP, signedIn } from "./page";
import { startProvider } from "./provider";

beforeEach(() => sessionStorage.clear());

describe("signing in", () => {
  test("asks for a code with PKCE, state and nonce, and never for a token in the address (RFC 9700, 2.1)", async () => {
    const provider = await startProvider();
    const request = await destination(openSession(provider.origin).signIn());
    expect(request.origin + request.pathname).toBe(`${provider.origin}/oauth2/authorize`);
    const asked = Object.fromEntries(request.searchParams);
    expect(asked).toMatchObject({
      response_type: "code",
      client_id: "demo-spa",
      redirect_uri: `${SHOP}/callback`,
      code_challenge_method: "S256",
    });
    expect(asked.scope?.split(" ")).toEqual(expect.arrayContaining(["openid", "orders"]));
    for (const name of ["state", "nonce", "code_challenge"]) expect(asked[name]?.length).toBeGreaterThanOrEqual(32);
  });

  test("ends with tokens in memory, and none in the browser's storage (ASVS 14.3.3)", async () => {
    const session = await signedIn(await startProvider());
    expect(session.user?.accessToken).toBe("fst_at_1");
    expect(session.user?.claims.sub).toBe("u-1");
    const stored = JSON.stringify([{ ...sessionStorage }, { ...localStorage }]);
    expect(stored).not.toMatch(/fst_at_1|code_verifier|signature|u-1/);
  });

  test("takes an answer once", async () => {
    const provider = await startProvider();
    const session = openSession(provider.origin);
    const answer = provider.authorize(await destination(session.signIn()));
    await session.finishSignIn(answer.href);
    await expect(session.finishSignIn(answer.href)).rejects.toMatchObject({ code: "state_mismatch" });
  });

  test.each([
    ["a state of another tab", "state", "foreign", "state_mismatch"],
    ["another issuer (RFC 9207, 2.4)", "iss", "http://localhost:9", "issuer_mismatch"],
    ["no issuer, though the provider promises one", "iss", null, "issuer_mismatch"],
    ["a code that is not good any more", "code", "stale", "invalid_grant"],
  ])("refuses an answer with %s", async (_what, name, value, code) => {
    const provider = await startProvider();
    const session = openSession(provider.origin);
    const answer = provider.authorize(await destination(session.signIn()));
    if (value === null) answer.searchParams.delete(name);
    else answer.searchParams.set(name, value);
    await expect(session.finishSignIn(answer.href)).rejects.toMatchObject({ code });
    expect(session.user).toBeNull();
  });

  test("passes on that the visitor refused", async () => {
    const provider = await startProvider();
    const session = openSession(provider.origin);
    const answer = provider.authorize(await destination(session.signIn()));
    answer.searchParams.delete("code");
    answer.searchParams.set("error", "access_denied");
    await expect(session.finishSignIn(answer.href)).rejects.toMatchObject({ code: "access_denied" });
  });

  test.each([
    ["for somebody else's request", { nonce: "other" }, "sign_in_failed"],
    ["for another client", { aud: "other" }, "id_token_invalid"],
    ["that has expired", { exp: 1 }, "id_token_invalid"],
  ])("refuses an ID token %s", async (_what, claims, code) => {
    const provider = await startProvider();
    provider.faults.claims = claims;
    await expect(signedIn(provider)).rejects.toMatchObject({ code });
  });

  test("stays on the page when the provider is stopped, or is not the one we know", async () => {
    const leave = vi.spyOn(window.location, "assign").mockReturnValue();
    await expect(openSession(await silentOrigin()).signIn()).rejects.toMatchObject({ code: "provider_unreachable" });
    const provider = await startProvider();
    provider.faults.issuer = "http://localhost:9";
    await expect(openSession(provider.origin).signIn()).rejects.toMatchObject({ code: "provider_misconfigured" });
    expect(leave).not.toHaveBeenCalled();
  });
});

describe("signing out", () => {
  test("revokes the token, forgets the person, and ends the provider's session (RP-Initiated Logout 1.0, 2)", async () => {
    const provider = await startProvider();
    const session = await signedIn(provider);
    const idTokenHint = session.user?.idToken;
    const leave = vi.spyOn(window.location, "assign").mockReturnValue();
    leave.mockClear();
    const { action, method, fields } = await postedForm(session.signOut());
    expect(session.user).toBeNull();
    expect(provider.received.find((each) => each.url.pathname === "/oauth2/revoke")?.body).toContain("token=fst_at_1");
    // Nothing of it in an address: that would be kept in histories and logs.
    expect([action, method]).toEqual([`${provider.origin}/oauth2/logout`, "post"]);
    expect(leave).not.toHaveBeenCalled();
    expect(fields).toMatchObject({ id_token_hint: idTokenHint, post_logout_redirect_uri: `${SHOP}/` });

    const back = `${SHOP}/?state=${fields.state}`;
    expect(await session.isSignedOutAnswer(back)).toBe(true);
    expect(await session.isSignedOutAnswer(back)).toBe(false);
    expect({ ...sessionStorage }).toEqual({});
  });

  test("goes on when revocation alone fails", async () => {
    const provider = await startProvider();
    const session = await signedIn(provider);
    provider.faults.revocation = 503;
    vi.spyOn(console, "warn").mockReturnValue();
    expect((await postedForm(session.signOut())).action).toBe(`${provider.origin}/oauth2/logout`);
  });

  test("forgets the person even when the provider cannot be told, and says so", async () => {
    const provider = await startProvider();
    const session = await signedIn(provider);
    provider.faults.issuer = "http://localhost:9";
    await expect(session.signOut()).rejects.toMatchObject({ code: "sign_out_incomplete" });
    expect(session.user).toBeNull();
  });
});

test("a first visit asks the provider nothing", async () => {
  const provider = await startProvider();
  await openSession(provider.origin).resume();
  expect(provider.received).toEqual([]);
});
