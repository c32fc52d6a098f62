// @vitest-environment happy-dom
/** The one way to the account API: what it sends, and what becomes of every kind of answer. */

import { expect, test } from "vitest";
import { callAs } from "../../console/src/api/call";
import { Refusal, UNREACHABLE, UNREADABLE } from "../../console/src/api/refusal";
import { serve } from "./console";

const call = callAs("the-token", () => "fr");

test("a change carries the CSRF token, the language and its body", async () => {
  const asked = serve({ "PATCH /me": { data: {}, message: "Saved." } });
  expect(await call("PATCH /me", { body: { given_name: "Ada" } })).toMatchObject({ message: "Saved." });
  const { headers, body } = asked[0] ?? {};
  expect([headers?.get("x-csrftoken"), headers?.get("accept-language"), headers?.get("content-type")]).toEqual([
    "the-token",
    "fr",
    "application/json",
  ]);
  expect(body).toEqual({ given_name: "Ada" });
});

test("what stands in a path cannot leave its place", async () => {
  const asked = serve({ "DELETE /apps/..%2Fme%3Fx": { data: null } });
  await call("DELETE /apps/{client_id}", { path: { client_id: "../me?x" } });
  expect(asked).toHaveLength(1);
});

test("a refusal keeps words, code, fields and the way on", async () => {
  serve({
    "GET /me": {
      status: 403,
      code: "step_up_required",
      message: "Please.",
      errors: { a: ["No.", "Never."] },
      meta: { request_id: "1", action: "/login" },
    },
  });
  const refusal = await call("GET /me").catch((error: unknown) => error as Refusal);
  expect(refusal).toBeInstanceOf(Refusal);
  expect(refusal).toMatchObject({ message: "Please.", isProofTooOld: true, isSignedOut: false, action: "/login", reference: "1" });
  expect((refusal as Refusal).about("a")).toBe("No. Never.");
});

test.each([
  ["nobody", UNREACHABLE],
  ["html", UNREADABLE],
] as const)("%s answers: %s", async (answer, code) => {
  serve({ "GET /me": answer });
  await expect(call("GET /me")).rejects.toMatchObject({ code });
});

test("a wrong code ends no session, though its status is 401", () => {
  expect(new Refusal("code_refused", 401).isSignedOut).toBe(false);
  expect(new Refusal("authentication_failed", 401).isSignedOut).toBe(true);
});
