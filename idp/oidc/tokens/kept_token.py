"""Answers about a live access token as copies (`idp.copies`), each found by the token itself."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from idp.copies.records import Drawer, Subject, keep
from idp.oidc.tokens import format as token_format
from idp.oidc.tokens.lookup import LiveToken

INTROSPECTIONS = Drawer("introspection", facts=("owner", "aud"))
USER_INFOS = Drawer("userinfo", facts=("origins",))


def keep_answer(
    drawer: Drawer, value: str, token: LiveToken, *, read_at: dt.datetime, facts: Mapping[str, Any], body: bytes
) -> None:
    """Keep what is answered about `token`, whose row was read after `read_at`; no longer than it lives.

    Of an opaque token only: a JWT is dead as soon as the key that signed it is taken away, which is looked up each time.
    """
    if not token_format.is_ours(value, token_format.Kind.ACCESS_TOKEN):
        return
    keep(drawer, value, made_of=_made_of(token), read_at=read_at, until=token.row.expires, facts=facts, body=body)


def _made_of(token: LiveToken) -> list[Subject]:
    """Whatever ends this token or changes what is said about it."""
    row = token.row
    made_of: list[Subject] = [("token", row.token_checksum), ("client", token.client.pk)]
    named = (("person", row.user_id), ("session", row.sid), ("family", row.token_family))
    return made_of + [(kind, key) for kind, key in named if key is not None]
