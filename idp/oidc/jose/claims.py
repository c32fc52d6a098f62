"""What is said about a person, by scope or claim by claim: one table for UserInfo, introspection and the ID token.

OIDC Core §5.1 names the claims, §5.4 the scopes that release them, §5.5 how a client asks for single ones.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any

from idp.accounts.models import User
from idp.accounts.roles import roles_of
from idp.core import clock
from idp.core.specs import implements

_CLAIMS_OF_SCOPE: Mapping[str, tuple[str, ...]] = {
    "profile": (
        "name", "given_name", "family_name", "middle_name", "nickname", "preferred_username", "profile", "picture", "website",
        "gender", "birthdate", "zoneinfo", "locale", "updated_at",
    ),
    "email": ("email", "email_verified"),
    "phone": ("phone_number", "phone_number_verified"),
    "address": ("address",),
    "roles": ("role", "roles", "is_staff", "member_id", "auth_provider"),
}  # fmt: skip


def _profile(user: User) -> dict[str, Any]:
    """The fourteen profile claims of OIDC Core §5.4; empty ones are left out below."""
    full_name = user.name or " ".join(part for part in (user.given_name, user.middle_name, user.family_name) if part)
    stored = {name: getattr(user, name) for name in _CLAIMS_OF_SCOPE["profile"]}
    return {**stored, "name": full_name, "updated_at": clock.epoch(user.updated_at)}


def _email(user: User) -> dict[str, Any]:
    return {"email": user.email, "email_verified": user.email_verified} if user.email else {}


def _phone(user: User) -> dict[str, Any]:
    if not user.phone_number:
        return {}
    return {"phone_number": user.phone_number, "phone_number_verified": user.phone_number_verified}


def _roles(user: User) -> dict[str, Any]:
    return {
        "role": user.role,
        "roles": list(roles_of(user.role)),
        "is_staff": user.is_staff,
        "member_id": user.member_id,
        "auth_provider": user.auth_provider,
    }


_BY_SCOPE: Mapping[str, Callable[[User], dict[str, Any]]] = {
    "profile": _profile,
    "email": _email,
    "phone": _phone,
    "address": lambda user: {"address": user.address},
    "roles": _roles,
}

# Claim by claim, the scope that releases it: what a client may not see by scope it may not ask for singly either.
SCOPE_OF: Mapping[str, str] = {name: scope for scope, names in _CLAIMS_OF_SCOPE.items() for name in names}

CLAIMS_SUPPORTED = ("sub", *SCOPE_OF, "auth_time", "acr", "amr", "sid")


@implements("OIDC Core", "5.4")
def user_claims(user: User, scopes: Iterable[str], *, singly: Collection[str] = ()) -> dict[str, Any]:
    """The claims these scopes release, and those asked for `singly` (OIDC Core §5.5).

    A claim without a value is left out, never null (OIDC Core §5.3.2).
    """
    granted = set(scopes)
    claims: dict[str, Any] = {}
    for scope, reader in _BY_SCOPE.items():
        if scope in granted:
            claims.update(reader(user))
        elif any(SCOPE_OF.get(name) == scope for name in singly):
            claims.update({name: value for name, value in reader(user).items() if name in singly})
    return {name: value for name, value in claims.items() if value not in (None, "", {}, [])}


def username(user: User, scopes: Iterable[str]) -> str | None:
    """A readable name of the account (RFC 7662 §2.2), only from what the scopes release anyway."""
    granted = set(scopes)
    if "email" in granted and user.email:
        return user.email
    return user.phone_number if "phone" in granted and user.phone_number else None
