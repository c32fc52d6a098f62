/** The settings of the storefront: read from /config.json, refused when they could send a visitor to the wrong place. */

import { describe, expect, test } from "vitest";
import { sendJson, serve, silentOrigin } from "../../clients/web/tests/http";
import { loadConfig, parseConfig } from "../demo-spa/src/config";

const GOOD = { issuer: "http://localhost:8000", client_id: "demo-spa", api_origin: "http://localhost:8001" };

describe("parsing", () => {
  test("keeps the issuer exactly as it is written", () => {
    expect(parseConfig({ ...GOOD, issuer: "https://accounts.example.com/tenant/" }).issuer).toBe("https://accounts.example.com/tenant/");
    expect(parseConfig(GOOD)).toEqual({ issuer: "http://localhost:8000", clientId: "demo-spa", apiOrigin: "http://localhost:8001" });
  });

  test("takes a backend origin with a slash at its end", () => {
    expect(parseConfig({ ...GOOD, api_origin: "https://api.example.com/" }).apiOrigin).toBe("https://api.example.com");
  });

  test.each([
    ["null", null],
    ["a list", [GOOD]],
    ["no issuer", { ...GOOD, issuer: undefined }],
    ["an issuer that is no address", { ...GOOD, issuer: "localhost:8000" }],
    ["an issuer in clear text off this machine", { ...GOOD, issuer: "http://accounts.example.com" }],
    ["an issuer with a query", { ...GOOD, issuer: "https://accounts.example.com/?a=b" }],
    ["a script instead of an address", { ...GOOD, api_origin: "javascript:alert(1)" }],
    ["a backend address with a path", { ...GOOD, api_origin: "https://api.example.com/v1" }],
    ["an empty client id", { ...GOOD, client_id: "" }],
    ["a client id that is a number", { ...GOOD, client_id: 7 }],
  ])("refuses %s", (_what, value) => {
    expect(() => parseConfig(value)).toThrow(expect.objectContaining({ code: "config_unreadable" }));
  });
});

describe("loading", () => {
  test("reads the document", async () => {
    const shop = await serve((_request, response) => sendJson(response, GOOD));
    expect((await loadConfig(`${shop.origin}/config.json`)).clientId).toBe("demo-spa");
  });

  test("says so when the document is missing, is a page, or nobody answers", async () => {
    const missing = await serve((_request, response) => sendJson(response, {}, 404));
    const page = await serve((_request, response) => response.end("<!doctype html>"));
    for (const origin of [missing.origin, page.origin, await silentOrigin()]) {
      await expect(loadConfig(`${origin}/config.json`)).rejects.toMatchObject({ code: "config_unreadable" });
    }
  });
});
