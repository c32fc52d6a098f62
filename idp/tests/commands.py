"""`manage.py` on a provider that a test started, without a new interpreter for each command.

One process per environment imports the provider once and forks for every command that it is told, so that a command costs what
it does and not what Python and Django cost to start. This file, run by itself, is that process: it reads one command a line
and answers each with one line, both JSON.
"""

import io
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import IO

from tools.demo_plan import ROOT


class Commands:
    """The commands of one environment; `close` ends their process."""

    def __init__(self, environ: Mapping[str, str], root: Path = ROOT) -> None:
        """Nothing runs before the first command. `root` is the folder of the provider, which may be another revision of it."""
        self._root = root
        self._environ = dict(environ)
        self._process: subprocess.Popen[str] | None = None

    def run(self, *arguments: str, stdin: str = "") -> str:
        """What the command printed. Raises AssertionError with its complaint, when it failed."""
        process = self._process = self._process or self._start()
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(json.dumps({"arguments": arguments, "stdin": stdin}) + "\n")
        process.stdin.flush()
        answer = process.stdout.readline()
        assert answer, f"{arguments[0]}: the process of the commands ended by itself"
        done = json.loads(answer)
        assert done["status"] == 0, f"{arguments[0]}: {done['stderr']}"
        return str(done["stdout"])

    def close(self) -> None:
        """End it, if there is one."""
        if self._process is not None:
            self._process.communicate()
            self._process = None

    def _start(self) -> "subprocess.Popen[str]":
        # This file, whatever revision it begins; without its folder among those that modules come from.
        command = [sys.executable, "-P", __file__]
        environ = {**self._environ, "PYTHONPATH": str(self._root)}
        return subprocess.Popen(
            command, cwd=self._root, env=environ, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, start_new_session=True
        )


# --- The process ----------------------------------------------------------------------------------------------------------
def main() -> None:
    """Do what is told until nobody tells anything any more."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "idp.config.settings"
    import django

    django.setup()
    # Whatever a command looks at before it begins is read once, here.
    from django.core.management import call_command

    call_command("check", stdout=io.StringIO())
    for line in sys.stdin:
        told = json.loads(line)
        sys.stdout.write(json.dumps(_done(told["arguments"], told["stdin"])) + "\n")
        sys.stdout.flush()


def _done(arguments: list[str], stdin: str) -> dict[str, object]:
    with tempfile.TemporaryFile("w+") as given, tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as err:
        given.write(stdin)
        given.seek(0)
        child = os.fork()
        if child == 0:
            _be_command(arguments, given, out, err)
        _child, status = os.waitpid(child, 0)
        out.seek(0)
        err.seek(0)
        return {"status": os.waitstatus_to_exitcode(status), "stdout": out.read(), "stderr": err.read()}


def _be_command(arguments: list[str], *streams: IO[str]) -> None:
    """The life of a command, which ends as that of `manage.py` does: what it left to be tidied up is tidied up."""
    for number, stream in enumerate(streams):
        os.dup2(stream.fileno(), number)
    # What the parent had read ahead of its own lines is none of the command's.
    sys.stdin = os.fdopen(0, "r", closefd=False)
    sys.argv = ["manage.py", *arguments]
    from manage import main as manage

    sys.exit(manage())


if __name__ == "__main__":
    main()
