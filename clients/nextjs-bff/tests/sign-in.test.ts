/** There and back: what is asked of the provider, what is believed of its answer, and where the person lands. */

import { beforeEach, describe, expect, test, vi } from "vitest";
import { safeReturnUrl } from "../src/return-url";
import { Sealer } from "../src/seal";
import { type Op, SUB, startOp } from "./op";
import { application, logged, ORIGIN, Visitor } from "./visitor";

let op: Op;
let visitor: Visitor;

beforeEach(async () => {
  op = await startOp();
  visitor = new Visitor(application({ IDP_ISSUER: op.origin }));
  logged.length = 0;
});

test("a visitor signs in and comes back to where they were", async () => {
  const answer = await visitor.signIn(op, "/auth/login?returnUrl=/cart%3Fitem%3D7");
  expect([answer.status, answer.headers.get("Location")]).toEqual([303, `${ORIGIN}/cart?item=7`]);
  expect(await visitor.json("session", "/auth/session")).toMatchObject({
    success: true,
    message: "You are signed in.",
    data: { signed_in: true, person: { sub: SUB, name: "Ada Obi", email: "ada@example.com", role: "client" } },
  });
});

test("the request carries PKCE, a nonce and a sealed state", async () => {
  const asked = (await visitor.leave("/auth/login?returnUrl=/secret-corner")).searchParams;
  expect(Object.fromEntries(asked)).toMatchObject({
    response_type: "code",
    client_id: "shop-bff",
    redirect_uri: `${ORIGIN}/auth/callback`,
    code_challenge_method: "S256",
    scope: "openid profile email roles offline_access",
  });
  expect(asked.get("nonce")?.length).toBeGreaterThan(20);
  expect(asked.get("state")).not.toContain("secret-corner");
  expect(asked.get("state")?.length).toBeLessThan(2048);
});

test.each([
  ["?prompt=create", { prompt: "create" }],
  ["?prompt=none", {}],
  ["?acr_values=phr&max_age=300", { acr_values: "phr", max_age: "300" }],
  ["?acr_values=root&max_age=-1&scope=admin&client_id=evil&redirect_uri=https://evil.example", {}],
])("of %s only what a page may ask is passed on", async (query, expected) => {
  const asked = (await visitor.leave(`/auth/login${query}`)).searchParams;
  const extra = ["prompt", "acr_values", "max_age"].flatMap((name) => (asked.has(name) ? [[name, asked.get(name)]] : []));
  expect(Object.fromEntries(extra)).toEqual(expected);
  expect([asked.get("client_id"), asked.get("redirect_uri")]).toEqual(["shop-bff", `${ORIGIN}/auth/callback`]);
});

test.each([
  "https://evil.example/",
  "//evil.example/",
  "/\\evil.example/",
  "/\t/evil.example/",
  "\\\\evil.example",
  "javascript:alert(1)",
  "/.//evil.example",
  "evil.example",
  "/auth/login",
  "/AUTH/logout",
  `/${"a".repeat(600)}`,
  "",
])("%j is no place to return to", async (wanted) => {
  const answer = await visitor.signIn(op, `/auth/login?returnUrl=${encodeURIComponent(wanted)}`);
  expect(answer.headers.get("Location")).toBe(`${ORIGIN}/`);
});

test.each(["/", "/cart#total", "/authors?page=2", "/search?q=%2F%2Fevil.example"])("%s is one", async (wanted) => {
  const answer = await visitor.signIn(op, `/auth/login?returnUrl=${encodeURIComponent(wanted)}`);
  expect(answer.headers.get("Location")).toBe(ORIGIN + wanted);
});

test.each([
  ["//evil.example/cart", "/"],
  ["/.//evil.example", "/"],
  ["/cart/../orders", "/orders"],
  [null, "/"],
])("%j becomes %j", (wanted, judged) => expect(safeReturnUrl(wanted, ORIGIN)).toBe(judged));

