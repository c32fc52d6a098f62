"""An older revision of ourselves, to be measured beside the present one in the same run."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tools.demo_plan import ROOT


@contextmanager
def checked_out(revision: str, folder: Path) -> Iterator[Path]:
    """Its source, with the packages and the built pages of the present one. Raises CalledProcessError for an unknown revision."""
    root = folder / "base"
    _git("worktree", "add", "--detach", "-f", str(root), revision)
    try:
        (root / "frontend" / "dist").symlink_to(ROOT / "frontend" / "dist")
        yield root
    finally:
        _git("worktree", "remove", "--force", str(root))


def _git(*words: str) -> None:
    subprocess.run(["git", *words], cwd=ROOT, check=True, capture_output=True)  # noqa: S607 - whichever git there is
