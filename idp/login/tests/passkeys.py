"""Somebody's device with a passkey, and a page of ours as its script meets it: what is asked, and the answer sent."""

import html
import json
from typing import Any

from django.conf import settings
from django.http import HttpResponse

from idp.accounts.models import User
from idp.login.models import SsoSession
from idp.login.tests.browser import Browser
from idp.mfa.webauthn.services.enrol import enrolment_options, judge_answer, keep
from idp.mfa.webauthn.tests.signer import Device
from idp.mfa.webauthn.types import Place

_SETTING_UP = Place(browser="at home", within="session.one")


def new_device(**more: Any) -> Device:  # noqa: ANN401 - the fields of a device
    return Device(origin=settings.IDP_ISSUER, **more)


def with_passkey(
    person: User,
    *,
    made_by_browser: bool = False,
    acting: SsoSession | None = None,
    **more: Any,  # noqa: ANN401 - the same
) -> Device:
    """A device that holds a passkey of this person, added in this session if one is given."""
    sid = None if acting is None else acting.pk
    device = new_device(**more)
    answer = device.make(enrolment_options(user_id=person.pk, place=_SETTING_UP))
    key = judge_answer(user_id=person.pk, place=_SETTING_UP, answer=answer)
    keep(user_id=person.pk, key=key, made_by_browser=made_by_browser, acting_sid=sid)
    return device


def asked(browser: Browser, address: str) -> dict[str, Any]:
    """What the page's script asks the browser."""
    return options_on(browser.get(address).content.decode())


def options_on(page: str) -> dict[str, Any]:
    """The same, of a page that is there."""
    members: dict[str, Any] = json.loads(html.unescape(page.partition('data-options="')[2].partition('"')[0]))
    return members


def sent(browser: Browser, address: str, answer: dict[str, Any], **beside: str) -> HttpResponse:
    """The field of the script, and what stands beside it."""
    return browser.send(address, {"credential": json.dumps(answer), **beside})