describe("cookies", () => {
  test("no page and no script of another host can read or set them", async () => {
    const secure = new Visitor(application({ IDP_ISSUER: op.origin, BFF_ORIGIN: "https://shop.example" }), "https://shop.example");
    await secure.signIn(op);
    const [session] = secure.cookies.filter((cookie) => cookie.startsWith("__Host-fashionistar_session="));
    expect(session).toMatch(/; Path=\/; HttpOnly; SameSite=Lax; Secure; Max-Age=\d+$/);
    expect(session?.length).toBeLessThan(3900);
  });

  test("http on this machine has no Secure cookies", async () => {
    await visitor.signIn(op);
    const [session] = visitor.cookies.filter((cookie) => cookie.startsWith("fashionistar_session="));
    expect(session).toMatch(/; Path=\/; HttpOnly; SameSite=Lax; Max-Age=\d+$/);
  });

  test("what is in them is nobody's to read: no token, no name, in no answer either", async () => {
    await visitor.signIn(op);
    const seen = [...visitor.jar.values()].join() + (await (await visitor.ask("session", "/auth/session")).text());
    for (const secret of ["access-1", "refresh-1", Buffer.from("access-1").toString("base64url")]) expect(seen).not.toContain(secret);
    expect([...visitor.jar.values()].join()).not.toContain("Ada");
    expect(logged.join()).not.toMatch(/access-|refresh-|ada@example/);
  });

  test("one that was changed, or sealed for something else, is none", async () => {
    await visitor.leave();
    const [[, login] = ["", ""]] = visitor.jar;
    for (const value of [login, `${login}x`, "e30.e30.e30.e30.e30", ""]) {
      visitor.jar.set("fashionistar_session", value);
      expect((await visitor.json("session", "/auth/session")).data).toMatchObject({ signed_in: false });
    }
  });

  test("two that contradict each other are none: one of them is not ours", async () => {
    await visitor.signIn(op);
    const [[name, value] = ["", ""]] = visitor.jar;
    const asked = (cookie: string) => visitor.bff.session(new Request(`${ORIGIN}/auth/session`, { headers: { Cookie: cookie } }));
    expect(await (await asked(`${name}=${value}; ${name}=${value}`)).json()).toMatchObject({ data: { signed_in: true } });
    expect(await (await asked(`${name}=${value}; ${name}=planted`)).json()).toMatchObject({ data: { signed_in: false } });
  });

  test("what was sealed for one purpose opens for no other, and not for ever", async () => {
    const sealer = new Sealer(["c".repeat(40)]);
    const sealed = await sealer.seal("login", { verifier: "v" }, 60);
    expect(await sealer.open("login", sealed)).toMatchObject({ verifier: "v" });
    expect(await sealer.open("session", sealed)).toBeNull();
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 61_000 });
    expect(await sealer.open("login", sealed)).toBeNull();
    vi.useRealTimers();
  });

  test("an older secret still opens, one that was taken away does not", async () => {
    await visitor.signIn(op);
    const secrets = (list: string) => visitor.copy(application({ IDP_ISSUER: op.origin, BFF_COOKIE_SECRETS: list }));
    const [first, second] = ["c".repeat(40), "d".repeat(40)];
    expect((await secrets(`${second},${first}`).json("session", "/auth/session")).data).toMatchObject({ signed_in: true });
    expect((await secrets(second).json("session", "/auth/session")).data).toMatchObject({ signed_in: false });
  });

  test("many sign-ins that are never finished do not pile up", async () => {
    for (let count = 0; count < 12; count += 1) await visitor.leave();
    expect(visitor.jar.size).toBeLessThanOrEqual(5);
    expect((await visitor.signIn(op)).status).toBe(303);
  });
});

describe("refused, with a sentence and without a session", () => {
  const isRefused = async (answer: Response, status: number, words: string) => {
    expect(answer.status).toBe(status);
    expect(answer.headers.get("Content-Type")).toContain("text/html");
    expect(await answer.text()).toContain(words);
    expect((await visitor.json("session", "/auth/session")).data).toMatchObject({ signed_in: false });
  };
  const LOST = "This sign-in was not started in this browser";

  test("a code that another browser asked for", async () => {
    const attacker = new Visitor(visitor.bff);
    const back = op.authorize(await attacker.leave());
    await isRefused(await visitor.ask("callback", back.pathname + back.search), 400, LOST);
  });

  test("the same answer a second time", async () => {
    const back = op.authorize(await visitor.leave());
    expect((await visitor.ask("callback", back.pathname + back.search)).status).toBe(303);
    visitor.jar.delete("fashionistar_session");
    await isRefused(await visitor.ask("callback", back.pathname + back.search), 400, LOST);
  });

  test("a state of another sign-in of this browser, or none", async () => {
    const [one, other] = [op.authorize(await visitor.leave()), op.authorize(await visitor.leave())];
    const [, cookie] = [...visitor.jar.keys()];
    visitor.jar.delete(cookie ?? "");
    await isRefused(await visitor.ask("callback", other.pathname + other.search), 400, LOST);
    one.searchParams.delete("state");
    await isRefused(await visitor.ask("callback", one.pathname + one.search), 400, LOST);
  });

  test("an answer of another provider (RFC 9207)", async () => {
    const back = op.authorize(await visitor.leave());
    back.searchParams.set("iss", "https://evil.example");
    await isRefused(await visitor.ask("callback", back.pathname + back.search), 400, "could not finish this");
  });

  test.each([
    ["another nonce", { nonce: "another" }],
    ["another audience", { aud: "somebody-else" }],
    ["another issuer", { iss: "https://evil.example" }],
    ["one that is over", { exp: 1 }],
  ])("an ID token with %s", async (_name, claims) => {
    op.faults.claims = claims;
    await isRefused(await visitor.signIn(op), 400, "could not finish this");
  });

  test("an ID token that somebody else signed", async () => {
    op.faults.strangeKey = true;
    await isRefused(await visitor.signIn(op), 400, "could not finish this");
  });

  test("a sign-in that is older than was asked for", async () => {
    op.faults.claims = { auth_time: Math.floor(Date.now() / 1000) - 900 };
    await isRefused(await visitor.signIn(op, "/auth/login?max_age=300"), 400, "could not finish this");
  });

  test("a person who says no", async () => {
    await isRefused(await visitor.signIn(op, "/auth/login", { error: "access_denied" }), 403, "You chose not to share your account");
  });

  test("a provider that breaks, or is not there", async () => {
    op.faults.token = 500;
    await isRefused(await visitor.signIn(op), 503, "does not answer right now");
    await op.stop();
    const fresh = new Visitor(application({ IDP_ISSUER: op.origin }));
    const answer = await fresh.ask("login", "/auth/login");
    expect([answer.status, await answer.text()]).toEqual([503, expect.stringContaining("Please try again in a few seconds.")]);
  });
});
