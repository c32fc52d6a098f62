"""What sessions, connected applications and the password take and answer, each its pydantic schema (`core.serializers`)."""

from typing import ClassVar

from pydantic import BaseModel

from idp.core.envelope import Success
from idp.core.serializers import SchemaSerializer
from idp.self_service.schemas import ConnectedApps, PasswordChange, Sessions


class SessionsAnswer(Success[Sessions]):
    """The envelope around where a person is signed in."""


class ConnectedAppsAnswer(Success[ConnectedApps]):
    """The envelope around what a person allowed."""


class SessionsAnswerSerializer(SchemaSerializer[SessionsAnswer]):
    """Where the person is signed in."""

    schema: ClassVar[type[BaseModel]] = SessionsAnswer


class ConnectedAppsAnswerSerializer(SchemaSerializer[ConnectedAppsAnswer]):
    """What the person allowed."""

    schema: ClassVar[type[BaseModel]] = ConnectedAppsAnswer


class PasswordChangeSerializer(SchemaSerializer[PasswordChange]):
    """What a change of the password takes."""

    schema: ClassVar[type[BaseModel]] = PasswordChange
