"""What the privacy desk takes and answers, as DRF serializers; each is its pydantic schema (`core.serializers`)."""

from typing import ClassVar

from pydantic import BaseModel

from idp.core.envelope import Success
from idp.core.serializers import SchemaSerializer
from idp.privacy.schemas import ClosingUntil, Export, MarketingChoice, Privacy, RestrictionChoice


class PrivacyAnswer(Success[Privacy]):
    """The envelope around where an account stands."""


class ExportAnswer(Success[Export]):
    """The envelope around everything held about a person."""


class ClosingAnswer(Success[ClosingUntil]):
    """The envelope around a deletion that was asked for."""


class MarketingChoiceSerializer(SchemaSerializer[MarketingChoice]):
    """What a choice about news takes."""

    schema: ClassVar[type[BaseModel]] = MarketingChoice


class RestrictionChoiceSerializer(SchemaSerializer[RestrictionChoice]):
    """What a choice about restriction takes."""

    schema: ClassVar[type[BaseModel]] = RestrictionChoice


class PrivacyAnswerSerializer(SchemaSerializer[PrivacyAnswer]):
    """Where the account stands."""

    schema: ClassVar[type[BaseModel]] = PrivacyAnswer


class ExportAnswerSerializer(SchemaSerializer[ExportAnswer]):
    """The export."""

    schema: ClassVar[type[BaseModel]] = ExportAnswer


class ClosingAnswerSerializer(SchemaSerializer[ClosingAnswer]):
    """The day of the erasure."""

    schema: ClassVar[type[BaseModel]] = ClosingAnswer
