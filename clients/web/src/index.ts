/** What an application may import; everything else of this package may change without notice. */

export { AuthError, describe, type Failure, type FailureCode, type NextStep, type Words } from "./errors";
export { getJson, readJson } from "./http";
export { isObject, type Json, text } from "./json";
export { AuthSession } from "./session";
export type { AuthSettings } from "./settings";
export { type Challenge, readChallenge } from "./step-up";
export type { Arrival, Listener, SignedIn } from "./types";
