"""An environment for a program of ours that serves nobody: secrets of no use, whatever the real environment holds."""

import base64
import os
from pathlib import Path


def throw_away_environ(name: str, *, state_dir: Path) -> dict[str, str]:
    """For this use; state, if any is kept, goes to the folder."""
    key = base64.urlsafe_b64encode(bytes(32)).decode()
    return {
        "PATH": os.environ.get("PATH", ""),
        "IDP_STATE_DIR": str(state_dir / name),
        "IDP_SECRET_KEY": f"development-{name}",
        "IDP_ENCRYPTION_KEYS": f"development-{name}:{key}",
        "IDP_LOOKUP_KEY": f"development-{name}:{key}",
    }
