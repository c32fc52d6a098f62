"""The code at once: for a browser that is signed in, and a request that nothing is missing from.

It is the same decision on the same facts as at `/interaction/<uid>`, without keeping the request and opening it again. Whatever
else there is to say, a refusal included, is said there.
"""

import contextlib

from django.db import transaction
from django.http import HttpRequest

from idp.core.specs import implements
from idp.login.current import current_session
from idp.oidc.authorize import interaction as interactions
from idp.oidc.authorize import policy
from idp.oidc.authorize.issue_code import issue_code
from idp.oidc.authorize.remembered_consent import Allowed, hold_allowed
from idp.oidc.authorize.request import AuthorizationRequest
from idp.oidc.authorize.visit import facts_of
from idp.oidc.models import Client


@implements("OIDC Core", "3.1.2.3")
def code_at_once(request: HttpRequest, *, checked: AuthorizationRequest, client: Client) -> str:
    """The code, or "" where the browser has to go to the interaction.

    A GET alone: a POST from another site carries no session cookie, so that nobody would be seen where somebody is. And no page
    that posts the answer: it stays in the browser's history, and who goes back to it is told at the interaction that it is over.
    """
    live = current_session(request) if request.method == "GET" else None
    if live is None or checked.response_mode == "form_post":
        return ""
    # What rests on a consent is issued while that is held; what rests on none is one INSERT.
    with contextlib.nullcontext() if client.first_party else transaction.atomic():
        allowed = Allowed() if client.first_party else hold_allowed(user_id=live.user_id, client=client)
        facts = facts_of(interactions.unkept(checked), client, live=live, allowed=allowed)
        if policy.next_need(facts) is not None:
            return ""
        return issue_code(request=checked, client=client, context=live.context)
