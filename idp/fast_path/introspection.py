"""Introspection from copies: the caller's registration and the token's answer, one round trip, no SQL (RFC 7662 §2)."""

from functools import lru_cache
from typing import TYPE_CHECKING

from django.http import JsonResponse

from idp.copies.records import Copy, find
from idp.core.errors import OAuthError
from idp.core.http import no_store
from idp.core.specs import implements
from idp.fast_path.answer import Answer, Headers, dressed
from idp.fast_path.received import form_of, is_plain
from idp.oidc.client_auth.authenticate import SECRET_METHODS, require_secret_of
from idp.oidc.client_auth.presented import Presented, presented_credentials
from idp.oidc.client_auth.proof import NotProven
from idp.oidc.endpoints.introspection import INACTIVE, may_see
from idp.oidc.provider.kept_client import CLIENTS, KeptClient, client_from
from idp.oidc.tokens import format as token_format
from idp.oidc.tokens.format import Kind
from idp.oidc.tokens.kept_token import INTROSPECTIONS

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment


@implements("RFC 7662", "2.1")
def introspect(environ: "WSGIEnvironment") -> Answer | None:
    """The stored answer for a caller that proves itself, `{"active": false}` for a forged token; None for all else."""
    form = form_of(environ) if is_plain(environ, "POST") else None
    token = form.get("token", "") if form else ""
    # The tag tells a made-up value from one of ours, so no store is asked about it; a JWT is Django's.
    ours = token_format.is_ours(token, Kind.ACCESS_TOKEN)
    if form is None or not (ours or token.startswith(Kind.ACCESS_TOKEN)):
        return None
    presented = _presented(environ, form)
    if presented is None:
        return None

    kept_client, *kept_answers = find((CLIENTS, presented.client_id), *([(INTROSPECTIONS, token)] if ours else []))
    # The caller proves itself before anything is said of the token.
    caller = _proven(presented, kept_client)
    if caller is None:
        return None
    answer = _answer(caller, kept_answers[0]) if ours else _inactive()
    return None if answer is None else Answer(_headers(), answer)


def _presented(environ: "WSGIEnvironment", form: dict[str, str]) -> Presented | None:
    """A secret, and whose it is said to be."""
    try:
        presented = presented_credentials(environ.get("HTTP_AUTHORIZATION", ""), form)
    except OAuthError:
        return None
    return presented if presented.method in SECRET_METHODS else None


def _proven(presented: Presented, kept: Copy | None) -> KeptClient | None:
    """The client of that name, if the secret is its own and it is one that may introspect."""
    if kept is None:
        return None
    caller = client_from(kept)
    try:
        require_secret_of(presented, caller)
    except NotProven:
        return None
    return caller if caller.is_confidential else None


def _answer(caller: KeptClient, kept: Copy | None) -> bytes | None:
    """What is told to this caller."""
    if kept is None:
        return None
    facts = kept.facts
    seen = may_see(caller, owner_pk=facts["owner"], audience=facts["aud"])
    return kept.body if seen else _inactive()


@lru_cache(maxsize=1)
def _headers() -> Headers:
    return dressed(no_store(JsonResponse(INACTIVE)))


@lru_cache(maxsize=1)
def _inactive() -> bytes:
    return JsonResponse(INACTIVE).content
