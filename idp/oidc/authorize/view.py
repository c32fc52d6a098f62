"""`/oauth2/authorize`: check the request, then answer it at once or keep it and lead the browser on (RFC 6749 §3.1).

No cookie is set here. A client may send the request by a cross-site POST, which carries no Lax cookie, so a session that exists
would not be seen; the GET that follows, `/interaction/<uid>`, sees it.
"""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import translation
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from idp.core.client_address import address_bucket
from idp.core.csp import may_end_at_client
from idp.core.errors import RedirectedError
from idp.core.http import SeeOther
from idp.core.ratelimit import AddressLimit
from idp.core.specs import implements
from idp.oidc.authorize import interaction, pipeline, respond
from idp.oidc.authorize.at_once import code_at_once
from idp.oidc.authorize.request import AuthorizationRequest, Context
from idp.oidc.authorize.resolvers.parameters import from_query_or_form
from idp.oidc.provider.clients import find_client
from idp.oidc.provider.scopes import known_scopes, permitted_scopes

# A request that is kept takes up to some kB for half an hour, one that is answered a code; more of them than this is no crowd
# behind one address.
_let_in = AddressLimit("authorization_request", "600/minute")


@may_end_at_client
@csrf_exempt  # A request of a client, not of our own pages; it changes nothing (OIDC Core §3.1.2.1 asks for POST).
@require_http_methods(["GET", "POST"])
@implements("OIDC Core", "3.1.2.1")
@implements("RFC 6819", "4.4.1.11")
def authorize(request: HttpRequest) -> HttpResponse:
    """To the client with a code or an error, or to the interaction. Raises `DisplayedError` while nobody is trusted.

    Raises `RateLimited`, too: that is told on a page, for a redirect would be one more answer to a flood.
    """
    bare = from_query_or_form(request)
    context = _context_of(bare)
    trusted = pipeline.run(pipeline.TRUST, bare, context)
    # From here on there is somebody to answer; how is settled first, so that every later refusal travels that way.
    answerable = trusted
    try:
        # Descriptions go to the application's developers, in ASCII (RFC 6749 §4.1.2.1).
        with translation.override("en"):
            answerable = pipeline.run(pipeline.ANSWER, trusted, context)
            checked = pipeline.run(pipeline.REQUEST, answerable, context)
    except RedirectedError as error:
        return respond.with_error(answerable, error)
    _let_in.hit(address_bucket(request))
    # What was sent is no longer needed once it was read; the record stays small.
    read = checked.having(parameters={})
    # Whom nothing is asked, nothing has to be kept for.
    assert context.client is not None
    code = code_at_once(request, checked=read, client=context.client)
    if code:
        return respond.with_code(read, code)
    started = interaction.start(read)
    return SeeOther(reverse("oidc:interaction", args=[started.uid]))


def _context_of(bare: AuthorizationRequest) -> Context:
    """The client by its id: one SELECT, so that the checks need none."""
    client = find_client(bare.value("client_id"))
    return Context(
        client=client,
        known_scopes=frozenset(known_scopes()),
        permitted_scopes=permitted_scopes(client) if client else frozenset(),
        # The registration asks and the operator allows: either alone is not enough.
        pkce_optional=client is not None and not client.require_pkce and settings.IDP_ALLOW_CLIENTS_WITHOUT_PKCE,
    )
