// @vitest-environment happy-dom
/** Google and Facebook on the security view: shown to whoever has them, disconnected after a fresh sign-in, never said twice. */

import { screen, waitFor } from "@testing-library/react";
import { expect, test } from "vitest";
import { open, type Told } from "./console";

const GOOGLE = { id: "55555555-0000-7000-8000-000000000000", name: "Google", connected_at: "2026-09-01T09:30:00Z" };
const FACEBOOK = { id: "66666666-0000-7000-8000-000000000000", name: "Facebook", connected_at: "2026-09-03T09:30:00Z" };
const SECURITY = {
  "GET /proof": { data: { fresh_until: "2026-09-01T10:00:00Z", has_password: true } },
  "GET /authenticators": { data: { authenticators: [], recovery_codes_left: 0, required: false } },
};
const connected = (...services: unknown[]): Told => ({ data: { services } });
const heading = () => screen.queryByRole("heading", { name: "Sign-in with other services" });

test("whoever is signed in by no other service reads nothing of any", async () => {
  const { asked } = open("security", SECURITY);
  await screen.findByLabelText("New password");
  await waitFor(() => expect(asked.map(({ call }) => call)).toContain("GET /services"));
  expect(heading()).toBeNull();
});

test("one is disconnected: it leaves the list, and the answer has the focus", async () => {
  const { user, told, asked } = open("security", { ...SECURITY, "GET /services": connected(GOOGLE, FACEBOOK) });
  const button = await screen.findByRole("button", { name: "Disconnect: Google" });
  expect(button.closest("li")?.textContent).toContain("Google Connected on September 1, 2026.");
  told[`DELETE /services/${GOOGLE.id}`] = { data: null, message: "Disconnected." };
  told["GET /services"] = connected(FACEBOOK);
  await user.click(button);
  await waitFor(() => expect(document.activeElement?.textContent).toContain("Disconnected."));
  expect(screen.queryByRole("button", { name: "Disconnect: Google" })).toBeNull();
  expect(screen.getByRole("button", { name: "Disconnect: Facebook" })).toBeDefined();
  expect(asked.filter(({ call }) => call.startsWith("DELETE"))).toHaveLength(1);
});

test("when the last of them is gone its sentence stays", async () => {
  const { user, told } = open("security", { ...SECURITY, "GET /services": connected(GOOGLE) });
  const button = await screen.findByRole("button", { name: "Disconnect: Google" });
  told[`DELETE /services/${GOOGLE.id}`] = { data: null, message: "Disconnected." };
  told["GET /services"] = connected();
  await user.click(button);
  await screen.findByText("No other service signs you in.");
  expect(screen.getByText("Disconnected.", { selector: ".alert__text" })).toBeDefined();
});

test("the only way in stays, and its sentence says what to do first", async () => {
  const { user, told } = open("security", { ...SECURITY, "GET /services": connected(GOOGLE) });
  const sentence = "This is the only way in to your account.";
  told[`DELETE /services/${GOOGLE.id}`] = { status: 409, code: "last_way_in", message: sentence };
  await user.click(await screen.findByRole("button", { name: "Disconnect: Google" }));
  expect((await screen.findByRole("alert")).textContent).toContain(sentence);
  expect(screen.getByRole("button", { name: "Disconnect: Google" })).toBeDefined();
});

test("a sign-in that is too old shows them without buttons, and the way to a fresh one and back", async () => {
  const old = { data: { fresh_until: null, has_password: true } };
  open("security", { ...SECURITY, "GET /proof": old, "GET /services": connected(GOOGLE) });
  await screen.findByText("Google");
  expect(screen.queryByRole("button", { name: "Disconnect: Google" })).toBeNull();
  const section = screen.getByRole("region", { name: "Sign-in with other services" });
  const way = section.querySelector("a");
  expect(way?.getAttribute("href")).toBe("/login?next=%2Faccount%2Fconsole%2Fsecurity&fresh=1");
});

test("a list that cannot be read says so, with a way to try again", async () => {
  const away: Told = { status: 503, code: "unavailable", message: "Please try again in a moment." };
  const { user, told } = open("security", { ...SECURITY, "GET /services": away });
  expect((await screen.findByRole("alert")).textContent).toContain("Please try again in a moment.");
  told["GET /services"] = connected(GOOGLE);
  await user.click(screen.getByRole("button", { name: "Try again" }));
  expect(await screen.findByRole("button", { name: "Disconnect: Google" })).toBeDefined();
});
