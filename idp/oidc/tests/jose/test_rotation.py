"""Signing keys come and go without one failed verification; a key that leaked goes at once (OIDC Core §10.1.1, RFC 7517 §5)."""

import datetime as dt
import re
from collections.abc import Iterator
from io import StringIO
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.core.management import CommandError, call_command
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from idp.audit.models import SecurityEvent
from idp.core import chores, clock
from idp.core.errors import NotFound
from idp.oidc import lifetimes
from idp.oidc.jose import keys, rotation, signing
from idp.oidc.models import SigningKey
from idp.tests.journey import Browser
from idp.tests.parties import SPA, get_json, json_of, obtain_tokens

CLAIMS = {"iss": "http://localhost:8000", "sub": "someone", "aud": "demo-spa", "iat": 1, "exp": 2}
START = dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC)


class CachingClient:
    """A relying party that believes `max-age`: it asks for the key set again when its copy is too old, and never earlier."""

    def __init__(self) -> None:
        self.keys = KeySet([])
        self.good_until = START - dt.timedelta(days=1)

    def accepts(self, token: str) -> bool:
        if clock.now() >= self.good_until:
            answer = get_json("/oauth2/jwks")
            max_age = re.search(r"max-age=(\d+)", answer["Cache-Control"])
            assert max_age is not None
            self.good_until = clock.now() + dt.timedelta(seconds=int(max_age[1]))
            self.keys = KeySet.import_key_set(json_of(answer))  # type: ignore[arg-type]  # the same shape
        try:
            jwt.decode(token, self.keys, algorithms=list(keys.ALGORITHMS))
        except (JoseError, ValueError):
            return False
        return True


@pytest.fixture
def travel(clients: None) -> Iterator[time_machine.Traveller]:
    """The clock stands at `START`, and the active keys have just begun."""
    with time_machine.travel(START, tick=False) as traveller:
        SigningKey.objects.update(state_since=clock.now())
        yield traveller


def signed(algorithm: str = "ES256", **claims: object) -> str:
    return signing.signer(algorithm=algorithm, typ="JWT")({**CLAIMS, **claims})


def states(algorithm: str = "ES256") -> dict[str, str]:
    """Kid by state; one of each at most."""
    rows = list(SigningKey.objects.filter(algorithm=algorithm).values_list("state", "kid"))
    assert len(dict(rows)) == len(rows)
    return dict(rows)


def published() -> set[str]:
    return {key["kid"] for key in json_of(get_json("/oauth2/jwks"))["keys"]}


@pytest.mark.spec("OIDC Core", "10.1.1")
def test_no_caching_client_sees_one_failed_verification(travel: time_machine.Traveller) -> None:
    """Clients that fetched at all sorts of moments check every token, new or old, while each algorithm rotates under them."""
    parties = [CachingClient() for _ in range(5)]
    refused: list[tuple[int, int, str]] = []
    signers: set[str | None] = set()
    tokens: list[str] = []
    rotation.rotate_keys_now()
    for step in range(40):
        tokens = [*tokens, *(signed(algorithm, step=step) for algorithm in keys.ALGORITHMS)][-40:]
        # Each client begins, and looks, in its own rhythm.
        for number, party in enumerate(parties):
            if step >= number and step % (number + 1) == 0:
                refused += [(step, number, token) for token in tokens if not party.accepts(token)]
        rotation.rotate_due_keys()
        signers.add(keys.active_key("ES256").kid)
        travel.shift(50)
    assert refused == []
    assert len(signers) == 2


def test_the_test_above_can_fail(travel: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rotation, "PUBLISHED_BEFORE", dt.timedelta())
    client = CachingClient()
    assert client.accepts(signed())
    rotation.rotate_keys_now()
    rotation.rotate_due_keys()
    assert not client.accepts(signed())


