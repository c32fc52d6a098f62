/** The end of a session, wherever it is told: on a page of ours, or by the provider. */

import { beforeEach, describe, expect, test } from "vitest";
import type { EndedSessions } from "../src/ended";
import { EVENT, type Op, SUB, startOp } from "./op";
import { application, logged, ORIGIN, Visitor } from "./visitor";

let op: Op;
let visitor: Visitor;

beforeEach(async () => {
  op = await startOp();
  visitor = new Visitor(application({ IDP_ISSUER: op.origin }));
  logged.length = 0;
});

const isSignedIn = async (who = visitor) => (await who.json("session", "/auth/session")).data?.signed_in;

describe("signing out", () => {
  const logout = (headers = {}) => visitor.ask("logout", "/auth/logout", { method: "POST", headers });

  test("ends the session here, the tokens, and then the session at the provider", async () => {
    await visitor.signIn(op);
    const thief = visitor.copy();
    const answer = await logout();
    const to = new URL(answer.headers.get("Location") ?? "");
    expect([answer.status, to.origin + to.pathname, to.searchParams.get("post_logout_redirect_uri")]).toEqual([
      303,
      `${op.origin}/logout`,
      `${ORIGIN}/`,
    ]);
    expect(to.searchParams.get("id_token_hint")?.split(".")).toHaveLength(3);
    expect(op.received.find(({ url }) => url.pathname === "/revoke")?.body).toContain("refresh-1");
    expect(visitor.jar.size).toBe(0);
    expect(await isSignedIn(thief)).toBe(false);
  });

  test("works while the provider is away, and twice", async () => {
    await visitor.signIn(op);
    await op.stop();
    expect((await logout()).headers.get("Location")).toBe(`${ORIGIN}/`);
    expect([await isSignedIn(), (await logout()).headers.get("Location")]).toEqual([false, `${ORIGIN}/`]);
  });

  test("works while the list of ended sessions is away: the provider ends it, and tells us again later", async () => {
    await visitor.signIn(op);
    const down: EndedSessions = { end: () => Promise.reject(new Error("down")), endedAt: () => Promise.reject(new Error("down")) };
    const other = visitor.copy(application({ IDP_ISSUER: op.origin }, { ended: down }));
    const answer = await other.ask("logout", "/auth/logout", { method: "POST" });
    expect([answer.status, answer.headers.get("Location")]).toEqual([303, expect.stringContaining(`${op.origin}/logout?id_token_hint=`)]);
    expect(op.received.find(({ url }) => url.pathname === "/revoke")?.body).toContain("refresh-1");
    expect(other.jar.size).toBe(0);
    expect(logged.join()).toContain("sign_out_incomplete");
  });

  test("another site cannot sign anybody out", async () => {
    await visitor.signIn(op);
    const answer = await logout({ Origin: "https://evil.example" });
    expect([answer.status, await isSignedIn()]).toEqual([403, true]);
  });
});

