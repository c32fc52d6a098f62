/** The desk's calls of the admin API, against a real HTTP server: what is sent, what each answer means. */

import { AuthError } from "@fashionistar/auth-web";
import { describe, expect, test } from "vitest";
import { sendJson, serve } from "../../clients/web/tests/http";
import { findPerson, reactivate, suspend } from "../demo-spa/src/admin";
import { parseDeskConfig } from "../demo-spa/src/config";

const ACCOUNT = { sub: "u-1", email: "a•••@example.com", phone_number: "", role: "client", is_active: true, open_sessions: 2 };
const SEEN = { sub: "u-1", email: "a•••@example.com", phoneNumber: "", role: "client", isActive: true, openSessions: 2 };
const asking = { fetch: (url: string, init?: RequestInit) => fetch(url, init) };

describe("the calls", () => {
  test("a search sends the address in the body, never in the URL", async () => {
    const provider = await serve((_request, response) => sendJson(response, { success: true, message: "", data: ACCOUNT }));
    expect(await findPerson(asking, provider.origin, "ada@example.com")).toEqual(SEEN);
    expect(provider.received.map(({ url }) => url.pathname + url.search)).toEqual(["/api/v1/admin/users/search"]);
  });

  test("an act goes to the person's address and tells the provider's sentence", async () => {
    const provider = await serve((_request, response) =>
      sendJson(response, { success: true, message: "The account is suspended.", data: { ...ACCOUNT, is_active: false } }),
    );
    const outcome = await suspend(asking, provider.origin, "u-1", "ticket 4711");
    expect(outcome).toEqual({ message: "The account is suspended.", account: { ...SEEN, isActive: false } });
    await reactivate(asking, provider.origin, "u-1", "ticket 4711");
    expect(provider.received.map((request) => request.url.pathname)).toEqual([
      "/api/v1/admin/users/u-1/suspend",
      "/api/v1/admin/users/u-1/reactivate",
    ]);
  });

  test("come back to the desk after a step-up", async () => {
    const asked: unknown[] = [];
    const session = {
      fetch: async (_url: string, init: unknown) => {
        asked.push(init);
        return Response.json({ success: true, message: "", data: ACCOUNT });
      },
    };
    await suspend(session, "http://localhost:8000", "u-1", "ticket 4711");
    expect(asked).toMatchObject([{ method: "POST", returnTo: "/desk", body: '{"reason":"ticket 4711"}' }]);
  });

  test.each([{}, { ...ACCOUNT, is_active: "yes" }, { ...ACCOUNT, sub: "" }])("refuse an account of another shape", async (data) => {
    const provider = await serve((_request, response) => sendJson(response, { success: true, message: "", data }));
    await expect(findPerson(asking, provider.origin, "x")).rejects.toMatchObject({ code: "backend_unreadable" });
  });
});

describe("the settings", () => {
  const told = {
    issuer: "https://accounts.example.com",
    client_id: "demo-spa",
    desk_client_id: "demo-desk",
    api_origin: "https://api.example.com",
  };

  test("name the desk's own client", () => {
    expect(parseDeskConfig(told)).toEqual({ issuer: "https://accounts.example.com", clientId: "demo-desk" });
  });

  test("without it are refused", () => {
    expect(() => parseDeskConfig({ ...told, desk_client_id: "" })).toThrow(AuthError);
  });
});
