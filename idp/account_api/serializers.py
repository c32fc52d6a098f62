"""The account API's request and answers as DRF serializers; each is its pydantic schema (`core.serializers`)."""

from typing import ClassVar

from pydantic import BaseModel

from idp.account_api.schemas import Account, AccountAnswer
from idp.accounts.schemas import ProfileChange
from idp.core.envelope import Failure
from idp.core.serializers import SchemaSerializer


class ProfileChangeSerializer(SchemaSerializer[ProfileChange]):
    """What PATCH takes."""

    schema: ClassVar[type[BaseModel]] = ProfileChange


class AccountSerializer(SchemaSerializer[Account]):
    """The data of an answer."""

    schema: ClassVar[type[BaseModel]] = Account


class AccountAnswerSerializer(SchemaSerializer[AccountAnswer]):
    """A whole answer, for the API document."""

    schema: ClassVar[type[BaseModel]] = AccountAnswer


class FailureSerializer(SchemaSerializer[Failure]):
    """A refusal, for the API document."""

    schema: ClassVar[type[BaseModel]] = Failure
