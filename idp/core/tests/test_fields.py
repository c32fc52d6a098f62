"""`fields`: encrypted columns and their blind indexes, on the accounts' table, which has both."""

from collections.abc import Callable

import pytest
from django.core.exceptions import FieldError
from django.db import connection, models
from django.test.utils import isolate_apps

from idp.accounts.models import User
from idp.core import crypto, ids
from idp.core.fields import BlindIndexField, EncryptedTextField, Sealed, place_of

MakeUser = Callable[..., User]


def stored(user: User, column: str) -> str:
    """What lies in the database, read past the ORM."""
    key = user.pk if connection.vendor == "postgresql" else user.pk.hex
    with connection.cursor() as cursor:
        cursor.execute("SELECT email, email_index FROM accounts_user WHERE id = %s", [key])
        return str(dict(zip(("email", "email_index"), cursor.fetchone(), strict=True))[column])


def test_the_database_holds_no_plain_text(make_user: MakeUser) -> None:
    user = make_user(email="ada@example.com")
    assert "ada" not in stored(user, "email")
    assert "example.com" not in stored(user, "email")
    assert crypto.unseal(stored(user, "email"), place=f"accounts_user.email.{user.pk}") == "ada@example.com"


def test_a_value_copied_into_another_row_does_not_open(make_user: MakeUser) -> None:
    ada, bola = make_user(), make_user()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE accounts_user SET email = %s WHERE email = %s", [stored(ada, "email"), stored(bola, "email")])
    with pytest.raises(crypto.Unreadable):
        _ = User.objects.get(pk=bola.pk).email
    assert User.objects.get(pk=ada.pk).email == ada.email


def test_a_value_copied_into_another_column_does_not_open(make_user: MakeUser) -> None:
    user = make_user(phone_number="08012345678", email="ada@example.com")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE accounts_user SET phone_number = email")
    with pytest.raises(crypto.Unreadable):
        _ = User.objects.get(pk=user.pk).phone_number


def test_loading_opens_nothing_until_it_is_read(make_user: MakeUser) -> None:
    user = User.objects.get(pk=make_user(email="ada@example.com").pk)
    assert isinstance(user.__dict__["email"], Sealed)
    assert user.email == "ada@example.com"
    assert not isinstance(user.__dict__["email"], Sealed)


def test_saving_a_loaded_row_keeps_its_value(make_user: MakeUser) -> None:
    user = User.objects.get(pk=make_user(email="ada@example.com").pk)
    user.nickname = "Ada"
    user.save()
    assert User.objects.get(pk=user.pk).email == "ada@example.com"


def test_a_deferred_value_named_in_update_fields_survives(make_user: MakeUser) -> None:
    user = User.objects.only("id").get(pk=make_user(email="ada@example.com").pk)
    user.save(update_fields=["email"])
    assert User.objects.get(pk=user.pk).email == "ada@example.com"


def test_values_yields_what_is_stored_never_plain_text(make_user: MakeUser) -> None:
    user = make_user()
    assert User.objects.values_list("email", flat=True).get() == stored(user, "email")


@pytest.mark.django_db
@pytest.mark.parametrize("lookup", ["email", "email__in", "email__contains", "email__iexact", "email__startswith"])
def test_filtering_by_the_column_itself_is_refused(lookup: str) -> None:
    with pytest.raises((TypeError, FieldError), match=r"blind index|Unsupported lookup"):
        User.objects.filter(**{lookup: ["ada"] if lookup == "email__in" else "ada"}).exists()


@isolate_apps("idp.core")
def test_update_with_plain_text_is_refused() -> None:
    class Note(models.Model):  # noqa: DJ008 - never shown
        text = EncryptedTextField(null=True)

        class Meta:
            app_label = "core"

    with pytest.raises(TypeError, match="per row"):
        Note._base_manager.update(text="plain")


def test_none_is_stored_as_null(make_user: MakeUser) -> None:
    user = make_user()
    assert User.objects.filter(pk=user.pk, phone_number__isnull=True, phone_number_index__isnull=True).exists()


def test_the_index_follows_the_value(make_user: MakeUser) -> None:
    user = make_user(email="ada@example.com")
    user.email = "bola@example.com"
    user.save(update_fields=["email"])
    assert stored(user, "email_index") == crypto.blind_index("bola@example.com", label="accounts.email")


def test_what_is_assigned_to_an_index_is_ignored(make_user: MakeUser) -> None:
    user = User.objects.get(pk=make_user(email="ada@example.com").pk)
    user.email_index = "0" * 64
    user.save()
    assert stored(user, "email_index") == crypto.blind_index("ada@example.com", label="accounts.email")


def test_bulk_creation_seals_and_indexes_too(db: None) -> None:
    User.objects.bulk_create([User(email="Ada@Example.com", password="!")])
    user = User.objects.get()
    assert user.email == "ada@example.com"
    assert user.email_index == crypto.blind_index("ada@example.com", label="accounts.email")


def test_a_deferred_value_keeps_its_index(make_user: MakeUser) -> None:
    user = User.objects.defer("email").get(pk=make_user(email="ada@example.com").pk)
    user.save()
    assert stored(user, "email_index") == crypto.blind_index("ada@example.com", label="accounts.email")


def test_a_migration_can_rebuild_the_index_field() -> None:
    field = BlindIndexField(of="email", label="accounts.email")
    _name, path, args, options = field.deconstruct()
    rebuilt = BlindIndexField(*args, **options)
    assert path == "idp.core.fields.BlindIndexField"
    assert (rebuilt.of, rebuilt.label, rebuilt.max_length, rebuilt.unique) == ("email", "accounts.email", 64, True)


@isolate_apps("idp.core")
def test_the_place_names_the_table_that_holds_the_column() -> None:
    class Base(models.Model):  # noqa: DJ008 - never shown
        id = models.UUIDField(primary_key=True, default=ids.new_id)
        text = EncryptedTextField(null=True)

        class Meta:
            app_label = "core"

    class Child(Base):  # noqa: DJ008 - never shown
        class Meta:
            app_label = "core"

    child = Child(text="  as it is  ")
    assert place_of(child, Child._meta.get_field("text")) == f"core_base.text.{child.pk}"
    sealed = Child._meta.get_field("text").pre_save(child, True)
    assert sealed is not None
    assert crypto.unseal(sealed, place=f"core_base.text.{child.pk}") == "  as it is  "
