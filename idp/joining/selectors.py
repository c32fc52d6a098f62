"""Reading what was imported before."""

import uuid
from collections.abc import Collection

from idp.joining.models import ImportedAccount


def row_digests(user_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, bytes]:
    """Of those accounts that were imported, the digest of their row: one query."""
    rows = ImportedAccount.objects.filter(pk__in=user_ids).values_list("pk", "row_digest")
    return {user_id: bytes(digest) for user_id, digest in rows}
