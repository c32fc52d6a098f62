"""Scopes per client, in the place where django-oauth-toolkit looks for them (its SCOPES_BACKEND_CLASS setting)."""

from typing import Any, Protocol

from oauth2_provider.scopes import BaseScopes
from oauth2_provider.settings import oauth2_settings

from idp.oidc.models import Client

# Opens the admin API to an application. A phone is lost and others' applications are not ours to trust, so neither gets it.
ADMIN = "admin"


class Application(Protocol):
    """What kind of application it is: of a client, of a registration, or of who calls."""

    @property
    def first_party(self) -> bool:
        """Whether it is one of our own."""
        ...

    @property
    def application_type(self) -> str:
        """`web` or `native`."""
        ...


def may_administer(client: Application) -> bool:
    """Whether scope `admin` counts for this client at all, whatever its registration says and its token was granted."""
    return client.first_party and client.application_type != "native"


class ScopesPerClient(BaseScopes):
    """Every scope is known to the provider; a client may ask for those of its registration only."""

    def get_all_scopes(self) -> dict[str, str]:
        """Scope names with the words the consent page shows."""
        return dict(oauth2_settings.SCOPES)

    def get_available_scopes(self, application: Client | None = None, *args: Any, **kwargs: Any) -> list[str]:  # noqa: ANN401 - DOT's signature
        """What this client may be granted; nothing without a client."""
        if application is None:
            return []
        allowed = set(application.scopes) - (set() if may_administer(application) else {ADMIN})
        return [name for name in self.get_all_scopes() if name in allowed]

    def get_default_scopes(self, *args: Any, **kwargs: Any) -> list[str]:  # noqa: ANN401 - DOT's signature
        """Nothing is granted that was not asked for."""
        return []


def known_scopes() -> dict[str, str]:
    """All scopes of this provider with their descriptions."""
    return ScopesPerClient().get_all_scopes()


def permitted_scopes(client: Client) -> frozenset[str]:
    """The scopes this client may be granted."""
    return frozenset(ScopesPerClient().get_available_scopes(client))
