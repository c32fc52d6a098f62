/** The session in use: renewed once for everybody who asks, and calls in its name. */

import { beforeEach, describe, expect, test } from "vitest";
import { type Service, sendJson, serve } from "../../testing/http";
import type { EndedSessions } from "../src/ended";
import { type Op, SUB, startOp } from "./op";
import { application, logged, ORIGIN, Visitor } from "./visitor";

let op: Op;
let backend: Service;
let visitor: Visitor;
let backendSays: { status: number; headers: Record<string, string>; body: unknown };

beforeEach(async () => {
  op = await startOp();
  backendSays = { status: 200, headers: {}, body: { success: true, message: "Here.", data: { ticket: "t-1", expires_in: 30 } } };
  backend = await serve((_request, response) => {
    for (const [name, value] of Object.entries(backendSays.headers)) response.setHeader(name, value);
    sendJson(response, backendSays.body, backendSays.status);
  });
  visitor = new Visitor(application({ IDP_ISSUER: op.origin, BFF_BACKEND: backend.origin }));
  logged.length = 0;
});

const isSignedIn = async (who = visitor) => (await who.json("session", "/auth/session")).data?.signed_in;

/** Signed in, with an access token that is about to end. */
async function signInBriefly(): Promise<void> {
  op.faults.lifetime = 10;
  await visitor.signIn(op);
  op.faults.lifetime = 600;
}

describe("renewal", () => {
  test("a token that lasts is left alone", async () => {
    await visitor.signIn(op);
    expect(await isSignedIn()).toBe(true);
    expect([op.refreshes(), visitor.cookies]).toEqual([0, []]);
  });

  test("twenty requests with one old cookie renew it once", async () => {
    await signInBriefly();
    const twins = Array.from({ length: 20 }, () => visitor.copy());
    const answers = await Promise.all(twins.map((twin) => twin.ask("api", "/api/orders")));
    expect(answers.map((answer) => answer.status)).toEqual(Array(20).fill(200));
    expect(op.refreshes()).toBe(1);
    expect(new Set(backend.received.map(({ headers }) => headers.authorization))).toEqual(new Set(["Bearer access-2"]));
    // Whichever answer comes last, the browser has a session that lives.
    for (const twin of twins) expect(await isSignedIn(twin)).toBe(true);
    expect(op.refreshes()).toBe(1);
  });

  test("a request that was on its way with the old cookie gets the same one", async () => {
    await signInBriefly();
    const late = visitor.copy();
    expect(await isSignedIn()).toBe(true);
    expect(await isSignedIn(late)).toBe(true);
    expect(op.refreshes()).toBe(1);
  });

  test("the next time it is the new refresh token that is used", async () => {
    await signInBriefly();
    op.faults.lifetime = 10;
    expect([await isSignedIn(), await isSignedIn(), op.refreshes()]).toEqual([true, true, 2]);
  });

  test("a session that the provider ended is over, and the cookie goes", async () => {
    await signInBriefly();
    op.faults.refresh = { status: 400, error: "invalid_grant" };
    const answer = await visitor.json("api", "/api/orders");
    expect(answer).toMatchObject({ status: 401, code: "session_over", message: "Your sign-in has ended. Please sign in again." });
    expect(visitor.jar.size).toBe(0);
    expect(backend.received).toEqual([]);
  });

  test("a provider that is away ends nothing", async () => {
    await signInBriefly();
    op.faults.refresh = { status: 503, error: "temporarily_unavailable" };
    expect(await visitor.json("session", "/auth/session")).toMatchObject({ status: 503, code: "provider_away" });
    delete op.faults.refresh;
    expect(await isSignedIn()).toBe(true);
  });

  test("a renewal for somebody else is not believed", async () => {
    await signInBriefly();
    op.faults.claims = { sub: "somebody-else" };
    expect(await isSignedIn()).toBe(false);
  });
});

