/**
 * What must survive the trip to the provider besides the protocol's own state: where the person was, and on whose behalf a step-up was
 * begun. Kept by oidc-client-ts in session storage next to `state`, never in an address, and believed only after being read anew.
 */

import { isObject, type Json, text } from "./json";
import type { Challenge } from "./step-up";

export interface Trip {
  /** Path, query and fragment in this application. */
  readonly returnTo: string;
  /** The person at the start, for a step-up; "" for a first sign-in. */
  readonly sub: string;
  readonly challenge: Challenge | null;
}

/** A path of this application, or "/": an address elsewhere is never returned to (RFC 9700, 4.11). */
export function safePath(path: string, origin: string): string {
  if (!path.startsWith("/") || !URL.canParse(path, origin)) return "/";
  const target = new URL(path, origin);
  return target.origin === origin ? target.pathname + target.search + target.hash : "/";
}

/** The trip as it was stored. */
export function readTrip(stored: unknown, origin: string): Trip {
  const trip: Json = isObject(stored) ? stored : {};
  const challenge = isObject(trip.challenge) ? (trip.challenge as Challenge) : null;
  return { returnTo: safePath(text(trip, "returnTo"), origin), sub: text(trip, "sub"), challenge };
}
