/** Island of pages that know which passkeys count: tells the browser. */

import { island } from "../shared/island";
import { signal, signalAccepted } from "../shared/signals";

island<HTMLElement>("passkey-tidy", "[data-passkeys-accepted]", (element) => {
  signalAccepted(JSON.parse(element.dataset.passkeysAccepted as string));
});

island<HTMLElement>("passkey-unknown", "[data-passkey-unknown]", (element) => {
  const { passkeyUnknown: credentialId, passkeyRp: rpId } = element.dataset;
  signal("signalUnknownCredential", { rpId, credentialId });
});