describe("the provider's logout notice", () => {
  const noticeOf = (body: string, type = "application/x-www-form-urlencoded") =>
    visitor.bff.backchannelLogout(
      new Request(`${ORIGIN}/auth/backchannel-logout`, { method: "POST", headers: { "Content-Type": type }, body }),
    );
  const notice = (token: string, type?: string) => noticeOf(new URLSearchParams({ logout_token: token }).toString(), type);

  test("ends the session everywhere, at the next request", async () => {
    await visitor.signIn(op);
    const other = visitor.copy();
    const answer = await notice(await op.logoutToken());
    expect([answer.status, answer.headers.get("Cache-Control")]).toEqual([200, "no-store"]);
    expect([await isSignedIn(), await isSignedIn(other)]).toEqual([false, false]);
    expect(visitor.jar.size).toBe(0);
  });

  test("for a person ends every session that began before, and none after", async () => {
    await visitor.signIn(op);
    expect((await notice(await op.logoutToken({ sid: undefined }))).status).toBe(200);
    expect(await isSignedIn()).toBe(false);
    expect((await notice(await op.logoutToken({ sid: undefined, iat: Math.floor(Date.now() / 1000) - 5 }))).status).toBe(200);
    const now = Date.now;
    Date.now = () => now() + 2_000;
    try {
      await visitor.signIn(op);
      expect(await isSignedIn()).toBe(true);
    } finally {
      Date.now = now;
    }
  });

  test("that is older than one before it takes nothing back, whatever the list does with it", async () => {
    const kept = new Map<string, number>();
    const plain: EndedSessions = { end: async (what, at) => void kept.set(what, at), endedAt: async (what) => kept.get(what) ?? null };
    visitor = new Visitor(application({ IDP_ISSUER: op.origin }, { ended: plain }));
    await visitor.signIn(op);
    const now = Math.floor(Date.now() / 1000);
    for (const iat of [now, now - 60]) expect((await notice(await op.logoutToken({ sid: undefined, iat }))).status).toBe(200);
    expect(await isSignedIn()).toBe(false);
  });

  test("that comes while the session is renewed ends it all the same", async () => {
    op.faults.lifetime = 10;
    await visitor.signIn(op);
    const token = await op.logoutToken();
    op.faults.meanwhile = () => notice(token);
    expect([await isSignedIn(), visitor.jar.size, op.refreshes()]).toEqual([false, 0, 1]);
  });

  test("for another session ends nothing here", async () => {
    await visitor.signIn(op);
    expect((await notice(await op.logoutToken({ sid: "sid-2" }))).status).toBe(200);
    expect(await isSignedIn()).toBe(true);
  });

  test.each([
    ["an ID token's type", {}, { typ: "JWT" }],
    ["a shared secret's signature", {}, { alg: "HS256" }],
    ["another audience", { aud: "somebody-else" }, {}],
    ["another issuer", { iss: "https://evil.example" }, {}],
    ["a time that is over", { exp: 1 }, {}],
    ["no end", { exp: undefined }, {}],
    ["no beginning", { iat: undefined }, {}],
    ["no id", { jti: undefined }, {}],
    ["a nonce", { nonce: "n" }, {}],
    ["no event", { events: undefined }, {}],
    ["another event", { events: { "https://example.com/other": {} } }, {}],
    ["an event that is no object", { events: { [EVENT]: true } }, {}],
    ["nobody", { sub: undefined, sid: undefined }, {}],
  ])("with %s is refused", async (_name, changes, header) => {
    await visitor.signIn(op);
    const answer = await notice(await op.logoutToken(changes, header));
    expect([answer.status, await answer.json()]).toEqual([400, expect.objectContaining({ error: "invalid_request", success: false })]);
    expect(await isSignedIn()).toBe(true);
  });

  test("signed by a stranger, not signed, not a form, twice or huge, is refused", async () => {
    await visitor.signIn(op);
    op.faults.strangeKey = true;
    const strange = await op.logoutToken();
    delete op.faults.strangeKey;
    const good = await op.logoutToken();
    const unsigned = `${Buffer.from('{"alg":"none","typ":"logout+jwt"}').toString("base64url")}.${good.split(".")[1]}.`;
    for (const token of [strange, unsigned, "", "x", "x".repeat(20_000)]) expect((await notice(token)).status).toBe(400);
    expect((await notice(good, "application/json")).status).toBe(400);
    for (const more of [`&logout_token=${good}`, `&more=${"x".repeat(20_000)}`])
      expect((await noticeOf(`logout_token=${good}${more}`)).status).toBe(400);
    expect(await isSignedIn()).toBe(true);
    expect(logged.join()).not.toContain(good);
  });

  test("of unknown length is not read beyond what a notice can be", async () => {
    let sent = 0;
    const pull = (controller: ReadableStreamDefaultController<Uint8Array>) => {
      sent += 1024;
      controller.enqueue(new Uint8Array(1024).fill(120));
      if (sent >= 1_000_000) controller.close();
    };
    const body = { body: new ReadableStream({ pull }), duplex: "half" as const };
    const call = { method: "POST", headers: { "Content-Type": "application/x-www-form-urlencoded" }, ...body };
    const answer = await visitor.bff.backchannelLogout(new Request(`${ORIGIN}/auth/backchannel-logout`, call));
    expect([answer.status, sent < 32_000]).toEqual([400, true]);
  });

  test("that cannot be checked is asked for again: 503", async () => {
    const token = await op.logoutToken({ sub: SUB });
    await op.stop();
    expect((await notice(token)).status).toBe(503);
  });
});
