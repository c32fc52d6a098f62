/** The storefront's requests to the backend, against a real HTTP server: what is sent, and what each answer means. */

import { describe, expect, test } from "vitest";
import { callBackend, revokeToken } from "../demo-spa/src/api";
import { askForOrders, askWhoIAm } from "../demo-spa/src/backend";
import { sendJson, serve, silentOrigin } from "./http";

const TOKEN = "fst_at_test";

describe("a request", () => {
  test("carries the token in the Authorization header and nowhere else (RFC 6750, 2.1)", async () => {
    const backend = await serve((_request, response) => sendJson(response, { success: true, message: "ok", data: {} }));
    await callBackend(`${backend.origin}/api/me`, TOKEN);
    const [request] = backend.received;
    expect(request?.headers.authorization).toBe(`Bearer ${TOKEN}`);
    expect(request?.url.href).not.toContain(TOKEN);
    expect(request?.headers.cookie).toBeUndefined();
    expect(request?.headers.referer).toBeUndefined();
  });
});

describe("a failure", () => {
  test.each([
    [401, "session_expired"],
    [403, "backend_forbidden"],
    [404, "backend_failed"],
    [429, "backend_busy"],
    [500, "backend_failed"],
    [503, "backend_unavailable"],
  ])("%i means %s, with the reference the backend gave", async (status, code) => {
    const body = { success: false, message: "m", code: "c", errors: {}, meta: { request_id: "req-1" } };
    const backend = await serve((_request, response) => sendJson(response, body, status));
    await expect(callBackend(`${backend.origin}/api/me`, TOKEN)).rejects.toMatchObject({ code, reference: "req-1" });
  });

  test("of a proxy, whose error page is not ours, is named by its status", async () => {
    const proxy = await serve((_request, response) => response.writeHead(502, { "Content-Type": "text/html" }).end("<h1>Bad gateway</h1>"));
    await expect(callBackend(`${proxy.origin}/api/me`, TOKEN)).rejects.toMatchObject({ code: "backend_unavailable", reference: undefined });
  });

  test("to answer at all is a stopped backend", async () => {
    await expect(callBackend(`${await silentOrigin()}/api/me`, TOKEN)).rejects.toMatchObject({ code: "backend_unreachable" });
  });

  test.each([
    ["a page", "<!doctype html>"],
    ["half an object", '{"success": tr'],
    ["a list", "[]"],
    ["an envelope that does not say success", '{"data": {}}'],
  ])("to send JSON of ours (%s) is an unreadable answer", async (_what, body) => {
    const backend = await serve((_request, response) => response.writeHead(200, { "Content-Type": "application/json" }).end(body));
    await expect(callBackend(`${backend.origin}/api/me`, TOKEN)).rejects.toMatchObject({ code: "backend_unreadable" });
  });
});

describe("the answers", () => {
  test("of /api/me are the introspection answer and the backend's record", async () => {
    const data = { introspection: { active: true, sub: "u-1", aud: ["http://localhost:8001"] }, user: { sub: "u-1", orders: 3 } };
    const backend = await serve((_request, response) => sendJson(response, { success: true, message: "This is you.", data }));
    expect(await askWhoIAm(backend.origin, TOKEN)).toEqual({ message: "This is you.", ...data });
    expect(backend.received[0]?.url.pathname).toBe("/api/me");
  });

  test("of /api/me without an introspection answer are not taken for one", async () => {
    const backend = await serve((_request, response) => sendJson(response, { success: true, message: "", data: { user: {} } }));
    await expect(askWhoIAm(backend.origin, TOKEN)).rejects.toMatchObject({ code: "backend_unreadable" });
  });

  test("of /api/orders are orders with amounts in naira", async () => {
    const order = { number: 1, item: "Aso oke cap", amount_kobo: 640_000, status: "shipped", placed_at: "2026-05-01T10:00:00Z" };
    const backend = await serve((_request, response) => sendJson(response, { success: true, message: "", data: { orders: [order] } }));
    expect(await askForOrders(backend.origin, TOKEN)).toEqual([
      { number: "1", item: "Aso oke cap", amount: 6400, status: "shipped", placedAt: "2026-05-01T10:00:00Z" },
    ]);
  });

  test("of /api/orders in another shape are refused whole", async () => {
    const backend = await serve((_request, response) => sendJson(response, { success: true, message: "", data: { orders: [{}] } }));
    await expect(askForOrders(backend.origin, TOKEN)).rejects.toMatchObject({ code: "backend_unreadable" });
  });
});

describe("revocation (RFC 7009, 2.1)", () => {
  test("posts the token, its kind and the client as a form", async () => {
    const provider = await serve((_request, response) => response.writeHead(200).end());
    await revokeToken(`${provider.origin}/oauth2/revoke`, "demo-spa", TOKEN);
    const [request] = provider.received;
    expect(request?.method).toBe("POST");
    expect(request?.headers["content-type"]).toContain("application/x-www-form-urlencoded");
    expect(Object.fromEntries(new URLSearchParams(request?.body))).toEqual({
      token: TOKEN,
      token_type_hint: "access_token",
      client_id: "demo-spa",
    });
  });

  test("that was not confirmed is an error", async () => {
    const provider = await serve((_request, response) => sendJson(response, { error: "server_error" }, 503));
    await expect(revokeToken(provider.origin, "demo-spa", TOKEN)).rejects.toMatchObject({ code: "provider_failed" });
  });
});
