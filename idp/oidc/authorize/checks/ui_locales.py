"""The languages the client wishes the pages in, in order of preference; others than ours are no error (OIDC Core §3.1.2.1)."""

from idp.core.language import nearest_language
from idp.core.specs import implements
from idp.oidc.authorize.request import AuthorizationRequest, Context

# Characters of the whole list: a wish, not a place to keep things.
_LONGEST = 200


@implements("OIDC Core", "3.1.2.1")
def ui_locales(request: AuthorizationRequest, context: Context) -> AuthorizationRequest:
    """Sets `language` to the first that we speak, or leaves it to the browser."""
    wished = request.value("ui_locales")[:_LONGEST].split()
    return request.having(language=next(filter(None, map(nearest_language, wished)), ""))
