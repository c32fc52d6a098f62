"""Says that something changed, so that no copy made of it is believed any more. Called in the transaction of the change."""

from django.conf import settings
from django.db import transaction

from idp.copies import MARK_SECONDS, line, trust
from idp.copies.models import UndeliveredMark
from idp.core import crypto
from idp.core.specs import implements

WRITE = b"for _, name in ipairs(KEYS) do redis.call('SET', name, '', 'EX', ARGV[2]) end"
# Bytes of a name: enough that no two things share one.
NAME_BYTES = 16


@implements("OWASP ASVS 5.0", "7.4.2")
def mark_changed(kind: str, *keys: object) -> None:
    """Void every copy made of these things, before the change is committed and whether or not it is.

    `kind` and `keys` name them as the copies do. A mark that cannot be written becomes a row of the same transaction. Raises
    `django.db.Error`, and then nothing is changed.
    """
    if not settings.IDP_COPIES or not keys:
        return
    names = [name_of(kind, key) for key in keys]
    try:
        line.evaluate(WRITE, names, MARK_SECONDS)
    except line.Away:
        UndeliveredMark.objects.bulk_create(UndeliveredMark(name=name.hex()) for name in names)
        trust.withdraw()
        # Once more when others can see the row: whoever looked in between saw none.
        transaction.on_commit(trust.withdraw)


def deliver(names: list[bytes]) -> None:
    """Write marks by their names. Raises `line.Away`."""
    line.evaluate(WRITE, names, MARK_SECONDS)


def name_of(kind: str, key: object) -> bytes:
    """What a thing is called in Redis: nobody without our key can tell which it is."""
    return crypto.keyed_digest(f"{kind}:{key}".encode(), label="copies-mark")[:NAME_BYTES]
