"""The admin API's requests and answers as DRF serializers; each is its pydantic schema (`core.serializers`)."""

from typing import ClassVar

from pydantic import BaseModel

from idp.core.envelope import Success
from idp.core.serializers import SchemaSerializer
from idp.user_admin.schemas import (
    AddressConfirmation,
    AdministeredPerson,
    AdministeredSessions,
    People,
    PersonSearch,
    Reasoned,
    Revealed,
    RoleChange,
)


class PeopleAnswer(Success[People]):
    """The envelope around a page of accounts."""


class PersonAnswer(Success[AdministeredPerson]):
    """The envelope around one account."""


class AdministeredSessionsAnswer(Success[AdministeredSessions]):
    """The envelope around somebody's sign-ins."""


class RevealedAnswer(Success[Revealed]):
    """The envelope around addresses in full."""


class PeopleAnswerSerializer(SchemaSerializer[PeopleAnswer]):
    """A page of accounts."""

    schema: ClassVar[type[BaseModel]] = PeopleAnswer


class PersonAnswerSerializer(SchemaSerializer[PersonAnswer]):
    """One account, as it is after an act too."""

    schema: ClassVar[type[BaseModel]] = PersonAnswer


class AdministeredSessionsAnswerSerializer(SchemaSerializer[AdministeredSessionsAnswer]):
    """Somebody's sign-ins."""

    schema: ClassVar[type[BaseModel]] = AdministeredSessionsAnswer


class RevealedAnswerSerializer(SchemaSerializer[RevealedAnswer]):
    """Addresses in full."""

    schema: ClassVar[type[BaseModel]] = RevealedAnswer


class PersonSearchSerializer(SchemaSerializer[PersonSearch]):
    """What a search takes."""

    schema: ClassVar[type[BaseModel]] = PersonSearch


class ReasonedSerializer(SchemaSerializer[Reasoned]):
    """What most acts take."""

    schema: ClassVar[type[BaseModel]] = Reasoned


class RoleChangeSerializer(SchemaSerializer[RoleChange]):
    """What a change of role takes."""

    schema: ClassVar[type[BaseModel]] = RoleChange


class AddressConfirmationSerializer(SchemaSerializer[AddressConfirmation]):
    """What confirming an address takes."""

    schema: ClassVar[type[BaseModel]] = AddressConfirmation