@pytest.mark.spec("RFC 7517", "5")
@pytest.mark.parametrize("algorithm", keys.ALGORITHMS)
def test_a_key_goes_through_its_four_states_by_the_clock(travel: time_machine.Traveller, algorithm: str) -> None:
    first = states(algorithm)["active"]
    travel.shift(rotation.PERIOD - dt.timedelta(seconds=1))
    assert rotation.rotate_due_keys() == []

    # The period is over: the next key is published, and signs nothing.
    travel.shift(1)
    assert len(rotation.rotate_due_keys()) == len(keys.ALGORITHMS)
    second = states(algorithm)["next"]
    assert keys.active_key(algorithm).kid == first
    assert {first, second} <= published()

    # It signs once every cache has let go of the set without it, and not a second earlier.
    travel.shift(rotation.PUBLISHED_BEFORE - dt.timedelta(seconds=1))
    assert rotation.rotate_due_keys() == []
    old_token = signed(algorithm)
    travel.shift(1)
    rotation.rotate_due_keys()
    assert states(algorithm) == {"retiring": first, "active": second}
    assert keys.active_key(algorithm).kid == second
    assert signing.verified_hint(old_token) == CLAIMS

    # The old one verifies as long as anything it signed may be shown to us.
    travel.shift(rotation.verifies_for() - dt.timedelta(seconds=1))
    rotation.rotate_due_keys()
    assert signing.verified_hint(old_token) == CLAIMS
    travel.shift(1)
    rotation.rotate_due_keys()
    assert states(algorithm)["gone"] == first
    assert first not in published()
    with pytest.raises(signing.NotOurs):
        signing.verified_hint(old_token)


def test_a_new_key_outlives_every_cache_and_an_old_one_every_token(travel: time_machine.Traveller) -> None:
    assert dt.timedelta(seconds=keys.JWKS_CACHE_SECONDS) < rotation.PUBLISHED_BEFORE
    lives = (lifetimes.access_token_seconds(), lifetimes.id_token_seconds(), settings.IDP_SESSION_ABSOLUTE_SECONDS)
    assert all(rotation.verifies_for() > dt.timedelta(seconds=life) for life in lives)


def test_the_private_half_is_erased_when_a_key_signs_no_more(travel: time_machine.Traveller) -> None:
    first = states()["active"]
    rotation.rotate_keys_now()
    travel.shift(rotation.PUBLISHED_BEFORE)
    rotation.rotate_keys_now()
    assert {row.state: bool(row.private_pem) for row in SigningKey.objects.filter(algorithm="ES256")} == {
        "retiring": False, "active": True,
    }  # fmt: skip
    keys.active_key("ES256")
    assert first not in {key.kid for key in keys._parsed.values()}


def test_a_process_that_knows_the_old_key_signs_with_the_new_one(travel: time_machine.Traveller) -> None:
    """What another process rotated is seen at the next signature: nothing but the parsed key of the active row is kept."""
    before = keys.active_key("RS256").kid
    rotation.rotate_keys_now()
    travel.shift(rotation.PUBLISHED_BEFORE)
    rotation.rotate_keys_now()
    assert keys.active_key("RS256").kid != before


# --- A key that leaked -----------------------------------------------------------------------------------------------------
@pytest.mark.spec("RFC 7517", "5")
def test_a_removed_key_is_refused_at_once_and_another_signs(browser: Browser) -> None:
    token = obtain_tokens(browser, SPA)["id_token"]
    leaked = states()["active"]
    rotation.remove_key(leaked)
    assert leaked not in published()
    with pytest.raises(signing.NotOurs):
        signing.verified_hint(token)
    now = obtain_tokens(browser, SPA)["id_token"]
    assert signing.verified_hint(now)["aud"] == "demo-spa"
    assert states() == {"gone": leaked, "active": keys.active_key("ES256").kid}
    assert SigningKey.objects.get(kid=leaked).private_pem is None


def test_a_key_that_waits_takes_over_since_some_clients_know_it(travel: time_machine.Traveller) -> None:
    rotation.rotate_keys_now()
    waiting, leaked = states()["next"], states()["active"]
    rotation.remove_key(leaked)
    assert states() == {"gone": leaked, "active": waiting}


