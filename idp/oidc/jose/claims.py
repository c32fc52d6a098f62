"""What each scope says about a person: one table for UserInfo, introspection and the ID token (OIDC Core §5.1, §5.4)."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from idp.accounts.models import User
from idp.accounts.roles import roles_of
from idp.core import clock
from idp.core.specs import implements


def _profile(user: User) -> dict[str, Any]:
    """The fourteen profile claims of OIDC Core §5.4; empty ones are left out below."""
    names = (
        "given_name", "family_name", "middle_name", "nickname", "preferred_username", "profile", "picture", "website",
        "gender", "birthdate", "zoneinfo", "locale",
    )  # fmt: skip
    full_name = user.name or " ".join(part for part in (user.given_name, user.middle_name, user.family_name) if part)
    return {
        "name": full_name,
        "updated_at": clock.epoch(user.updated_at),
        **{name: getattr(user, name) for name in names},
    }


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

CLAIMS_SUPPORTED = (
    "sub", "name", "given_name", "family_name", "middle_name", "nickname", "preferred_username", "profile", "picture",
    "website", "gender", "birthdate", "zoneinfo", "locale", "updated_at", "email", "email_verified", "phone_number",
    "phone_number_verified", "address", "role", "roles", "is_staff", "member_id", "auth_provider", "auth_time", "acr", "amr",
    "sid",
)  # fmt: skip


@implements("OIDC Core", "5.4")
def user_claims(user: User, scopes: Iterable[str]) -> dict[str, Any]:
    """The claims these scopes release; a claim without a value is left out, never null (OIDC Core §5.3.2)."""
    claims: dict[str, Any] = {}
    for scope in scopes:
        reader = _BY_SCOPE.get(scope)
        claims.update(reader(user) if reader else {})
    return {name: value for name, value in claims.items() if value not in (None, "", {}, [])}


def username(user: User, scopes: Iterable[str]) -> str | None:
    """A readable name of the account (RFC 7662 §2.2), only from what the scopes release anyway."""
    granted = set(scopes)
    if "email" in granted and user.email:
        return user.email
    return user.phone_number if "phone" in granted and user.phone_number else None
