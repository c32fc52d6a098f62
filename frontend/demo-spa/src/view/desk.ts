/** The desk, as it depends on who is here and whom they found. */

import type { SignedIn } from "@fashionistar/auth-web";
import type { AccountSeen } from "../admin";
import { displayName } from "./account";
import { actionButton, byId, h } from "./dom";

/** Nobody: the way in. Nothing of anybody stays in the document. */
export function showNobody(signIn: () => Promise<void>): void {
  byId("account").replaceChildren();
  say("For administrators: suspend somebody, and their next call of the backend fails.");
  byId("hero-action").replaceChildren(actionButton("Sign in as staff", { class: "button button--accent", id: "desk-sign-in" }, signIn));
  close();
}

/** Somebody whose role may act on accounts. */
export function showDesk(user: SignedIn, signOut: () => Promise<void>): void {
  showAccount(user, signOut);
  say("Suspend somebody, and their next call of the backend fails. Within ten minutes of signing in; after that you sign in again.");
  byId("desk").hidden = false;
}

/** Somebody else: a sentence. */
export function showWrongRole(user: SignedIn, signOut: () => Promise<void>): void {
  showAccount(user, signOut);
  say("This desk is for administrators, and your account is not one. Please sign out, and in again as an administrator.");
  close();
}

/** The account that was found, and what can be done about it. */
export function showPerson(seen: AccountSeen): void {
  const facts: readonly (readonly [string, string])[] = [
    ["Email", seen.email || "none"],
    ["Phone", seen.phoneNumber || "none"],
    ["Role", seen.role],
    ["State", seen.isActive ? "can sign in" : "suspended"],
    ["Open sessions", String(seen.openSessions)],
  ];
  const rows = facts.map(([name, value]) => h("div", { class: "facts__row" }, h("dt", {}, name), h("dd", { "data-fact": name }, value)));
  byId("person").replaceChildren(h("dl", { class: "facts" }, ...rows));
  byId("act").textContent = seen.isActive ? "Suspend this user" : "End the suspension";
  byId("person-panel").hidden = false;
}

function showAccount(user: SignedIn, signOut: () => Promise<void>): void {
  byId("account").replaceChildren(
    h("span", { class: "account__state", id: "account-name" }, displayName(user.claims) || "Signed in"),
    actionButton("Sign out", { class: "button button--secondary button--small", id: "sign-out" }, signOut),
  );
  byId("hero-action").replaceChildren();
}

function close(): void {
  byId("desk").hidden = true;
  byId("person-panel").hidden = true;
  byId("person").replaceChildren();
  for (const id of ["find-form", "act-form"]) (byId(id) as HTMLFormElement).reset();
}

function say(words: string): void {
  byId("hero-text").textContent = words;
}
