"""What of a request may be answered here; None for everything else, which Django then reads as if nobody had looked."""

import io
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from django.conf import settings
from django.http.request import split_domain_port, validate_host

from idp.core.api_ingress import FORM
from idp.core.specs import implements
from idp.oidc.endpoints.form import sent_values

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

# Bytes. A JWT access token with a client's credentials is far below; Django reads what is longer.
_LONGEST_BODY = 8192
_MOST_FIELDS = 20


def is_plain(environ: "WSGIEnvironment", method: str) -> bool:
    """Whether it is this method at this very address, without a query, to a host that is ours."""
    return (
        environ["REQUEST_METHOD"] == method
        and not environ.get("QUERY_STRING")
        and not environ.get("SCRIPT_NAME")
        and is_ours(environ.get("HTTP_HOST", ""))
    )


@lru_cache(maxsize=64)
def is_ours(host: str) -> bool:
    """Whether Django answers to this Host header (its own judgement, `HttpRequest.get_host`)."""
    domain, _port = split_domain_port(host)
    return bool(domain) and validate_host(domain, settings.ALLOWED_HOSTS)


@implements("RFC 6749", "3.2")
def form_of(environ: "WSGIEnvironment") -> dict[str, str] | None:
    """A short urlencoded form, each parameter once; empty ones count as not sent. The body stays readable for Django."""
    length = environ.get("CONTENT_LENGTH") or ""
    if environ.get("CONTENT_TYPE") != FORM:
        return None
    if not (length.isascii() and length.isdigit() and len(length) <= 4 and int(length) <= _LONGEST_BODY):
        return None
    body = environ["wsgi.input"].read(int(length))
    environ["wsgi.input"] = io.BytesIO(body)
    if not body.isascii():
        return None
    try:
        # As Django's QueryDict reads it.
        pairs = parse_qsl(body.decode(), keep_blank_values=True, encoding="utf-8", max_num_fields=_MOST_FIELDS)
    except ValueError:
        return None
    once = dict(pairs)
    return sent_values(once) if len(once) == len(pairs) else None
