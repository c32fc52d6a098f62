"""`rotate_encryption`: every encrypted value of every table ends under the active key, and none is lost on the way."""

import io
import os
from collections.abc import Callable

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from pytest_django import Settings

from idp.accounts.models import User
from idp.core import crypto
from idp.core.fields import EncryptedTextField, Sealed
from idp.core.management.commands import rotate_encryption

MakeUser = Callable[..., User]
OLD, NEW = os.urandom(32), os.urandom(32)


@pytest.fixture(autouse=True)
def old_key(settings: Settings) -> None:
    """Rows of these tests are sealed with the old key first."""
    settings.IDP_ENCRYPTION_KEYS = {"old": OLD}


def rotate() -> str:
    out = io.StringIO()
    call_command("rotate_encryption", stdout=out)
    return out.getvalue()


def sealed_emails() -> list[str]:
    return [str(sealed) for sealed in User.objects.order_by("pk").values_list("email", flat=True)]


def test_every_encrypted_column_of_the_project_is_found() -> None:
    found = {(model._meta.label, field.name) for model, field in rotate_encryption.encrypted_columns()}
    assert {("accounts.User", "email"), ("accounts.User", "phone_number")} <= found
    assert all(isinstance(field, EncryptedTextField) for _model, field in rotate_encryption.encrypted_columns())


def test_values_move_to_the_new_key_and_the_old_one_can_go(make_user: MakeUser, settings: Settings) -> None:
    users = [make_user(phone_number=f"080123456{n:02}", email=f"u{n}@example.com") for n in range(3)]
    settings.IDP_ENCRYPTION_KEYS = {"new": NEW, "old": OLD}
    printed = rotate()
    assert "accounts_user.email: 3 sealed anew, 0 already current, 0 changed meanwhile, 0 unreadable" in printed
    assert "accounts_user.phone_number: 3 sealed anew" in printed

    settings.IDP_ENCRYPTION_KEYS = {"new": NEW}
    for user in users:
        again = User.objects.get(pk=user.pk)
        assert (again.email, again.phone_number) == (user.email, user.phone_number)
        assert again.email_index == user.email_index


def test_running_it_again_changes_nothing(make_user: MakeUser, settings: Settings) -> None:
    make_user()
    settings.IDP_ENCRYPTION_KEYS = {"new": NEW, "old": OLD}
    rotate()
    before = sealed_emails()
    assert "accounts_user.email: 0 sealed anew, 1 already current" in rotate()
    assert sealed_emails() == before


def test_batches_reach_every_row(make_user: MakeUser, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(5):
        make_user()
    monkeypatch.setattr(rotate_encryption, "_BATCH", 2)
    settings.IDP_ENCRYPTION_KEYS = {"new": NEW, "old": OLD}
    assert "accounts_user.email: 5 sealed anew" in rotate()
    assert {crypto.sealing_key_id(sealed) for sealed in sealed_emails()} == {"new"}


def test_a_row_changed_meanwhile_is_left_as_it_was_written(make_user: MakeUser, settings: Settings) -> None:
    user = make_user(email="before@example.com")
    settings.IDP_ENCRYPTION_KEYS = {"new": NEW, "old": OLD}

    def change_first(execute: Callable[..., object], sql: str, params: object, many: object, context: object) -> object:
        """At the database edge: somebody else's save lands just before our UPDATE."""
        if sql.startswith("UPDATE") and not changed:
            changed.append(sql)
            user.email = "after@example.com"
            user.save()
        return execute(sql, params, many, context)

    changed: list[str] = []
    with connection.execute_wrapper(change_first), pytest.raises(CommandError, match=r"^1 values"):
        rotate()
    assert User.objects.get(pk=user.pk).email == "after@example.com"
    assert "accounts_user.email: 0 sealed anew, 1 already current" in rotate()


def test_an_unreadable_value_is_counted_kept_and_does_not_stop_the_rest(make_user: MakeUser, settings: Settings) -> None:
    lost, fine = make_user(), make_user()
    settings.IDP_ENCRYPTION_KEYS = {"gone": os.urandom(32)}
    foreign = Sealed(crypto.seal("lost@example.com", place=f"accounts_user.email.{lost.pk}"))
    User._base_manager.filter(pk=lost.pk).update(email=foreign)
    settings.IDP_ENCRYPTION_KEYS = {"new": NEW, "old": OLD}

    out = io.StringIO()
    with pytest.raises(CommandError, match="Keep the old keys"):
        call_command("rotate_encryption", stdout=out)
    assert "accounts_user.email: 1 sealed anew, 0 already current, 0 changed meanwhile, 1 unreadable" in out.getvalue()
    assert User.objects.values_list("email", flat=True).get(pk=lost.pk) == foreign
    assert User.objects.get(pk=fine.pk).email == fine.email
