"""Samples of mail and text messages."""

from collections.abc import Iterator, Mapping

from django.utils.translation import gettext_lazy as _

from idp.core.errors import Text
from idp.demo.samples.sample import Sample

_CODE = {"code": "482913", "minutes": "10", "purpose": "verify_email"}
# As long as real ones, good for nothing.
_KEY = "SAMPLE-0123456789-abcdefghijklmnopqrstuvwxyz"[:43]
_LINK = {"link": f"http://localhost:8000/recover/fst_pr_{_KEY}", "minutes": "30"}
_DEVICE = {
    "device": "Chrome on Android",
    "place": "Lagos, Nigeria",
    "when": "2026-11-28 09:30 UTC",
    "link": f"http://localhost:8000/not-me/fst_nd_{_KEY}",
}
_MAIL: Mapping[str, tuple[Text, Mapping[str, str]]] = {
    "one_time_code": (_("A code to confirm an address"), _CODE),
    "account_exists": (_("Sign-up with an address that is taken"), {}),
    "recover_password": (_("A new password for one that is forgotten"), _LINK),
    "new_device": (_("A new device signed in"), _DEVICE),
    "password_changed": (_("Password changed"), {}),
    "address_changed": (_("Email address changed"), {"kind": "email"}),
    "address_in_use": (_("A new email address that is taken"), {}),
    "address_released": (_("Email address removed, confirmed by somebody else"), {"kind": "email"}),
    "factor_added": (_("Sign-in method added"), {"kind": "passkey"}),
    "factor_removed": (_("Sign-in method removed"), {"kind": "totp"}),
    "factors_reset": (_("Sign-in methods reset by support"), {}),
    "upstream_linked": (_("Sign-in service connected"), {"provider": "Google"}),
    "upstream_unlinked": (_("Sign-in service disconnected"), {"provider": "Google"}),
    "recovery_code_used": (_("Recovery code used"), {"left": "7"}),
    "recovery_codes_made": (_("Recovery codes made"), {}),
    "data_exported": (_("Data downloaded"), {}),
    "deletion_requested": (_("Deletion asked for"), {"day": "2026-12-13"}),
    "staff_act": (_("Account suspended by staff"), {"act": "suspended"}),
}
_TEXTS: Mapping[str, tuple[Text, Mapping[str, str]]] = {
    "one_time_code": (_("A code to confirm a number"), _CODE),
    "account_exists": (_("Sign-up with a number that is taken"), {}),
    "address_changed": (_("Phone number changed"), {"kind": "phone_number"}),
    "address_in_use": (_("A new phone number that is taken"), {}),
    "address_released": (_("Phone number removed, confirmed by somebody else"), {"kind": "phone_number"}),
    "new_device": (_("A new device signed in"), _DEVICE),
    "account_changed": (_("Sign-in methods changed"), {"event": "factor_added"}),
    "data_exported": (_("Data downloaded"), {}),
    "deletion_requested": (_("Deletion asked for"), {"day": "2026-12-13"}),
    "staff_act": (_("Account suspended by staff"), {"act": "suspended"}),
}


def mail_samples() -> Iterator[Sample]:
    """Every mail, as HTML; the plain form says the same."""
    return _messages("email", "mail", _MAIL)


def text_samples() -> Iterator[Sample]:
    """Every text message."""
    return _messages("sms", "text", _TEXTS)


def _messages(folder: str, prefix: str, said: Mapping[str, tuple[Text, Mapping[str, str]]]) -> Iterator[Sample]:
    for name, (label, context) in said.items():
        slug = f"{prefix}-{name.replace('_', '-')}"
        yield Sample(slug=slug, label=label, template=f"{folder}/{name}.html", context=context)
