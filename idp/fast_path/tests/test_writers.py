"""No way of writing what a copy was made of can forget to void it (decision D90): not a field, not a way, not a new file.

A copy of an answer is made of a token, its client, its person, its session and its family. Client and person are rows that
anybody may come to change, so every field is tried in every way that Django has. Tokens are changed by one file; that it stays
one is read from the source.
"""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import models, transaction

from idp.accounts.models import User
from idp.copies.marks import name_of
from idp.fast_path.tests.stores import Store
from idp.oidc.models import Client
from idp.tests.source_tree import production_python

pytestmark = [pytest.mark.django_db, pytest.mark.spec("OWASP ASVS 5.0", "7.4.2")]

# Identifiers and their indexes: an update without the row is refused (`UserQuerySet`).
REFUSED = {"email", "email_index", "phone_number", "phone_number_index"}
# No answer to a client holds the password or anything made of it.
SAID_TO_NOBODY = {"password"}


@pytest.fixture
def person(make_user: Callable[..., User]) -> User:
    """Somebody."""
    return make_user()


@pytest.fixture
def client_row(clients: None) -> Client:
    """Some client."""
    return Client.objects.get(client_id="fashionistar-backend")


def columns(model: type[models.Model]) -> list[Any]:
    """Every field but the key."""
    return [field for field in model._meta.concrete_fields if not field.primary_key]


def unmarked(store: Store, kind: str, row: models.Model, acts: dict[str, Callable[[], object]]) -> list[str]:
    """The acts after which copies of this row would still be believed."""
    forgetful = []
    for name, act in acts.items():
        store.clear()
        with transaction.atomic():
            act()
        if name_of(kind, row.pk) not in store.names():
            forgetful.append(name)
    return forgetful


def saves(row: Any) -> dict[str, Callable[[], object]]:  # noqa: ANN401 - a person or a client
    """Saving the instance: whole, and each field by itself."""
    each = {f"save {field.name}": lambda field=field: row.save(update_fields=[field.name]) for field in columns(type(row))}
    return {"save": row.save, **each}


def updates(row: Any, *, without: set[str]) -> dict[str, Callable[[], object]]:  # noqa: ANN401 - as above
    """Updating without the instance, field by field, and many at once."""
    rows = type(row).objects.filter(pk=row.pk)
    fields = [field for field in columns(type(row)) if field.name not in without]
    each = {
        f"update {field.name}": lambda field=field: rows.update(**{field.name: getattr(row, field.attname)}) for field in fields
    }
    many = {
        f"bulk_update {field.name}": lambda field=field: type(row).objects.bulk_update([row], [field.name]) for field in fields
    }
    return {**each, **many}


def test_each_change_of_a_person_is_marked(person: User, store: Store) -> None:
    acts = {**saves(person), **updates(person, without=REFUSED | SAID_TO_NOBODY)}
    assert len(acts) > 3 * 20
    assert unmarked(store, "person", person, acts) == []


def test_each_change_of_a_client_is_marked(client_row: Client, store: Store) -> None:
    acts = {**saves(client_row), **updates(client_row, without=set())}
    assert len(acts) > 3 * 30
    assert unmarked(store, "client", client_row, acts) == []


def test_identifiers_are_not_updated_without_their_row(person: User) -> None:
    for name in REFUSED:
        with pytest.raises(TypeError, match=name):
            User.objects.filter(pk=person.pk).update(**{name: getattr(person, name)})


def test_what_is_deleted_is_marked(person: User, make_user: Callable[..., User], clients: None, store: Store) -> None:
    key, other = person.pk, make_user()
    first, second = Client.objects.order_by("pk")[:2]
    names = [name_of("person", key), name_of("person", other.pk), name_of("client", first.pk), name_of("client", second.pk)]
    store.clear()
    # Each way once: the instance, and what a query finds.
    person.delete()
    User.objects.filter(pk=other.pk).delete()
    first.delete()
    Client.objects.filter(pk=second.pk).delete()
    assert set(names) <= set(store.names())


def test_tokens_are_changed_by_one_file() -> None:
    writing = (".update(", ".save(", ".bulk_update(", "Update(", "insert(")
    known = {
        # Marks what it ends; that it does is tested act by act (`test_revocation.py`).
        "idp/oidc/tokens/revoke.py",
        # Writes a new row, of which there is no copy yet.
        "idp/oidc/tokens/issue.py",
    }
    writers = {
        str(source)
        for source in production_python()
        if "AccessToken" in source.text and any(act in source.text for act in writing)
    }
    assert writers == known


def test_statements_built_once_write_nothing_that_copies_are_made_of() -> None:
    """They mark nothing, unlike the managers of person and client, so the few files that write by them are known."""
    by_statement = re.compile(r"statements import .*\b(Update|insert)\b")
    writers = {str(source) for source in production_python() if by_statement.search(source.text)}
    assert writers == {
        # A code that is spent, a refresh token that is used: no answer is made of either.
        "idp/oidc/tokens/grants/authorization_code.py",
        "idp/oidc/tokens/grants/refresh_token.py",
        # New rows.
        "idp/oidc/authorize/issue_code.py",
        "idp/oidc/tokens/issue.py",
        "idp/oidc/tokens/issue_refresh.py",
    }
