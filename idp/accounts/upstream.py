"""Who somebody is at another service, as far as `idp.federation` verified it."""

from typing import Annotated, Literal

from pydantic import Field

from idp.core import crypto
from idp.core.types import Schema


class UpstreamIdentity(Schema):
    """A person there. `email_verified` only where that service says so and may be believed."""

    provider: Literal["google", "facebook"]
    # For people: the service's own name.
    label: str
    subject: Annotated[str, Field(min_length=1, max_length=255)]
    # Normalised; "" when none was told.
    email: str = ""
    email_verified: bool = False
    given_name: str = ""
    family_name: str = ""

    @property
    def subject_index(self) -> str:
        """Under which it is kept: 64 hexadecimal characters."""
        return crypto.blind_index(self.subject, label=f"accounts.upstream.{self.provider}")
