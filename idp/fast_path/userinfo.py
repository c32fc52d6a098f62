"""UserInfo from a copy: the answer that the token's scopes release, one round trip, no SQL (OIDC Core §5.3)."""

from functools import lru_cache
from typing import TYPE_CHECKING

from django.http import HttpResponse

from idp.copies.records import find
from idp.core.http import no_store
from idp.core.specs import implements
from idp.fast_path.answer import Answer, Headers, dressed, with_headers
from idp.fast_path.received import is_plain
from idp.oidc import cors
from idp.oidc.tokens import format as token_format
from idp.oidc.tokens.format import Kind
from idp.oidc.tokens.kept_token import USER_INFOS
from idp.oidc.tokens.resource_server import token_of_header

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment


@implements("OIDC Core", "5.3.1")
def userinfo(environ: "WSGIEnvironment") -> Answer | None:
    """The stored claims for a token in the Authorization header of a GET; None for all else."""
    if not is_plain(environ, "GET"):
        return None
    token = token_of_header(environ.get("HTTP_AUTHORIZATION", ""))
    if not token_format.is_ours(token, Kind.ACCESS_TOKEN):
        return None
    (kept,) = find((USER_INFOS, token))
    if kept is None:
        return None
    readable = cors.headers_for("client", environ.get("HTTP_ORIGIN", ""), frozenset(kept.facts["origins"]))
    return Answer(with_headers(_headers(), readable), kept.body)


@lru_cache(maxsize=1)
def _headers() -> Headers:
    return dressed(no_store(HttpResponse(content_type="application/json")))
