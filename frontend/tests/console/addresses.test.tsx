// @vitest-environment happy-dom
/** A new address: asked for, proven by its code, or dropped; every answer is read, though one form takes the other's place. */

import { screen, waitFor } from "@testing-library/react";
import { expect, test } from "vitest";
import { open, type Told } from "./console";

const HELD = { email: "ada@example.com", email_verified: true, phone_number: null, phone_number_verified: false, pending: null };
const PENDING = { ...HELD, pending: { kind: "email", address: "new@example.com" } };
const FRESH = { data: { fresh_until: "2026-09-01T10:00:00Z", has_password: true } };

const openWith = (held: object, more: Record<string, Told> = {}) =>
  open("addresses", { "GET /proof": FRESH, "GET /addresses": { data: held }, ...more });
const alertText = (text: string) => screen.findByText(text, { selector: ".alert__text, .alert__text p" });

test("a new address is asked for; the sentence stays while the field for the code takes the form's place", async () => {
  const { user, told, asked } = openWith(HELD);
  await user.type(await screen.findByLabelText("New email address"), "new@example.com");
  told["PUT /addresses/new"] = { data: PENDING, message: "We sent a message." };
  told["GET /addresses"] = { data: PENDING };
  await user.click(screen.getByRole("button", { name: "Change email address" }));
  const said = await alertText("We sent a message.");
  await screen.findByLabelText("Code");
  expect(screen.getByText("Waiting for its code: new@example.com")).toBeDefined();
  expect(asked.find(({ call }) => call === "PUT /addresses/new")?.body).toEqual({ kind: "email", address: "new@example.com" });
  await waitFor(() => expect(document.activeElement?.contains(said)).toBe(true));
});

test("the code makes it the account's", async () => {
  const { user, told } = openWith(PENDING);
  await user.type(await screen.findByLabelText("Code"), "123456");
  told["POST /addresses/new/code"] = { data: HELD, message: "Your new address is confirmed." };
  told["GET /addresses"] = { data: { ...HELD, email: "new@example.com" } };
  await user.click(screen.getByRole("button", { name: "Confirm" }));
  await alertText("Your new address is confirmed.");
  expect(await screen.findByText("new@example.com")).toBeDefined();
});

test("a wrong code, though its status is 401, ends no session; the code can be tried again", async () => {
  const { user, told } = openWith(PENDING);
  await user.type(await screen.findByLabelText("Code"), "000000");
  told["POST /addresses/new/code"] = { status: 401, code: "code_refused", message: "That code is not right." };
  await user.click(screen.getByRole("button", { name: "Confirm" }));
  await alertText("That code is not right.");
  expect(screen.getByLabelText("Code")).toBeDefined();
});

test("the old one is kept on wish", async () => {
  const { user, told } = openWith(PENDING);
  told["DELETE /addresses/new"] = { data: HELD, message: "Your addresses stay as they are." };
  const keep = await screen.findByRole("button", { name: "Keep the old one" });
  told["GET /addresses"] = { data: HELD };
  await user.click(keep);
  await alertText("Your addresses stay as they are.");
  await screen.findByLabelText("New email address");
});

test("what is wrong stands beside the field it is about, and only there", async () => {
  const { user, told } = openWith(HELD);
  await user.type(await screen.findByLabelText("New phone number"), "12");
  told["PUT /addresses/new"] = {
    status: 400,
    code: "invalid_input",
    message: "Please check.",
    errors: { address: ["That is no phone number."] },
  };
  await user.click(screen.getByRole("button", { name: "Change phone number" }));
  await alertText("Please check.");
  expect(screen.getByLabelText("New phone number").getAttribute("aria-invalid")).toBe("true");
  expect(screen.getByLabelText("New email address").getAttribute("aria-invalid")).toBeNull();
});

test("what was typed goes along to the sign-in page and back", async () => {
  const { user, told } = openWith(HELD);
  await user.type(await screen.findByLabelText("New email address"), "new@example.com");
  told["PUT /addresses/new"] = {
    status: 403,
    code: "step_up_required",
    message: "Please.",
    meta: { request_id: "1", action: "/login?next=%2Faccount%2Fsecurity&fresh=1" },
  };
  await user.click(screen.getByRole("button", { name: "Change email address" }));
  const way = await screen.findByRole("link", { name: "Sign in again" });
  way.addEventListener("click", (event) => event.preventDefault());
  await user.click(way);
  expect(sessionStorage.getItem("account-console-drafts")).toContain("new@example.com");
});
