"""Words: both forms of each mail, nothing that escapes its place, and a language for everybody."""

from pathlib import Path

import pytest
from django.conf import settings

from idp.outbox.errors import UnknownTemplate
from idp.outbox.text_processor import render_mail, render_text

TEMPLATES = Path(settings.BASE_DIR) / "frontend" / "templates"
CONTEXT = {
    "code": "384912",
    "minutes": "10",
    "purpose": "",
    "kind": "totp",
    "left": "7",
    "event": "password_changed",
    "day": "2026-12-12",
}


def names(folder: str) -> list[str]:
    return sorted(path.stem for path in (TEMPLATES / folder).glob("*.html") if not path.stem.startswith("frame"))


@pytest.mark.parametrize("name", names("email"))
def test_every_mail_has_a_subject_and_both_forms(name: str) -> None:
    words = render_mail(template=name, context=CONTEXT)
    assert 10 < len(words.subject) < 78
    assert "<" not in words.plain
    assert len(words.plain) > 100
    assert words.subject in words.html
    assert "<p>" in words.html
    # What is fetched tells somebody that, and from where, the mail was read.
    assert not {"src=", "href=", "style"} & set(words.html.split())
    for placeholder in ("{{", "{%", "{#"):
        assert placeholder not in words.plain + words.html + words.subject


@pytest.mark.parametrize("name", names("sms"))
def test_every_text_message_is_one_short_line(name: str) -> None:
    text = render_text(template=name, context=CONTEXT)
    assert "\n" not in text
    assert 20 < len(text) <= 160
    assert "{" not in text


@pytest.mark.parametrize("kind", ["totp", "passkey", "recovery_codes", "something new"])
def test_news_names_the_sign_in_method(kind: str) -> None:
    added = render_mail(template="factor_added", context={"kind": kind}).plain
    assert ("app" in added, "passkey" in added) == (kind == "totp", kind == "passkey")


@pytest.mark.parametrize("purpose", ["verify_email", "recover_password", ""])
def test_a_code_says_what_it_is_for(purpose: str) -> None:
    assert len(render_mail(template="one_time_code", context={**CONTEXT, "purpose": purpose}).plain) > 100


@pytest.mark.spec("OWASP ASVS 5.0", "1.3.11")
def test_a_value_begins_no_header_and_no_markup() -> None:
    hostile = "<b>7</b>\r\nBcc: eve@example.com\n\nhello & co"
    words = render_mail(template="recovery_code_used", context={"left": hostile})
    assert "\n" not in words.subject
    assert "\nBcc" not in words.plain
    assert "hello & co" in words.plain
    assert "<b>7</b>" not in words.html
    assert "&lt;b&gt;7&lt;/b&gt;" in words.html
    assert "\n" not in render_text(template="one_time_code", context={**CONTEXT, "code": hostile})


@pytest.mark.parametrize("language", ["", "en", "yo", "xx-invalid", "de-AT", "\x00"])
def test_an_unknown_language_is_no_error(language: str) -> None:
    assert render_text(template="one_time_code", context=CONTEXT, language=language)


def test_what_nobody_wrote_is_said_by_name() -> None:
    with pytest.raises(UnknownTemplate, match="email/missing"):
        render_mail(template="missing", context={})
    with pytest.raises(UnknownTemplate, match="sms/missing"):
        render_text(template="missing", context={})
