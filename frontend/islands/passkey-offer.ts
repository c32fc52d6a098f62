/**
 * Island of login/password.html: tells the server, in a hidden field, that this browser can make a passkey by itself after a password
 * (conditional create), so that the sign-in ends with that page there and nowhere else.
 */

import { island } from "../shared/island";

type Capable = { getClientCapabilities?: () => Promise<Record<string, boolean>> };

island<HTMLInputElement>("passkey-offer", "input[name='upgrade']", (field) => {
  const api = (window as { PublicKeyCredential?: Capable }).PublicKeyCredential;
  if (!api?.getClientCapabilities) return;
  api.getClientCapabilities().then(
    (can) => {
      if (can.conditionalCreate) field.value = "1";
    },
    () => undefined,
  );
});
