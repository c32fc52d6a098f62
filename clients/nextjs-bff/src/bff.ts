/** Puts the parts together: settings in, handlers out. */

import { Calls } from "./calls";
import { Cookies } from "./cookies";
import { type EndedSessions, MemoryEndedSessions } from "./ended";
import { answering, BffError, type Handler, type Log, logLines } from "./errors";
import { Provider } from "./provider";
import { Sealer } from "./seal";
import { type Person, Sessions } from "./sessions";
import type { Settings } from "./settings";
import { SignIn } from "./sign-in";
import { SignOut } from "./sign-out";

export interface Options {
  /** Where ended sessions are remembered; in the memory of this process unless said otherwise. */
  readonly ended?: EndedSessions;
  readonly log?: Log;
}

/** The route handlers; none of them throws. */
export interface Bff {
  readonly login: Handler;
  readonly callback: Handler;
  readonly logout: Handler;
  readonly session: Handler;
  readonly backchannelLogout: Handler;
  readonly socketTicket: Handler;
  readonly api: Handler;
  /** Who is signed in, for a page that is rendered on the server: from the cookie alone, nothing is renewed. */
  readonly person: (headers: Headers) => Promise<Person | null>;
}

export function createBff(settings: Settings, { ended = new MemoryEndedSessions(), log = logLines }: Options = {}): Bff {
  // The parts, each with what it needs.
  const provider = new Provider(settings);
  const sealer = new Sealer(settings.cookieSecrets);
  const cookies = new Cookies(settings.origin);
  const sessions = new Sessions(provider, sealer, cookies, ended);
  const signIn = new SignIn(settings, provider, sealer, cookies, sessions, log);
  const signOut = new SignOut(settings, provider, sessions, log);
  const calls = new Calls(settings, sessions);

  return {
    // People come to these.
    login: answering("page", log, signIn.login),
    callback: answering("page", log, signIn.callback),
    logout: answering("page", log, signOut.logout),
    // Scripts ask these, and the provider.
    session: answering("json", log, calls.session),
    socketTicket: answering("json", log, calls.socketTicket),
    api: answering("json", log, calls.api),
    backchannelLogout: answering("json", log, signOut.backchannelLogout),
    // Layouts call this.
    person: (headers) => personIn(headers, sessions, settings, log),
  };
}

/** Nobody, where it cannot be known: a page never shows more for a failure. */
async function personIn(headers: Headers, sessions: Sessions, settings: Settings, log: Log): Promise<Person | null> {
  try {
    const request = new Request(settings.origin, { headers: { Cookie: headers.get("Cookie") ?? "" } });
    return (await sessions.read(request))?.person ?? null;
  } catch (failure) {
    if (!(failure instanceof BffError)) throw failure;
    log("warn", failure.code, { detail: failure.detail });
    return null;
  }
}
