"""request.user for a service that acts for itself (client_credentials): typed, and never mistaken for a person."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class ServicePrincipal:
    """A calling service. It has scopes, and no role, no account and no permission of a person."""

    client_id: str

    @property
    def pk(self) -> str:
        """A key for DRF's throttles that no user's key can equal."""
        return f"service:{self.client_id}"

    @property
    def is_authenticated(self) -> Literal[True]:
        """The token was accepted."""
        return True

    @property
    def is_anonymous(self) -> Literal[False]:
        """The caller is known."""
        return False

    @property
    def is_active(self) -> Literal[True]:
        """The provider says inactive for a disabled client, so this object is never made for one."""
        return True

    @property
    def is_staff(self) -> Literal[False]:
        """A service is nobody's colleague: DRF's IsAdminUser refuses it."""
        return False

    @property
    def is_superuser(self) -> Literal[False]:
        """Superuser power is never a power of a token."""
        return False

    def __str__(self) -> str:
        return self.pk
