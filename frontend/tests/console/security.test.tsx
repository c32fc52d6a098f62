// @vitest-environment happy-dom
/** Password and second steps: nothing typed in vain, nothing typed kept. */

import { screen, waitFor } from "@testing-library/react";
import { expect, test } from "vitest";
import { open } from "./console";

const FRESH = { data: { fresh_until: "2026-09-01T10:00:00Z", has_password: true } };
const NONE = { data: { authenticators: [], recovery_codes_left: 0, required: false } };
const OLD = {
  status: 403,
  code: "step_up_required",
  message: "To change how you sign in, please sign in again first.",
  meta: { request_id: "1", action: "/login?next=%2Faccount%2Fsecurity&fresh=1" },
};

async function type(user: ReturnType<typeof open>["user"], current: string, next: string): Promise<void> {
  await user.type(await screen.findByLabelText("Current password"), current);
  await user.type(screen.getByLabelText("New password"), next);
  await user.click(screen.getByRole("button", { name: "Change password" }));
}

test("a sign-in that is too old is told before anything is typed, with the way to a fresh one and back", async () => {
  open("security", { "GET /proof": { data: { fresh_until: null, has_password: true } }, "GET /authenticators": NONE });
  const way = await screen.findByRole("link", { name: "Sign in again" });
  expect(way.getAttribute("href")).toBe("/login?next=%2Faccount%2Fconsole%2Fsecurity&fresh=1");
  expect(screen.queryByLabelText("New password")).toBeNull();
});

test("a password is changed, and neither is left in the page", async () => {
  const { user, asked, told } = open("security", { "GET /proof": FRESH, "GET /authenticators": NONE });
  told["PUT /password"] = { data: null, message: "Your password is changed." };
  await type(user, "old words here", "new words there");
  await screen.findByText("Your password is changed.", { selector: ".alert__text" });
  expect(asked.find(({ call }) => call === "PUT /password")?.body).toEqual({
    current_password: "old words here",
    new_password: "new words there",
  });
  await waitFor(() => expect(screen.getByLabelText<HTMLInputElement>("New password").value).toBe(""));
  expect(screen.getByLabelText<HTMLInputElement>("Current password").value).toBe("");
});

test("a wrong one is said beside its field", async () => {
  const { user, told } = open("security", { "GET /proof": FRESH, "GET /authenticators": NONE });
  const sentence = "That is not your current password.";
  told["PUT /password"] = { status: 400, code: "not_your_password", message: sentence, errors: { current_password: [sentence] } };
  await type(user, "wrong", "new words there");
  await screen.findByRole("alert");
  const field = screen.getByLabelText("Current password");
  expect([field.getAttribute("aria-invalid"), document.activeElement === field]).toEqual(["true", true]);
});

test("a sign-in that grew too old meanwhile leads to a fresh one and back here; passwords are not kept", async () => {
  const { user, told } = open("security", { "GET /proof": FRESH, "GET /authenticators": NONE });
  told["PUT /password"] = OLD;
  await type(user, "old words here", "new words there");
  const way = await screen.findByRole("link", { name: "Sign in again" });
  expect(way.getAttribute("href")).toBe("/login?next=%2Faccount%2Fconsole%2Fsecurity&fresh=1");
  way.addEventListener("click", (event) => event.preventDefault());
  await user.click(way);
  expect(JSON.stringify({ ...sessionStorage })).not.toMatch(/words/);
});

test("whoever has no password is not asked for it", async () => {
  const { user, asked, told } = open("security", {
    "GET /proof": { data: { fresh_until: "2026-09-01T10:00:00Z", has_password: false } },
    "GET /authenticators": NONE,
  });
  told["PUT /password"] = { data: null };
  await user.type(await screen.findByLabelText("New password"), "new words there");
  await user.click(screen.getByRole("button", { name: "Change password" }));
  await waitFor(() => expect(asked.find(({ call }) => call === "PUT /password")?.body).toEqual({ new_password: "new words there" }));
  expect(screen.queryByLabelText("Current password")).toBeNull();
});

test("a password is shown while it is typed, on wish", async () => {
  const { user } = open("security", { "GET /proof": FRESH, "GET /authenticators": NONE });
  const field = await screen.findByLabelText("New password");
  await user.click(screen.getByRole("checkbox", { name: "Show password (New password)" }));
  expect([field.getAttribute("type"), screen.getByLabelText("Current password").getAttribute("type")]).toEqual(["text", "password"]);
});

test("second steps are listed with what is known of them, and changed on their own page", async () => {
  const passkey = {
    kind: "passkey",
    id: "1",
    name: "My laptop",
    created_at: "2026-09-01T09:30:00Z",
    last_used_at: null,
    device: "Titan",
    suspected: true,
  };
  const app = { kind: "totp", id: "2", name: "Phone", created_at: "2026-09-01T09:30:00Z", last_used_at: "2026-09-02T09:30:00Z" };
  open("security", {
    "GET /proof": FRESH,
    "GET /authenticators": { data: { authenticators: [passkey, app], recovery_codes_left: 8, required: true } },
  });
  const entry = async (name: string) => (await screen.findByText(name)).closest("li")?.textContent;
  expect(await entry("My laptop")).toMatch(/My laptop Passkey.*Titan\. Added on September 1, 2026\. Not used yet\..*may hold a copy/);
  expect(await entry("Phone")).toMatch(/Phone Authenticator app.*Last used on September 2, 2026/);
  expect(screen.getByText("Unused recovery codes: 8")).toBeDefined();
  expect(screen.getByText("Your account must have a second step.")).toBeDefined();
  expect(screen.getByRole("link", { name: "Add or change second steps" }).getAttribute("href")).toBe("/account/security");
});

test("a new password is judged when typing stops, once, and an old judgement does not outlive what it was about", async () => {
  const { user, asked } = open("security", { "GET /proof": FRESH, "GET /authenticators": NONE });
  const judged = () => asked.filter(({ call }) => call === "POST /password-strength");
  await user.type(await screen.findByLabelText("New password"), "new words there");
  const sentence = await screen.findByText("This password is strong.");
  expect([sentence.getAttribute("role"), sentence.dataset.acceptable]).toEqual(["status", "true"]);
  expect(judged().at(-1)?.body).toEqual({ password: "new words there" });
  expect(judged().at(-1)?.headers.get("X-CSRFToken")).toBe("t".repeat(64));
  await user.clear(screen.getByLabelText("New password"));
  expect(screen.queryByText("This password is strong.")).toBeNull();
});

test("where nobody judges a password nothing is said, and it can be sent all the same", async () => {
  const { user, told, asked } = open("security", { "GET /proof": FRESH, "GET /authenticators": NONE, "POST /password-strength": "nobody" });
  told["PUT /password"] = { data: null, message: "Your password is changed." };
  await user.type(await screen.findByLabelText("New password"), "new words there");
  await waitFor(() => expect(asked.some(({ call }) => call === "POST /password-strength")).toBe(true));
  expect(screen.queryByRole("alert")).toBeNull();
  await user.type(screen.getByLabelText("Current password"), "old words here");
  await user.click(screen.getByRole("button", { name: "Change password" }));
  await screen.findByText("Your password is changed.", { selector: ".alert__text" });
});
