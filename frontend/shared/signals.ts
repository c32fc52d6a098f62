/**
 * What the browser is told of passkeys, so that it stops offering those that are gone and shows names as they are now (Signal API, WebAuthn
 * L3 §5.1.10). Where a browser has no such function nothing happens.
 */

type Signal = (facts: Record<string, unknown>) => Promise<void>;
type Signals = Record<string, Signal | undefined>;

export function signal(name: string, facts: Record<string, unknown>): void {
  const api = (window as { PublicKeyCredential?: unknown }).PublicKeyCredential as Signals | undefined;
  const tell = api?.[name];
  if (tell) tell.call(api, facts).catch(() => undefined);
}

/** All that count, and what the person is called. */
export function signalAccepted({ rpId, userId, allAcceptedCredentialIds, name, displayName }: Readonly<Record<string, unknown>>): void {
  signal("signalAllAcceptedCredentials", { rpId, userId, allAcceptedCredentialIds });
  signal("signalCurrentUserDetails", { rpId, userId, name, displayName });
}
