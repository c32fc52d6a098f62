"""Routes that fail on purpose, one skin each, for the tests of the boundary and of the kernel's middleware."""

from collections.abc import Callable

from django.contrib.auth.models import Group
from django.core.exceptions import BadRequest, PermissionDenied
from django.db import connection, transaction
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST
from rest_framework import exceptions
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from idp.core import boundary, envelope, errors
from idp.core.boundary import Skin, speaks
from idp.core.browser import browser_key
from idp.core.csp import may_end_at_client
from idp.core.hosts import any_host

CANARY = "canary-7f3a"  # stands for a secret inside an exception: no answer may hold it

handler400 = handler403 = handler404 = boundary.handler_refused
handler500 = boundary.handler_failed


def _query_database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def _insert_twice() -> None:
    with transaction.atomic():
        Group.objects.create(name=CANARY)
        Group.objects.create(name=CANARY)


def _raise(exc: Exception) -> Callable[[], None]:
    def act() -> None:
        raise exc

    return act


FAULTS: dict[str, Callable[[], None]] = {
    "unexpected": _raise(RuntimeError(CANARY)),
    "missing": _raise(Http404(CANARY)),
    "denied": _raise(PermissionDenied(CANARY)),
    "bad": _raise(BadRequest(CANARY)),
    "expired": _raise(errors.Expired(detail=CANARY)),
    "limited": _raise(errors.RateLimited(detail=CANARY, retry_after=17)),
    "fields": _raise(errors.InvalidInput(fields={"email": ["Please enter an email address."]}, detail=CANARY)),
    "oauth": _raise(
        errors.OAuthError(
            "invalid_client", "Who\u2019s “there”?", status=401, headers={"WWW-Authenticate": "Basic"}, detail=CANARY
        )
    ),
    "duplicate": _insert_twice,
    "database": _query_database,
}


def page(request: HttpRequest, fault: str) -> HttpResponse:
    """A page that fails as asked."""
    FAULTS[fault]()
    return HttpResponse("fine")


@speaks(Skin.OAUTH)
@csrf_exempt
def oauth(request: HttpRequest, fault: str) -> HttpResponse:
    """A protocol endpoint that fails as asked."""
    FAULTS[fault]()
    return JsonResponse({})


@speaks(Skin.ENVELOPE)
def api(request: HttpRequest, fault: str) -> HttpResponse:
    """An API view outside DRF that fails as asked."""
    FAULTS[fault]()
    return JsonResponse(envelope.success("Done."))


class RestView(APIView):
    """A DRF view that fails as asked."""

    permission_classes = (AllowAny,)
    faults = FAULTS | {
        "throttled": _raise(exceptions.Throttled(wait=9)),
        "unauthenticated": _raise(exceptions.NotAuthenticated()),
        "validation": _raise(exceptions.ValidationError({"name": ["This is too long."], "age": "Not a number."})),
    }

    def get(self, request: Request, fault: str) -> Response:
        self.faults[fault]()
        return Response(envelope.success("Done."))


class ChallengingView(RestView):
    """A DRF view whose authentication names a challenge."""

    def get_authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="api"'


def form(request: HttpRequest) -> HttpResponse:
    """A page with a form; reading it is what fails when it is too large."""
    return HttpResponse(f"{len(request.POST)} fields")


@any_host
def constant(request: HttpRequest) -> HttpResponse:
    """The same bytes for every host."""
    return JsonResponse({"status": "ok"})


def browser(request: HttpRequest) -> HttpResponse:
    """Names this browser."""
    return HttpResponse(browser_key(request) + browser_key(request))


@may_end_at_client
def leaving(request: HttpRequest) -> HttpResponse:
    """A page whose form may end at a client."""
    return HttpResponse("<form method=post></form>")


def refused(request: HttpRequest, fault: str) -> HttpResponse:
    """A view that says no by itself."""
    return HttpResponse("No.", status=401)


def cached(request: HttpRequest) -> HttpResponse:
    """A view that decides about caches itself."""
    return HttpResponse("fine", headers={"Cache-Control": "max-age=60"})


urlpatterns = [
    path("page/<str:fault>", page),
    path("oauth2/fail/<str:fault>", oauth),
    path("api/v1/fail/<str:fault>", api),
    path("api/v1/rest/<str:fault>", RestView.as_view()),
    path("api/v1/challenge/<str:fault>", ChallengingView.as_view()),
    path("form", form),
    path("only-post", require_POST(csrf_exempt(form))),
    path("oauth2/only-post", speaks(Skin.OAUTH)(csrf_exempt(require_POST(form)))),
    path("constant", constant),
    path("browser", browser),
    path("leaving", leaving),
    path("cached", cached),
    path("refused/<str:fault>", refused),
]