describe("calls", () => {
  test("the backend is asked in the person's name, and the page reads its answer", async () => {
    await visitor.signIn(op);
    backendSays = {
      status: 201,
      headers: { "X-Request-ID": "r-1", "Set-Cookie": "theirs=1" },
      body: { success: true, message: "Stored." },
    };
    const body = JSON.stringify({ quantity: 2 });
    const answer = await visitor.ask("api", "/api/orders?page=2", {
      method: "POST",
      body,
      headers: { "Content-Type": "application/json" },
    });
    expect([answer.status, await answer.json()]).toEqual([201, backendSays.body]);
    expect(answer.headers.get("X-Request-ID")).toBe("r-1");
    expect(answer.headers.getSetCookie()).toEqual([]);
    const [seen] = backend.received;
    expect([seen?.method, seen?.url.pathname, seen?.url.search, seen?.body]).toEqual(["POST", "/api/orders", "?page=2", body]);
    expect(seen?.headers.authorization).toBe("Bearer access-1");
    expect(seen?.headers.cookie).toBeUndefined();
  });

  test("a refusal comes through with its challenge", async () => {
    await visitor.signIn(op);
    backendSays = {
      status: 401,
      headers: { "WWW-Authenticate": 'Bearer error="insufficient_user_authentication"' },
      body: { success: false, message: "Once more." },
    };
    const answer = await visitor.ask("api", "/api/payouts");
    expect([answer.status, answer.headers.get("WWW-Authenticate")]).toEqual([401, 'Bearer error="insufficient_user_authentication"']);
  });

  test.each(["POST", "PUT", "PATCH", "DELETE"])("%s of another site's page changes nothing", async (method) => {
    await visitor.signIn(op);
    for (const headers of [{ Origin: "https://evil.example" }, { Origin: "null" }]) {
      expect(await visitor.json("api", "/api/orders", { method, headers })).toMatchObject({ status: 403, code: "cross_site" });
    }
    const request = new Request(`${ORIGIN}/api/orders`, { method, headers: { "Sec-Fetch-Site": "same-site" } });
    expect((await visitor.bff.api(request)).status).toBe(403);
    expect(backend.received).toEqual([]);
  });

  test("a guest's calls go through without a token, whatever header the page sends", async () => {
    const headers = { Authorization: "Bearer planted", "X-Fashionistar-Session-Key": "guest-7" };
    expect(await visitor.json("api", "/api/catalog", { headers })).toMatchObject({ status: 200, message: "Here." });
    const [seen] = backend.received;
    expect([seen?.headers.authorization, seen?.headers["x-fashionistar-session-key"]]).toEqual([undefined, "guest-7"]);
    expect(await visitor.json("api", "/api/orders", { method: "POST", headers: { Origin: "https://evil.example" } })).toMatchObject({
      status: 403,
    });
    expect(backend.received).toHaveLength(1);
  });

  test("a token goes nowhere but to the backend", async () => {
    await visitor.signIn(op);
    const elsewhere = await serve((_request, response) => sendJson(response, {}));
    backendSays = { status: 302, headers: { Location: `${elsewhere.origin}/` }, body: {} };
    expect(await visitor.json("api", "/api/orders")).toMatchObject({ status: 502, code: "backend_moved" });
    expect(await visitor.json("api", `//${new URL(elsewhere.origin).host}/api/orders`)).toMatchObject({ success: false });
    expect(elsewhere.received).toEqual([]);
  });

  test("a backend that is away is a sentence", async () => {
    await visitor.signIn(op);
    await backend.stop();
    expect(await visitor.json("api", "/api/orders")).toMatchObject({ status: 503, code: "backend_away" });
    const bare = new Visitor(application({ IDP_ISSUER: op.origin }));
    expect(await bare.json("api", "/api/orders")).toMatchObject({ status: 404, code: "no_backend" });
  });

  test("a ticket for a WebSocket is for our own pages", async () => {
    await visitor.signIn(op);
    backendSays.status = 201;
    const answer = await visitor.json("socketTicket", "/auth/socket-ticket", { method: "POST" });
    expect(answer).toMatchObject({ status: 201, data: { ticket: "t-1", expires_in: 30 } });
    const [seen] = backend.received;
    expect([seen?.method, seen?.url.pathname, seen?.headers.authorization]).toEqual(["POST", "/api/socket-ticket", "Bearer access-1"]);
    expect(JSON.parse(seen?.body ?? "")).toEqual({ origin: ORIGIN });
  });

  test("no ticket for another site's page, for nobody, or where the backend gives none", async () => {
    const ask = (headers = {}) => visitor.json("socketTicket", "/auth/socket-ticket", { method: "POST", headers });
    expect(await ask()).toMatchObject({ status: 401, code: "not_signed_in" });
    await visitor.signIn(op);
    expect(await ask({ Origin: "https://evil.example" })).toMatchObject({ status: 403, code: "cross_site" });
    expect(backend.received).toEqual([]);
    backendSays = { status: 403, headers: {}, body: { success: false, message: "This page may not.", code: "origin_not_allowed" } };
    expect(await ask()).toMatchObject({ status: 403, code: "origin_not_allowed", message: "This page may not." });
    backendSays = { status: 200, headers: {}, body: {} };
    expect(await ask()).toMatchObject({ status: 502 });
  });
});

