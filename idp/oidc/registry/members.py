"""Members of a registration that nothing here acts upon: kept for later, left out, or refused because they ask for something.

Every member of the IANA registry "OAuth Dynamic Client Registration Metadata" (RFC 7591 §4.1) is known by name. Those that only
inform are kept with the client. One that asks for protection we do not give (a signed request object, a sender-constrained token,
an encrypted answer) is refused while it asks: accepted and ignored, it would leave its client unprotected without knowing.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from idp.core.specs import implements
from idp.core.types import without_invisible
from idp.oidc.registry import uris

# --- Kept ---------------------------------------------------------------------------------------------------------------
# Shown or used by capabilities to come, or about grants, request objects and authentication methods that are refused elsewhere.
# `require_auth_time` is among them because every ID token has `auth_time`, asked for or not.
INERT = frozenset({
    "contacts", "tos_uri", "policy_uri", "software_id", "software_version", "client_id_issued_at", "client_secret_expires_at",
    "sector_identifier_uri", "subject_type", "require_auth_time",
    "initiate_login_uri", "request_uris", "claims_redirect_uris", "authorization_details_types",
    "request_object_signing_alg", "request_object_encryption_alg", "request_object_encryption_enc",
    "use_mtls_endpoint_aliases",
    "tls_client_auth_subject_dn", "tls_client_auth_san_dns", "tls_client_auth_san_uri", "tls_client_auth_san_ip",
    "tls_client_auth_san_email",
    "frontchannel_logout_uri", "frontchannel_logout_session_required",
    "backchannel_token_delivery_mode", "backchannel_client_notification_endpoint",
    "backchannel_authentication_request_signing_alg", "backchannel_user_code_parameter",
    "client_registration_types", "signed_jwks_uri", "organization_name", "description", "keywords", "information_uri",
    "organization_uri", "vp_formats_supported", "encrypted_response_enc_values_supported",
})  # fmt: skip

# Another provider's answer to a registration may hold these: how to manage it there. The first is a credential.
LEFT_OUT = frozenset({"registration_access_token", "registration_client_uri"})

# RFC 7591 §2.2: texts and pages for people, in one more language: `client_name#en-NG`.
_IN_LANGUAGES = frozenset({
    "client_name", "client_uri", "logo_uri", "tos_uri", "policy_uri", "organization_name", "description", "keywords",
    "information_uri", "organization_uri",
})  # fmt: skip
_LONGEST_NAME = 100
_LANGUAGE = re.compile(r"[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*")

# --- Refused while they ask -----------------------------------------------------------------------------------------------
_WHEN_TRUE = {
    "require_pushed_authorization_requests": "pushed authorization requests (RFC 9126)",
    "require_signed_request_object": "signed request objects (RFC 9101)",
    "dpop_bound_access_tokens": "access tokens bound to a key (RFC 9449)",
    "tls_client_certificate_bound_access_tokens": "access tokens bound to a certificate (RFC 8705)",
}
_WHEN_SET = {
    "introspection_signed_response_alg": "signed introspection answers",
    "authorization_signed_response_alg": "signed authorization answers",
    "nfv_token_signed_response_alg": "NFV tokens",
    **{
        f"{answer}_encrypted_response_{part}": f"encrypted {what}"
        for part in ("alg", "enc")
        for answer, what in (
            ("id_token", "ID tokens"),
            ("userinfo", "UserInfo answers"),
            ("introspection", "introspection answers"),
            ("authorization", "authorization answers"),
            ("nfv_token", "NFV tokens"),
        )
    },
}


def is_set_aside(name: str) -> bool:
    """Whether nothing acts upon this member today: kept, left out, or only there to say no."""
    return name in INERT or name in LEFT_OUT or name in _WHEN_TRUE or name in _WHEN_SET or _is_in_a_language(name)


def kept_of(entry: Mapping[str, Any]) -> dict[str, Any]:
    """The members that are stored with the client as they came."""
    return {name: value for name, value in entry.items() if name in INERT or _is_in_a_language(name)}


@implements("RFC 7591", "2")
def find_problems(entry: Mapping[str, Any]) -> Iterator[str]:
    """A sentence for each member that cannot be set aside: it asks for what we do not do, or is malformed."""
    for name, value in entry.items():
        if name in _WHEN_SET:
            yield _not_supported(name, _WHEN_SET[name])
        elif name in _WHEN_TRUE and value is not False:
            yield _not_supported(name, _WHEN_TRUE[name]) if value is True else f"{name}: write true or false"
        elif name in INERT or _is_in_a_language(name):
            yield from (f"{name}: {problem}" for problem in _problems_of(name, value))


def _not_supported(name: str, what: str) -> str:
    return f"{name}: {what} are not supported yet"


def _is_in_a_language(name: str) -> bool:
    member, separator, language = name.partition("#")
    return bool(separator) and member in _IN_LANGUAGES and _LANGUAGE.fullmatch(language) is not None


def _problems_of(name: str, value: object) -> Iterator[str]:
    """What is only kept is judged today: whoever acts upon it later will trust it."""
    member = name.partition("#")[0]
    if (judge := _JUDGES.get(member)) is not None:
        yield from judge(value)
    elif member in _ADDRESSES:
        yield from _address(value)


def _address(value: object) -> Iterator[str]:
    try:
        uris.require_web_uri(str(value))
    except ValueError as exc:
        yield str(exc)


def _name(value: object) -> Iterator[str]:
    """As `client_name` itself in `schema.py`."""
    if not isinstance(value, str) or not 0 < len(value) <= _LONGEST_NAME:
        yield f"write a name of 1 to {_LONGEST_NAME} characters"
        return
    try:
        without_invisible(value)
    except ValueError as exc:
        yield str(exc)


def _addresses(value: object) -> Iterator[str]:
    if not isinstance(value, list):
        yield "write a list of addresses"
        return
    for uri in value:
        yield from _address(uri)


def _subject_type(value: object) -> Iterator[str]:
    if value != "public":
        yield "only public is supported by this provider"


def _expiry(value: object) -> Iterator[str]:
    """RFC 7591 §3.2.1: 0 means never."""
    if isinstance(value, bool) or value != 0:
        yield "secrets that expire are not supported yet; leave it out or write 0"


_ADDRESSES = frozenset({
    "client_uri", "logo_uri", "tos_uri", "policy_uri", "signed_jwks_uri", "sector_identifier_uri",
    "initiate_login_uri", "frontchannel_logout_uri", "backchannel_client_notification_endpoint",
    "information_uri", "organization_uri",
})  # fmt: skip
_JUDGES: Mapping[str, Callable[[object], Iterator[str]]] = {
    "client_name": _name,
    "request_uris": _addresses,
    "claims_redirect_uris": _addresses,
    "subject_type": _subject_type,
    "client_secret_expires_at": _expiry,
}
