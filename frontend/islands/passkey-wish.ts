/**
 * Island of login/sign_up.html: shows the button for an account without a password, where the browser knows passkeys.
 */

import { island } from "../shared/island";
import { isSupported } from "../shared/passkeys";

island<HTMLButtonElement>("passkey-wish", "button[data-needs-passkeys]", (button) => {
  button.hidden = !isSupported();
});
