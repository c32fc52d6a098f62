/**
 * Island of pages that know which passkeys count: tells the browser, so that it stops offering one that was removed and shows names as
 * they are now (Signal API, WebAuthn L3 §5.1.10). Where a browser has no such function nothing happens.
 */

import { island } from "../shared/island";

type Signal = (facts: Record<string, unknown>) => Promise<void>;
type Signals = Record<string, Signal | undefined>;

function signal(name: string, facts: Record<string, unknown>): void {
  const api = (window as { PublicKeyCredential?: unknown }).PublicKeyCredential as Signals | undefined;
  const tell = api?.[name];
  if (tell) tell.call(api, facts).catch(() => undefined);
}

island<HTMLElement>("passkey-tidy", "[data-passkeys-accepted]", (element) => {
  const { rpId, userId, allAcceptedCredentialIds, name, displayName } = JSON.parse(element.dataset.passkeysAccepted as string);
  signal("signalAllAcceptedCredentials", { rpId, userId, allAcceptedCredentialIds });
  signal("signalCurrentUserDetails", { rpId, userId, name, displayName });
});

island<HTMLElement>("passkey-unknown", "[data-passkey-unknown]", (element) => {
  const { passkeyUnknown: credentialId, passkeyRp: rpId } = element.dataset;
  signal("signalUnknownCredential", { rpId, credentialId });
});
