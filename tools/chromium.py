"""`python -m tools.chromium [--install]`: the browser for the journeys of `make test`.

Prints the path of an installed Chromium or Chrome. With --install, and none there, installs Debian's package when it
may (root, or sudo without a password); otherwise says in one sentence what to install.
"""

import os
import shutil
import subprocess
import sys

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def find_chromium() -> str | None:
    """The path of an installed browser; the variable CHROMIUM, where set, decides."""
    named = os.environ.get("CHROMIUM", "")
    if named:
        return shutil.which(named)
    return next((path for name in _NAMES if (path := shutil.which(name))), None)


def main(*, may_install: bool) -> int:
    """Print the path, or install quietly; the exit status."""
    if not find_chromium() and may_install:
        _install()
    found = find_chromium()
    if not found:
        sys.stderr.write("The browser journeys need Chromium; install the package chromium, or set CHROMIUM to its path.\n")
        return 1
    if not may_install:
        print(found)
    return 0


def _install() -> None:
    """Debian's package, as root or through sudo that asks nothing."""
    apt = shutil.which("apt-get")
    prefix = _root_prefix()
    if apt is None or prefix is None:
        return
    print("Installing Chromium from the system's packages …", flush=True)
    for arguments in (["update", "-q"], ["install", "-q", "-y", "--no-install-recommends", "chromium"]):
        subprocess.run([*prefix, apt, *arguments], check=False, stdout=subprocess.DEVNULL, stdin=subprocess.DEVNULL)


def _root_prefix() -> list[str] | None:
    """What to put before a command to run it as root; None when this user may not."""
    if os.geteuid() == 0:
        return []
    if shutil.which("sudo") and subprocess.run(["sudo", "-n", "true"], check=False, capture_output=True).returncode == 0:
        return ["sudo", "-n"]
    return None


if __name__ == "__main__":
    raise SystemExit(main(may_install="--install" in sys.argv[1:]))
