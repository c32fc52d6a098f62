"""Secrets of authenticator apps and the codes they make. The only importer of pyotp and of the QR code library.

pyotp accepts digits of other scripts and remembers nothing; so the text is judged here, and the step it answers with is
what the caller must store (RFC 6238 §5.2).
"""

import io
import re

import pyotp
import segno

from idp.core.specs import implements

STEP_SECONDS = 30
# One step of drift each way: a clock half a minute off, or a code typed as it changes (RFC 6238 §5.2).
_DRIFT = 1
_SECRET_CHARACTERS = 32
_CODE = re.compile(r"[0-9]{6}")
# Apps show the code in groups, so people type it in groups.
_GROUPING = re.compile(r"[ \u00a0-]")


@implements("RFC 4226", "4")
def new_secret() -> str:
    """160 random bits in base32, as RFC 4226 §4 (R6) recommends."""
    return pyotp.random_base32(_SECRET_CHARACTERS)


@implements("RFC 6238", "5.2")
def matching_step(*, secret: str, code: str, at: int) -> int | None:
    """The time step this code is for at `at` (seconds since 1970), or None: wrong, malformed, or over one step away."""
    digits = _GROUPING.sub("", code)
    if not _CODE.fullmatch(digits):
        return None
    try:
        return pyotp.TOTP(secret).verify_and_get_timecode(digits, for_time=at, valid_window=_DRIFT)
    except pyotp.exceptions.OTPVerificationError:
        return None


def enrolment_uri(*, secret: str, account: str, issuer: str) -> str:
    """The `otpauth:` address that authenticator apps read; it holds the secret and is shown to its owner alone."""
    return pyotp.TOTP(secret).provisioning_uri(name=account, issuer_name=issuer)


def qr_svg(uri: str) -> str:
    """The address as an SVG drawing, made here: no third party may see a secret. Colours come from the page's style sheet."""
    drawing = io.BytesIO()
    code = segno.make(uri, error="m", micro=False)
    look = {"svgclass": "qr", "lineclass": "qr__dark", "border": 4}
    code.save(drawing, kind="svg", xmldecl=False, omitsize=True, nl=False, **look)
    return drawing.getvalue().decode()
