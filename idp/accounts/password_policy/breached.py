"""Was this password in a breach? Asked by k-anonymity: five characters of its SHA-1 leave this machine, never the password.

Off unless the operator names an address that speaks the range protocol of Have I Been Pwned, which may be their own mirror.
When it does not answer in time, the bundled list alone decides: a person who chooses a password does not wait for others.
"""

import hashlib
import logging

from django.conf import settings

from idp.core.outbound import OutboundFailed, OutboundRefused, send
from idp.core.specs import implements

logger = logging.getLogger("idp.accounts")

_PREFIX = 5
_SECONDS = 1.5
_MOST_BYTES = 256 * 1024


@implements("OWASP ASVS 5.0", "6.2.12")
def is_breached(password: str) -> bool:
    """Whether the service knows it; False when there is none, or it does not answer. Call it outside transactions."""
    address = settings.IDP_PASSWORD_RANGE_URL
    if not address:
        return False
    digest = hashlib.sha1(password.encode(), usedforsecurity=False).hexdigest().upper()
    try:
        # Padding hides from a listener how many lines the prefix has.
        answer = send(
            method="GET",
            url=f"{address}{digest[:_PREFIX]}",
            headers={"Add-Padding": "true"},
            seconds=_SECONDS,
            max_bytes=_MOST_BYTES,
        )
    except (OutboundFailed, OutboundRefused) as fault:
        logger.warning("the breached-password service did not answer; the bundled list decides", extra={"detail": fault.detail})
        return False
    return answer.status == 200 and _is_listed(answer.body, digest[_PREFIX:])


def _is_listed(body: bytes, suffix: str) -> bool:
    """Lines of `SUFFIX:COUNT`; padding has the count 0."""
    for line in body.decode("ascii", "replace").splitlines():
        found, _, count = line.strip().partition(":")
        if found.upper() == suffix:
            return count.strip() != "0"
    return False
