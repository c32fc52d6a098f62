/**
 * Entry of the staff desk: a client of its own, whose tokens carry scope `admin` and are for the provider alone. The provider judges every
 * call by scope, role and sign-in; what this page shows or hides decides nothing.
 */

import "../../styles/theme.css";
import "../../styles/components.css";
import "./styles/shop.css";
import "./styles/panels.css";
import "./styles/desk.css";
import { AuthError, AuthSession, describe } from "@fashionistar/auth-web";
import { type AccountSeen, findPerson, reactivate, suspend } from "./admin";
import { type DeskConfig, loadDeskConfig } from "./config";
import { showDesk, showNobody, showPerson, showWrongRole } from "./view/desk";
import { byId } from "./view/dom";
import { clearNotice, showFailure, showSuccess } from "./view/notice";
import { WORDS } from "./words";

const SCOPE = "openid profile roles admin";
const PAGE = "/desk";
/** Roles that may act on accounts. */
const ADMINISTRATORS = ["admin", "super_admin"];

let config: DeskConfig | null = null;
let session: AuthSession | null = null;
/** Whom the second form is about. */
let person: AccountSeen | null = null;

const signIn = (): Promise<void> => attempt(async () => (await open()).session.signIn({ returnTo: PAGE }));
const signOut = (): Promise<void> => attempt(async () => (await open()).session.signOut());

/** Runs work; a failure becomes a notice, in the words of the provider where it sent some. */
async function attempt(work: () => Promise<void>): Promise<void> {
  clearNotice();
  try {
    await work();
  } catch (error) {
    console.warn(error);
    const failure = describe(error, navigator.onLine, WORDS);
    const sentence = (error instanceof AuthError && error.said) || failure.sentence;
    showFailure({ ...failure, sentence }, { signIn, retry: () => attempt(work) });
  }
}

/** Settings and session, made at first use. */
async function open(): Promise<{ config: DeskConfig; session: AuthSession }> {
  config ??= await loadDeskConfig();
  if (session === null) {
    session = new AuthSession({
      issuer: config.issuer,
      clientId: config.clientId,
      scope: SCOPE,
      callbackPath: `${PAGE}/callback`,
      silentCallbackPath: `${PAGE}/silent-callback`,
      signedOutPath: PAGE,
    });
    session.subscribe((reason) => {
      showWhoIsHere();
      if (reason !== null) void attempt(() => Promise.reject(reason));
    });
  }
  return { config, session };
}

function showWhoIsHere(): void {
  const user = session?.user ?? null;
  if (user === null) {
    person = null;
    showNobody(signIn);
  } else if (ADMINISTRATORS.includes(String(user.claims.role))) showDesk(user, signOut);
  else showWrongRole(user, signOut);
}

/** The person as they are now, with the one thing to do about it. */
function show(seen: AccountSeen): void {
  person = seen;
  showPerson(seen);
}

async function find(): Promise<void> {
  const opened = await open();
  show(await findPerson(opened.session, opened.config.issuer, field("identifier").value));
}

/** Suspends whoever can sign in, and ends the suspension of whoever cannot. */
async function act(): Promise<void> {
  if (person === null) return;
  const opened = await open();
  const change = person.isActive ? suspend : reactivate;
  const { message, account } = await change(opened.session, opened.config.issuer, person.sub, field("reason").value);
  show(account);
  field("reason").value = "";
  showSuccess(message);
}

function field(id: string): HTMLInputElement {
  return byId(id) as HTMLInputElement;
}

/** A form whose button is busy while its work runs, so that one press is one request. */
function onSubmit(id: string, work: () => Promise<void>): void {
  let busy = false;
  byId(id).addEventListener("submit", (event) => {
    event.preventDefault();
    if (busy) return;
    busy = true;
    void attempt(work).finally(() => {
      busy = false;
    });
  });
}

async function start(address: URL): Promise<void> {
  if (address.pathname === `${PAGE}/silent-callback`) {
    await (await open()).session.arrive(address);
    return;
  }
  window.addEventListener("pageshow", (event) => event.persisted && location.reload());
  onSubmit("find-form", find);
  onSubmit("act-form", act);
  await attempt(async () => {
    try {
      const arrival = await (await open()).session.arrive(address);
      if (arrival.kind === "signed-out") showSuccess("You are signed out.");
    } finally {
      showWhoIsHere();
    }
  });
}

void start(new URL(location.href));
