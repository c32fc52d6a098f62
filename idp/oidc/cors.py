"""Which pages may read our answers across origins (Fetch §3.2; RFC 6749 is silent, browser-based apps need it).

Three kinds of view: `public` documents are readable by anyone; `client` endpoints are readable by the registered origins of the
client that called, once we know which; all others, the authorization endpoint above all, by nobody. Credentials (cookies) are
never allowed across origins, and `Origin: null` never matches.
"""

from collections.abc import Callable, Collection
from typing import Any, TypeVar
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers

from idp.oidc.models import Client

View = TypeVar("View", bound=Callable[..., HttpResponse])

_ALLOWED = "idp_cors_origins"
_DEFAULT_PORTS = {"http": ":80", "https": ":443"}


def cross_origin(kind: str) -> Callable[[View], View]:
    """Declare a view readable across origins: kind "public" or "client"."""

    def mark(view: View) -> View:
        view.cross_origin = kind  # type: ignore[attr-defined]  # read back by the middleware
        return view

    return mark


def allow_for(request: HttpRequest, client: Client) -> None:
    """Let pages of this client's origins read the answer to this request, whatever it will be."""
    request.META[_ALLOWED] = origins_of(client)


def allow_registered(request: HttpRequest) -> None:
    """Let pages of every client read a refusal that comes before any client is named: it says nothing about anybody."""
    if "Origin" in request.headers:
        clients = Client.objects.filter(enabled=True).only("redirect_uris", "allowed_origins")
        request.META[_ALLOWED] = frozenset[str]().union(*map(origins_of, clients))


def origins_of(client: Client) -> frozenset[str]:
    """The origins of the client's http(s) redirect URIs, and those its registration adds."""
    named = (_origin(uri) for uri in (*client.redirect_uris.split(), *client.allowed_origins.split()))
    return frozenset(origin for origin in named if origin)


def _origin(uri: str) -> str:
    """As a browser writes it in `Origin`: lower case, no default port (HTML §7.1.1); "" for a scheme that has none."""
    parts = urlsplit(uri)
    default_port = _DEFAULT_PORTS.get(parts.scheme)
    return f"{parts.scheme}://{parts.netloc.lower().removesuffix(default_port)}" if default_port else ""


def headers_for(kind: str | None, origin: str, allowed: Collection[str]) -> dict[str, str]:
    """What an answer of a view of this kind says to a page of `origin`; `allowed` are the origins that may read it."""
    if kind == "public":
        return {"Access-Control-Allow-Origin": "*"}
    if kind != "client":
        return {}
    readable = {"Access-Control-Allow-Origin": origin, "Access-Control-Expose-Headers": "WWW-Authenticate"}
    return {"Vary": "Origin", **(readable if origin in allowed else {})}


class CorsMiddleware:
    """Answers preflights and adds `Access-Control-Allow-Origin` where it is due."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        """Keep the next handler."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, readable by whom it may concern."""
        response = self.get_response(request)
        match = request.resolver_match
        kind = getattr(match.func, "cross_origin", None) if match else None
        more = headers_for(kind, request.META.get("HTTP_ORIGIN", ""), request.META.get(_ALLOWED, frozenset()))
        vary = more.pop("Vary", "")
        if vary:
            patch_vary_headers(response, [vary])
        for name, value in more.items():
            response[name] = value
        return response

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        """A preflight names no client yet, so its answer is generic and allows nothing by itself (Fetch §4.8)."""
        kind = getattr(view, "cross_origin", None)
        if request.method != "OPTIONS" or kind is None or "Access-Control-Request-Method" not in request.headers:
            return None
        response = HttpResponse(status=204)
        origin = request.headers.get("Origin", "")
        if origin and origin != "null":
            response["Access-Control-Allow-Origin"] = "*" if kind == "public" else origin
        response["Access-Control-Allow-Methods"] = "GET, POST"
        response["Access-Control-Allow-Headers"] = "Authorization, Content-Type"
        response["Access-Control-Max-Age"] = "600"
        return response
