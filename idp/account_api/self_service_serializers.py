"""What a person's own addresses, devices, applications and password take and answer, each its schema (`core.serializers`)."""

from typing import ClassVar

from pydantic import BaseModel

from idp.core.envelope import Success
from idp.core.serializers import SchemaSerializer
from idp.login.steps.code_form import CodeForm
from idp.self_service.schemas import AddressChange, Addresses, ConnectedApps, Devices, PasswordChange, Proof, Sessions


class SessionsAnswer(Success[Sessions]):
    """The envelope around where a person is signed in."""


class ConnectedAppsAnswer(Success[ConnectedApps]):
    """The envelope around what a person allowed."""


class DevicesAnswer(Success[Devices]):
    """The envelope around where a person's second factor is not asked for."""


class AddressesAnswer(Success[Addresses]):
    """The envelope around a person's addresses."""


class ProofAnswer(Success[Proof]):
    """The envelope around what a sign-in is good for."""


class SessionsAnswerSerializer(SchemaSerializer[SessionsAnswer]):
    """Where the person is signed in."""

    schema: ClassVar[type[BaseModel]] = SessionsAnswer


class ConnectedAppsAnswerSerializer(SchemaSerializer[ConnectedAppsAnswer]):
    """What the person allowed."""

    schema: ClassVar[type[BaseModel]] = ConnectedAppsAnswer


class PasswordChangeSerializer(SchemaSerializer[PasswordChange]):
    """What a change of the password takes."""

    schema: ClassVar[type[BaseModel]] = PasswordChange


class DevicesAnswerSerializer(SchemaSerializer[DevicesAnswer]):
    """Where the person is remembered."""

    schema: ClassVar[type[BaseModel]] = DevicesAnswer


class AddressesAnswerSerializer(SchemaSerializer[AddressesAnswer]):
    """The person's addresses."""

    schema: ClassVar[type[BaseModel]] = AddressesAnswer


class ProofAnswerSerializer(SchemaSerializer[ProofAnswer]):
    """What the sign-in is good for."""

    schema: ClassVar[type[BaseModel]] = ProofAnswer


class AddressChangeSerializer(SchemaSerializer[AddressChange]):
    """A new address."""

    schema: ClassVar[type[BaseModel]] = AddressChange


class AddressCodeSerializer(SchemaSerializer[CodeForm]):
    """The code that proves it."""

    schema: ClassVar[type[BaseModel]] = CodeForm