describe("a renewed session reaches the browser, though", () => {
  test.each([
    ["the backend gives no ticket", { status: 201, headers: {}, body: {} }],
    ["the backend's ticket is no text", { status: 201, headers: {}, body: { data: { ticket: 7 } } }],
    ["the backend speaks of something else", { status: 201, headers: {}, body: "moved" }],
  ])("%s", async (_name, says) => {
    await signInBriefly();
    backendSays = says;
    const answer = await visitor.json("socketTicket", "/auth/socket-ticket", { method: "POST" });
    expect(answer).toMatchObject({ status: 502, code: "backend_moved" });
    expect(visitor.cookies).toEqual([expect.stringContaining("fashionistar_session=")]);
  });

  test("the backend answers with a page", async () => {
    await signInBriefly();
    const odd = await serve((_request, response) => void response.writeHead(201).end("<p>Moved</p>"));
    const twin = visitor.copy(application({ IDP_ISSUER: op.origin, BFF_BACKEND: odd.origin }));
    expect(await twin.json("socketTicket", "/auth/socket-ticket", { method: "POST" })).toMatchObject({
      status: 502,
      code: "backend_moved",
    });
    expect(twin.cookies).toEqual([expect.stringContaining("fashionistar_session=")]);
  });

  test("there is no backend", async () => {
    await signInBriefly();
    const bare = visitor.copy(application({ IDP_ISSUER: op.origin }));
    expect(await bare.json("api", "/api/orders")).toMatchObject({ status: 404, code: "no_backend" });
    expect(bare.cookies).toEqual([expect.stringContaining("fashionistar_session=")]);
  });
});

describe("the list of ended sessions", () => {
  test("that does not answer lets nobody in", async () => {
    await visitor.signIn(op);
    const down: EndedSessions = { end: () => Promise.reject(new Error("down")), endedAt: () => Promise.reject(new Error("down")) };
    const other = visitor.copy(application({ IDP_ISSUER: op.origin, BFF_BACKEND: backend.origin }, { ended: down }));
    expect(await other.json("session", "/auth/session")).toMatchObject({ status: 503, code: "store_away" });
    expect(await other.json("api", "/api/orders")).toMatchObject({ status: 503 });
    expect(await other.bff.person(new Headers({ Cookie: [...visitor.jar].map((pair) => pair.join("=")).join("; ") }))).toBeNull();
    expect(backend.received).toEqual([]);
  });

  test("a page rendered on the server knows who is there from the cookie alone", async () => {
    await visitor.signIn(op);
    const cookie = () => new Headers({ Cookie: [...visitor.jar].map((pair) => pair.join("=")).join("; ") });
    expect(await visitor.bff.person(cookie())).toMatchObject({ sub: SUB, name: "Ada Obi" });
    expect(await visitor.bff.person(new Headers())).toBeNull();
  });
});
