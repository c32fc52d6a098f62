"""Authenticators in Chromium (WebAuthn DevTools protocol): a phone that keeps passkeys, a security key, one that refuses.

Browsers know no real device here; everything between the page's script and the key is Chromium's own.
"""

from collections.abc import Mapping
from typing import Any

from playwright.sync_api import Page

_PHONE: Mapping[str, object] = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
    "defaultBackupEligibility": True,
    "defaultBackupState": True,
}


# A browser without windows has no "Cancel". One that gives up because nobody touched the device ends the ceremony by the same
# error (WebAuthn L3 §14.5.1), and the page, which expects minutes, cannot tell the two apart.
_CANCEL_NEXT = """() => {
  const own = navigator.credentials;
  for (const act of ["get", "create"]) {
    const real = own[act].bind(own);
    own[act] = (wish) => {
      own[act] = real;
      return real({ ...wish, publicKey: { ...wish.publicKey, timeout: 1000 } });
    };
  }
}"""


# What the page was told to ask for, which its script looks at when the button is pressed.
_SHORTEN = """() => {
  const form = document.querySelector("form[data-passkey]");
  form.dataset.options = JSON.stringify({ ...JSON.parse(form.dataset.options), timeout: 1000 });
}"""


class Keys:
    """What one tab's browser has at hand."""

    def __init__(self, page: Page) -> None:
        """Nothing yet; from now on no real device is asked."""
        self._page = page
        self._session = page.context.new_cdp_session(page)
        self._session.send("WebAuthn.enable")
        self._id = ""

    def plug_in(self, **unlike: object) -> None:
        """A phone, or what `unlike` makes of it."""
        added = self._session.send("WebAuthn.addVirtualAuthenticator", {"options": {**_PHONE, **unlike}})
        self._id = str(added["authenticatorId"])

    def unplug(self) -> None:
        """Nothing at hand any more."""
        self._session.send("WebAuthn.removeVirtualAuthenticator", {"authenticatorId": self._id})

    def verify(self, *, does: bool) -> None:
        """Whether the device recognises its owner."""
        self._session.send("WebAuthn.setUserVerified", {"authenticatorId": self._id, "isUserVerified": does})

    def answer(self, *, does: bool) -> None:
        """Whether somebody touches the device."""
        parameters = {"authenticatorId": self._id, "enabled": does}
        self._session.send("WebAuthn.setAutomaticPresenceSimulation", parameters)

    def cancel_next(self) -> None:
        """Of the next ceremony of this page nothing comes: nobody touches the device, and the browser ends it after a second."""
        self.answer(does=False)
        self._page.evaluate(_CANCEL_NEXT)

    def shorten_time(self) -> None:
        """Of minutes one second is left: nobody touches the device, and the browser gives up when its time is over."""
        self._page.evaluate(_SHORTEN)

    def held(self) -> list[dict[str, Any]]:
        """The passkeys on it."""
        answer = self._session.send("WebAuthn.getCredentials", {"authenticatorId": self._id})
        return list(answer["credentials"])

    def put(self, credential: Mapping[str, Any]) -> None:
        """A copy of a passkey, as a thief would have it."""
        self._session.send("WebAuthn.addCredential", {"authenticatorId": self._id, "credential": dict(credential)})

    def forget(self) -> None:
        """Nothing on it any more."""
        self._session.send("WebAuthn.clearCredentials", {"authenticatorId": self._id})
