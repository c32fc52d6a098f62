"""Facebook, which is no OpenID provider on this way: its graph is asked who the access token belongs to.

The call carries `appsecret_proof`, so a token that another application obtained is refused there. Its e-mail address is never
taken for verified: Facebook does not say so.
"""

import hashlib
import hmac
from urllib.parse import urlencode

from idp.accounts.upstream import UpstreamIdentity
from idp.core.upstreams import Upstream
from idp.federation.asking import asked, text, tokens_for
from idp.federation.errors import UpstreamNotBelieved
from idp.federation.journey import Journey
from idp.federation.told import email_of, name_of

SCOPE = "public_profile email"
_FIELDS = "id,first_name,last_name,email"
_LONGEST_ID = 64


def identify(*, upstream: Upstream, journey: Journey, code: str) -> UpstreamIdentity:
    """Who came back with this code. Raises `UpstreamDown`, `UpstreamNotBelieved`."""
    token = text(tokens_for(upstream=upstream, journey=journey, code=code), "access_token")
    # It goes into a header.
    if not token or not token.isascii() or not token.isprintable():
        raise UpstreamNotBelieved(detail="no access token")
    proof = hmac.new(upstream.client_secret.encode(), token.encode(), hashlib.sha256).hexdigest()
    query = urlencode({"fields": _FIELDS, "appsecret_proof": proof})
    told = asked(method="GET", url=f"{upstream.person_url}?{query}", headers={"Authorization": f"Bearer {token}"})
    subject = text(told, "id")
    if not (subject.isascii() and subject.isdigit() and len(subject) <= _LONGEST_ID):
        raise UpstreamNotBelieved(detail="no id")
    return UpstreamIdentity(
        provider="facebook",
        label=upstream.label,
        subject=subject,
        email=email_of(text(told, "email")),
        given_name=name_of(text(told, "first_name")),
        family_name=name_of(text(told, "last_name")),
    )
