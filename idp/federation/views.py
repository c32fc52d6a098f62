"""The way to another service and back. The sign-in that was left goes on where it was, knowing more."""

import hmac
from collections.abc import Callable, Mapping
from typing import NamedTuple

from django.http import Http404, HttpRequest, HttpResponse

from idp.accounts.upstream import UpstreamIdentity
from idp.core.api_ingress import single_valued
from idp.core.browser import browser_key
from idp.core.client_address import address_bucket
from idp.core.errors import MethodNotAllowed
from idp.core.http import SeeOther
from idp.core.specs import implements
from idp.core.upstreams import Upstream, upstreams
from idp.federation import facebook, google
from idp.federation.errors import UpstreamDenied, UpstreamDown, UpstreamNotBelieved, with_way_on
from idp.federation.journey import Journey, come_back, leave
from idp.login import device_cookie
from idp.login.limits import sign_in_forms
from idp.login.services.prove_upstream import prove_upstream
from idp.login.state import open_login
from idp.login.upstream_hint import may_sign_in_elsewhere
from idp.login.views import advanced

# A code of either has a few hundred characters.
_LONGEST_CODE = 4096


class _Protocol(NamedTuple):
    scope: str
    identify: Callable[..., UpstreamIdentity]


_PROTOCOLS: Mapping[str, _Protocol] = {
    "google": _Protocol(google.SCOPE, google.identify),
    "facebook": _Protocol(facebook.SCOPE, facebook.identify),
}


def start(request: HttpRequest, *, provider: str, uid: str) -> HttpResponse:
    """The button on the first page: off to the service. Raises Http404 where it is off, `RateLimited`, and as `open_login`."""
    upstream = _switched_on(provider)
    if request.method != "POST":
        raise MethodNotAllowed(detail=str(request.method), headers={"Allow": "POST"})
    sign_in_forms.hit(address_bucket(request))
    browser = browser_key(request)
    # A sign-in that wants a proof made now has no such button.
    if not may_sign_in_elsewhere(open_login(uid=uid, browser=browser).requirement):
        raise Http404
    return SeeOther(leave(upstream=upstream, scope=_PROTOCOLS[provider].scope, uid=uid, browser=browser))


def callback(request: HttpRequest, *, provider: str) -> HttpResponse:
    """Back from the service: who it is, and on with the sign-in. Raises what `errors` names, `RateLimited`, `AccountShut`."""
    upstream = _switched_on(provider)
    if request.method not in {"GET", "HEAD"}:
        raise MethodNotAllowed(detail=str(request.method), headers={"Allow": "GET, HEAD"})
    sign_in_forms.hit(address_bucket(request))
    answer = single_valued(request.GET)
    journey = come_back(upstream=upstream, state=answer.get("state", ""), browser=browser_key(request))
    try:
        identity = _identified(upstream, journey, answer)
    except (UpstreamDenied, UpstreamNotBelieved, UpstreamDown) as refused:
        raise with_way_on(refused, uid=journey.uid) from refused

    # Only now: it may have run out, or have been finished, while the person was away.
    state = open_login(uid=journey.uid, browser=journey.browser)
    state = prove_upstream(state=state.model_copy(update={"device": device_cookie.digest_in(request)}), identity=identity)
    return advanced(request, state, state.facts)


@implements("RFC 9207", "2.4")
def _identified(upstream: Upstream, journey: Journey, answer: Mapping[str, str]) -> UpstreamIdentity:
    """Who the answer is about. Raises `UpstreamDenied`, `UpstreamNotBelieved`, `UpstreamDown`."""
    # Before anything else of it is looked at: an answer that names another service was mixed up.
    if not hmac.compare_digest(answer.get("iss", upstream.issuer).encode(), upstream.issuer.encode()):
        raise UpstreamNotBelieved(detail="the answer names another issuer")
    if "error" in answer:
        raise UpstreamDenied(detail=f"error {answer['error'][:40]!r}")
    code = answer.get("code", "")
    if not 0 < len(code) <= _LONGEST_CODE:
        raise UpstreamNotBelieved(detail="no code")
    return _PROTOCOLS[upstream.name].identify(upstream=upstream, journey=journey, code=code)


def _switched_on(provider: str) -> Upstream:
    """Raises Http404."""
    upstream = upstreams().get(provider)
    if upstream is None:
        raise Http404
    return upstream
