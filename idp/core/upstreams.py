"""The sign-in services elsewhere that an operator switched on: Google, Facebook, neither. Made of the environment at the start.

Here because sign-in pages show their buttons, and `idp.federation`, above them, talks to them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.conf import settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Upstream:
    """One service, as registered there: who we are to it, and where it is asked. `label` is its own name for people."""

    name: str
    label: str
    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    authorization_url: str
    token_url: str
    # Of an OpenID provider: its keys. Of another: where it tells who somebody is.
    keys_url: str = ""
    person_url: str = ""


def upstreams() -> Mapping[str, Upstream]:
    """Those that are on, by name, in the order of their buttons."""
    found: Mapping[str, Upstream] = settings.IDP_UPSTREAMS
    return found
