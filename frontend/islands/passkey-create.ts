/**
 * Island of login/set_up_passkey.html and login/upgrade.html: has the browser make a passkey and sends it. In an upgrade the browser does
 * so by itself (conditional create), and whatever comes of it the form is sent on.
 */

import { island } from "../shared/island";
import { answerOf, isSupported, onPress, say, send, tell, toMake } from "../shared/passkeys";

// A browser that cannot decide keeps nobody waiting.
const PATIENCE = 2500;

island<HTMLFormElement>("passkey-create", "form[data-passkey='create']", (form) => {
  const button = form.querySelector<HTMLElement>("[data-passkey-button]") as HTMLElement;
  if (!isSupported()) tell(form, "unsupported");
  onPress(button, (event) => {
    event.preventDefault();
    if (!isSupported()) {
      tell(form, "unsupported");
      return;
    }
    const begun = Date.now();
    navigator.credentials.create({ publicKey: toMake(JSON.parse(form.dataset.options as string)) }).then(
      (made) => send(form, answerOf(made)),
      (error: unknown) => say(form, error, begun),
    );
  });
});

island<HTMLFormElement>("passkey-upgrade", "form[data-passkey='upgrade']", (form) => {
  if (!isSupported()) {
    form.submit();
    return;
  }
  const stop = new AbortController();
  setTimeout(() => stop.abort(), PATIENCE);
  const wish = { publicKey: toMake(JSON.parse(form.dataset.options as string)), mediation: "conditional", signal: stop.signal };
  navigator.credentials.create(wish as CredentialCreationOptions).then(
    (made) => send(form, answerOf(made)),
    () => form.submit(),
  );
});
