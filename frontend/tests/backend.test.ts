/** The storefront's questions to the backend, against a real HTTP server: what each answer means. (Refusals: the browser package's tests.) */

import { describe, expect, test } from "vitest";
import { sendJson, serve } from "../../clients/web/tests/http";
import { askForOrders, askForPayouts, askWhoIAm, confirmLargeOrder } from "../demo-spa/src/backend";

/** A session as far as the questions use it. */
const asking = { fetch: (url: string) => fetch(url) };

describe("the answers", () => {
  test("of /api/me are the introspection answer and the backend's record", async () => {
    const data = { introspection: { active: true, sub: "u-1", aud: ["http://localhost:8001"] }, user: { sub: "u-1", orders: 3 } };
    const backend = await serve((_request, response) => sendJson(response, { success: true, message: "This is you.", data }));
    expect(await askWhoIAm(asking, backend.origin)).toEqual({ message: "This is you.", ...data });
    expect(backend.received[0]?.url.pathname).toBe("/api/me");
  });

  test("of /api/me outside the demo are the backend's record alone", async () => {
    const data = { user: { sub: "u-1", orders: 3 } };
    const backend = await serve((_request, response) => sendJson(response, { success: true, message: "This is you.", data }));
    expect(await askWhoIAm(asking, backend.origin)).toEqual({ message: "This is you.", introspection: null, ...data });
  });

  test("of /api/me with neither are not taken for an answer", async () => {
    const backend = await serve((_request, response) => sendJson(response, { success: true, message: "", data: { user: 7 } }));
    await expect(askWhoIAm(asking, backend.origin)).rejects.toMatchObject({ code: "backend_unreadable" });
  });

  test("of /api/orders are orders with amounts in naira", async () => {
    const order = { number: 1, item: "Aso oke cap", amount_kobo: 640_000, status: "shipped", placed_at: "2026-05-01T10:00:00Z" };
    const backend = await serve((_request, response) => sendJson(response, { success: true, message: "", data: { orders: [order] } }));
    expect(await askForOrders(asking, backend.origin)).toEqual([
      { number: "1", item: "Aso oke cap", amount: 6400, status: "shipped", placedAt: "2026-05-01T10:00:00Z" },
    ]);
  });

  test("of /api/orders in another shape are refused whole", async () => {
    const backend = await serve((_request, response) => sendJson(response, { success: true, message: "", data: { orders: [{}] } }));
    await expect(askForOrders(asking, backend.origin)).rejects.toMatchObject({ code: "backend_unreadable" });
  });
});

describe("payouts", () => {
  test("ask the session to come back to them after a step-up", async () => {
    const asked: unknown[] = [];
    const data = { payouts: [] };
    const session = {
      fetch: async (...question: unknown[]) => {
        asked.push(question);
        return Response.json({ success: true, message: "", data });
      },
    };
    expect(await askForPayouts(session, "http://localhost:8001", "/#payouts")).toEqual([]);
    expect(asked).toEqual([["http://localhost:8001/api/payouts", { returnTo: "/#payouts" }]]);
  });
});

describe("a large order", () => {
  test("is confirmed by a POST that comes back to the orders after a step-up, and says so", async () => {
    const asked: unknown[] = [];
    const session = {
      fetch: async (...question: unknown[]) => {
        asked.push(question);
        return Response.json({ success: true, message: "Thank you.", data: { order: {} } });
      },
    };
    expect(await confirmLargeOrder(session, "http://localhost:8001", "/#orders")).toBe("Thank you.");
    expect(asked).toEqual([["http://localhost:8001/api/orders/large/confirm", { method: "POST", returnTo: "/#orders" }]]);
  });
});

describe("an answer that is no success of ours", () => {
  test.each([
    ["a page", "<!doctype html>"],
    ["half an object", '{"success": tr'],
    ["a list", "[]"],
    ["an envelope that does not say success", '{"data": {}}'],
  ])("(%s) is unreadable", async (_what, body) => {
    const backend = await serve((_request, response) => response.writeHead(200, { "Content-Type": "application/json" }).end(body));
    await expect(askForOrders(asking, backend.origin)).rejects.toMatchObject({ code: "backend_unreadable" });
  });
});
