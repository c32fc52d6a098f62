/** Why a call did not do what it was asked: the API's own words, or one of two codes of ours when it could not speak. */

import type { Failure } from "./generated/answers";

/** Nobody answered. */
export const UNREACHABLE = "unreachable";
/** Somebody answered who is not the API. */
export const UNREADABLE = "unreadable";

// What the API says when nobody is signed in. A wrong code is 401 as well, and ends no session.
const SIGNED_OUT = "authentication_failed";
const PROOF_TOO_OLD = "step_up_required";
const PAGE_TOO_OLD = "csrf_failed";

export class Refusal extends Error {
  readonly code: string;
  readonly status: number;
  /** Sentences by field. */
  readonly errors: Readonly<Record<string, readonly string[]>>;
  /** A path of the provider where the person goes on. */
  readonly action: string | null;
  /** To be quoted when asking for help; empty when nobody answered. */
  readonly reference: string;

  constructor(code: string, status = 0, failure?: Failure) {
    super(failure?.message ?? "");
    this.code = code;
    this.status = status;
    this.errors = failure?.errors ?? {};
    this.action = failure?.meta.action ?? null;
    this.reference = failure?.meta.request_id ?? "";
  }

  static of(status: number, failure: Failure): Refusal {
    return new Refusal(failure.code, status, failure);
  }

  get isSignedOut(): boolean {
    return this.code === SIGNED_OUT;
  }

  /** Whether the person has to prove anew who they are. */
  get isProofTooOld(): boolean {
    return this.code === PROOF_TOO_OLD;
  }

  /** Whether only a page loaded anew can go on. */
  get isPageTooOld(): boolean {
    return this.code === PAGE_TOO_OLD;
  }

  /** Whether what was to be changed is not there any more, so that what is shown is out of date. */
  get isGone(): boolean {
    return this.status === 404 || this.status === 410;
  }

  /** The sentences about one field, as one text. */
  about(field: string): string {
    return (this.errors[field] ?? []).join(" ");
  }
}
