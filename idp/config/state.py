"""The state folder: owner-only, ignored by git, and where development secrets are kept.

`make run` on a bare machine must need no key ceremony, so local and demo mode make their own secrets on the first
start and read them from then on. Everything made here carries the prefix `development-`, by which production knows
and refuses it. Standard library only: the demo launcher uses this module before anything is installed.
"""

import base64
import json
import os
import secrets
import stat
from collections.abc import Callable, Mapping
from pathlib import Path

DEVELOPMENT_PREFIX = "development-"
SECRETS_FILE = "secrets.json"

_FOLDER_MODE = 0o700
_FILE_MODE = 0o600
_OTHERS = 0o077


class StateRefused(Exception):
    """The state folder or a file in it cannot be trusted or used; the text is one sentence for the operator."""


def prepare_folder(folder: Path) -> None:
    """Make the folder, open to its owner only, or check that it is. Raises: StateRefused."""
    try:
        folder.mkdir(mode=_FOLDER_MODE, parents=True, exist_ok=True)
        # An empty folder of ours, prepared by hand or by a container, holds nothing yet that others could have read.
        if _is_ours(folder) and not any(folder.iterdir()):
            folder.chmod(_FOLDER_MODE)
    except OSError as error:
        raise StateRefused(f"the folder {folder} cannot be used: {error.strerror}.") from error
    _refuse_unless_private(folder, mode="700")


def load_secrets(path: Path, generate: Callable[[], Mapping[str, str]]) -> dict[str, str]:
    """The secrets in a file, made by `generate` when the file is not there yet. Raises: StateRefused.

    Two processes may start at once: both may generate, one file wins, both read that one.
    """
    prepare_folder(path.parent)
    if not path.exists():
        _publish(path, json.dumps(dict(generate()), indent=1) + "\n")
    _refuse_unless_private(path, mode="600")
    try:
        stored = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise StateRefused(f"the file {path} cannot be read as JSON; restore it from a backup.") from error
    if not isinstance(stored, dict) or not all(isinstance(value, str) for value in stored.values()):
        raise StateRefused(f"the file {path} must hold one JSON object of texts; restore it from a backup.")
    return stored


def load_development_secrets(folder: Path) -> dict[str, str]:
    """The provider's own secrets for local and demo mode, by variable name. Raises: StateRefused."""
    return load_secrets(folder / SECRETS_FILE, _generate_development_secrets)


def _generate_development_secrets() -> dict[str, str]:
    """Fresh secrets in the formats of `env`."""
    return {
        "IDP_SECRET_KEY": DEVELOPMENT_PREFIX + secrets.token_urlsafe(48),
        "IDP_ENCRYPTION_KEYS": _development_key(),
        "IDP_LOOKUP_KEY": _development_key(),
    }


def _development_key() -> str:
    """`id:key`; the id is random so that values of two installations cannot be mistaken for each other."""
    encoded = base64.urlsafe_b64encode(secrets.token_bytes(32)).decode().rstrip("=")
    return f"{DEVELOPMENT_PREFIX}{secrets.token_hex(4)}:{encoded}"


def _publish(path: Path, text: str) -> None:
    """Put a complete file at `path` unless one is there already. Raises: StateRefused."""
    draft = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    try:
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _FILE_MODE)
        try:
            with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
                stream.write(text)
                stream.flush()
                os.fsync(stream.fileno())
            # A hard link is the atomic "create only if absent" for a file that is already complete.
            os.link(draft, path)
        except FileExistsError:
            return
        finally:
            draft.unlink(missing_ok=True)
    except OSError as error:
        raise StateRefused(f"the file {path} cannot be written: {error.strerror}.") from error


def _refuse_unless_private(path: Path, *, mode: str) -> None:
    """Only the owner, who must be us, may have any access. Raises: StateRefused."""
    if not _is_ours(path):
        raise StateRefused(f"{path} belongs to another user; choose another folder.")
    if stat.S_IMODE(path.stat().st_mode) & _OTHERS:
        raise StateRefused(f"{path} is open to other users of this machine; run: chmod {mode} {path}")


def _is_ours(path: Path) -> bool:
    """Whether this process's user owns the path."""
    return path.stat().st_uid == os.geteuid()
