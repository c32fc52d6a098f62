"""Whatever a shell does to the sealed trail is found and named; what cannot be found is shown too, so that nobody is misled."""

import json
from collections.abc import Callable

import pytest
from joserfc import jws
from joserfc.jwk import ECKey

from idp.accounts.models import User
from idp.accounts.services.erasure import schedule_erasure
from idp.audit import verifier
from idp.audit.export import export_lines
from idp.audit.models import AuditLink, AuditSeal, SecurityEvent
from idp.audit.selectors import pseudonym_of
from idp.audit.verifier import content_digest
from idp.core import clock
from idp.oidc.jose import keys, rotation, signing
from idp.oidc.models import SigningKey
from idp.oidc.tests.audit.trail import by_shell, events, found, problems, recorded, sealed, stored, waiting
from idp.privacy.services.erase import erase_account


# --- Rows -----------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "change",
    ["event = 'login_failed'", "at = '2020-01-01 00:00:00+00'", "pseudonym = 'x'", "client_id = 'other'", "browser = 'x'",
     "request_id = 'x'", "detail = '{\"n\": \"e\"}'", "sid = '019a0000000070008000000000000000'"],
)  # fmt: skip
def test_a_changed_row_is_named(trail: list[SecurityEvent], change: str) -> None:
    by_shell(f"UPDATE <event> SET {change} WHERE id = %s", stored(trail[1]))  # noqa: S608 - words of this test
    assert problems() == [f"Position 3: event {trail[1].pk} was changed."]


def test_a_deleted_row_is_named(trail: list[SecurityEvent]) -> None:
    by_shell("DELETE FROM <event> WHERE id = %s", stored(trail[4]))
    assert problems() == [f"Position 6: event {trail[4].pk} is missing or cannot be read."]


def test_rows_that_changed_places_are_named(trail: list[SecurityEvent]) -> None:
    for event, other in ((trail[0], "b"), (trail[1], "a")):
        by_shell("UPDATE <event> SET client_id = %s WHERE id = %s", other, stored(event))
    assert [sentence.split(":")[0] for sentence in problems()] == ["Position 2", "Position 3"]


def test_a_row_with_a_false_date_never_gets_in(trail: list[SecurityEvent]) -> None:
    forged = events(pk="019a0000-0000-7000-8000-000000000000")
    assert (sealed(), waiting()) == (0, 1)
    assert len(found(str(forged.pk))) == 1


# --- Links ----------------------------------------------------------------------------------------------------------------
def test_a_row_changed_with_its_digest_breaks_the_seal(trail: list[SecurityEvent]) -> None:
    by_shell("UPDATE <event> SET client_id = 'other' WHERE id = %s", stored(trail[0]))
    (line,) = [json.loads(line) for line in export_lines() if f'"id": "{trail[0].pk}", "digest"' in line]
    by_shell("UPDATE <link> SET digest = %s WHERE position = 2", content_digest(line["event"]))
    assert problems() == ["Positions 1 to 4 are not what seal 1 was signed for."]


def test_a_row_removed_with_its_link_leaves_a_gap(trail: list[SecurityEvent]) -> None:
    by_shell("DELETE FROM <event> WHERE id = %s", stored(trail[1]))
    by_shell("DELETE FROM <link> WHERE position = 3")
    assert problems()[0] == "After position 2 comes 4: events are missing, or their order was changed."


def test_the_last_row_of_a_seal_removed_with_its_link(trail: list[SecurityEvent]) -> None:
    by_shell("DELETE FROM <event> WHERE id = %s", stored(trail[5]))
    by_shell("DELETE FROM <link> WHERE position = 7")
    assert problems()[0] == "Seal 2 goes up to position 7, but its events end at 6."


def test_positions_that_changed_places_break_the_seal(trail: list[SecurityEvent]) -> None:
    for before, after in ((2, 99), (3, 2), (99, 3)):
        by_shell("UPDATE <link> SET position = %s WHERE position = %s", after, before)
    assert problems() == ["Positions 1 to 4 are not what seal 1 was signed for."]


def test_positions_moved_up_into_a_gap_break_the_seal(trail: list[SecurityEvent]) -> None:
    by_shell("DELETE FROM <event> WHERE id = %s", stored(trail[0]))
    by_shell("DELETE FROM <link> WHERE position = 2")
    for position in range(3, 8):
        by_shell("UPDATE <link> SET position = %s WHERE position = %s", position - 1, position)
    assert "Positions 1 to 4 are not what seal 1 was signed for." in problems()


# --- Seals ----------------------------------------------------------------------------------------------------------------
def test_a_removed_seal_is_named(trail: list[SecurityEvent]) -> None:
    by_shell("DELETE FROM <seal> WHERE number = 1")
    assert problems() == ["Seal 2 follows seal 0: what is between them is missing, or the order was changed."]


def test_a_beginning_cut_off_is_named(trail: list[SecurityEvent]) -> None:
    by_shell("DELETE FROM <event> WHERE id IN (SELECT event_id FROM <link> WHERE position < 5)")
    by_shell("DELETE FROM <link> WHERE position < 5")
    by_shell("DELETE FROM <seal> WHERE number = 1")
    assert "Seal 2 follows seal 0: what is between them is missing, or the order was changed." in problems()


def test_seals_moved_up_over_a_removed_one_do_not_fit(trail: list[SecurityEvent]) -> None:
    recorded(1)
    sealed()
    by_shell("DELETE FROM <seal> WHERE number = 2")
    claims = {"seal": 2, "first": 5, "last": 8, "before": "0" * 64, "head": "0" * 64, "settled": 0}
    by_shell("UPDATE <seal> SET number = 2, token = %s WHERE number = 3", signed(claims, own_key(), kid="unknown"))
    assert "Seal 2 does not go on where seal 1 ended." in problems()


