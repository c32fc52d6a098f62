"""Hostile ceremonies: each is refused as `PasskeyRefused`, none is a fault of ours (WebAuthn L3 §7.1, §7.2)."""

import json
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import cbor2
import pytest
from django.db import connections
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from idp.accounts.models import User
from idp.mfa.webauthn.challenge import LIFETIME_SECONDS, new_challenge
from idp.mfa.webauthn.errors import CeremonyExpired, PasskeyRefused, PasskeyTaken
from idp.mfa.webauthn.models import Passkey
from idp.mfa.webauthn.schemas import read_members
from idp.mfa.webauthn.services.enrol import enrolment_options
from idp.mfa.webauthn.services.show import show, showing_options
from idp.mfa.webauthn.tests.conftest import ELSEWHERE, PLACE, device, enrol, enrolled
from idp.mfa.webauthn.tests.signer import BE, BS, UP, UV, b64, client_data, unb64
from idp.mfa.webauthn.types import Ceremony, Place

pytestmark = pytest.mark.django_db

CREATE, GET = "webauthn.create", "webauthn.get"
# Client data that no honest browser on our page makes; each takes the ceremony's type and the challenge.
FORGED: dict[str, Callable[[str, str, str], bytes]] = {
    "another origin": lambda kind, challenge, _own: client_data(kind, challenge, "https://evil.example"),
    "a longer origin": lambda kind, challenge, own: client_data(kind, challenge, own + ".evil.example"),
    "no origin": lambda kind, challenge, _own: json.dumps({"type": kind, "challenge": challenge}).encode(),
    "a frame elsewhere": lambda kind, challenge, own: client_data(kind, challenge, own) [:-1].replace(b"false", b"true") + b"}",
    "a top origin": lambda kind, challenge, own: client_data(kind, challenge, own, topOrigin="https://evil.example"),
    "the other type": lambda kind, challenge, own: client_data(GET if kind == CREATE else CREATE, challenge, own),
    "a member twice": lambda kind, challenge, own: client_data(kind, challenge, own)[:-1] + f', "origin": "{own}"}}'.encode(),
    "no challenge": lambda kind, _challenge, own: client_data(kind, "", own),
    "an invented challenge": lambda kind, _challenge, own: client_data(kind, b64(os.urandom(64)), own),
    "a padded challenge": lambda kind, challenge, own: client_data(kind, challenge + "==", own),
    "a mark of byte order": lambda kind, challenge, own: b"\xef\xbb\xbf" + client_data(kind, challenge, own),
    "no UTF-8": lambda _kind, _challenge, _own: b"\xff\xfe{}",
    "no object": lambda _kind, _challenge, _own: b"[]",
    "no end of depth": lambda _kind, _challenge, _own: b"[" * 4000,
    "too much": lambda kind, challenge, own: client_data(kind, challenge, own, more="x" * 5000),
}  # fmt: skip


@pytest.mark.spec("WebAuthn L3", "7.1")
@pytest.mark.parametrize("forged", FORGED)
def test_forged_client_data_enrols_nothing(ada: User, forged: str) -> None:
    options = enrolment_options(user_id=ada.pk, place=PLACE)
    made = device()
    answer = made.make(options, raw=FORGED[forged](CREATE, options["challenge"], made.origin))
    with pytest.raises(PasskeyRefused):
        enrol(user_id=ada.pk, place=PLACE, answer=answer)
    assert not Passkey.objects.exists()


@pytest.mark.spec("WebAuthn L3", "7.2")
@pytest.mark.parametrize("named", [True, False])
@pytest.mark.parametrize("forged", FORGED)
def test_forged_client_data_shows_nothing(ada: User, forged: str, named: bool) -> None:  # noqa: FBT001
    held = enrolled(ada)
    options = held.options(named=named)
    answer = held.device.sign(options, raw=FORGED[forged](GET, options["challenge"], held.device.origin))
    with pytest.raises(PasskeyRefused):
        held.show(answer, named=named)
    assert Passkey.objects.get().last_used_at is None


# --- The challenge ----------------------------------------------------------------------------------------------------
@pytest.mark.spec("WebAuthn L3", "13.4.3")
def test_a_challenge_is_answered_once(ada: User) -> None:
    held = enrolled(ada)
    answer = held.device.sign(held.options())
    held.show(answer)
    with pytest.raises(CeremonyExpired):
        held.show(answer)


@pytest.mark.spec("WebAuthn L3", "13.4.3")
@pytest.mark.parametrize(
    "place", [ELSEWHERE, Place(browser="browser-1", within="login.two"), Place(browser="browser-1", within="session.one")]
)
def test_a_challenge_of_another_browser_or_page_is_refused(ada: User, place: Place) -> None:
    held = enrolled(ada)
    for named in (True, False):
        with pytest.raises(CeremonyExpired):
            held.show(held.device.sign(held.options(named=named, place=place)), named=named)
    answer = device().make(enrolment_options(user_id=ada.pk, place=place))
    with pytest.raises(CeremonyExpired):
        enrol(user_id=ada.pk, place=PLACE, answer=answer)


