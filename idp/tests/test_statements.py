"""Statements built once say, read and write what the ORM would: both are asked and compared."""

import datetime as dt
import uuid

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import CharField, DateTimeField, F, QuerySet, UUIDField, Value
from django.test.utils import CaptureQueriesContext

from idp.accounts.models import User
from idp.core import clock
from idp.core.statements import Given, Select, Update, insert
from idp.login.models import SsoSession
from idp.oidc.models import AuthorizationCode, Client

pytestmark = pytest.mark.django_db

_described = 0


def _sessions() -> QuerySet[SsoSession]:
    global _described  # noqa: PLW0603 - counts how often it is asked
    _described += 1
    found = SsoSession.objects.select_related("user").filter(
        id=Given("sid", UUIDField()), expires_at__gt=Given("at", DateTimeField())
    )
    return found.annotate(twice=F("user_agent"), one=Value(1))


@pytest.fixture
def session(user: User) -> SsoSession:
    """A session of an hour."""
    made = _session(user)
    made.save(force_insert=True)
    return made


@pytest.fixture
def client() -> Client:
    """Some client."""
    return Client.objects.create(client_id="some", name="Some", authorization_grant_type="authorization-code")


def _session(user: User) -> SsoSession:
    moment = clock.now()
    return SsoSession(
        user=user, auth_time=moment, acr="aal1", amr=["pwd"], login_uid="u", browser="b", place="Accra", created_at=moment,
        last_seen_at=moment, expires_at=moment + dt.timedelta(hours=1), user_agent='100 % of "it"',
    )  # fmt: skip


def _columns(row: User | SsoSession | AuthorizationCode) -> dict[str, object]:
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}


def test_a_select_reads_what_the_orm_reads(session: SsoSession) -> None:
    """Every column of the row and of the one that was joined, the annotations, and one query."""
    statement = Select(_sessions)
    at = clock.now()
    with CaptureQueriesContext(connection) as queries:
        found = statement.first(sid=session.pk, at=at)
        assert found is not None
        joined = found.user
    asked = SsoSession.objects.select_related("user").get(pk=session.pk)

    assert len(queries) == 1
    assert _columns(found) == _columns(asked)
    assert _columns(joined) == _columns(asked.user)
    assert (found.twice, found.one) == (asked.user_agent, 1)  # type: ignore[attr-defined]  # annotated
    assert not found._state.adding


def test_each_run_has_values_of_its_own(session: SsoSession) -> None:
    """What was given before says nothing of what is given now."""
    statement = Select(_sessions)
    now = clock.now()
    assert statement.first(sid=session.pk, at=now) == session
    assert statement.first(sid=uuid.uuid4(), at=now) is None
    assert statement.first(sid=session.pk, at=now + dt.timedelta(hours=2)) is None
    assert statement.first(sid=session.pk, at=now) == session


def test_it_is_described_once(session: SsoSession) -> None:
    """The second run builds nothing."""
    statement = Select(_sessions)
    before = _described
    for _ in range(3):
        statement.first(sid=session.pk, at=clock.now())
    assert _described == before + 1


def test_a_missing_value_is_no_value() -> None:
    """It is not sent as nothing: NULL would find rows that nobody meant."""
    with pytest.raises(KeyError):
        Select(_sessions).first(sid=uuid.uuid4())


def test_an_update_changes_what_it_finds_and_counts_it(session: SsoSession) -> None:
    """Its values are given, as its conditions are."""
    statement = Update(
        lambda: SsoSession.objects.filter(id=Given("sid", UUIDField()), ended_at=None),
        ended_at=Given("at", DateTimeField()),
        end_reason="sign-out",
        user_agent=Given("agent", CharField()),
    )
    moment = clock.now()
    assert statement.run(sid=uuid.uuid4(), at=moment, agent="x") == 0
    assert statement.run(sid=session.pk, at=moment, agent="it's") == 1
    assert statement.run(sid=session.pk, at=moment, agent="other") == 0
    session.refresh_from_db()
    assert (session.ended_at, session.user_agent) == (moment, "it's")


def _code(user: User, client: Client, value: str) -> AuthorizationCode:
    return AuthorizationCode(
        code=value, application=client, user=user, expires=clock.now(), redirect_uri="https://a.example/", scope="openid",
        resource=["https://api.example"], amr=["pwd"], sid=uuid.uuid4(), auth_time=clock.now(),
        requested_claims={"id_token": None},
    )  # fmt: skip


def test_an_insert_writes_what_save_writes(user: User, client: Client) -> None:
    """Columns filled by a default or by the moment included; the key comes back."""
    row = _code(user, client, "a" * 64)
    insert(row)
    kept = AuthorizationCode.objects.get(pk=row.pk)
    assert _columns(kept) == _columns(row)
    assert not row._state.adding
    # A row that was inserted is changed by saving it, not inserted again.
    row.scope = "email"
    row.save()
    assert AuthorizationCode.objects.get(code="a" * 64).scope == "email"


def test_a_key_that_is_there_is_sent(user: User) -> None:
    """A model whose key is made here."""
    row = _session(user)
    insert(row)
    assert _columns(SsoSession.objects.get(pk=row.pk)) == _columns(row)


def test_a_refused_insert_undoes_its_transaction(user: User, client: Client) -> None:
    """As after any statement that failed: nothing more may be said in that transaction."""
    insert(_code(user, client, "b" * 64))
    with transaction.atomic():
        with pytest.raises(IntegrityError):
            insert(_code(user, client, "b" * 64))
        with pytest.raises(transaction.TransactionManagementError):
            User.objects.exists()
        transaction.set_rollback(True)
