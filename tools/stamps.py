"""How the set-up knows that a step has nothing to do: a stamp file per step, holding a digest of all it depends on.

Contents are digested, not times: a fresh clone or a branch switch changes times without changing anything.
"""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

_BUILT = {"node_modules", "dist", "__pycache__", "coverage", "test-results"}


@dataclass(frozen=True)
class Stamp:
    """One step's record: where it is kept, what the step reads, and what must exist afterwards."""

    file: Path
    inputs: tuple[Path, ...]
    outputs: tuple[Path, ...] = ()
    also: str = ""

    def is_current(self) -> bool:
        """Whether the step was done with these very inputs and its outputs are still there."""
        if not self.file.is_file() or not all(path.exists() for path in self.outputs):
            return False
        return self.file.read_text("utf-8") == self._digest()

    def set(self) -> None:
        """Record that the step is done."""
        self.file.parent.mkdir(parents=True, exist_ok=True)
        self.file.write_text(self._digest(), "utf-8")

    def _digest(self) -> str:
        """SHA-256 over names and contents of the inputs, in a fixed order."""
        digest = hashlib.sha256(self.also.encode())
        for path in _files(self.inputs):
            digest.update(f"\0{path}\0".encode())
            digest.update(path.read_bytes())
        return digest.hexdigest()


def _files(paths: Iterable[Path]) -> Iterator[Path]:
    """The files among and below the paths, built ones left out."""
    for path in paths:
        if path.is_dir():
            yield from _files(sorted(entry for entry in path.iterdir() if entry.name not in _BUILT))
        elif path.is_file():
            yield path
