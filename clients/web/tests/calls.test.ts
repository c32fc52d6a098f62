/** Calls of a service and of UserInfo with the person's token: what is sent, and what each refusal means. */

import { beforeEach, describe, expect, test } from "vitest";
import { callService, revokeToken } from "../src/http";
import { sendJson, serve, silentOrigin } from "./http";
import { openSession, signedIn } from "./page";
import { startProvider } from "./provider";

const TOKEN = "fst_at_test";

beforeEach(() => sessionStorage.clear());

describe("a call", () => {
  test("carries the token in the Authorization header and nowhere else (RFC 6750, 2.1)", async () => {
    const service = await serve((_request, response) => sendJson(response, {}));
    await callService(`${service.origin}/api/me`, TOKEN, { method: "POST", body: "{}", headers: { "X-Mine": "1" } });
    const [request] = service.received;
    expect(request?.headers).toMatchObject({ authorization: `Bearer ${TOKEN}`, "x-mine": "1" });
    expect(request?.url.href).not.toContain(TOKEN);
    expect([request?.headers.cookie, request?.headers.referer, request?.method]).toEqual([undefined, undefined, "POST"]);
  });

  test.each([
    [401, "session_expired"],
    [403, "backend_forbidden"],
    [404, "backend_failed"],
    [429, "backend_busy"],
    [500, "backend_failed"],
    [503, "backend_unavailable"],
  ])("that is refused with %i means %s, with the reference the service gave", async (status, code) => {
    const body = { success: false, message: "m", code: "c", errors: {}, meta: { request_id: "req-1" } };
    const service = await serve((_request, response) => sendJson(response, body, status));
    await expect(callService(`${service.origin}/api/me`, TOKEN)).rejects.toMatchObject({ code, reference: "req-1", said: "m" });
  });

  test("that a proxy refuses, whose error page is not ours, is named by its status", async () => {
    const proxy = await serve((_request, response) => response.writeHead(502, { "Content-Type": "text/html" }).end("<h1>Bad gateway</h1>"));
    await expect(callService(proxy.origin, TOKEN)).rejects.toMatchObject({ code: "backend_unavailable", reference: undefined });
  });

  test("that nobody answers is a stopped service", async () => {
    await expect(callService(await silentOrigin(), TOKEN)).rejects.toMatchObject({ code: "backend_unreachable" });
  });

  test("with a token that is no longer good ends the sign-in here too", async () => {
    const session = await signedIn(await startProvider());
    const service = await serve((_request, response) => sendJson(response, {}, 401));
    await expect(session.fetch(service.origin)).rejects.toMatchObject({ code: "session_expired" });
    expect(session.user).toBeNull();
    await expect(session.fetch(service.origin)).rejects.toMatchObject({ code: "session_expired" });
    expect(service.received).toHaveLength(1);
  });
});

describe("UserInfo", () => {
  test("is the person's claims (OIDC Core, 5.3)", async () => {
    const provider = await startProvider();
    const session = await signedIn(provider);
    expect(await session.userInfo()).toEqual({ sub: "u-1", name: "Ada Obi" });
    const request = provider.received.find((each) => each.url.pathname === "/oauth2/userinfo");
    expect(request?.headers.authorization).toBe("Bearer fst_at_1");
  });

  test("about somebody else is not used (OIDC Core, 5.3.2)", async () => {
    const provider = await startProvider();
    provider.faults.userInfo = { sub: "u-2" };
    await expect((await signedIn(provider)).userInfo()).rejects.toMatchObject({ code: "person_changed" });
  });

  test("of nobody is a sentence", async () => {
    await expect(openSession((await startProvider()).origin).userInfo()).rejects.toMatchObject({ code: "session_expired" });
  });
});

describe("revocation (RFC 7009, 2.1)", () => {
  test("posts the token, its kind and the client as a form", async () => {
    const provider = await serve((_request, response) => response.writeHead(200).end());
    await revokeToken(`${provider.origin}/oauth2/revoke`, "demo-spa", TOKEN);
    const [request] = provider.received;
    expect(request?.method).toBe("POST");
    expect(request?.headers["content-type"]).toContain("application/x-www-form-urlencoded");
    const form = { token: TOKEN, token_type_hint: "access_token", client_id: "demo-spa" };
    expect(Object.fromEntries(new URLSearchParams(request?.body))).toEqual(form);
  });

  test("that was not confirmed is an error", async () => {
    const provider = await serve((_request, response) => sendJson(response, { error: "server_error" }, 503));
    await expect(revokeToken(provider.origin, "demo-spa", TOKEN)).rejects.toMatchObject({ code: "provider_failed" });
  });
});
