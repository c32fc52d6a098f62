"""A coarse fingerprint of the device of a sign-in, for its owner to see that two came from the same kind. Off by default.

It is made of what every browser sends by itself: no script asks the device for more, and many devices share one. Anybody can
send the same headers, so it proves nothing and decides nothing. It is keyed, and by the person too: equal devices of two people
cannot be linked by it.
"""

import re
import uuid

from django.conf import settings
from django.http import HttpRequest

from idp.core.crypto import keyed_digest
from idp.login.device_label import browser_and_system

_LONGEST_HEADER = 200
_LABEL = "device-fingerprint"
# Eight digits are enough to compare by eye, and nothing more is stored than is shown.
_SHOWN = 8
# Low-entropy hints (W3C Client Hints), which Chromium sends unasked. No versions: each update would make another device.
_HINTS = ("Sec-CH-UA-Platform", "Sec-CH-UA-Mobile")


def traits_of(request: HttpRequest) -> str:
    """Browser, system, hints and languages, a line each; "" while the fingerprint is switched off. Never raises."""
    if not settings.IDP_DEVICE_FINGERPRINT:
        return ""
    browser, system = browser_and_system(_header(request, "User-Agent"))
    languages = re.sub(r"\s", "", _header(request, "Accept-Language").lower())
    return "\n".join([browser, system, *(_header(request, hint) for hint in _HINTS), languages])


def fingerprint(traits: str, *, of: uuid.UUID) -> str:
    """Eight hexadecimal digits for these traits in the hands of this person; "" without traits."""
    return keyed_digest(of.bytes + traits.encode(), label=_LABEL).hex()[:_SHOWN] if traits else ""


def _header(request: HttpRequest, name: str) -> str:
    return str(request.headers.get(name, ""))[:_LONGEST_HEADER]
