// @vitest-environment happy-dom
/** The privacy desk: consent with the version of its words, restriction, the file, the end and the change of mind. */

import { screen, waitFor } from "@testing-library/react";
import { expect, test, vi } from "vitest";
import { open, type Told } from "./console";

const HELD = {
  erasure_due_at: null,
  restricted_at: null,
  marketing_allowed: false,
  marketing_text: "May send me news.",
  marketing_text_version: "7",
  said: [],
};
const FRESH = { data: { fresh_until: "2026-09-01T10:00:00Z", has_password: true } };
const openWith = (held: object, proof: Told = FRESH) => open("privacy", { "GET /proof": proof, "GET /privacy": { data: held } });
const body = (asked: readonly { call: string; body: unknown }[], wanted: string) => asked.find(({ call }) => call === wanted)?.body;

test("consent goes back with the version of the words that were shown", async () => {
  const { user, told, asked } = openWith(HELD);
  const yes = await screen.findByRole("button", { name: "Yes, send me news" });
  told["PUT /privacy/marketing"] = { data: {}, message: "Your changes are saved." };
  told["GET /privacy"] = { data: { ...HELD, marketing_allowed: true } };
  await user.click(yes);
  await screen.findByRole("button", { name: "Send me no more news" });
  expect(body(asked, "PUT /privacy/marketing")).toEqual({ allowed: true, text_version: "7" });
});

test("under restriction there are no news to allow, and the restriction can be lifted", async () => {
  const { user, told, asked } = openWith({ ...HELD, restricted_at: "2026-09-01T09:30:00Z" });
  await screen.findByText(/Restricted since September 1, 2026/);
  expect(screen.getByText("We send you none while the use of your data is restricted.")).toBeDefined();
  told["PUT /privacy/restriction"] = { data: {}, message: "Your changes are saved." };
  await user.click(screen.getByRole("button", { name: "Lift the restriction" }));
  await waitFor(() => expect(body(asked, "PUT /privacy/restriction")).toEqual({ restricted: false }));
});

test("the data becomes a file of this browser alone", async () => {
  const made: Blob[] = [];
  vi.spyOn(URL, "createObjectURL").mockImplementation((blob) => {
    made.push(blob as Blob);
    return "blob:made";
  });
  const names: string[] = [];
  vi.spyOn(HTMLAnchorElement.prototype, "click").mockImplementation(function (this: HTMLAnchorElement) {
    names.push(this.download);
  });
  const { user, told } = openWith(HELD);
  told["POST /privacy/export"] = { data: { format: "fashionistar-account/1" }, message: "This is everything." };
  await user.click(await screen.findByRole("button", { name: "Download my data" }));
  await screen.findByText("This is everything.", { selector: ".alert__text" });
  expect(names).toEqual(["fashionistar-account.json"]);
  expect(JSON.parse((await made[0]?.text()) ?? "")).toEqual({ format: "fashionistar-account/1" });
});

test("too many exports: the API's sentence as it is", async () => {
  const { user, told } = openWith(HELD);
  told["POST /privacy/export"] = { status: 429, code: "too_many_exports", message: "Please come back tomorrow." };
  await user.click(await screen.findByRole("button", { name: "Download my data" }));
  expect((await screen.findByRole("alert")).textContent).toBe("Please come back tomorrow.");
});

test("a deletion takes two presses, and can be called off before the second", async () => {
  const { user, told, asked } = openWith(HELD);
  await user.click(await screen.findByRole("button", { name: "Delete my account" }));
  await user.click(screen.getByRole("button", { name: "Cancel", expanded: true }));
  expect(screen.queryByRole("button", { name: "Yes, delete my account" })).toBeNull();
  await user.click(screen.getByRole("button", { name: "Delete my account", expanded: false }));
  told["POST /privacy/deletion"] = { data: { erasure_due_at: "2026-09-15T09:30:00Z" }, message: "Your account will be deleted." };
  expect(body(asked, "POST /privacy/deletion")).toBeUndefined();
  await user.click(screen.getByRole("button", { name: "Yes, delete my account" }));
  await screen.findByRole("heading", { level: 1, name: "Your account will be deleted" });
  expect(screen.getByText(/Your account will be deleted\. It is erased on September 15, 2026\./)).toBeDefined();
  expect(screen.getByRole("link", { name: "Sign in to keep it" }).getAttribute("href")).toBe("/login?next=%2Faccount%2Fconsole%2Fprivacy");
});

test("an account that is to be deleted is kept on wish, and the answer stays to be read", async () => {
  const { user, told } = openWith({ ...HELD, erasure_due_at: "2026-09-15T09:30:00Z" });
  await screen.findByRole("heading", { name: "This account is going to be deleted" });
  expect(screen.queryByRole("heading", { name: "Delete your account" })).toBeNull();
  told["DELETE /privacy/deletion"] = { data: null, message: "Your account stays." };
  told["GET /privacy"] = { data: HELD };
  await user.click(screen.getByRole("button", { name: "Keep my account" }));
  await waitFor(() => expect(document.activeElement?.textContent).toBe("Your account stays."));
  expect(screen.queryByRole("heading", { name: "This account is going to be deleted" })).toBeNull();
});

test("without a fresh sign-in there is a way to one instead of the two acts that need it", async () => {
  openWith(HELD, { data: { fresh_until: null, has_password: true } });
  expect(await screen.findAllByRole("link", { name: "Sign in again" })).toHaveLength(2);
  expect(screen.queryByRole("button", { name: "Download my data" })).toBeNull();
  expect(screen.queryByRole("button", { name: "Delete my account" })).toBeNull();
});
