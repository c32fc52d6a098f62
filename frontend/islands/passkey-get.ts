/**
 * Island of login/passkey.html and login/identifier.html: asks the browser for a passkey and sends its answer. On the first page the browser
 * also offers passkeys in the field's own list (autofill), as long as nothing else is asked.
 */

import { island } from "../shared/island";
import { answerOf, isSupported, onPress, say, send, tell, toAsk } from "../shared/passkeys";

type Capable = { isConditionalMediationAvailable?: () => Promise<boolean> };

island<HTMLFormElement>("passkey-get", "form[data-passkey='get']", (form) => {
  const publicKey = () => toAsk(JSON.parse(form.dataset.options as string));
  let waiting: AbortController | undefined;

  const offerInField = (): void => {
    const available = (PublicKeyCredential as unknown as Capable).isConditionalMediationAvailable;
    if (form.dataset.autofill === undefined || !available) return;
    const offer = (can: boolean): Promise<void> | undefined => {
      if (!can || waiting) return undefined;
      waiting = new AbortController();
      const wish: CredentialRequestOptions = { publicKey: publicKey(), mediation: "conditional", signal: waiting.signal };
      return navigator.credentials.get(wish).then((found) => send(form, answerOf(found)));
    };
    // Nobody asked for anything yet, so a failure is nobody's news.
    available
      .call(PublicKeyCredential)
      .then(offer)
      .catch(() => undefined);
  };

  const ask = (event: Event): void => {
    event.preventDefault();
    if (!isSupported()) {
      tell(form, "unsupported");
      return;
    }
    const begun = Date.now();
    if (waiting) waiting.abort();
    waiting = new AbortController();
    navigator.credentials.get({ publicKey: publicKey(), signal: waiting.signal }).then(
      (found) => send(form, answerOf(found)),
      (error: unknown) => say(form, error, begun),
    );
  };

  // Also the link of the first page, which without a script leads to the page of the passkey.
  const button = form.querySelector<HTMLElement>("[data-passkey-button]");
  if (button) onPress(button, ask);
  if (isSupported()) offerInField();
  else if (form.dataset.autofill === undefined) tell(form, "unsupported");
});
