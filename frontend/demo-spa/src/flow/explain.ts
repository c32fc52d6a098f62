/** What each request of the flow is for, in a sentence for somebody who has not read the specifications. */

import type { Step } from "./steps";

export interface Explanation {
  readonly title: string;
  readonly words: string;
}

const EXPLANATIONS: readonly (readonly [path: RegExp, title: string, words: string])[] = [
  [
    /\/\.well-known\/openid-configuration$/,
    "Discovery",
    "The page asks the provider where its addresses are, so that none is written into the shop.",
  ],
  [
    /\/oauth2\/authorize$/,
    "Authorization request",
    "The browser goes to the provider. `state` ties the answer to this tab, `nonce` the ID token to this request, and `code_challenge` is the fingerprint of a secret that only this tab knows (PKCE). The password is typed at the provider and never seen here.",
  ],
  [
    /\/oauth2\/token$/,
    "Token request",
    "The one-time code of the answer is exchanged for tokens, together with the secret behind the fingerprint. A stolen code alone is worth nothing.",
  ],
  [/\/oauth2\/userinfo$/, "UserInfo", "With the access token the page asks the provider about the person, within what the scopes allow."],
  [/\/oauth2\/revoke$/, "Revocation", "The access token is ended at the provider before the page forgets it."],
  [/\/oauth2\/logout$/, "Sign-out", "The browser goes to the provider, which ends its own session and sends it back."],
  [
    /^\/api\//,
    "Call of the backend",
    "The access token goes along in the Authorization header. The backend asks the provider what it is worth (introspection) before it answers.",
  ],
];
const CHALLENGED = {
  title: "The backend asks for more",
  words:
    "This needs a stronger sign-in (RFC 9470). The page signs the person in again with what the backend asks for, and comes back here.",
};

/** The explanation of a step, or null for a request that is no part of the flow (the shop's own settings). */
export function explain(step: Step): Explanation | null {
  const challenged = step.received.some(
    ([name, value]) => name === "WWW-Authenticate" && value.includes("insufficient_user_authentication"),
  );
  if (challenged) return CHALLENGED;
  const { pathname } = new URL(step.address);
  const found = EXPLANATIONS.find(([path]) => path.test(pathname));
  return found === undefined ? null : { title: found[1], words: found[2] };
}