@pytest.mark.parametrize("state", ["next", "retiring"])
def test_removing_a_key_that_does_not_sign_changes_no_other(travel: time_machine.Traveller, state: str) -> None:
    rotation.rotate_keys_now()
    if state == "retiring":
        travel.shift(rotation.PUBLISHED_BEFORE)
        rotation.rotate_keys_now()
        rotation.rotate_keys_now()
    before = states()
    rotation.remove_key(before[state])
    assert states() == {**{name: kid for name, kid in before.items() if name != state}, "gone": before[state]}


@pytest.mark.parametrize("kid", ["x" * 43, "", "../../x"])
def test_a_key_that_is_not_there_cannot_be_removed(travel: time_machine.Traveller, kid: str) -> None:
    with pytest.raises(NotFound):
        rotation.remove_key(kid)
    gone = states()["active"]
    rotation.remove_key(gone)
    with pytest.raises(NotFound):
        rotation.remove_key(gone)


# --- Several processes, the worker, the command, the trail ---------------------------------------------------------------------
def test_two_processes_that_rotate_at_once_make_one_key(travel: time_machine.Traveller) -> None:
    rotation.rotate_keys_now()
    # The other process committed its key between our look and our INSERT.
    assert not keys.stored(keys.new_key("ES256", SigningKey.State.NEXT))
    assert SigningKey.objects.filter(algorithm="ES256", state="next").count() == 1


def test_a_table_without_an_active_key_gets_one_that_signs_at_once(travel: time_machine.Traveller) -> None:
    SigningKey.objects.filter(algorithm="ES256").delete()
    rotation.rotate_due_keys()
    assert signing.verified_hint(signed()) == CLAIMS


def test_the_worker_is_told_to_rotate(travel: time_machine.Traveller) -> None:
    chore = {chore.name: chore for chore in chores.chores()}["rotate_signing_keys"]
    assert chore.every <= rotation.PUBLISHED_BEFORE
    travel.shift(rotation.PERIOD)
    assert len(list(chore.run())) == len(keys.ALGORITHMS)  # type: ignore[call-overload]  # a list, by its function


def test_the_command_publishes_then_lets_sign(travel: time_machine.Traveller) -> None:
    def said(*arguments: str) -> str:
        out = StringIO()
        call_command("rotate_keys", *arguments, stdout=out)
        return out.getvalue()

    assert said().count("published") == len(keys.ALGORITHMS)
    assert said().startswith("Nothing to do yet: the next keys sign once they were published for 10 minutes")
    travel.shift(rotation.PUBLISHED_BEFORE)
    assert said().count("signs") == len(keys.ALGORITHMS)
    leaked = [states(algorithm)["active"] for algorithm in ("RS256", "ES256")]
    assert said(*(f"--emergency={kid}" for kid in leaked)).count("removed") == 2
    assert not published() & set(leaked)
    with pytest.raises(CommandError, match="There is no such signing key"):
        said(f"--emergency=-{'x' * 42}")


def test_every_turn_is_in_the_audit_trail(travel: time_machine.Traveller) -> None:
    def trail(event: str) -> list[dict[str, Any]]:
        rows = SecurityEvent.objects.filter(event=event).order_by("id").values_list("detail", flat=True)
        return [detail for detail in rows if detail["algorithm"] == "ES256" and detail["kid"] in kids]

    kids = {states()["active"]}
    first = states()["active"]
    rotation.rotate_keys_now()
    second = states()["next"]
    travel.shift(rotation.PUBLISHED_BEFORE)
    rotation.rotate_keys_now()
    rotation.remove_key(second)
    kids |= {second}
    assert trail("key_created")[-1] == {"kid": second, "algorithm": "ES256", "state": "next"}
    assert trail("key_retired") == [
        {"kid": first, "algorithm": "ES256", "reason": "rotated", "successor": second},
        {"kid": second, "algorithm": "ES256", "reason": "removed"},
    ]
