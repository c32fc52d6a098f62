/** The step-up challenge (RFC 9470): how it is read, what it becomes, and that nobody is led in circles or swapped on the way. */

import { readChallenge } from "@fashionistar/auth-web";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { safePath } from "../src/return-to";
import { toRequest } from "../src/step-up";
import { sendJson, serve } from "./http";
import { destination, openSession, SHOP, signedIn } from "./page";
import { type Provider, startProvider } from "./provider";

const ASKS = 'Bearer error="insufficient_user_authentication", acr_values="aal2", max_age=300';

beforeEach(() => {
  sessionStorage.clear();
  history.replaceState(null, "", "/wallet?tab=payouts#latest");
});

/** A service that asks for more until `satisfied`. */
async function strictService(header = ASKS) {
  const state = { satisfied: false };
  const service = await serve((_request, response) => {
    if (state.satisfied) return sendJson(response, { success: true });
    response.setHeader("WWW-Authenticate", header);
    sendJson(response, { success: false }, 401);
  });
  return { url: `${service.origin}/payouts`, state };
}

/** What the authorization request asks for after the service refused. */
async function requestAfter(provider: Provider, header: string): Promise<URL> {
  const session = await signedIn(provider);
  return await destination(session.fetch((await strictService(header)).url));
}

describe("a challenge", () => {
  test.each([
    [ASKS, { acrValues: "aal2", maxAge: 300 }],
    ['Bearer realm="https://api", error="insufficient_user_authentication", max_age="60"', { maxAge: 60 }],
    ['DPoP algs="ES256", bearer error="insufficient_user_authentication", acr_values="phr aal2"', { acrValues: "phr aal2" }],
    ['Bearer error="insufficient_user_authentication", max_age="soon"', {}],
    ['Bearer error="insufficient_user_authentication", error_description="a \\"quoted\\" word, acr_values=\\"aal9\\""', {}],
  ])("%s is read", (header, challenge) => {
    expect(readChallenge(header)).toEqual(challenge);
  });

  test.each([null, "", 'Bearer error="invalid_token"', 'Basic realm="insufficient_user_authentication"', "Bearer"])(
    "%s is none",
    (header) => {
      expect(readChallenge(header)).toBeNull();
    },
  );

  test("without a wish of its own means: sign in afresh", () => {
    expect(toRequest({})).toEqual({ max_age: 0 });
    const claims = JSON.stringify({ id_token: { acr: { essential: true, values: ["phr", "aal2"] } } });
    expect(toRequest({ acrValues: "phr aal2" })).toEqual({ acr_values: "phr aal2", extraQueryParams: { claims } });
  });
});

describe("a service that asks for a stronger sign-in", () => {
  test("is answered with acr_values and max_age, and the person comes back to where they were (RFC 9470, 4)", async () => {
    const provider = await startProvider();
    const session = await signedIn(provider);
    const service = await strictService();
    const request = await destination(session.fetch(service.url));
    expect(Object.fromEntries(request.searchParams)).toMatchObject({ acr_values: "aal2", max_age: "300" });
    expect(request.searchParams.get("claims")).toContain('"essential":true');
    // Where the person was is nobody's business at the provider.
    expect(request.href).not.toContain("wallet");

    const arrived = openSession(provider.origin);
    const answer = provider.authorize(request);
    history.replaceState(null, "", answer.pathname + answer.search);
    expect(await arrived.arrive()).toEqual({ kind: "signed-in", returnTo: "/wallet?tab=payouts#latest" });
    expect(location.href).toBe(`${SHOP}/wallet?tab=payouts#latest`);
    service.state.satisfied = true;
    expect((await arrived.fetch(service.url)).status).toBe(200);
  });

  test("with max_age alone", async () => {
    const asked = (await requestAfter(await startProvider(), 'Bearer error="insufficient_user_authentication", max_age="0"')).searchParams;
    expect([asked.get("max_age"), asked.get("acr_values")]).toEqual(["0", null]);
  });

  test("the same thing again right after it got it is told, not obeyed", async () => {
    const provider = await startProvider();
    const session = await signedIn(provider);
    const service = await strictService();
    const arrived = openSession(provider.origin);
    await arrived.finishSignIn(provider.authorize(await destination(session.fetch(service.url))).href);
    await expect(arrived.fetch(service.url)).rejects.toMatchObject({ code: "step_up_refused" });
  });

  test("is not satisfied by somebody else's sign-in", async () => {
    const provider = await startProvider();
    const request = await requestAfter(provider, ASKS);
    provider.faults.claims = { sub: "u-2" };
    const arrived = openSession(provider.origin);
    await expect(arrived.finishSignIn(provider.authorize(request).href)).rejects.toMatchObject({ code: "person_changed" });
    expect(arrived.user).toBeNull();
  });
});

test.each([
  ["https://evil.example/", "/"],
  ["//evil.example/", "/"],
  ["/\\evil.example/", "/"],
  ["javascript:alert(1)", "/"],
  ["", "/"],
  ["/shop?a=1#b", "/shop?a=1#b"],
])("returning to %s leads to %s (RFC 9700, 4.11)", (path, safe) => {
  expect(safePath(path, SHOP)).toBe(safe);
});

test("a stored place to return to is not believed either", async () => {
  const provider = await startProvider();
  const request = await destination(openSession(provider.origin).signIn());
  const [key = ""] = Object.keys({ ...sessionStorage });
  sessionStorage.setItem(key, (sessionStorage.getItem(key) ?? "").replace("/wallet?tab=payouts#latest", "//evil.example/"));
  expect(await openSession(provider.origin).finishSignIn(provider.authorize(request).href)).toBe("/");
});

test("each address at the provider is told before the page leaves for it", async () => {
  const provider = await startProvider();
  const onLeave = vi.fn();
  const request = await destination(openSession(provider.origin, { onLeave }).signIn());
  expect(onLeave.mock.calls.map(([address]) => address.href)).toEqual([request.href]);
});
