/** The mapping from anything thrown to a sentence: total, specific, and never technical. */

import { ErrorResponse, ErrorTimeout } from "oidc-client-ts";
import { expect, describe as group, test } from "vitest";
import { AuthError, describe, type FailureCode, nameSignInError } from "../src/errors";

function answered(error: string): ErrorResponse {
  return new ErrorResponse({ error, error_description: "for developers" });
}

group("naming what a sign-in throws", () => {
  test.each<[string, unknown, FailureCode]>([
    ["the visitor pressed Deny", answered("access_denied"), "access_denied"],
    ["no session at the provider", answered("login_required"), "login_required"],
    ["consent needed under prompt=none", answered("consent_required"), "interaction_required"],
    ["interaction needed under prompt=none", answered("interaction_required"), "interaction_required"],
    ["the code has expired or was used", answered("invalid_grant"), "invalid_grant"],
    ["the account has no second factor", answered("unmet_authentication_requirements"), "step_up_unmet"],
    ["the provider stumbled", answered("server_error"), "provider_failed"],
    ["the provider is busy", answered("temporarily_unavailable"), "provider_failed"],
    ["the registration is wrong", answered("invalid_scope"), "client_refused"],
    ["a code nobody has heard of", answered("something_new"), "client_refused"],
    ["no connection", new TypeError("Failed to fetch"), "provider_unreachable"],
    ["no answer in time", new ErrorTimeout("Network timed out"), "provider_unreachable"],
    ["a state that is not stored here", new Error("No matching state found in storage"), "state_mismatch"],
    ["no state at all", new Error("No state in response"), "state_mismatch"],
    ["a foreign nonce", new Error("nonce in id_token does not match nonce in client storage"), "sign_in_failed"],
    ["a failure that has its name", new AuthError("issuer_mismatch"), "issuer_mismatch"],
    ["a string", "oops", "sign_in_failed"],
  ])("%s", (_what, thrown, code) => {
    expect(nameSignInError(thrown).code).toBe(code);
  });
});

group("describing a failure", () => {
  test.each([undefined, null, "text", 42, new Error("secret detail"), new RangeError("x"), { error: "x" }])(
    "has a sentence for %s",
    (thrown) => {
      const failure = describe(thrown);
      expect(failure.code).toBe("unexpected");
      expect(failure.sentence).toBe("Something went wrong on this page. Reload it and try again.");
    },
  );

  test("never repeats what the provider wrote for developers", () => {
    expect(describe(nameSignInError(answered("invalid_scope"))).sentence).not.toContain("for developers");
  });

  test("carries the backend's reference, and none where there is none", () => {
    expect(describe(new AuthError("backend_failed", { reference: "req-7" })).reference).toBe("req-7");
    expect(describe(new AuthError("backend_failed"))).not.toHaveProperty("reference");
  });

  test("blames the connection, not the service, when the browser is offline", () => {
    expect(describe(new AuthError("backend_unreachable"), false).code).toBe("offline");
    expect(describe(new AuthError("provider_unreachable"), false).code).toBe("offline");
    expect(describe(new AuthError("access_denied"), false).code).toBe("access_denied");
  });

  test("uses the application's own sentence where it has one", () => {
    const words = { backend_unreachable: "The shop is closed." };
    expect(describe(new AuthError("backend_unreachable"), true, words).sentence).toBe("The shop is closed.");
    expect(describe(new AuthError("access_denied"), true, words).sentence).toContain("You chose not to share");
  });

  test("tells a stopped provider from a stopped backend", () => {
    expect(describe(new AuthError("provider_unreachable")).sentence).toContain("Fashionistar sign-in does not answer");
    expect(describe(new AuthError("backend_unreachable")).sentence).toContain("service does not answer");
  });
});
