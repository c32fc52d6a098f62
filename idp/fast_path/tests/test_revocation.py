"""What ends or changes is felt by the very next read, although the answer before it came from a copy (decision D90)."""

import json
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from typing import Any

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.db import transaction

from idp.accounts.models import User
from idp.accounts.services.set_active import set_active
from idp.copies import COPY_SECONDS, MARK_SECONDS, line, records, trust
from idp.copies.marks import mark_changed, name_of
from idp.copies.models import UndeliveredMark
from idp.core import clock
from idp.fast_path.tests.stores import Store
from idp.login.models import SsoSession
from idp.login.services.end_session import end_session
from idp.oidc.authorize.remembered_consent import withdraw_consents
from idp.oidc.endpoints.introspection import describe
from idp.oidc.models import AccessToken, Client
from idp.oidc.provider.kept_client import CLIENTS, find_kept_client, shape_of
from idp.oidc.registry.switch import switch_off
from idp.oidc.tokens.kept_token import INTROSPECTIONS, USER_INFOS, keep_answer
from idp.oidc.tokens.lookup import live_access_token
from idp.tests.journey import Browser
from idp.tests.parties import (
    BACKEND,
    DEMO_API,
    DISABLED,
    MOBILE,
    RESOURCE_SERVER,
    WEB,
    introspect,
    json_of,
    obtain_tokens,
    userinfo,
)

pytestmark = [pytest.mark.django_db, pytest.mark.spec("RFC 7662", "4")]

Count = Callable[[int], AbstractContextManager[Any]]
INACTIVE = {"active": False}
SCOPE = "openid email roles profile"


@pytest.fixture
def token(browser: Browser, answered: list[str], store: Store) -> str:
    """A token of which everything is kept: the answers, and the registration of who asks."""
    value: str = obtain_tokens(browser, WEB, scope=SCOPE)["access_token"]
    # The fixtures changed the person they made.
    store.clear()
    for _ in range(2):
        assert introspect(BACKEND, value)["active"]
        assert userinfo(value).status_code == 200
    assert answered == ["/oauth2/introspect", "/oauth2/userinfo"]
    return value