@pytest.mark.spec("WebAuthn L3", "13.4.3")
def test_a_challenge_of_another_person_or_ceremony_is_refused(ada: User, bola: User) -> None:
    held, theirs = enrolled(ada), enrolled(bola)
    with pytest.raises(CeremonyExpired):
        held.show(held.device.sign(theirs.options()))
    with pytest.raises(CeremonyExpired):
        held.show(held.device.sign(held.options(named=False)), named=True)
    making = enrolment_options(user_id=ada.pk, place=PLACE)
    with pytest.raises(CeremonyExpired):
        held.show(held.device.sign({**held.options(), "challenge": making["challenge"]}))
    with pytest.raises(CeremonyExpired):
        enrol(user_id=ada.pk, place=PLACE, answer=device().make({**making, "challenge": held.options()["challenge"]}))


@pytest.mark.spec("WebAuthn L3", "13.4.3")
def test_an_old_challenge_is_refused(ada: User, time_machine: Any) -> None:  # noqa: ANN401 - what the plugin hands out
    held = enrolled(ada)
    time_machine.move_to("2027-01-01T12:00:00Z", tick=False)
    answer = held.device.sign(held.options())
    time_machine.shift(LIFETIME_SECONDS + 1)
    with pytest.raises(CeremonyExpired):
        held.show(answer)
    time_machine.shift(-LIFETIME_SECONDS - 100)
    with pytest.raises(CeremonyExpired):
        held.show(
            held.device.sign(
                {**held.options(), "challenge": json.loads(unb64(answer["response"]["clientDataJSON"]))["challenge"]}
            )
        )


def test_no_two_purposes_share_a_challenge() -> None:
    drawn = {new_challenge(ceremony=Ceremony.AUTHENTICATE, place=PLACE, user_id=None) for _ in range(50)}
    assert len(drawn) == 50
    assert all(len(challenge) == 64 for challenge in drawn)


# --- The key ----------------------------------------------------------------------------------------------------------
@pytest.mark.spec("WebAuthn L3", "7.2")
def test_another_persons_handle_or_none_is_refused(ada: User, bola: User) -> None:
    held, theirs = enrolled(ada), enrolled(bola)
    for named, handle in ((True, theirs.device.user_handle), (False, theirs.device.user_handle), (False, ""), (True, b64(b"x"))):
        with pytest.raises(PasskeyRefused):
            held.show(held.device.sign(held.options(named=named), handle=handle), named=named)
    # After a password an old security key may leave it out.
    held.show(held.device.sign(held.options(), handle=""))


def test_another_persons_passkey_is_not_ones_own(ada: User, bola: User) -> None:
    held, theirs = enrolled(ada), enrolled(bola)
    with pytest.raises(PasskeyRefused):
        held.show(theirs.device.sign(held.options()))


def test_a_signature_of_another_key_is_refused(ada: User) -> None:
    held = enrolled(ada)
    held.device.private = device().private
    with pytest.raises(PasskeyRefused):
        held.show(held.device.sign(held.options()))


@pytest.mark.parametrize("flags", [UP | UV | BE, UP | UV | BE | BS, UP | UV | BS, UV, 0])
def test_flags_that_cannot_be_are_refused(ada: User, flags: int) -> None:
    held = enrolled(ada)
    held.device.flags = flags
    with pytest.raises(PasskeyRefused):
        held.show(held.device.sign(held.options()))


@pytest.mark.spec("WebAuthn L3", "7.1")
@pytest.mark.parametrize(
    "more",
    [
        {"alg": -37}, {"alg": -65535},
        {"credential_id": b"x" * 1024}, {"credential_id": b""}, {"flags": UV}, {"flags": UP | UV | BS},
    ],
)  # fmt: skip
def test_a_key_that_was_not_asked_for_is_refused(ada: User, more: dict[str, Any]) -> None:
    with pytest.raises(PasskeyRefused):
        enrolled(ada, device(**more))


@pytest.mark.spec("WebAuthn L3", "7.1")
@pytest.mark.parametrize("site", ["evil.example", "testserver.evil.example", ""])
def test_a_key_of_another_site_is_none_of_ours(ada: User, site: str) -> None:
    """The browser says the origin, the device itself the site it made the key for; both have to be ours."""
    options = enrolment_options(user_id=ada.pk, place=PLACE)
    with pytest.raises(PasskeyRefused):
        enrol(user_id=ada.pk, place=PLACE, answer=device().make({**options, "rp": {"id": site}}))
    held = enrolled(ada)
    for named in (True, False):
        with pytest.raises(PasskeyRefused):
            held.show(held.device.sign({**held.options(named=named), "rpId": site}), named=named)
    assert Passkey.objects.get().last_used_at is None


@pytest.mark.spec("WebAuthn L3", "7.2")
def test_a_key_that_could_be_copied_stays_one(ada: User) -> None:
    held = enrolled(ada, device(flags=UP | UV | BE))
    held.device.flags = UP | UV
    with pytest.raises(PasskeyRefused):
        held.show(held.device.sign(held.options()))


