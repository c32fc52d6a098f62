"""`EncryptedTextField`: a model column that is plain text in Python and AES-256-GCM in the database, bound to its row.

Row binding needs the row's id before the INSERT, so a model that uses this field has an application-generated key.
Decryption is lazy: a row that is loaded but whose e-mail nobody reads costs nothing. `BlindIndexField` beside it makes the
value findable and unique, and is derived from it at every save, so that the two cannot drift apart.
"""

from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models.query_utils import DeferredAttribute

from idp.core import crypto

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper

    TextColumn = models.TextField[str | None, str | None]
    CharColumn = models.CharField[str | None, str | None]
else:
    # Django's fields are generic for type checkers only.
    TextColumn = models.TextField
    CharColumn = models.CharField


class Sealed(str):
    """A value as it lies in the database. `values()` and raw queries yield it, never the plain text."""

    __slots__ = ()


class _LazyPlaintext(DeferredAttribute):
    """Opens a sealed value at its first reading and remembers the plain text on the instance."""

    def __get__(self, instance: models.Model | None, cls: type[models.Model] | None = None) -> Any:  # noqa: ANN401 - Django's signature
        value = super().__get__(instance, cls)
        if instance is not None and isinstance(value, Sealed):
            value = crypto.unseal(value, place=place_of(instance, self.field))
            instance.__dict__[self.field.attname] = value
        return value

    def __set__(self, instance: models.Model, value: object) -> None:
        """Defined so that Python asks this descriptor before the instance's own dictionary."""
        instance.__dict__[self.field.attname] = value


class EncryptedTextField(TextColumn):
    """Text that only this row can open. Filter by a blind index beside it, never by the column itself."""

    descriptor_class = _LazyPlaintext

    def from_db_value(self, value: str | None, expression: object, connection: "BaseDatabaseWrapper") -> Sealed | None:
        """Mark what came from the database, so that the descriptor knows it is sealed."""
        return None if value is None else Sealed(value)

    def normalise(self, plaintext: str) -> str:
        """The one spelling that is stored; subclasses decide. Raises ValueError."""
        return plaintext

    def pre_save(self, model_instance: models.Model, add: bool) -> Sealed | None:  # noqa: FBT001 - Django's signature
        """Seal for this row; a value that was never opened is written back as it was."""
        if self.attname not in model_instance.__dict__:
            # Deferred, yet named in `update_fields`: load it, or it would be overwritten with nothing.
            getattr(model_instance, self.attname)
        raw = model_instance.__dict__[self.attname]
        if raw is None or isinstance(raw, Sealed):
            return raw
        plaintext = model_instance.__dict__[self.attname] = self.normalise(str(raw))
        return Sealed(crypto.seal(plaintext, place=place_of(model_instance, self)))

    def get_lookup(self, lookup_name: str) -> "type[models.Lookup[Any]] | None":
        """No pattern matches cipher text, so those look-ups do not exist here (Django answers with a FieldError)."""
        return super().get_lookup(lookup_name) if lookup_name in {"exact", "in", "isnull"} else None

    def get_prep_value(self, value: Any) -> str | None:  # noqa: ANN401 - Django's signature
        """Refuse plain text: `update()` and `filter()` know no row, so they could not seal or match. Raises TypeError."""
        if value is None or isinstance(value, Sealed):
            return None if value is None else str(value)
        raise TypeError(f"{self.name} is encrypted per row: save the instance, and look up by its blind index")


class BlindIndexField(CharColumn):
    """The keyed digest of an encrypted field on the same row; declare it after the field `of` that it follows.

    Look up with `crypto.blind_index(value, label=label)`. What is assigned to it is ignored: each save derives it anew.
    """

    def __init__(self, *, of: str, label: str, **options: Any) -> None:  # noqa: ANN401 - Django's field options
        """Name the encrypted field `of` and the `label` that keeps digests of different columns apart."""
        self.of = of
        self.label = label
        super().__init__(**{"max_length": 64, "null": True, "editable": False, "unique": True} | options)

    def deconstruct(self) -> tuple[str, str, Any, Any]:
        """For migrations: the two arguments Django does not know."""
        name, path, args, options = super().deconstruct()
        return name, path, args, options | {"of": self.of, "label": self.label}

    def pre_save(self, model_instance: models.Model, add: bool) -> str | None:  # noqa: FBT001 - Django's signature
        """The digest of what is being saved; of a deferred value, the digest that was loaded."""
        if self.of in model_instance.__dict__:
            plaintext = getattr(model_instance, self.of)
            index = None if plaintext is None else crypto.blind_index(plaintext, label=self.label)
            setattr(model_instance, self.attname, index)
        value: str | None = getattr(model_instance, self.attname)
        return value


def sealed_for(model: type[models.Model], pk: object, name: str, plaintext: str) -> Sealed:
    """A value sealed for the row `pk`, which `update()` and `create()` take; a save of the instance seals by itself."""
    field = next(field for field in model._meta.local_fields if field.name == name)
    return Sealed(crypto.seal(plaintext, place=place_of(model(pk=pk), field)))


def place_of(instance: models.Model, field: "models.Field[Any, Any]") -> str:
    """The place a value is bound to: table, column and row id. The table is the field's own, under inheritance too."""
    return f"{field.model._meta.db_table}.{field.column}.{instance.pk}"
