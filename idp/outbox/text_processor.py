"""Words of mail and text messages: rendered from the templates in `frontend/templates/email` and `sms`, in the person's language.

A mail is written once and rendered twice, in one frame as plain text and in another as simple HTML. What people and clients typed
is escaped where it becomes HTML, and stands as it is where it is text; a subject is one line whatever is in it.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from django.conf import settings
from django.template import Context, Engine, TemplateDoesNotExist, engines
from django.utils import translation

from idp.core.language import language_of
from idp.core.specs import implements
from idp.outbox.errors import UnknownTemplate

_PLAIN_FRAME = "email/frame_plain.html"
_HTML_FRAME = "email/frame.html"


@dataclass(frozen=True, slots=True, kw_only=True)
class MailText:
    """One mail in words."""

    subject: str
    plain: str
    html: str


@implements("OWASP ASVS 5.0", "1.3.11")
def render_mail(*, template: str, context: Mapping[str, str], language: str = "") -> MailText:
    """The mail `email/<template>.html` says. Raises `UnknownTemplate`."""
    with translation.override(language_of(language)):
        # The first line of the plain frame is the subject, whatever was put into it.
        plain = _rendered("email", template, {**context, "frame": _PLAIN_FRAME}, escaped=False)
        subject, _end, body = plain.partition("\n")
        html = _rendered("email", template, {**context, "frame": _HTML_FRAME}, escaped=True)
    return MailText(subject=_one_line(subject), plain=body.strip() + "\n", html=html)


def render_text(*, template: str, context: Mapping[str, str], language: str = "") -> str:
    """The text message `sms/<template>.html` says, in one line. Raises `UnknownTemplate`."""
    with translation.override(language_of(language)):
        return _one_line(_rendered("sms", template, context, escaped=False))


def _rendered(folder: str, template: str, context: Mapping[str, str], *, escaped: bool) -> str:
    try:
        found = _engine().get_template(f"{folder}/{template}.html")
    except TemplateDoesNotExist as exc:
        raise UnknownTemplate(f"{folder}/{template}.html") from exc
    cleaned = {name: _one_line(value) for name, value in context.items()}
    issuer = {"site": "Fashionistar", "issuer": str(settings.IDP_ISSUER)}
    # What stands before `extends`, such as the line end behind a template's first comment, is not meant to be read.
    return str(found.render(Context({**cleaned, **issuer}, autoescape=escaped))).strip()


def _engine() -> Engine:
    """The engine itself: it alone lets a template be rendered as text, without escaping for HTML."""
    engine: Engine = engines["django"].engine  # type: ignore[attr-defined]  # the base class does not declare it
    return engine


def _one_line(text: str) -> str:
    """Without line breaks, doubled blanks and ends: nothing in a value begins a header or a paragraph of its own."""
    return " ".join(text.split())
