// @vitest-environment happy-dom
/** What is the same for every view: navigation, focus, language, drafts, and the end of the session. */

import { screen, waitFor, within } from "@testing-library/react";
import { expect, test, vi } from "vitest";
import { proofAt } from "../../console/src/frame/signIn";
import { viewAt } from "../../console/src/frame/views";
import { ACCOUNT, open, PAGE } from "./console";

const SIGNED_OUT = { status: 401, code: "authentication_failed", message: "Please sign in to continue." };
const heading = (name: string) => screen.findByRole("heading", { level: 1, name });

test("a link changes view, address and title, and moves the focus to the heading", async () => {
  const { user } = open("profile", { "GET /apps": { data: { apps: [] } } });
  const first = await heading("Your profile");
  expect(document.activeElement).not.toBe(first);
  await user.click(screen.getByRole("link", { name: "Connected applications" }));
  const next = await heading("Connected applications");
  expect(location.pathname).toBe("/account/console/apps");
  expect(document.title).toBe("Connected applications · Fashionistar");
  expect(document.activeElement).toBe(next);
  const navigation = within(screen.getByRole("navigation", { name: "Your account" }));
  expect(navigation.getByRole("link", { current: "page" }).textContent).toBe("Connected applications");
});

test("back leads back", async () => {
  const { user } = open("profile", { "GET /apps": { data: { apps: [] } } });
  await heading("Your profile");
  await user.click(screen.getByRole("link", { name: "Connected applications" }));
  await heading("Connected applications");
  history.back();
  await heading("Your profile");
});

test("the account's language is spoken, by the page and by the API", async () => {
  const { asked, user, told } = open("profile", { "GET /me": { data: { ...ACCOUNT, locale: "fr-CI" } } });
  await heading("Votre profil");
  expect(document.documentElement.lang).toBe("fr");
  told["PATCH /me"] = { data: {} };
  await user.click(screen.getByRole("button", { name: "Enregistrer" }));
  await waitFor(() => expect(asked.find(({ call }) => call === "PATCH /me")?.headers.get("accept-language")).toBe("fr"));
});

test("whoever is signed out reads why and finds the way back to the same view; nothing of them stays", async () => {
  const { user, told } = open("profile", {});
  await user.type(await screen.findByLabelText("First name"), "eze");
  told["PATCH /me"] = SIGNED_OUT;
  await user.click(screen.getByRole("button", { name: "Save" }));
  await heading("You are signed out");
  expect(screen.getByText(/Please sign in to continue/)).toBeDefined();
  const way = screen.getByRole("link", { name: "Sign in" });
  expect(way.getAttribute("href")).toBe("/login?next=%2Faccount%2Fconsole%2Fprofile");
  expect(document.body.textContent).not.toMatch(/Ada|Obi/);
  expect(document.querySelector("input")).toBeNull();
});

test("what was typed before a sign-in is there after it, for the same person only", async () => {
  const first = open("profile", {});
  await first.user.type(await screen.findByLabelText("First name"), "eze");
  first.told["PATCH /me"] = SIGNED_OUT;
  await first.user.click(screen.getByRole("button", { name: "Save" }));
  const way = await screen.findByRole("link", { name: "Sign in" });
  way.addEventListener("click", (event) => event.preventDefault());
  await first.user.click(way);
  const kept = sessionStorage.getItem("account-console-drafts") ?? "";
  expect(JSON.parse(kept)).toEqual({ sub: ACCOUNT.sub, forms: { profile: { given_name: "Adaeze" } } });
  first.unmount();

  const { dropDrafts } = await import("../../console/src/frame/drafts");
  for (const [sub, shown] of [
    ["somebody-else", "Ada"],
    [ACCOUNT.sub, "Adaeze"],
  ] as const) {
    dropDrafts();
    sessionStorage.setItem("account-console-drafts", kept);
    const again = open("profile", { "GET /me": { data: { ...ACCOUNT, sub } } });
    expect((await screen.findByLabelText<HTMLInputElement>("First name")).value).toBe(shown);
    expect(sessionStorage.getItem("account-console-drafts")).toBeNull();
    again.unmount();
  }
});

test.each([
  ["nobody", /does not answer/],
  ["html", /did not answer as it should/],
] as const)("an answer that never comes or is none (%s): a sentence, and a second try that works", async (answer, sentence) => {
  const { user, told } = open("profile", { "GET /me": answer });
  expect((await screen.findByRole("alert", {}, { timeout: 4000 })).textContent).toMatch(sentence);
  told["GET /me"] = { data: ACCOUNT };
  await user.click(screen.getByRole("button", { name: "Try again" }));
  await heading("Your profile");
});

test("a view that breaks leaves two ways on", async () => {
  vi.spyOn(console, "error").mockImplementation(() => {});
  // Not what the API's document says: the list is missing.
  open("apps", { "GET /apps": { data: {} } });
  await heading("Something on this page went wrong");
  expect(screen.getByRole("button", { name: "Reload the page" })).toBeDefined();
  expect(screen.getByRole("link", { name: "Pages without JavaScript" }).getAttribute("href")).toBe("/account");
});

test("offline is said while it lasts", async () => {
  open("profile", {});
  await heading("Your profile");
  Object.defineProperty(navigator, "onLine", { value: false, configurable: true });
  dispatchEvent(new Event("offline"));
  await screen.findByText(/You are offline/);
  Reflect.deleteProperty(navigator, "onLine");
  expect(navigator.onLine).toBe(true);
  dispatchEvent(new Event("online"));
  await waitFor(() => expect(screen.queryByText(/You are offline/)).toBeNull());
});

test("a page that was open for too long offers to load itself anew", async () => {
  const { user, told } = open("profile", {});
  told["PATCH /me"] = { status: 403, code: "csrf_failed", message: "This page was open for too long." };
  await user.click(await screen.findByRole("button", { name: "Save" }));
  expect((await screen.findByRole("alert")).textContent).toContain("This page was open for too long.");
  expect(screen.getByRole("button", { name: "Reload the page" })).toBeDefined();
});

test("the way to a fresh proof stays on this site and leads back to the view", () => {
  expect(proofAt("/login?next=%2Faccount%2Fsecurity&fresh=1", "/account/console/addresses")).toBe(
    "/login?next=%2Faccount%2Fconsole%2Faddresses&fresh=1",
  );
  expect(proofAt("https://attacker.example/login?fresh=1", "/account/console")).toBe("/login?fresh=1&next=%2Faccount%2Fconsole");
});

test("the console's own address is its first view", () => {
  expect([PAGE.root, `${PAGE.root}/privacy`, `${PAGE.root}/nowhere`].map((path) => viewAt(path, PAGE.root))).toEqual([
    "profile",
    "privacy",
    "profile",
  ]);
});
