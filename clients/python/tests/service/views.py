"""Endpoints that show each behaviour of the package once."""

from typing import cast

from django.core.exceptions import PermissionDenied as DjangoPermissionDenied
from django.http import Http404, HttpRequest, HttpResponseBase
from rest_framework import exceptions, serializers
from rest_framework.permissions import AllowAny, BasePermission, IsAdminUser, IsAuthenticated, OperandHolder
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import BaseThrottle
from rest_framework.views import APIView

from fashionistar_auth.claims import TokenClaims
from fashionistar_auth.django_errors import method_not_allowed
from fashionistar_auth.envelope import success
from fashionistar_auth.permissions import HasAcr, HasAnyRole, HasRecentSignIn, HasScope, IsPerson


class Me(APIView):
    """Who is calling."""

    def get(self, request: Request) -> Response:
        claims = request.auth
        assert isinstance(claims, TokenClaims)
        user = {"pk": str(request.user.pk), "kind": type(request.user).__name__}
        data = {"user": user, "scopes": sorted(claims.scopes), "answer": dict(claims.answer)}
        return success(data, message="This is you.")


class Open(APIView):
    """No sign-in needed; bare data."""

    permission_classes = [AllowAny]

    def get(self, request: Request) -> Response:
        return Response({"signed_in": request.auth is not None})

    def delete(self, request: Request) -> Response:
        return Response(status=204)


class Item(serializers.Serializer[object]):
    """One line of an order."""

    quantity = serializers.IntegerField(min_value=1)


class Order(serializers.Serializer[object]):
    """Nested, so that validation errors have a depth."""

    note = serializers.CharField(max_length=5)
    items = Item(many=True)


class Orders(APIView):
    """Validates a body."""

    permission_classes = [AllowAny]

    def post(self, request: Request) -> Response:
        Order(data=request.data).is_valid(raise_exception=True)
        return success(None, message="Stored.", status=201)


class Never(BaseThrottle):
    """Lets nobody through, and says when to come back."""

    def allow_request(self, request: Request, view: APIView) -> bool:
        return False

    def wait(self) -> float:
        return 6.2


class Busy(APIView):
    """Throttled."""

    permission_classes = [AllowAny]
    throttle_classes = [Never]

    def get(self, request: Request) -> Response:
        return Response()


RAISED: dict[str, Exception] = {
    "http404": Http404("No Order matches the given query."),
    "django-denied": DjangoPermissionDenied("internal reason"),
    "denied": exceptions.PermissionDenied("Orders of last year are closed."),
    "failed": exceptions.AuthenticationFailed(),
    "unknown": RuntimeError("a secret detail"),
    "structured": exceptions.APIException({"a": ["b"]}),
}


class Raises(APIView):
    """Raises what it is asked to."""

    permission_classes = [AllowAny]

    def get(self, request: Request, kind: str) -> Response:
        raise RAISED[kind]


def plain(request: HttpRequest) -> HttpResponseBase:
    """A plain Django view: POST is refused, everything else is refused by Django itself."""
    if request.method == "POST":
        return method_not_allowed(request, ["GET"])
    raise DjangoPermissionDenied


class ObjectOwner(BasePermission):
    """A permission about objects only."""

    def has_object_permission(self, request: Request, view: APIView, obj: object) -> bool:
        return obj == "mine"


GUARDS: dict[str, list[type[BasePermission] | OperandHolder]] = {
    "scope": [HasScope("orders")],
    "scopes": [HasScope("orders", "wallet")],
    "role": [HasAnyRole("vendor", "admin")],
    "aal2": [HasAcr("aal2")],
    "aal2-fresh": [HasAcr("aal2", max_age=300)],
    "custom-acr": [HasAcr("urn:example:gold")],
    "recent": [HasRecentSignIn(max_age=300)],
    "person": [IsPerson],
    "either": [HasScope("orders") | HasAnyRole("admin")],
    "both": [HasScope("orders") & HasAnyRole("admin")],
    "foreign-or": [IsAdminUser | HasScope("orders")],
    "or-foreign": [HasScope("orders") | IsAdminUser],
    "foreign-and": [IsAuthenticated & HasScope("orders")],
    "nested": [(HasScope("wallet") & HasAnyRole("admin")) | HasScope("orders")],
    "none-explains": [HasScope("orders") & IsAdminUser | IsAdminUser],
    "object-or": [HasScope("orders") | ObjectOwner],
    "object-and": [HasScope("orders") & ObjectOwner],
}


class Guarded(APIView):
    """Guarded by the permissions named in the path; `?object=` asks about an object too."""

    def get_permissions(self) -> list[BasePermission]:
        return [cast("BasePermission", permission()) for permission in GUARDS[self.kwargs["guard"]]]

    def get(self, request: Request, guard: str) -> Response:
        if wanted := request.query_params.get("object"):
            self.check_object_permissions(request, wanted)
        return success(guard, message="You may.")