def test_a_warm_read_asks_no_sql(
    token: str, django_assert_num_queries: Count, answered: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[bytes] = []
    evaluate = line.evaluate

    def noted(script: bytes, names: Sequence[bytes], *arguments: bytes | int) -> Any:  # noqa: ANN401 - as `line.evaluate`
        asked.append(script)
        return evaluate(script, names, *arguments)

    monkeypatch.setattr(line, "evaluate", noted)
    with django_assert_num_queries(0):
        assert introspect(BACKEND, token)["active"]
        # The caller's registration and the answer in one question.
        assert asked == [records.READ]
        assert userinfo(token).status_code == 200
    assert asked == [records.READ] * 2
    assert len(answered) == 4


def test_each_caller_is_told_what_is_its_business(token: str) -> None:
    for _ in range(2):
        assert introspect(RESOURCE_SERVER, token)["active"]
        assert introspect(WEB, token)["active"]
        # The copy is there; the caller is none of its audience.
        assert introspect(DEMO_API, token) == INACTIVE


# --- What ends ------------------------------------------------------------------------------------------------------------
def by_its_client(_person: User, token: str) -> None:
    assert WEB.post("/oauth2/revoke", {"token": token}).status_code == 200


def by_the_end_of_its_session(_person: User, _token: str) -> None:
    end_session(sid=SsoSession.objects.get().pk, reason="revoked")


def by_a_switched_off_person(person: User, _token: str) -> None:
    set_active(user_id=person.pk, active=False)


def by_a_switched_off_client(_person: User, _token: str) -> None:
    switch_off(client=Client.objects.get(client_id="third-web"))


def by_a_withdrawn_consent(person: User, _token: str) -> None:
    withdraw_consents(user_id=person.pk)


def by_an_erased_person(person: User, _token: str) -> None:
    set_active(user_id=person.pk, active=False)
    AccessToken.objects.all().delete()


@pytest.mark.parametrize(
    "end",
    [
        by_its_client,
        by_the_end_of_its_session,
        by_a_switched_off_person,
        by_a_switched_off_client,
        by_a_withdrawn_consent,
        by_an_erased_person,
    ],
)
@pytest.mark.spec("OWASP ASVS 5.0", "7.4.2")
def test_what_ends_is_over_at_once(token: str, shopper: User, end: Callable[[User, str], None]) -> None:
    end(shopper, token)
    assert introspect(BACKEND, token) == INACTIVE
    assert userinfo(token).status_code == 401


@pytest.mark.spec("RFC 7009", "2.1")
def test_the_end_of_a_family_ends_its_access_tokens(browser: Browser, answered: list[str], store: Store) -> None:
    tokens = obtain_tokens(browser, MOBILE, scope="openid email offline_access")
    store.clear()
    for _ in range(2):
        assert introspect(BACKEND, tokens["access_token"])["active"]
    assert answered
    assert MOBILE.post("/oauth2/revoke", {"token": tokens["refresh_token"]}).status_code == 200
    assert introspect(BACKEND, tokens["access_token"]) == INACTIVE


def test_a_token_ends_by_itself(token: str, monkeypatch: pytest.MonkeyPatch) -> None:
    later = clock.now() + clock.seconds(601)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert introspect(BACKEND, token) == INACTIVE


# --- What changes ---------------------------------------------------------------------------------------------------------
def test_a_changed_role_is_told_at_once(token: str, shopper: User) -> None:
    assert introspect(BACKEND, token)["role"] == "client"
    shopper.role = "vendor"
    shopper.save(update_fields=["role"])
    assert introspect(BACKEND, token)["role"] == "vendor"
    assert json_of(userinfo(token))["role"] == "vendor"


def test_an_update_without_an_instance_is_told_as_well(token: str, shopper: User) -> None:
    User.objects.filter(pk=shopper.pk).update(email_verified=False, email_verified_at=None)
    assert introspect(BACKEND, token)["email_verified"] is False
    assert json_of(userinfo(token))["email_verified"] is False


def test_a_changed_profile_is_told_at_once(token: str, shopper: User) -> None:
    shopper.nickname = "Ada"
    shopper.save(update_fields=["nickname"])
    assert json_of(userinfo(token))["nickname"] == "Ada"


def test_a_caller_that_may_ask_no_more_is_refused_at_once(token: str) -> None:
    backend = Client.objects.get(client_id=BACKEND.client_id)
    backend.resource_identifiers = []
    backend.save(update_fields=["resource_identifiers"])
    assert introspect(BACKEND, token) == INACTIVE
    switch_off(client=backend)
    assert BACKEND.post("/oauth2/introspect", {"token": token}).status_code == 401


def test_an_old_secret_is_no_proof_any_more(token: str) -> None:
    backend = Client.objects.get(client_id=BACKEND.client_id)
    backend.client_secret = "0" * 64
    backend.save(update_fields=["client_secret"])
    assert BACKEND.post("/oauth2/introspect", {"token": token}).status_code == 401


def test_an_update_of_clients_without_an_instance_is_told_as_well(token: str) -> None:
    Client.objects.filter(client_id=BACKEND.client_id).update(resource_identifiers=[])
    assert introspect(BACKEND, token) == INACTIVE


def test_a_client_that_is_switched_off_gets_no_token_from_then_on(token: str) -> None:
    asked = {"grant_type": "client_credentials", "scope": "orders"}
    # Once from SQL, once from the copy that this left.
    for _ in range(2):
        assert DEMO_API.post("/oauth2/token", asked).status_code == 200
    switch_off(client=Client.objects.get(client_id=DEMO_API.client_id))
    assert DEMO_API.post("/oauth2/token", asked).status_code == 401


def test_a_client_that_is_switched_off_is_kept_nowhere(browser: Browser, answered: list[str], store: Store) -> None:
    store.clear()
    # Of a made-up token the fast path would say something to whoever proves itself, had the first question left a copy.
    for _ in range(2):
        assert DISABLED.post("/oauth2/introspect", {"token": f"fst_at_{'x' * 67}"}).status_code == 401
    assert answered == []


def test_a_kept_client_is_the_row_itself(token: str) -> None:
    row = Client.objects.get(client_id=BACKEND.client_id)
    kept = find_kept_client(BACKEND.client_id)
    assert kept is not None
    assert {field.attname: getattr(kept, field.attname) for field in Client._meta.concrete_fields} == {
        field.attname: getattr(row, field.attname) for field in Client._meta.concrete_fields
    }


def test_nobody_changes_a_kept_client_for_the_next_reader(token: str) -> None:
    row = Client.objects.get(client_id=BACKEND.client_id)
    mine = find_kept_client(BACKEND.client_id)
    assert mine is not None
    assert mine.resource_identifiers
    mine.resource_identifiers.append("everything")
    mine.metadata["mine"] = True
    next_one = find_kept_client(BACKEND.client_id)
    assert next_one is not None
    assert (next_one.resource_identifiers, next_one.metadata) == (row.resource_identifiers, row.metadata)


def test_a_client_kept_by_another_release_is_read_anew(token: str, store: Store) -> None:
    """Two releases share Redis while one replaces the other; each believes its own copies alone."""
    row = Client.objects.get(client_id=BACKEND.client_id)
    columns = [getattr(row, field.attname) for field in Client._meta.concrete_fields]
    of_others = json.dumps(list(reversed(columns)), default=str).encode()
    ours = dict.fromkeys(CLIENTS.facts, row.pk)
    for facts, body in ((ours, b""), ({"pk": row.pk}, b"[]"), ({**ours, "later": True}, of_others)):
        store.clear()
        theirs = records.Drawer("client", facts=tuple(facts))
        about = [("client", row.pk)]
        records.keep(theirs, row.client_id, made_of=about, read_at=clock.now(), facts=facts, body=body)
        assert find_kept_client(row.client_id) is None
        assert introspect(BACKEND, token)["active"]


@pytest.mark.parametrize("drawer", [INTROSPECTIONS, USER_INFOS], ids=lambda drawer: drawer.kind)
def test_an_answer_kept_by_another_release_is_made_anew(token: str, store: Store, drawer: records.Drawer) -> None:
    store.clear()
    theirs = records.Drawer(drawer.kind, facts=("later",))
    records.keep(theirs, token, made_of=[("person", 1)], read_at=clock.now(), facts={"later": True}, body=b"{}")
    assert records.find((drawer, token)) == [None]
    assert introspect(BACKEND, token)["active"]
    assert userinfo(token).status_code == 200


def test_a_copy_holds_what_its_drawer_says(db: None) -> None:
    with pytest.raises(ValueError, match="owner"):
        records.keep(INTROSPECTIONS, "key", made_of=[("person", 1)], read_at=clock.now(), facts={"owner": 1})


def test_what_a_client_is_kept_as_tells_its_columns() -> None:
    fields = Client._meta.concrete_fields
    # Values stand there without their names: another order is another shape, and so is one column of another type.
    shapes = {shape_of(each) for each in (fields, fields[1:], (*fields[1:], fields[0]), (*fields[:-1], fields[0]))}
    assert len(shapes) == 4
    assert shape_of(fields) in shapes


# --- Readers that are late ------------------------------------------------------------------------------------------------
def kept_late(value: str, loaded: Any, read_at: Any) -> None:  # noqa: ANN401 - a live token and a moment
    facts = {"owner": loaded.client.pk, "aud": loaded.row.resource}
    keep_answer(INTROSPECTIONS, value, loaded, read_at=read_at, facts=facts, body=str(describe(loaded)).encode())


def test_a_reader_that_read_before_the_end_keeps_nothing_that_counts(token: str) -> None:
    read_at, loaded = clock.now(), live_access_token(token)
    by_its_client(User(), token)
    kept_late(token, loaded, read_at)
    assert introspect(BACKEND, token) == INACTIVE


def test_a_reader_that_slept_past_the_mark_keeps_nothing(token: str, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    read_at, loaded = clock.now(), live_access_token(token)
    by_its_client(User(), token)
    # The mark is over.
    store.clear()
    later = clock.now() + clock.seconds(MARK_SECONDS + 1)
    monkeypatch.setattr(clock, "now", lambda: later)
    kept_late(token, loaded, read_at)
    assert records.find((INTROSPECTIONS, token)) == [None]


def test_a_copy_is_over_before_its_mark(token: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert MARK_SECONDS - COPY_SECONDS >= 240
    later = clock.now() + clock.seconds(COPY_SECONDS + 1)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert records.find((INTROSPECTIONS, token)) == [None]


def test_a_mark_comes_before_the_commit_and_stays_without_one(token: str) -> None:
    with transaction.atomic():
        by_the_end_of_its_session(User(), token)
        assert records.find((INTROSPECTIONS, token)) == [None]
        transaction.set_rollback(True)
    # SQL is asked, and it says that nothing ended.
    assert records.find((INTROSPECTIONS, token)) == [None]
    assert introspect(BACKEND, token)["active"]


# --- What Redis holds -------------------------------------------------------------------------------------------------------
@pytest.mark.spec("OWASP ASVS 5.0", "11.3.3")
def test_a_dump_tells_nothing(token: str, shopper: User, store: Store) -> None:
    dump = b"\n".join(part for name in store.names() for part in (name, store.get(name)))
    assert len(dump) > 500
    for secret in (token, token[:30], shopper.email, str(shopper.pk), BACKEND.client_id, BACKEND.secret, "active"):
        assert str(secret).encode() not in dump


@pytest.mark.spec("OWASP ASVS 5.0", "11.3.3")
def test_a_copy_moved_elsewhere_or_made_up_does_not_open(token: str, store: Store) -> None:
    drawer, other = INTROSPECTIONS, token[:-1] + ("A" if token[-1] != "A" else "B")
    store.put(drawer.name(other), store.get(drawer.name(token)))
    assert records.find((drawer, other)) == [None]
    store.put(drawer.name(token), b"\1" + b"x" * 80)
    assert records.find((drawer, token)) == [None]
    assert introspect(BACKEND, token)["active"]


def test_what_was_sealed_without_its_place_opens_nowhere(db: None, store: Store) -> None:
    """By the right key, of the right form; only the name is not in the seal."""
    records.keep(INTROSPECTIONS, "key", made_of=[("person", 1)], read_at=clock.now(), facts={"owner": 1, "aud": []})
    cipher, name = AESGCM(INTROSPECTIONS.sealing_key("key")), INTROSPECTIONS.name("key")
    lying = store.get(name)
    head = 1 + 16 * lying[0]
    nonce, sealed = lying[head : head + 12], lying[head + 12 :]
    plain = cipher.decrypt(nonce, sealed, name)
    for place, opens in ((name, True), (None, False), (INTROSPECTIONS.name("other"), False)):
        store.put(name, lying[:head] + nonce + cipher.encrypt(nonce, plain, place))
        assert (records.find((INTROSPECTIONS, "key")) != [None]) is opens


# --- Marks that cannot be written -----------------------------------------------------------------------------------------
def test_while_a_mark_waits_no_copy_is_believed(token: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_given: object) -> None:
        raise line.Away

    with monkeypatch.context() as fault:
        fault.setattr(line, "evaluate", away)
        by_its_client(User(), token)
        assert UndeliveredMark.objects.count() == 1
        assert introspect(BACKEND, token) == INACTIVE
    # Reached again: delivered before the first copy is looked at.
    assert introspect(BACKEND, token) == INACTIVE
    assert not UndeliveredMark.objects.exists()


def test_another_process_hears_of_it_at_its_next_look(token: str) -> None:
    """The row is another process's; this one believed copies a moment ago."""
    person = AccessToken.objects.get().user_id
    UndeliveredMark.objects.create(name=name_of("person", person).hex())
    trust.withdraw()
    assert records.find((INTROSPECTIONS, token)) == [None]
    assert not UndeliveredMark.objects.exists()


def test_old_marks_are_forgotten(db: None) -> None:
    UndeliveredMark.objects.create(name="00" * 16, created_at=clock.now() - clock.seconds(MARK_SECONDS + 1))
    UndeliveredMark.objects.create(name="01" * 16)
    assert trust.forget_old_marks() == 1


def test_nothing_is_marked_for_nobody(db: None) -> None:
    mark_changed("session")
    assert not UndeliveredMark.objects.exists()


def test_switched_off_nothing_is_kept(
    browser: Browser, answered: list[str], store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "IDP_FAST_PATH", False)
    value = obtain_tokens(browser, WEB, scope=SCOPE)["access_token"]
    for _ in range(2):
        assert introspect(BACKEND, value)["active"]
    assert answered == []
    assert INTROSPECTIONS.name(value) not in store.names()