def signed(claims: dict[str, object], key: ECKey, *, kid: str, typ: str = verifier.SEAL_TYPE) -> str:
    header = {"alg": "ES256", "typ": typ, "kid": kid}
    return jws.serialize_compact(header, json.dumps(claims), key, algorithms=["ES256"])


def own_key() -> ECKey:
    return ECKey.generate_key("P-256")


def claims_of(number: int) -> dict[str, object]:
    claims: dict[str, object] = json.loads(jws.extract_compact(AuditSeal.objects.get(number=number).token.encode()).payload)
    return claims


def test_a_seal_signed_by_somebody_else_is_named(trail: list[SecurityEvent], signing_key: SigningKey) -> None:
    by_shell("UPDATE <seal> SET token = %s WHERE number = 2", signed(claims_of(2), own_key(), kid=signing_key.kid))
    assert problems() == ["Seal 2 is not signed by a key of this provider: the signature is wrong (BadSignatureError)."]


def test_a_seal_by_a_key_that_is_not_ours_is_named(trail: list[SecurityEvent]) -> None:
    by_shell("UPDATE <seal> SET token = %s WHERE number = 2", signed(claims_of(2), own_key(), kid="x"))
    assert problems() == ["Seal 2 is not signed by a key of this provider: its key is not in the key set."]


@pytest.mark.spec("RFC 8725", "3.11")
def test_a_token_of_another_kind_is_no_seal(trail: list[SecurityEvent]) -> None:
    token = signing.signer(algorithm="ES256", typ="JWT")(claims_of(2))
    by_shell("UPDATE <seal> SET token = %s WHERE number = 2", token)
    assert problems() == ["Seal 2 is not signed by a key of this provider: it is a signature of another kind."]
    with pytest.raises(signing.NotOurs):
        signing.verified(AuditSeal.objects.get(number=1).token, typ="JWT")


def test_seals_of_keys_that_are_gone_still_verify(trail: list[SecurityEvent], signing_key: SigningKey) -> None:
    rotation.remove_key(signing_key.kid)
    recorded(1)
    assert sealed() > 0
    assert SigningKey.objects.get(pk=signing_key.kid).state == SigningKey.State.GONE
    assert signing_key.kid not in str(keys.published_jwks())
    assert problems() == []


@pytest.mark.parametrize("token", ["", "x.y.z", "nonsense", "e30.e30.e30", "bnVsbA.bnVsbA.bnVsbA"])
def test_a_seal_nobody_can_read_is_a_problem_and_no_crash(trail: list[SecurityEvent], token: str) -> None:
    by_shell("UPDATE <seal> SET token = %s WHERE number = 2", token)
    assert "Line 7 cannot be read" in problems()[0]


def test_links_that_no_seal_covers_are_named(trail: list[SecurityEvent]) -> None:
    forged = events()
    AuditLink.objects.create(position=8, event_id=forged.pk, digest="0" * 64)
    assert found("no seal") == [f"Position 8 (event {forged.pk}) belongs to no seal."]


# --- The end --------------------------------------------------------------------------------------------------------------
def cut_off() -> None:
    """The last seal, its links and its events, with nothing left over."""
    by_shell("DELETE FROM <event> WHERE id IN (SELECT event_id FROM <link> WHERE position > 4)")
    by_shell("DELETE FROM <link> WHERE position > 4")
    by_shell("DELETE FROM <seal> WHERE number = 2")


def test_an_end_cut_off_with_its_seal_is_seen_by_who_kept_a_head_and_by_nobody_else(trail: list[SecurityEvent]) -> None:
    head = AuditSeal.objects.get(number=2).head
    assert problems(seal2=head) == []
    cut_off()
    assert problems() == []
    assert problems(seal2=head) == ["Seal 2 was kept elsewhere and is not here: the end of the trail was cut off."]


def test_a_trail_made_anew_is_seen_by_who_kept_a_head(trail: list[SecurityEvent]) -> None:
    head = AuditSeal.objects.get(number=2).head
    cut_off()
    recorded(3)
    sealed()
    assert problems() == []
    assert problems(seal2=head) == ["Seal 2 is not the one that was kept elsewhere: the trail was made anew."]


def test_events_removed_while_their_seal_stays_are_seen_without_a_kept_head(trail: list[SecurityEvent]) -> None:
    by_shell("DELETE FROM <event> WHERE id IN (SELECT event_id FROM <link> WHERE position > 4)")
    by_shell("DELETE FROM <link> WHERE position > 4")
    assert "Seal 2 goes up to position 7, but its events end at 4." in problems()


# --- Erasure --------------------------------------------------------------------------------------------------------------
@pytest.mark.django_db(transaction=True)
def test_erasing_a_person_leaves_the_trail_whole(make_user: Callable[..., User], signing_key: SigningKey) -> None:
    shopper = make_user(email="ada@example.com")
    assert sealed() > 0
    schedule_erasure(user_id=shopper.pk, due_at=clock.now())
    sealed()
    person = shopper.pk
    before = SecurityEvent.objects.filter(pseudonym=pseudonym_of(person)).count()
    assert erase_account(person)
    assert not User.objects.filter(pk=person).exists()
    assert SecurityEvent.objects.filter(pseudonym=pseudonym_of(person)).count() > before
    sealed()
    assert (problems(), waiting()) == ([], 0)
    assert str(person) not in "".join(export_lines())
