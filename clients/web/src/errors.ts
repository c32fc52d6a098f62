/**
 * Every failure of this package, and the sentence a person reads for it: one table, one function. Whatever is thrown anywhere ends in
 * `describe`; it has an answer for everything, so nothing fails silently and nobody reads a stack trace. An application may put sentences
 * of its own (or of another language) in place of these, code by code.
 */

import { ErrorResponse } from "oidc-client-ts";
import type { Challenge } from "./step-up";

/** What helps next: start a sign-in, try the same thing again, or nothing the person can do. */
export type NextStep = "sign-in" | "retry" | "none";

/** A failure as a page shows it. `code` is for support and tests; `reference` is the service's request id. */
export interface Failure {
  readonly code: FailureCode;
  readonly sentence: string;
  readonly next: NextStep;
  readonly reference?: string;
}

const FAILURES = {
  // Answers of the provider to a sign-in (RFC 6749, 4.1.2.1 and 5.2; OIDC Core, 3.1.2.6)
  access_denied: ["You chose not to share your account, so you are not signed in. You can sign in whenever you like.", "sign-in"],
  login_required: ["Your Fashionistar session has ended. Sign in again to go on.", "sign-in"],
  interaction_required: ["Fashionistar has a question for you before you can go on. Sign in to answer it.", "sign-in"],
  invalid_grant: ["This sign-in took too long or was used already. Start again.", "sign-in"],
  provider_failed: ["Fashionistar sign-in has a problem at the moment. Wait a minute, then try again.", "sign-in"],
  client_refused: ["Fashionistar sign-in does not accept this page's request. Its registration needs attention.", "none"],

  // What this package checks itself
  state_mismatch: ["This sign-in was not started in this tab, or was finished already. Start again from here.", "sign-in"],
  issuer_mismatch: ["The answer did not come from Fashionistar sign-in, so it was not used. Start again from here.", "sign-in"],
  id_token_invalid: ["Fashionistar sign-in sent an identity that does not check out, so it was not used. Start again.", "sign-in"],
  session_expired: ["Your sign-in has expired or was ended. Sign in again to go on.", "sign-in"],
  not_resumed: [
    "You are signed out of this tab. Sign in to go on; if your Fashionistar session is still open, you will not be asked again.",
    "sign-in",
  ],
  sign_in_failed: ["The sign-in could not be finished. Start again.", "sign-in"],
  sign_out_incomplete: [
    "You are signed out of this page, but Fashionistar sign-in does not answer, so your session there may still be open. Sign in and out again later to close it.",
    "none",
  ],

  // Stronger or fresher sign-in (RFC 9470; OIDC Unmet Authentication Requirements)
  step_up_required: ["This needs a stronger or more recent sign-in. Sign in again to go on.", "sign-in"],
  step_up_unmet: ["This needs a stronger sign-in than your account has set up. Add an authenticator app to it, then try again.", "none"],
  step_up_refused: ["You signed in again, but the service asks for more still. Try again in a minute.", "none"],
  person_changed: ["Somebody else signed in than the person who began this. Start again as yourself.", "sign-in"],

  // Nobody answers
  offline: ["You seem to be offline. Check your connection, then try again.", "retry"],
  provider_unreachable: ["Fashionistar sign-in does not answer. It may be stopped or restarting; try again in a moment.", "retry"],
  provider_misconfigured: ["Fashionistar sign-in describes itself under another address than the one this page knows.", "none"],
  backend_unreachable: ["The service does not answer. It may be stopped or restarting; try again in a moment.", "retry"],
  config_unreadable: ["This page cannot read its settings, so sign-in is not available here.", "retry"],

  // Answers of the service
  backend_forbidden: ["You are signed in, but your account may not do this.", "none"],
  backend_busy: ["That was a bit fast for the service. Wait a moment, then try again.", "retry"],
  backend_unavailable: ["The service cannot check your sign-in at the moment. Try again shortly.", "retry"],
  backend_failed: ["The service could not answer this. Try again; if it happens again, give support the reference.", "retry"],
  backend_unreadable: ["The service sent an answer this page does not understand.", "retry"],

  unexpected: ["Something went wrong on this page. Reload it and try again.", "retry"],
} as const satisfies Record<string, readonly [sentence: string, next: NextStep]>;

export type FailureCode = keyof typeof FAILURES;

/** Sentences in place of those above. */
export type Words = Partial<Record<FailureCode, string>>;

/** A failure on its way to the page: thrown by everything here. */
export class AuthError extends Error {
  override readonly name = "AuthError";
  readonly reference: string | undefined;
  /** The service's own sentence for a refusal, where it sent one: for applications whose service speaks to the same people. */
  readonly said: string | undefined;
  /** Of step_up_required: what the service asks for. */
  readonly challenge: Challenge | undefined;

  constructor(
    readonly code: FailureCode,
    options: { cause?: unknown; reference?: string | undefined; said?: string | undefined; challenge?: Challenge } = {},
  ) {
    super(FAILURES[code][0], { cause: options.cause });
    this.reference = options.reference;
    this.said = options.said;
    this.challenge = options.challenge;
  }
}

/** The provider's error codes that have a sentence of their own; all other codes mean that the client or its request was refused. */
const PROVIDER_CODES: Readonly<Record<string, FailureCode>> = {
  access_denied: "access_denied",
  login_required: "login_required",
  interaction_required: "interaction_required",
  consent_required: "interaction_required",
  account_selection_required: "interaction_required",
  unmet_authentication_requirements: "step_up_unmet",
  invalid_grant: "invalid_grant",
  server_error: "provider_failed",
  temporarily_unavailable: "provider_failed",
};

/** Names a failure of the protocol library, which reports a lost or foreign `state` by message only. */
export function nameSignInError(error: unknown): AuthError {
  if (error instanceof AuthError) return error;
  if (error instanceof ErrorResponse) return new AuthError(PROVIDER_CODES[error.error ?? ""] ?? "client_refused", { cause: error });
  if (isNetworkFailure(error)) return new AuthError("provider_unreachable", { cause: error });
  if (error instanceof Error && /\bstate\b/i.test(error.message)) return new AuthError("state_mismatch", { cause: error });
  return new AuthError("sign_in_failed", { cause: error });
}

/** Says of anything thrown what a person should read; total by design. `words` are an application's own sentences. */
export function describe(error: unknown, online = true, words: Words = {}): Failure {
  const known = error instanceof AuthError ? error : new AuthError("unexpected", { cause: error });
  const code = known.code.endsWith("_unreachable") && !online ? "offline" : known.code;
  const [sentence, next] = FAILURES[code];
  return { code, sentence: words[code] ?? sentence, next, ...(known.reference === undefined ? {} : { reference: known.reference }) };
}

/** True for what `fetch` and the library throw when no answer came: TypeError, a timeout, an abort. */
export function isNetworkFailure(error: unknown): boolean {
  if (error instanceof TypeError) return true;
  return error instanceof Error && ["ErrorTimeout", "TimeoutError", "AbortError"].includes(error.name);
}
