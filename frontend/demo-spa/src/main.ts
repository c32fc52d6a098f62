/**
 * Entry of the storefront: reads the settings, finds out who is here, and joins buttons to work. Every piece of work runs inside `attempt`,
 * the page's one catch, which turns whatever went wrong into a sentence.
 */

import "../../styles/theme.css";
import "../../styles/components.css";
import "./styles/shop.css";
import "./styles/panels.css";
import "./styles/flow.css";
import { AuthError, AuthSession, describe } from "@fashionistar/auth-web";
import { askForOrders, askForPayouts, askWhoIAm, confirmLargeOrder } from "./backend";
import { loadConfig, type ShopConfig } from "./config";
import { Recorder } from "./flow/recorder";
import { type Actions, showChecking, showIdentity, showMe, showOrders, showPayouts, showSignedIn, showSignedOut } from "./view/account";
import { showFlow } from "./view/flow";
import { clearNotice, showFailure, showSuccess } from "./view/notice";
import { showProducts } from "./view/storefront";
import { WORDS } from "./words";

/** No offline_access: see the README of the browser package. */
const SCOPE = "openid profile email phone roles orders";
/** Where a person who wanted their payouts comes back to after the second factor. */
const PAYOUTS = "/#payouts";
/** And who confirms an order, after the passkey. */
const ORDERS = "/#orders";

let config: ShopConfig | null = null;
let session: AuthSession | null = null;
/** The person on the page, so that a renewal redraws only what is new. */
let shown: unknown = null;
const recorder = new Recorder(() => showFlow(recorder.steps));

const actions: Actions = {
  signIn: () => attempt(async () => (await open()).session.signIn({ returnTo: "/" })),
  signOut: () => attempt(async () => (await open()).session.signOut()),
  callMe: () => attempt(async () => showMe(await askWhoIAm(...(await backend())))),
  callOrders: () => attempt(async () => showOrders(await askForOrders(...(await backend())))),
  confirmOrder: () =>
    attempt(async () => {
      const sentence = await confirmLargeOrder(...(await backend()), ORDERS);
      showOrders(await askForOrders(...(await backend())));
      showSuccess(sentence);
    }),
  callPayouts: () => attempt(async () => showPayouts(await askForPayouts(...(await backend()), PAYOUTS))),
};

/** Runs work; a failure becomes a notice whose button starts a sign-in or the same work again. */
async function attempt(work: () => Promise<void>): Promise<void> {
  clearNotice();
  try {
    await work();
  } catch (error) {
    console.warn(error);
    showFailure(describe(error, navigator.onLine, WORDS), { signIn: actions.signIn, retry: () => attempt(work) });
  }
}

/** Settings and session, made at first use, so that "try again" works when the settings could not be read. */
async function open(): Promise<{ config: ShopConfig; session: AuthSession }> {
  config ??= await loadConfig();
  if (session === null) {
    const { issuer, clientId } = config;
    session = new AuthSession({ issuer, clientId, scope: SCOPE, onLeave: (address) => recorder.leave(address) });
    session.subscribe((reason) => {
      showPerson();
      if (reason !== null) void attempt(() => Promise.reject(reason));
    });
  }
  return { config, session };
}

async function backend(): Promise<[AuthSession, string]> {
  const opened = await open();
  return [opened.session, opened.config.apiOrigin];
}

/** Draws the page for whoever is here; after a silent renewal only the ID token is new, and answers on the page stay. */
function showPerson(): void {
  const user = session?.user ?? null;
  const sub = user?.claims.sub ?? null;
  if (user === null) {
    if (shown !== null) recorder.clear();
    showSignedOut(actions);
  } else if (sub === shown) showIdentity(user);
  else showSignedIn(user, actions);
  shown = sub;
}

/** What the address says: an answer to a sign-in, an answer to a sign-out, or a visit. */
async function arrive(address: URL): Promise<void> {
  try {
    const opened = await open();
    const arrival = await opened.session.arrive(address);
    if (arrival.kind === "signed-out") showSuccess("You are signed out.");
    if (arrival.kind === "signed-in") await greet(opened.session, arrival.returnTo);
  } finally {
    showPerson();
  }
}

/** After a sign-in: what the provider tells about the person, for the panel; and what a step-up had interrupted. */
async function greet(signedIn: AuthSession, returnTo: string): Promise<void> {
  // The page needs none of it, so a provider that cannot say it now spoils nothing.
  await signedIn.userInfo().catch((error: unknown) => {
    if (!(error instanceof AuthError)) throw error;
    console.warn(error);
  });
  if (returnTo === PAYOUTS) void actions.callPayouts();
}

async function start(address: URL): Promise<void> {
  if (address.pathname === "/silent-callback") {
    await (await open()).session.arrive(address);
    return;
  }
  // A page that Back brings out of memory would show a person who has left.
  window.addEventListener("pageshow", (event) => event.persisted && location.reload());
  recorder.watch();
  showProducts();
  showChecking();
  recorder.comeBack();
  await attempt(() => arrive(address));
}

void start(new URL(location.href));
