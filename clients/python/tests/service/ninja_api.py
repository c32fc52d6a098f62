"""The same service written with Django Ninja: each behaviour of `fashionistar_auth.ninja` once."""

from typing import TYPE_CHECKING, cast

from django.http import Http404, HttpRequest
from ninja import NinjaAPI, Schema
from ninja.errors import HttpError, Throttled
from ninja.security import HttpBasicAuth

from fashionistar_auth.ninja import BearerAuth, add_error_handlers
from fashionistar_auth.rules import all_scopes, any_role, signed_in_with

if TYPE_CHECKING:
    from fashionistar_auth.claims import TokenClaims

api = NinjaAPI(auth=BearerAuth())
add_error_handlers(api)


class Basic(HttpBasicAuth):
    """A second kind of proof, which is asked only when no Bearer token was sent."""

    def authenticate(self, request: HttpRequest, username: str, password: str) -> str | None:
        return username if (username, password) == ("ada", "engine") else None


class Line(Schema):
    """One line of an order."""

    quantity: int


def _who(request: HttpRequest) -> dict[str, object]:
    claims = cast("TokenClaims", request.auth)  # type: ignore[attr-defined]
    return {"sub": claims.sub, "kind": type(request.user).__name__, "pk": str(request.user.pk)}


@api.get("/me")
async def me(request: HttpRequest) -> dict[str, object]:
    return _who(request)


@api.get("/me-in-a-thread")
def me_in_a_thread(request: HttpRequest) -> dict[str, object]:
    return _who(request)


@api.get("/payouts", auth=BearerAuth(all_scopes("orders"), any_role("vendor"), signed_in_with("aal2", None)))
async def payouts(request: HttpRequest) -> dict[str, object]:
    return _who(request)


@api.get("/either", auth=[BearerAuth(), Basic()])
async def either(request: HttpRequest) -> dict[str, object]:
    return {"auth": str(request.auth)}  # type: ignore[attr-defined]


@api.post("/lines")
async def lines(request: HttpRequest, line: Line) -> dict[str, object]:
    return {"quantity": line.quantity}


RAISED: dict[str, Exception] = {
    "http": HttpError(409, "Orders of last year are closed."),
    "throttled": Throttled(wait=6),
    "absent": Http404("No Order matches the given query."),
    "unknown": RuntimeError("a secret detail"),
}


@api.get("/raises/{kind}", auth=None)
async def raises(request: HttpRequest, kind: str) -> None:
    raise RAISED[kind]
