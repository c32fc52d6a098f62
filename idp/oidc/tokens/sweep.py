"""Removes codes and tokens that no answer depends on any more; the worker does it every hour.

Expired means refused already, so a row that is gone is answered like one that is there. What must stay, stays: a replaced refresh
token until its chain's end, because its second use kills the family; a spent code while its family has any token, for the same
reason; a session while anything was issued under it.
"""

import uuid
from collections.abc import Collection

from django.db.models import Exists, OuterRef, QuerySet

from idp.core import clock
from idp.core.batches import delete_in_batches, delete_in_one_walk
from idp.core.specs import implements
from idp.login.services.forget_stale import forget_sessions
from idp.oidc.models import AccessToken, AuthorizationCode, RefreshToken

# Whoever looks into yesterday's trouble still finds the rows; and clocks of nodes may differ.
_KEPT_SECONDS = 24 * 3600


@implements("RFC 6749", "4.1.2")
def sweep_tokens() -> dict[str, int]:
    """How many of each kind went. Tokens first, then codes without a family, then sessions without anything."""
    edge = clock.now() - clock.seconds(_KEPT_SECONDS)
    codes = AuthorizationCode.objects.filter(expires__lt=edge)
    return {
        "access_tokens": delete_in_batches(AccessToken.objects.filter(expires__lt=edge), by="expires"),
        "refresh_tokens": delete_in_batches(RefreshToken.objects.filter(expires__lt=edge), by="expires"),
        "codes": delete_in_one_walk(_without_family(codes), among=codes, by="expires"),
        "sessions": forget_sessions(in_use=_with_something_issued),
    }


def _without_family(codes: QuerySet[AuthorizationCode]) -> QuerySet[AuthorizationCode]:
    """Those of which no token is left. Of people whose app stays signed in for weeks, most codes are not among them."""
    family = OuterRef("token_family")
    return codes.filter(
        ~Exists(AccessToken.objects.filter(token_family=family)),
        ~Exists(RefreshToken.objects.filter(token_family=family)),
    )


def _with_something_issued(sids: Collection[uuid.UUID]) -> set[uuid.UUID]:
    """Those of these sessions that a code or token still names."""
    issued: set[uuid.UUID] = set()
    for rows in (AccessToken.objects, RefreshToken.objects, AuthorizationCode.objects):
        issued |= {sid for sid in rows.filter(sid__in=sids).values_list("sid", flat=True) if sid is not None}
    return issued
