"""People, the place of a ceremony, and passkeys they enrolled with a device of our own."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.conf import settings

from idp.accounts.models import User
from idp.mfa.webauthn.models import Passkey
from idp.mfa.webauthn.services.enrol import enrolment_options, judge_answer, keep
from idp.mfa.webauthn.services.show import Proven, show, showing_options
from idp.mfa.webauthn.tests.signer import Device
from idp.mfa.webauthn.types import Place

PLACE = Place(browser="browser-1", within="login.one")
ELSEWHERE = Place(browser="browser-2", within="login.one")


@pytest.fixture
def ada(make_user: Callable[..., User]) -> User:
    return make_user(email="ada@example.com")


@pytest.fixture
def bola(make_user: Callable[..., User]) -> User:
    return make_user(email="bola@example.com")


@dataclass
class Held:
    """A device and our record of its passkey."""

    device: Device
    passkey: Passkey

    def options(self, *, named: bool = True, place: Place = PLACE, must_verify: bool = True) -> dict[str, Any]:
        """What a page asks: after a password, or of whoever it is."""
        user_id = self.passkey.user_id if named else None
        return showing_options(user_id=user_id, place=place, must_verify=must_verify)

    def show(self, answer: dict[str, Any], *, named: bool = True, place: Place = PLACE, must_verify: bool = True) -> Proven:
        user_id = self.passkey.user_id if named else None
        return show(user_id=user_id, place=place, answer=answer, must_verify=must_verify)


def device(**more: Any) -> Device:  # noqa: ANN401 - the fields of a device
    return Device(origin=settings.IDP_ISSUER, **more)


def enrol(*, user_id: uuid.UUID, place: Place, answer: dict[str, Any], made_by_browser: bool = False, name: str = "") -> Passkey:
    """Both halves of an enrolment, as every caller does them."""
    key = judge_answer(user_id=user_id, place=place, answer=answer, made_by_browser=made_by_browser)
    return keep(user_id=user_id, key=key, name=name, made_by_browser=made_by_browser)


def enrolled(person: User, made: Device | None = None, **more: Any) -> Held:  # noqa: ANN401 - what `enrol` takes
    """Add a passkey as a page does."""
    made = made or device()
    answer = made.make(enrolment_options(user_id=person.pk, place=PLACE))
    return Held(device=made, passkey=enrol(user_id=person.pk, place=PLACE, answer=answer, **more))
