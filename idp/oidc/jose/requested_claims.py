"""Which single claims a client asked for by the `claims` parameter, as the rows of codes and tokens keep it (OIDC Core §5.5).

What was asked is understood once, by `authorize/checks/claims.py`. Only names travel on: `essential`, `value` and `values` of a
claim about the person change nothing of what is told, because what is told is true.
"""

from typing import Any

from pydantic import TypeAdapter, ValidationError

from idp.core.types import Schema


class RequestedClaims(Schema):
    """Names of claims for UserInfo and for the ID token: known, registered for the client, and covered by consent."""

    userinfo: tuple[str, ...] = ()
    id_token: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """All of them, each once."""
        return tuple(dict.fromkeys((*self.userinfo, *self.id_token)))

    def column(self) -> dict[str, Any]:
        """How a row keeps them; empty when nothing was asked."""
        return {place: list(names) for place, names in self if names}


_KEPT = TypeAdapter(RequestedClaims)


def recorded_claims(column: object) -> RequestedClaims:
    """What a row keeps; a column that cannot be read releases nothing."""
    try:
        return _KEPT.validate_python(column, strict=False)
    except ValidationError:
        return RequestedClaims()
