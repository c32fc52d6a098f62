"""What a group of processes takes of the machine's memory, each shared page counted by its share (PSS, as Linux tells it)."""

import os
from pathlib import Path


def megabytes_of_group(group: int) -> dict[str, int]:
    """By process: what it runs, and MB of PSS; and the sum."""
    found: dict[str, int] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if os.getpgid(int(folder.name)) != group:
                continue
            words = (folder / "cmdline").read_bytes().split(b"\0")
            lines = (folder / "smaps_rollup").read_text("utf-8").splitlines()
        except (FileNotFoundError, ProcessLookupError, PermissionError):
            continue
        (kilobytes,) = (int(line.split()[1]) for line in lines if line.startswith("Pss:"))
        module = words[2].decode().rpartition(".")[2] if len(words) > 2 else words[0].decode()
        found[f"{module} {folder.name}"] = kilobytes // 1024
    return {**dict(sorted(found.items())), "sum": sum(found.values())}
