"""`/oauth2/authorize`: check the request, keep it, lead the browser on (RFC 6749 §3.1, OIDC Core §3.1.2.1).

No cookie is read or set here: a client may send the request by a cross-site POST, which carries no Lax cookie, so a session
that exists would not be seen. The GET that follows, `/interaction/<uid>`, sees it.
"""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from idp.core.errors import RedirectedError
from idp.core.http import SeeOther
from idp.core.specs import implements
from idp.oidc.authorize import interaction, pipeline, respond
from idp.oidc.authorize.request import AuthorizationRequest, Context
from idp.oidc.authorize.resolvers.parameters import from_query_or_form
from idp.oidc.provider.clients import find_client
from idp.oidc.provider.scopes import known_scopes, permitted_scopes


@csrf_exempt  # A request of a client, not of our own pages; it changes nothing (OIDC Core §3.1.2.1 asks for POST).
@require_http_methods(["GET", "POST"])
@implements("OIDC Core", "3.1.2.1")
def authorize(request: HttpRequest) -> HttpResponse:
    """303 to the interaction, or to the client with an error. Raises `DisplayedError` while nobody is trusted."""
    bare = from_query_or_form(request)
    context = _context_of(bare)
    trusted = pipeline.run(pipeline.TRUST, bare, context)
    try:
        checked = pipeline.run(pipeline.REQUEST, trusted, context)
    except RedirectedError as error:
        return respond.with_error(trusted, error)
    # What was sent is no longer needed once it was read; the record stays small.
    started = interaction.start(checked.having(parameters={}))
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
