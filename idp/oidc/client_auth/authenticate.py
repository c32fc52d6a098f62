"""From presented credentials to a client that may go on."""

from collections.abc import Callable, Mapping

from django.http import HttpRequest
from django.utils.translation import gettext as _

from idp.audit.services import record
from idp.audit.types import Event
from idp.core.client_address import address_bucket
from idp.core.errors import OAuthError, RateLimited
from idp.core.ratelimit import AddressLimit
from idp.core.specs import implements
from idp.oidc import cors
from idp.oidc.client_auth import private_key_jwt, secret
from idp.oidc.client_auth.presented import Presented, invalid_client, presented_credentials
from idp.oidc.client_auth.proof import HasSecret, NotProven
from idp.oidc.models import Client
from idp.oidc.provider.clients import find_enabled_client


def _require_assertion(presented: Presented, client: Client) -> None:
    """Raises `NotProven`, `OAuthError`."""
    if presented.assertion is None:
        raise NotProven(presented.problem)
    private_key_jwt.require_proof(presented.assertion, client)


def _require_public(_presented: Presented, client: Client) -> None:
    """Nothing is proven: such a client is public, and PKCE binds its codes instead. Raises `NotProven`."""
    if client.is_confidential:
        raise NotProven("a confidential client without credentials")


# The proof each method asks for.
_PROOFS: Mapping[str, Callable[[Presented, Client], None]] = {
    "client_secret_basic": lambda presented, client: secret.require_secret(presented.secret, client),
    "client_secret_post": lambda presented, client: secret.require_secret(presented.secret, client),
    "private_key_jwt": _require_assertion,
    "none": _require_public,
}
METHODS = tuple(_PROOFS)
SECRET_METHODS = ("client_secret_basic", "client_secret_post")
# Wide: secrets are too long to guess, and behind one address many programs may share one outdated secret.
_failures = AddressLimit("client_authentication_failure", "300/minute")


@implements("RFC 6749", "2.3")
def authenticated_client(request: HttpRequest, form: Mapping[str, str]) -> Client:
    """The client of this request. Raises `OAuthError` invalid_client (401) or invalid_request (400).

    An unknown client, a disabled one, a wrong proof and an unregistered method get the same words.
    """
    presented = presented_credentials(request.headers.get("Authorization", ""), form)
    words = _("The client is unknown, or its credentials are not right.")
    client = find_enabled_client(presented.client_id)
    if client is None:
        _count_failure(request)
        raise invalid_client(words, detail=f"{presented.client_id[:64]} {presented.problem}")
    # Known from here on: even a refusal may be read by a page of this client.
    cors.allow_for(request, client)
    try:
        _require_proof(presented, client)
    except NotProven as exc:
        # Counted first, so that a flood of failures is not a flood of audit rows.
        _count_failure(request)
        # Only of clients that exist: made-up names could fill the table.
        record(event=Event.CLIENT_AUTHENTICATION_FAILED, client_id=client.client_id, detail={"method": presented.method})
        raise invalid_client(words, detail=f"{client.client_id}: {exc}") from exc
    return client


@implements("OIDC Core", "9")
def _require_proof(presented: Presented, client: Client) -> None:
    """The registered method, and what it asks for. Raises `NotProven`, `OAuthError`."""
    _require_registered(presented, client)
    _PROOFS[presented.method](presented, client)


@implements("RFC 6749", "2.3.1")
def require_secret_of(presented: Presented, client: HasSecret) -> None:
    """The same for one of `SECRET_METHODS`, of a client whose row need not be at hand. Raises `NotProven`."""
    _require_registered(presented, client)
    secret.require_secret(presented.secret, client)


def _require_registered(presented: Presented, client: HasSecret) -> None:
    if client.token_endpoint_auth_method != presented.method:
        raise NotProven("another method than the registered one")


@implements("RFC 6749", "2.3.1")
def _count_failure(request: HttpRequest) -> None:
    """Guessing has an end: 429 instead of 401 for an address that fails too often. Raises `OAuthError`.

    Only failures are counted and refused, so a client that proves itself is never slowed by its neighbours.
    """
    try:
        _failures.hit(address_bucket(request))
    except RateLimited as refused:
        wait = refused.retry_after
        raise OAuthError("temporarily_unavailable", str(refused.message), status=429, retry_after=wait) from refused


@implements("RFC 7662", "2.1")
def authenticated_resource_server(request: HttpRequest, form: Mapping[str, str]) -> Client:
    """The same, for callers that must prove themselves: a public client cannot. Raises `OAuthError`."""
    client = authenticated_client(request, form)
    if not client.is_confidential:
        raise invalid_client(_("This endpoint needs a client that can authenticate itself."))
    return client
