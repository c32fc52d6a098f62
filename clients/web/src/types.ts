/** What an application learns from a session: who is signed in, what an address meant, what changed. */

import type { AuthError } from "./errors";
import type { Json } from "./json";

export interface SignedIn {
  readonly accessToken: string;
  readonly idToken: string;
  readonly claims: Json;
  /** Seconds since 1970 */
  readonly expiresAt: number;
}

/** What an address meant: an answer of the provider, the hidden frame of a renewal, or a plain visit. */
export type Arrival = { readonly kind: "signed-in"; readonly returnTo: string } | { readonly kind: "signed-out" | "silent" | "visit" };

/** Told of each change: somebody came (null), a renewal worked (null), or the sign-in ended by itself (the reason). */
export type Listener = (reason: AuthError | null) => void;
