"""What a client may see and do, in words: the same sentences where it is allowed and where it can be taken back."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from idp.core.specs import implements
from idp.oidc.authorize.claim_words import CLAIM_WORDS
from idp.oidc.provider.scopes import known_scopes

# Named to the person by the page itself ("asks to use your account"), and part of everything else.
_UNSAID = frozenset({"openid"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Permission:
    """A scope, or a claim that was asked for singly, and its sentence in the language of the reader."""

    name: str
    sentence: str


@implements("OIDC Core", "3.1.2.4")
def permissions_of(*, scopes: Iterable[str], claims: Iterable[str] = ()) -> tuple[Permission, ...]:
    """A sentence each. What this release knows no more keeps its name: it is allowed all the same, so it is not kept silent."""
    words = known_scopes()
    told = [(name, _(words[name]) if name in words else name) for name in scopes if name not in _UNSAID]
    told += [(name, str(CLAIM_WORDS.get(name, name))) for name in claims]
    return tuple(Permission(name=name, sentence=sentence) for name, sentence in told)
