/**
 * Entry of the storefront: reads the settings, finds out who is here, and joins buttons to work. Every piece of work runs inside `attempt`,
 * the page's one catch, which turns whatever went wrong into a sentence.
 */

import "../../styles/theme.css";
import "../../styles/components.css";
import "./styles/shop.css";
import "./styles/panels.css";
import { askForOrders, askWhoIAm } from "./backend";
import { loadConfig, type ShopConfig } from "./config";
import { describe, ShopError } from "./errors";
import { Session, type SignedIn } from "./session";
import { type Actions, showChecking, showIdentity, showMe, showOrders, showSignedIn, showSignedOut } from "./view/account";
import { clearNotice, showFailure, showSuccess } from "./view/notice";
import { showProducts } from "./view/storefront";

let config: ShopConfig | null = null;
let session: Session | null = null;

const actions: Actions = {
  signIn: () => attempt(async () => (await open()).session.signIn()),
  signOut: () =>
    attempt(async () => {
      await (await open()).session.signOut();
    }).then(() => showPerson()),
  callMe: () => attempt(async () => showMe(await asPerson(askWhoIAm))),
  callOrders: () => attempt(async () => showOrders(await asPerson(askForOrders))),
};

/** Runs work; a failure becomes a notice whose button starts a sign-in or the same work again. */
async function attempt(work: () => Promise<void>): Promise<void> {
  clearNotice();
  try {
    await work();
  } catch (error) {
    console.warn(error);
    showFailure(describe(error, navigator.onLine), { signIn: actions.signIn, retry: () => attempt(work) });
  }
}

/** Settings and session, made at first use, so that "try again" works when the settings could not be read. */
async function open(): Promise<{ config: ShopConfig; session: Session }> {
  config ??= await loadConfig();
  session ??= new Session(config, (reason) => {
    if (reason === null) return showPerson({ renewed: true });
    showPerson();
    void attempt(() => Promise.reject(reason));
  });
  return { config, session };
}

/** Draws the page for whoever is here; after a silent renewal only the ID token is new, and answers on the page stay. */
function showPerson({ renewed = false } = {}): void {
  const user = session?.user ?? null;
  if (user === null) showSignedOut(actions);
  else if (renewed) showIdentity(user);
  else showSignedIn(user, actions);
}

/** Asks the backend with the person's token. A token that it no longer accepts ends the sign-in here too. */
async function asPerson<T>(ask: (apiOrigin: string, accessToken: string) => Promise<T>): Promise<T> {
  const opened = await open();
  const user: SignedIn | null = opened.session.user;
  try {
    if (user === null) throw new ShopError("session_expired");
    return await ask(opened.config.apiOrigin, user.accessToken);
  } catch (error) {
    if (error instanceof ShopError && error.code === "session_expired") {
      opened.session.forget();
      showPerson();
    }
    throw error;
  }
}

/** What the address says: an answer to a sign-in, an answer to a sign-out, or a visit. */
async function arrive(address: URL): Promise<void> {
  try {
    const opened = await open();
    if (address.pathname === "/callback") {
      history.replaceState(null, "", "/"); // code and state leave the address bar, the history and the Referer at once
      await opened.session.finishSignIn(address.href);
    } else if (await opened.session.isSignedOutAnswer(address.href)) {
      history.replaceState(null, "", "/");
      showSuccess("You are signed out.");
    } else {
      await opened.session.resume();
    }
  } finally {
    showPerson();
  }
}

async function start(address: URL): Promise<void> {
  if (address.pathname === "/silent-callback") {
    const opened = await open();
    return await opened.session.relaySilentAnswer(address.href);
  }
  // A page that Back brings out of memory would show a person who has left.
  window.addEventListener("pageshow", (event) => event.persisted && location.reload());
  showProducts();
  showChecking();
  await attempt(() => arrive(address));
}

void start(new URL(location.href));
