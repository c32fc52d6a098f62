"""Permission classes for DRF views, made by calling a name with what is required.

    permission_classes = [HasScope("orders"), HasAnyRole("vendor", "admin") | HasAcr("phr")]

A list means "all of these", `&` and `|` combine. An unmet requirement raises its own refusal, so that the answer says
which scope or sign-in is missing. Without any token DRF answers 401.
"""

import time
from typing import Any, ClassVar, cast

from rest_framework.exceptions import APIException
from rest_framework.permissions import BasePermission, BasePermissionMetaclass
from rest_framework.request import Request
from rest_framework.views import APIView

from fashionistar_auth.claims import TokenClaims
from fashionistar_auth.conf import get_settings
from fashionistar_auth.rules import Rule, RuleContext, all_scopes, any_role, person, signed_in_with

PermissionClass = type[BasePermission]


class _Composing(BasePermissionMetaclass):
    """Makes `|` and `&` understand refusals that are raised; DRF's own `|` would stop at the first one."""

    # The types are narrower than DRF's, which makes operands of anything: these make classes of classes.
    def __or__(cls, other: PermissionClass) -> PermissionClass:  # type: ignore[override]
        return _combined(_AnyOf, cast("PermissionClass", cls), other)

    def __ror__(cls, other: PermissionClass) -> PermissionClass:  # type: ignore[override,misc]
        return _combined(_AnyOf, other, cast("PermissionClass", cls))

    def __and__(cls, other: PermissionClass) -> PermissionClass:  # type: ignore[override]
        return _combined(_AllOf, cast("PermissionClass", cls), other)

    def __rand__(cls, other: PermissionClass) -> PermissionClass:  # type: ignore[override,misc]
        return _combined(_AllOf, other, cast("PermissionClass", cls))

    def __invert__(cls) -> Any:  # noqa: ANN401 - never returns
        raise TypeError(f"~{cls.__name__} would let callers in for lacking something; require what they must have")


def rule_context() -> RuleContext:
    """What rules may know at this moment, from the settings and the clock."""
    settings = get_settings()
    return RuleContext(
        realm=settings.resource, acr_order=settings.acr_order, now=time.time(), leeway=settings.leeway_seconds
    )


class _RulePermission(BasePermission, metaclass=_Composing):
    """Asks one rule about request.auth."""

    rule: ClassVar[Rule]

    def has_permission(self, request: Request, view: APIView) -> bool:  # noqa: ARG002 - DRF's signature
        """Whether the rule is met. Raises: the rule's own refusal."""
        claims = request.auth
        if not isinstance(claims, TokenClaims):
            # No token at all: DRF turns False into 401 with the bare challenge.
            return False
        if refusal := type(self).rule(claims, rule_context()):
            raise refusal
        return True


class _Combined(BasePermission, metaclass=_Composing):
    """Base of `|` and `&`: holds the combined classes."""

    parts: ClassVar[tuple[PermissionClass, ...]]


class _AllOf(_Combined):
    """Every part must agree; the first that does not decides the answer."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        """Whether all parts agree. Raises: the first refusal."""
        return all(part().has_permission(request, view) for part in self.parts)

    def has_object_permission(self, request: Request, view: APIView, obj: object) -> bool:
        """Whether all parts agree about the object."""
        return all(part().has_object_permission(request, view, obj) for part in self.parts)


class _AnyOf(_Combined):
    """One part that agrees is enough; if none does, the first refusal that explains itself is raised."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        """Whether some part agrees. Raises: the first refusal raised by a part."""
        refusals: list[APIException] = []
        for part in self.parts:
            try:
                if part().has_permission(request, view):
                    return True
            except APIException as exc:
                refusals.append(exc)
        if refusals:
            raise refusals[0]
        return False

    def has_object_permission(self, request: Request, view: APIView, obj: object) -> bool:
        """Whether some part agrees about both the request and the object."""
        return any(self._agrees(part(), request, view, obj) for part in self.parts)

    @staticmethod
    def _agrees(part: BasePermission, request: Request, view: APIView, obj: object) -> bool:
        try:
            return part.has_permission(request, view) and part.has_object_permission(request, view, obj)
        except APIException:
            return False


def _combined(base: type[_Combined], *parts: PermissionClass) -> PermissionClass:
    return cast("PermissionClass", _Composing(base.__name__.strip("_"), (base,), {"parts": parts}))


def _requiring(name: str, rule: Rule) -> PermissionClass:
    return cast("PermissionClass", _Composing(name, (_RulePermission,), {"rule": staticmethod(rule)}))


# The four below are functions, written as classes are because they stand where DRF expects a class.


def HasScope(*scopes: str) -> PermissionClass:  # noqa: N802 - stands for a class
    """Require every one of these scopes: 403 insufficient_scope names them (RFC 6750 section 3.1)."""
    return _requiring("HasScope", all_scopes(*_named(scopes)))


def HasAnyRole(*roles: str) -> PermissionClass:  # noqa: N802 - stands for a class
    """Require at least one of these roles; the token needs scope `roles` for the service to see any."""
    return _requiring("HasAnyRole", any_role(*_named(roles)))


def HasAcr(acr: str, *, max_age: int | None = None) -> PermissionClass:  # noqa: N802 - stands for a class
    """Require a sign-in at least this strong, `max_age` seconds old at most: 401 asks for step-up (RFC 9470)."""
    return _requiring("HasAcr", signed_in_with(_named((acr,))[0], max_age))


def HasRecentSignIn(*, max_age: int) -> PermissionClass:  # noqa: N802 - stands for a class
    """Require a sign-in `max_age` seconds old at most, however it was done (RFC 9470)."""
    return _requiring("HasRecentSignIn", signed_in_with(None, max_age))


#: Any signed-in person; a service acting for itself is refused.
IsPerson = _requiring("IsPerson", person())


def _named(values: tuple[str, ...]) -> tuple[str, ...]:
    """Refuse an empty requirement when the view is written: it would let everybody through."""
    if not values or not all(value and value.split() == [value] for value in values):
        raise ValueError("name at least one scope, role or level, each a single word")
    return values
