"""The account API's request and answers as DRF serializers; each is its pydantic schema (`core.serializers`)."""

from typing import ClassVar

from pydantic import BaseModel

from idp.account_api.schemas import (
    Account,
    AccountAnswer,
    AuthenticatorAnswer,
    AuthenticatorsAnswer,
    ConfirmedAnswer,
    ConnectedServicesAnswer,
    EnrolmentAnswer,
    NothingAnswer,
    PasskeyEnrolmentAnswer,
    RecoveryCodesAnswer,
)
from idp.accounts.schemas import ProfileChange
from idp.authenticators.schemas import FactorNamed, FirstCode, PasskeyAnswer
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


class FactorNamedSerializer(SchemaSerializer[FactorNamed]):
    """What adding and renaming a factor take."""

    schema: ClassVar[type[BaseModel]] = FactorNamed


class FirstCodeSerializer(SchemaSerializer[FirstCode]):
    """What confirming a new app takes."""

    schema: ClassVar[type[BaseModel]] = FirstCode


class PasskeyAnswerSerializer(SchemaSerializer[PasskeyAnswer]):
    """What adding a passkey takes."""

    schema: ClassVar[type[BaseModel]] = PasskeyAnswer


class PasskeyEnrolmentAnswerSerializer(SchemaSerializer[PasskeyEnrolmentAnswer]):
    """What a browser is asked."""

    schema: ClassVar[type[BaseModel]] = PasskeyEnrolmentAnswer


class AuthenticatorsAnswerSerializer(SchemaSerializer[AuthenticatorsAnswer]):
    """A whole answer, as the others."""

    schema: ClassVar[type[BaseModel]] = AuthenticatorsAnswer


class AuthenticatorAnswerSerializer(SchemaSerializer[AuthenticatorAnswer]):
    """One factor."""

    schema: ClassVar[type[BaseModel]] = AuthenticatorAnswer


class EnrolmentAnswerSerializer(SchemaSerializer[EnrolmentAnswer]):
    """A new secret."""

    schema: ClassVar[type[BaseModel]] = EnrolmentAnswer


class ConfirmedAnswerSerializer(SchemaSerializer[ConfirmedAnswer]):
    """A factor that counts, and recovery codes."""

    schema: ClassVar[type[BaseModel]] = ConfirmedAnswer


class RecoveryCodesAnswerSerializer(SchemaSerializer[RecoveryCodesAnswer]):
    """New recovery codes."""

    schema: ClassVar[type[BaseModel]] = RecoveryCodesAnswer


class ConnectedServicesAnswerSerializer(SchemaSerializer[ConnectedServicesAnswer]):
    """What signs the person in from elsewhere."""

    schema: ClassVar[type[BaseModel]] = ConnectedServicesAnswer


class NothingAnswerSerializer(SchemaSerializer[NothingAnswer]):
    """Nothing but the sentence."""

    schema: ClassVar[type[BaseModel]] = NothingAnswer