@pytest.mark.spec("WebAuthn L3", "7.1")
def test_members_of_client_data_that_come_later_do_no_harm(ada: User) -> None:
    made, options = device(), enrolment_options(user_id=ada.pk, place=PLACE)
    more = {"tokenBinding": {"status": "supported"}, "later": [{"deep": None}]}
    answer = made.make(options, raw=client_data(CREATE, options["challenge"], made.origin, **more))
    assert enrol(user_id=ada.pk, place=PLACE, answer=answer).user == ada


def test_an_id_that_was_not_attested_is_refused(ada: User) -> None:
    answer = device().make(enrolment_options(user_id=ada.pk, place=PLACE))
    answer["id"] = answer["rawId"] = b64(b"another one")
    with pytest.raises(PasskeyRefused):
        enrol(user_id=ada.pk, place=PLACE, answer=answer)


def test_a_browser_that_makes_one_by_itself_need_not_have_been_touched(ada: User) -> None:
    held = enrolled(ada, device(flags=BE | BS), made_by_browser=True)
    assert not held.passkey.is_second_step


@pytest.mark.parametrize(
    "attestation",
    [b"", b"\xff", b"\xa0", b"\x9f" * 10_000, cbor2.dumps({"fmt": "none"}), cbor2.dumps([1]), b"\xbb" + b"\xff" * 8,
     cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": b""}), cbor2.dumps({"fmt": 7, "attStmt": 7, "authData": 7}),
     cbor2.dumps({"fmt": "packed", "attStmt": {"x5c": [b"no certificate"], "sig": b"", "alg": -7}, "authData": b"\0" * 37})],
)  # fmt: skip
def test_malformed_attestations_are_refused(ada: User, attestation: bytes) -> None:
    options = enrolment_options(user_id=ada.pk, place=PLACE)
    with pytest.raises(PasskeyRefused):
        enrol(user_id=ada.pk, place=PLACE, answer=device().make(options, attestation=attestation or b"\0"))


@given(junk=st.binary(min_size=1, max_size=300))
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_bytes_of_any_kind_are_refused(ada: User, junk: bytes) -> None:
    options = enrolment_options(user_id=ada.pk, place=PLACE)
    with pytest.raises(PasskeyRefused):
        enrol(user_id=ada.pk, place=PLACE, answer=device().make(options, attestation=junk))


@pytest.mark.parametrize("text", ["", "[]", "{", '{"id": "a", "id": "b"}', "[" * 50_000, "7", '"x"', "{}" + " " * 70_000])
def test_text_that_is_no_object_is_refused(text: str) -> None:
    with pytest.raises(PasskeyRefused):
        read_members(text)


@pytest.mark.parametrize(
    "wrong",
    [{"id": "other"}, {"type": "password"}, {"response": {}}, {"rawId": "a="}, {"rawId": 7}, {"rawId": "é"}, {"rawId": ""}],
)
def test_answers_of_the_wrong_shape_are_refused(ada: User, wrong: dict[str, Any]) -> None:
    held = enrolled(ada)
    with pytest.raises(PasskeyRefused):
        held.show({**held.device.sign(held.options()), **wrong})


# --- All at once ------------------------------------------------------------------------------------------------------
def _at_once(calls: list[Callable[[], object]]) -> list[object]:
    """Every call in a thread of its own; what it returned or raised."""

    def one(call: Callable[[], object]) -> object:
        try:
            return call()
        except (PasskeyRefused, PasskeyTaken) as refused:
            return refused
        finally:
            connections.close_all()

    with ThreadPoolExecutor(max_workers=len(calls)) as pool:
        return list(pool.map(one, calls))


@pytest.mark.django_db(transaction=True)
def test_one_answer_twenty_times_at_once_counts_once(ada: User) -> None:
    held = enrolled(ada)
    answer = held.device.sign(held.options())
    came = _at_once([lambda: held.show(answer)] * 20)
    assert [isinstance(result, CeremonyExpired) for result in came].count(False) == 1


@pytest.mark.django_db(transaction=True)
def test_one_new_key_for_two_people_at_once_has_one_owner(ada: User, bola: User) -> None:
    made = device()
    answers = [(person, made.make(enrolment_options(user_id=person.pk, place=PLACE))) for person in (ada, bola)]
    came = _at_once([partial(enrol, user_id=person.pk, place=PLACE, answer=answer) for person, answer in answers])
    assert [isinstance(result, PasskeyTaken) for result in came].count(True) == 1
    assert Passkey.objects.count() == 1


def test_a_counter_that_two_answers_share_is_taken_once(ada: User) -> None:
    held = enrolled(ada, device(counter=1))
    held.device.counter = 2
    first, second = (held.device.sign(held.options()) for _ in range(2))
    held.show(first)
    with pytest.raises(PasskeyRefused):
        show(user_id=ada.pk, place=PLACE, answer=second, must_verify=True)
    assert showing_options(user_id=ada.pk, place=PLACE, must_verify=True)["userVerification"] == "required"
