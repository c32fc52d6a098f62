"""One sample: which template, with what in it; and how it becomes HTML."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from django.template.loader import render_to_string
from django.utils.translation import get_language

from idp.core.errors import IdpError, Text
from idp.login.steps.page import StepPage
from idp.outbox.text_processor import render_mail, render_text

# What a sample's links and forms lead to.
NOWHERE = "#"
PERSON = "ada.obi@example.com"
NAME = "Ada Obi"
APPLICATION = "Fashionistar demo shop"
# What acts by itself; the focus too, for which many frames of one page would fight. What a script switches on is shown as people
# see it.
_ACTING = re.compile(r"<script\b[^>]*></script>| (?:autofocus|disabled)(?=>)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """A screen. `slug` is the end of its address, `label` what the gallery calls it."""

    slug: str
    label: Text
    template: str
    context: Mapping[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Screens that belong together."""

    heading: Text
    samples: tuple[Sample, ...]


def page(
    slug: str,
    template: str,
    heading: Text,
    context: Mapping[str, object],
    *,
    label: Text = "",
    intro: Text = "",
    client_name: str = "",
    refused: IdpError | None = None,
) -> Sample:
    """A page as the views of the provider give it to its template; a refusal as its alert and beside its fields."""
    shown = {
        "page": {"title": heading, "heading": heading, "intro": intro},
        "client_name": client_name,
        "alert": None if refused is None else {"kind": "error", "text": refused.message},
        "errors": {} if refused is None else dict(refused.fields),
    }
    return Sample(slug=slug, label=label or heading, template=template, context={**shown, **context})


def step(slug: str, shown: StepPage, *, label: Text = "", refused: IdpError | None = None, **values: str) -> Sample:
    """A step of the sign-in as its own module shows it, with links that lead nowhere."""
    return page(
        slug,
        shown.template,
        shown.heading,
        {"values": {**shown.values, **values}, **dict.fromkeys(shown.links, NOWHERE), **shown.parts},
        label=label,
        client_name=APPLICATION,
        refused=refused,
    )


def render_sample(sample: Sample) -> str:
    """The screen as HTML without its scripts: a sample does nothing, so no form of it sends itself and no device is asked."""
    folder, _slash, file = sample.template.partition("/")
    words = {name: str(value) for name, value in sample.context.items()}
    name = file.removesuffix(".html")
    # In the language of whoever looks; a real message is in that of whom it is for.
    language = get_language() or ""
    if folder == "email":
        return render_mail(template=name, context=words, language=language).html
    if folder == "sms":
        text = render_text(template=name, context=words, language=language)
        shown = {"page": {"title": sample.label, "heading": sample.label, "intro": ""}, "alert": None, "text": text}
        return render_to_string("demo/text_message.html", shown)
    return _ACTING.sub("", render_to_string(sample.template, dict(sample.context)))
