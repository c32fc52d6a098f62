/** The part of the page that depends on who is here: header, greeting, and the panels that show what each party learnt. */

import { type Json, type SignedIn, text } from "@fashionistar/auth-web";
import type { Me, Order } from "../backend";
import { formatPrice, PRODUCTS } from "../products";
import { actionButton, byId, h } from "./dom";
import { factList } from "./facts";

export interface Actions {
  signIn(): Promise<void>;
  signOut(): Promise<void>;
  callMe(): Promise<void>;
  callOrders(): Promise<void>;
  confirmOrder(): Promise<void>;
  callPayouts(): Promise<void>;
}

/** What to call a person: the most human claim they shared. */
export function displayName(claims: Json): string {
  return text(claims, "given_name") || text(claims, "name") || text(claims, "email") || text(claims, "phone_number");
}

function greet(title: string, words: string, ...actions: Node[]): void {
  byId("hero-title").textContent = title;
  byId("hero-text").textContent = words;
  byId("hero-action").replaceChildren(...actions);
}

export function showChecking(): void {
  byId("account").replaceChildren(h("span", { class: "account__state", role: "status" }, "One moment…"));
}

export function showSignedOut(actions: Actions): void {
  byId("account").replaceChildren(actionButton("Sign in", { class: "button button--small", id: "sign-in" }, () => actions.signIn()));
  greet(
    "Made by hand, made for you.",
    "Clothing and accessories from tailors, dyers and weavers across Nigeria. Sign in to see your orders.",
    actionButton("Sign in with Fashionistar", { class: "button button--accent", id: "hero-sign-in" }, () => actions.signIn()),
  );
  // Emptied, not only hidden: nothing of the person who left stays in the document.
  for (const id of ["identity", "me", "orders", "payouts", "flow"]) byId(id).replaceChildren();
  byId("backstage").hidden = true;
}

export function showSignedIn(user: SignedIn, actions: Actions): void {
  const name = displayName(user.claims);
  byId("account").replaceChildren(
    h("span", { class: "account__state", id: "account-name" }, name || "Signed in"),
    actionButton("Sign out", { class: "button button--secondary button--small", id: "sign-out" }, () => actions.signOut()),
  );
  greet(
    name ? `Good to see you, ${name}.` : "Good to see you.",
    "You are signed in. Below is what this page, and the backend behind it, know about you.",
  );
  showIdentity(user);
  byId("me-action").replaceChildren(
    actionButton("Call the backend", { class: "button button--small", id: "call-me" }, () => actions.callMe()),
  );
  byId("orders-action").replaceChildren(
    actionButton("Load my orders", { class: "button button--small", id: "call-orders" }, () => actions.callOrders()),
    actionButton("Confirm my largest order", { class: "button button--secondary button--small", id: "confirm-order" }, () =>
      actions.confirmOrder(),
    ),
  );
  byId("payouts-action").replaceChildren(
    actionButton("Load my payouts", { class: "button button--small", id: "call-payouts" }, () => actions.callPayouts()),
  );
  for (const id of ["me", "orders", "payouts"]) byId(id).replaceChildren();
  byId("backstage").hidden = false;
}

export function showIdentity(user: SignedIn): void {
  byId("identity").replaceChildren(factList("id-token-claims", user.claims));
}

export function showMe(me: Me): void {
  const seen =
    me.introspection === null
      ? []
      : [h("h4", { class: "panel__subtitle" }, "Introspection answer"), factList("introspection-claims", me.introspection)];
  const own = me.user === null ? [] : [h("h4", { class: "panel__subtitle" }, "Its own record"), factList("backend-user", me.user)];
  byId("me").replaceChildren(h("p", { class: "panel__text", id: "backend-message", role: "status" }, me.message), ...seen, ...own);
}

function orderRow(order: Order): HTMLLIElement {
  const picture = PRODUCTS.find((product) => product.name === order.item)?.picture;
  const placed = Number.isNaN(Date.parse(order.placedAt))
    ? ""
    : ` · ${new Date(order.placedAt).toLocaleDateString("en-NG", { dateStyle: "medium" })}`;
  return h(
    "li",
    { class: "order" },
    picture === undefined ? "" : h("img", { class: "order__picture", src: picture, alt: "", width: "48", height: "56" }),
    h(
      "span",
      { class: "order__item" },
      h("strong", {}, order.item),
      h("br"),
      h("small", {}, `No. ${order.number}${placed} · ${order.status}`),
    ),
    h("span", { class: "order__amount" }, formatPrice(order.amount)),
  );
}

function showRows(id: string, listId: string, rows: readonly Order[], none: string): void {
  byId(id).replaceChildren(
    rows.length === 0 ? h("p", { class: "panel__text" }, none) : h("ul", { class: "orders__list", id: listId }, ...rows.map(orderRow)),
  );
}

export function showOrders(orders: readonly Order[]): void {
  showRows("orders", "order-list", orders, "You have no orders yet.");
}

export function showPayouts(payouts: readonly Order[]): void {
  showRows("payouts", "payout-list", payouts, "Nothing was paid out yet.");
}
