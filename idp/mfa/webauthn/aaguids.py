"""What a make of authenticator is called, so that a list of passkeys says "Bitwarden" and not "Passkey 3".

A name for people and nothing more: without attestation an authenticator may call itself whatever it likes.
"""

import tomllib
import uuid
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

_FILE = Path(__file__).with_name("aaguids.toml")


def name_of(aaguid: uuid.UUID | str) -> str | None:
    """The name of a make by its AAGUID in any of the spellings of a UUID; None for one that is not known, or no AAGUID."""
    try:
        wanted = aaguid if isinstance(aaguid, uuid.UUID) else uuid.UUID(aaguid)
    except ValueError:
        return None
    return _names().get(wanted)


@lru_cache(maxsize=1)
def _names() -> Mapping[uuid.UUID, str]:
    """The bundled list, read once per process."""
    listed = tomllib.loads(_FILE.read_text("utf-8"))
    return {uuid.UUID(aaguid): name for name, aaguids in listed.items() for aaguid in aaguids}
