// @vitest-environment happy-dom
/** After a change that shows in the browser's own list of passkeys the browser is told: another name, another address, a passkey removed. */

import { screen, waitFor } from "@testing-library/react";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { open, type Told } from "./console";

const HERE = { rpId: "localhost", userId: "AQ" };
const ACCEPTED = { ...HERE, allAcceptedCredentialIds: ["BAUG"], name: "ada@example.com", displayName: "Ada Eze" };
const HELD: Told = { data: { authenticators: [], recovery_codes_left: 0, required: false, accepted: ACCEPTED } };
const signalAllAcceptedCredentials = vi.fn(() => Promise.resolve());
const signalCurrentUserDetails = vi.fn(() => Promise.resolve());

beforeEach(() => {
  vi.stubGlobal("PublicKeyCredential", { signalAllAcceptedCredentials, signalCurrentUserDetails });
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.clearAllMocks();
});

async function expectTold() {
  await waitFor(() => expect(signalCurrentUserDetails).toHaveBeenCalledWith({ ...HERE, name: ACCEPTED.name, displayName: "Ada Eze" }));
  expect(signalAllAcceptedCredentials).toHaveBeenCalledWith({ ...HERE, allAcceptedCredentialIds: ["BAUG"] });
}

test("a name that was saved", async () => {
  const { user, told } = open("profile", { "GET /authenticators": HELD });
  await user.type(await screen.findByLabelText("Last name"), "Eze");
  expect(signalCurrentUserDetails).not.toHaveBeenCalled();
  told["PATCH /me"] = { data: {}, message: "Your changes are saved." };
  await user.click(screen.getByRole("button", { name: "Save" }));
  await expectTold();
});

test("an address that was proven", async () => {
  const pending = { email: "old@example.com", email_verified: true, phone_number: null, phone_number_verified: null };
  const { user, told } = open("addresses", {
    "GET /authenticators": HELD,
    "GET /proof": { data: { fresh_until: "2026-09-01T10:00:00Z", has_password: true } },
    "GET /addresses": { data: { ...pending, pending: { kind: "email", address: "ada@example.com" } } },
  });
  await user.type(await screen.findByLabelText("Code"), "123456");
  told["POST /addresses/new/code"] = { data: { ...pending, pending: null }, message: "Your new address is confirmed." };
  await user.click(screen.getByRole("button", { name: "Confirm" }));
  await expectTold();
});

test("what counts, where the second steps are listed", async () => {
  open("security", {
    "GET /authenticators": HELD,
    "GET /proof": { data: { fresh_until: "2026-09-01T10:00:00Z", has_password: true } },
  });
  await expectTold();
});

test("that nobody can be told hinders nothing", async () => {
  const { user, told } = open("profile", { "GET /authenticators": "nobody" });
  await user.type(await screen.findByLabelText("Last name"), "Eze");
  told["PATCH /me"] = { data: {}, message: "Your changes are saved." };
  await user.click(screen.getByRole("button", { name: "Save" }));
  await waitFor(() => expect(document.querySelector("#console-announcer")?.textContent).toBe("Your changes are saved."));
  expect(signalCurrentUserDetails).not.toHaveBeenCalled();
});
