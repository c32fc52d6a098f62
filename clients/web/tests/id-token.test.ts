/** What the package believes of an ID token (OIDC Core, 3.1.3.7). */

import { describe, expect, test } from "vitest";
import { checkIdToken, readClaims } from "../src/id-token";
import { idToken } from "./provider";

const NOW = 1_800_000_000;
const ISSUER = "http://localhost:8000";
const GOOD = { iss: ISSUER, aud: "demo-spa", sub: "u-1", iat: NOW - 5, exp: NOW + 600 };

function check(claims: Record<string, unknown>): unknown {
  return checkIdToken(idToken(claims), ISSUER, "demo-spa", NOW);
}

describe("an ID token", () => {
  test("for us, from our issuer and current is believed, whatever letters are in it", () => {
    expect(check({ ...GOOD, given_name: "Adaéze 🧵" })).toEqual({ ...GOOD, given_name: "Adaéze 🧵" });
  });

  test("for several audiences is believed when we are the authorised party", () => {
    expect(check({ ...GOOD, aud: ["demo-spa", "other"], azp: "demo-spa" })).toBeTruthy();
  });

  test.each([
    ["from another issuer", { ...GOOD, iss: "http://localhost:9000" }],
    ["for another client", { ...GOOD, aud: "other" }],
    ["for several audiences without saying who asked", { ...GOOD, aud: ["demo-spa", "other"] }],
    ["that has expired", { ...GOOD, exp: NOW - 61 }],
    ["without an end", { ...GOOD, exp: undefined }],
    ["from the future", { ...GOOD, iat: NOW + 61 }],
  ])("%s is refused", (_what, claims) => {
    expect(() => check(claims)).toThrow(expect.objectContaining({ code: "id_token_invalid" }));
  });

  test.each(["", "abc", "a.!!!.c", `a.${btoa("[1]")}.c`])("that is no token (%j) is refused", (token) => {
    expect(() => readClaims(token)).toThrow(expect.objectContaining({ code: "id_token_invalid" }));
  });
});
