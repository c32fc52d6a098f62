"""Whether an access token lets its holder in: judged here where VALIDATION is "local" and it can be, else by asking.

Sits between the seams to frameworks (`authentication`, `ninja`) and the two ways to judge. Tickets for WebSockets
always ask the provider: a connection lasts, so it should begin with the truth of its moment.
"""

import logging
import os
from functools import lru_cache

from fashionistar_auth.claims import TokenClaims
from fashionistar_auth.conf import AuthSettings, get_settings
from fashionistar_auth.introspection import get_introspector
from fashionistar_auth.local_validation import LocalValidator, Undecided
from fashionistar_auth.provider_keys import provider_keys

logger = logging.getLogger("fashionistar_auth")


def validate(token: str) -> TokenClaims | None:
    """Return the claims of a token that is valid and meant for this service, else None. Raises: ProviderUnavailable."""
    settings = get_settings()
    if settings.validation == "local":
        try:
            return _validator_for(settings).validate(token)
        except Undecided as undecided:
            logger.debug("The provider is asked about a token: %s", undecided)
    return get_introspector().introspect(token)


async def avalidate(token: str) -> TokenClaims | None:
    """The same for callers on an event loop. Raises: ProviderUnavailable."""
    return await get_introspector().in_thread(validate, token)


@lru_cache(maxsize=4)
def _validator_for(settings: AuthSettings) -> LocalValidator:
    return LocalValidator(settings, provider_keys())


# The keys it holds are those of the process that made them.
os.register_at_fork(after_in_child=_validator_for.cache_clear)
