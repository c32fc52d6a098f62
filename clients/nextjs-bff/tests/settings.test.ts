/** The environment: what is wrong is named before the first visitor comes, all of it at once, and without a value. */

import { expect, test } from "vitest";
import { readSettings } from "../src/settings";
import { ENV } from "./visitor";

const GOOD = { ...ENV, IDP_ISSUER: "https://accounts.fashionistar.net" };

test("what is not said has a default", () => {
  expect(readSettings(GOOD)).toMatchObject({
    scope: "openid profile email roles offline_access",
    callbackPath: "/auth/callback",
    backend: "",
  });
});

test.each([
  ["BFF_ORIGIN", "http://shop.example"],
  ["BFF_ORIGIN", "https://shop.example/"],
  ["BFF_ORIGIN", "shop.example"],
  ["IDP_ISSUER", "http://accounts.fashionistar.net"],
  ["IDP_ISSUER", "https://user:secret@accounts.fashionistar.net"],
  ["BFF_BACKEND", "http://api.fashionistar.net"],
  ["BFF_BACKEND", "https://api.fashionistar.net/v1"],
  ["BFF_CLIENT_SECRET", ""],
  ["BFF_COOKIE_SECRETS", "short"],
  ["BFF_COOKIE_SECRETS", `${"a".repeat(32)},short`],
  ["BFF_CALLBACK_PATH", "https://evil.example"],
])("%s=%s is refused", (name, value) => {
  expect(() => readSettings({ ...GOOD, [name]: value })).toThrow(name);
});

test("every mistake is named at once, and no secret is shown", () => {
  const read = () => readSettings({ BFF_COOKIE_SECRETS: "hush" });
  for (const name of ["BFF_ORIGIN", "IDP_ISSUER", "BFF_CLIENT_ID", "BFF_CLIENT_SECRET", "BFF_COOKIE_SECRETS"]) expect(read).toThrow(name);
  expect(read).not.toThrow("hush");
});
