"""`python -m tools.setup runtime|all`: from a fresh clone to everything installed and built; repeat at will.

Second step of every `make` target, after the preconditions. `runtime` is what serving people needs; `all` adds the
tools of `make test` and `make check`. Each step prints one line; its output goes to .venv/setup.log and its last lines
to the terminal when it fails.
"""

import fcntl
import os
import subprocess
import sys
import time
import venv
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from tools.preconditions import ROOT, refuse_unless_met
from tools.stamps import Stamp
from tools.throw_away import throw_away_environ

VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
FRONTEND = ROOT / "frontend"
CLIENT_PACKAGE = ROOT / "clients" / "python"
SCRIPT_CLIENTS = ROOT / "clients"
_CLIENT_LISTS = tuple(
    SCRIPT_CLIENTS / name
    for name in ("package.json", "package-lock.json", "web/package.json", "nextjs-bff/package.json", "mobile/expo/package.json")
)
LOG = VENV / "setup.log"

_HEARTBEAT_SECONDS = 5
_LINES_SHOWN = 30


@dataclass(frozen=True)
class Step:
    """One line of the set-up: what the person reads, its stamp, and the work."""

    title: str
    stamp: Stamp
    work: Callable[[], None]


def main(scope: str) -> int:
    """Do what is left to do; the exit status."""
    refuse_unless_met()
    # One set-up at a time: two `make` in two terminals would install into each other.
    lock = os.open(ROOT / "tools", os.O_RDONLY)
    fcntl.flock(lock, fcntl.LOCK_EX)
    steps = [step for step in _steps(scope) if not step.stamp.is_current()]
    for number, step in enumerate(steps, start=1):
        _say(f"[{number}/{len(steps)}] {step.title} ")
        started = time.monotonic()
        try:
            step.work()
        except subprocess.CalledProcessError as failed:
            _say(f"failed\n{_last_lines()}\n{step.title} failed (exit {failed.returncode}); all of it is in {LOG}\n")
            return 1
        step.stamp.set()
        _say(f"done ({time.monotonic() - started:.0f} s)\n")
    return 0


def _steps(scope: str) -> list[Step]:
    """Every step in order; a later one may rely on the earlier ones."""
    steps = [
        Step("Creating .venv", _stamp("venv", outputs=(PYTHON,)), _create_venv),
        Step(
            "Installing Python packages",
            _stamp("runtime", ROOT / "requirements.txt", CLIENT_PACKAGE / "pyproject.toml"),
            _install_runtime,
        ),
        Step(
            "Installing front-end packages",
            _stamp("npm", FRONTEND / "package.json", FRONTEND / "package-lock.json", outputs=(FRONTEND / "node_modules",)),
            _install_frontend,
        ),
        Step("Compiling translations", _stamp("messages", *_translations(), outputs=_translations(".mo")), _compile_messages),
        *_storefront_steps(),
    ]
    # Before the front end, so that a mistake in either list of packages shows within the first minute.
    if scope == "all":
        dev = _stamp("dev", ROOT / "requirements.txt", ROOT / "requirements-dev.txt")
        steps.insert(2, Step("Installing test and check tools", dev, lambda: _pip("-r", "requirements-dev.txt")))
        script_dev = _stamp("npm-clients-dev", *_CLIENT_LISTS, outputs=(SCRIPT_CLIENTS / "node_modules" / "vitest",))
        steps.insert(6, Step("Installing test and check tools of the script clients", script_dev, _install_script_clients))
    return steps


def _storefront_steps() -> list[Step]:
    """The pages' files: the storefront is built from the browser client's source, which has packages of its own."""
    source = SCRIPT_CLIENTS / "web" / "src"
    packages = _stamp("npm-clients", *_CLIENT_LISTS, outputs=(SCRIPT_CLIENTS / "node_modules",))
    built = _stamp("frontend", FRONTEND, source, outputs=(FRONTEND / "dist",))
    static = _stamp("static", FRONTEND, source, ROOT / "requirements.txt", outputs=(FRONTEND / "dist" / "static",))
    return [
        Step("Installing packages of the browser client", packages, lambda: _install_script_clients("--omit=dev")),
        Step("Building the front end", built, lambda: _run("npm", "run", "build", "--prefix", FRONTEND)),
        Step("Collecting static files", static, _collect_static),
    ]


def _stamp(name: str, *inputs: Path, outputs: tuple[Path, ...] = ()) -> Stamp:
    """A stamp kept inside .venv: removing .venv, or another Python, starts over."""
    python = f"{sys.version_info[:3]} {sys.executable}"
    return Stamp(file=VENV / "stamps" / name, inputs=inputs, outputs=outputs, also=python)


def _create_venv() -> None:
    """A fresh virtual environment of the Python that runs this."""
    venv.EnvBuilder(clear=True, with_pip=True, symlinks=True).create(VENV)


def _install_runtime() -> None:
    """The pinned packages, then our own client package in place, which the example backend imports."""
    _pip("-r", "requirements.txt")
    _pip("--no-deps", "--editable", CLIENT_PACKAGE)


def _install_frontend() -> None:
    """What package-lock.json pins, leaving the lock file alone."""
    _run("npm", "ci", "--prefix", FRONTEND, "--no-audit", "--no-fund")


def _install_script_clients(*options: str) -> None:
    """What clients/package-lock.json pins; with `--omit=dev` only what the storefront is built from."""
    _run("npm", "ci", "--prefix", SCRIPT_CLIENTS, "--no-audit", "--no-fund", *options)


def _translations(suffix: str = ".po") -> tuple[Path, ...]:
    """What people translate, or what is made of it: one file for each language."""
    return tuple(file.with_suffix(suffix) for file in sorted((ROOT / "idp" / "locale").glob("*/LC_MESSAGES/django.po")))


def _compile_messages() -> None:
    """The files that gettext reads."""
    _run(PYTHON, "-m", "tools.messages", "compile")


def _collect_static() -> None:
    """Hashed and compressed copies for the server, made with throw-away secrets whatever the environment holds."""
    environ = throw_away_environ("collectstatic", state_dir=VENV)
    _run(PYTHON, "manage.py", "collectstatic", "--no-input", "--clear", environ=environ)


def _pip(*arguments: str | Path) -> None:
    """Install into .venv. Raises: CalledProcessError."""
    _run(PYTHON, "-m", "pip", "install", "--disable-pip-version-check", "--no-input", *arguments)


def _run(*command: str | Path, environ: Mapping[str, str] | None = None) -> None:
    """Run a program with its output in the log and a sign of life on the terminal. Raises: CalledProcessError."""
    with LOG.open("ab") as log:
        log.write(f"\n$ {' '.join(str(part) for part in command)}\n".encode())
        log.flush()
        child = subprocess.Popen(command, cwd=ROOT, env=environ, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        while True:
            try:
                status = child.wait(timeout=_HEARTBEAT_SECONDS)
                break
            except subprocess.TimeoutExpired:
                _say(".")
            except KeyboardInterrupt:
                child.terminate()
                raise SystemExit("\nStopped; the next run continues here.") from None
    if status:
        raise subprocess.CalledProcessError(status, [str(part) for part in command])


def _last_lines() -> str:
    """The end of the log, for the terminal."""
    return "\n".join(LOG.read_text("utf-8", errors="replace").splitlines()[-_LINES_SHOWN:])


def _say(text: str) -> None:
    """Progress, shown at once."""
    print(text, end="", flush=True)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1] if len(sys.argv) > 1 else "all"))
