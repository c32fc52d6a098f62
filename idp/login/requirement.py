"""What a caller needs of a sign-in, in words that know nothing of OAuth.

The authorization endpoint, the admin and every later caller hand one of these to `begin_login` and get the browser back
at `return_to`, signed in as asked.
"""

from typing import Annotated

from pydantic import AfterValidator, Field

from idp.core.http import is_local_path
from idp.core.language import nearest_language
from idp.core.types import Schema
from idp.login.acr import reachable_acrs


def _local_path(target: str) -> str:
    """A sign-in ends on this very host (RFC 9700 §4.11). Raises ValueError."""
    # Only ASCII: a header holds nothing else, and what a browser makes of the rest is its own affair.
    if not target.isascii() or not is_local_path(target):
        raise ValueError("return_to must be a path on this host")
    return target


def _reachable(acr: str) -> str:
    """A level nobody can reach would be a sign-in that never ends. Raises ValueError."""
    if acr not in reachable_acrs():
        raise ValueError("no sign-in reaches this acr")
    return acr


def _spoken(language: str) -> str:
    """Raises ValueError."""
    if language and nearest_language(language) != language:
        raise ValueError("a language that nobody translated")
    return language


class LoginRequirement(Schema):
    """A wish for somebody signed in.

    It is validated when it is made and again whenever it is read back from the cache, `return_to` included.
    """

    # Names this sign-in in addresses and, once it succeeded, in the session it established (`login_uid`).
    uid: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{16,128}$")]
    return_to: Annotated[str, AfterValidator(_local_path)]
    acr: Annotated[str, AfterValidator(_reachable)] = "aal1"
    # True: an existing session does not count, the person proves anew (prompt=login, max_age, another account).
    fresh: bool = False
    # True: the caller wants every proof made now (prompt=login, max_age): nothing that is remembered stands in for one.
    anew: bool = False
    # True: the session of this browser is too weak and nothing else is wrong with it, so what it proved counts (`step_up.py`).
    step_up: bool = False
    # Seconds; such a proof counts no longer than that (OIDC Core §3.1.2.1).
    max_age: int | None = None
    # True: the strongest factors the person has, whatever `acr` says (before they change how they sign in).
    strongest: bool = False
    # True: somebody without an account is expected, so the first page is the one that makes one.
    create: bool = False
    # Prefills the first field; proves nothing and never stands in an address.
    login_hint: str = ""
    # Of the pages; empty: what the browser asks for.
    language: Annotated[str, AfterValidator(_spoken)] = ""
    # Whom the person signs in for, shown under the heading; empty for our own pages.
    client_name: str = ""
