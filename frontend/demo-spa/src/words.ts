/** The shop's own sentences for failures that concern it; all others are those of the browser package. */

import type { Words } from "@fashionistar/auth-web";

export const WORDS: Words = {
  client_refused: "Fashionistar sign-in does not accept this shop's request. The shop's registration needs attention.",
  provider_misconfigured: "Fashionistar sign-in describes itself under another address than the one this shop knows.",
  config_unreadable: "The shop cannot read its settings, so sign-in is not available here.",
  backend_unreachable: "The shop's backend does not answer. It may be stopped or restarting; try again in a moment.",
  backend_busy: "That was a bit fast for the shop's backend. Wait a moment, then try again.",
  backend_unavailable: "The shop's backend cannot check your sign-in at the moment. Try again shortly.",
  backend_failed: "The shop's backend could not answer this. Try again; if it happens again, give support the reference.",
  backend_unreadable: "The shop's backend sent an answer this page does not understand.",
};
