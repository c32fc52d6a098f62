"""What can go wrong with a passkey on the server's side. What the browser refuses is told by the island."""

from django.utils.translation import gettext_lazy as _

from idp.core.errors import InvalidInput
from idp.mfa.errors import FactorRefused


class PasskeyRefused(FactorRefused):
    """The answer does not hold: wrong page, wrong person, wrong signature. One sentence for all; the log knows which."""

    code = "passkey_refused"
    sentence = _("That passkey could not be confirmed. Please try again, or choose another way.")


class CeremonyExpired(PasskeyRefused):
    """The challenge was not made for this browser, person and page, is too old, or was answered already."""

    code = "passkey_expired"
    sentence = _("That took too long, or was sent twice. Please try again.")


class PasskeyUnknown(PasskeyRefused):
    """Nobody's here, or not the person's; `credential_id` is for the browser, which may stop offering it (Signal API)."""

    code = "passkey_unknown"
    sentence = _("That passkey does not work here any more. Please use another passkey, or sign in another way.")

    def __init__(self, *, credential_id: str, detail: str) -> None:
        """Name the passkey that was shown."""
        super().__init__(detail=detail)
        self.credential_id = credential_id


class NotVerified(PasskeyRefused):
    """The device signed without asking who is holding it."""

    code = "passkey_not_verified"
    sentence = _(
        "Your device did not check that it is you. Please set up its screen lock, fingerprint or PIN and try again, "
        "or choose another way."
    )


class PasskeyCopied(PasskeyRefused):
    """The counter of a key that cannot be copied did not grow (WebAuthn L3 §6.1.1)."""

    code = "passkey_copied"
    sentence = _(
        "Something is odd about that passkey: another device may hold a copy of it. "
        "Please sign in another way, then remove this passkey and add a new one."
    )


class PasskeyTaken(InvalidInput):
    """The key is enrolled already, here or elsewhere; whose it is stays unsaid."""

    code = "passkey_taken"
    sentence = _("This passkey is already in use. Please use another device or security key.")
