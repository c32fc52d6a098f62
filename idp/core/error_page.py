"""What the error page is made of. Used by `boundary.py`, and by the gallery that shows it."""

from typing import Any

from django.utils.html import escape
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from idp.core.errors import IdpError, Text
from idp.core.meaning import status_of

_HEADINGS: dict[int, Text] = {
    400: _("That did not work"),
    401: _("Please sign in"),
    403: _("No access"),
    404: _("Not found"),
    410: _("This page has expired"),
    429: _("Please wait a moment"),
    503: _("Please try again in a moment"),
}
# Refused, yet not for want of a right.
_HEADINGS_BY_CODE: dict[str, Text] = {
    **dict.fromkeys(("csrf_failed", "wrong_browser"), _HEADINGS[400]),
    "step_up_required": _HEADINGS[401],
}


def page_context(error: IdpError, reference: str) -> dict[str, Any]:
    """What the error page is told about this error."""
    heading = _HEADINGS_BY_CODE.get(error.public_code) or _HEADINGS.get(status_of(error), _("Something went wrong"))
    return {
        "page": {"title": heading, "heading": heading, "intro": ""},
        "client_name": "",
        "alert": None,
        "code": error.public_code,
        "message": error.message,
        "reference": reference,
        "action": error.action,
    }


def bare_page(heading: str, message: str, code: str, reference: str) -> str:
    """The last resort: no template, no style, the same facts."""
    return (
        f'<!doctype html><html lang="{get_language()}"><meta charset="utf-8"><title>{escape(heading)}</title>'
        f"<h1>{escape(heading)}</h1>"
        f'<p>{escape(message)}</p><p id="error-code">{escape(code)}</p><p>Reference: {escape(reference)}</p></html>'
    )
