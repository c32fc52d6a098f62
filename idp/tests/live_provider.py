"""The provider under its production server, started as an operator would, on a database that is forgotten afterwards.

Runs on the stores that DATABASE_URL and REDIS_URL name, in a database of its own; the embedded default without them. For tests
of the server as a whole and for `bench/`.
"""

import os
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO

import httpx

from idp.tests.browser.live import SHOPPER, free_ports, kept_environ
from idp.tests.commands import Commands
from idp.tests.migrated import copy_tables, own_database
from idp.tests.pages import read_page
from tools.demo_plan import ROOT

CONFIDENTIAL = ("DEMO_API", "FASHIONISTAR_BACKEND", "FASHIONISTAR_WEB_BFF")
_START_SECONDS = 120
# Three times what it promises: a machine that is busy with other tests gives nobody their time.
_STOP_SECONDS = 30
_ANSWER_SECONDS = 60


class NotReady(Exception):
    """The provider ended, or does not answer."""


Served = subprocess.Popen[bytes]


@dataclass(frozen=True)
class Provider:
    """A running provider."""

    issuer: str
    environ: dict[str, str]
    process: Served
    commands: Commands

    def manage(self, *arguments: str, stdin: str = "") -> str:
        """Run a management command on its database; what it printed."""
        return self.commands.run(*arguments, stdin=stdin)

    @property
    def state(self) -> Path:
        """The folder with what it keeps."""
        return Path(self.environ["IDP_STATE_DIR"])

    @property
    def database(self) -> str:
        """The address of its database; "" for the file in its folder."""
        return self.environ["DATABASE_URL"]

    def browser(self) -> httpx.Client:
        """A browser without scripts, with an empty cookie jar."""
        return httpx.Client(base_url=self.issuer, trust_env=False, timeout=_ANSWER_SECONDS)

    def get(self, path: str, headers: Mapping[str, str] | None = None) -> httpx.Response:
        """What it answers to a request of its own connection."""
        return httpx.get(f"{self.issuer}{path}", headers=headers, trust_env=False, timeout=_ANSWER_SECONDS)


@contextmanager
def running(folder: Path, log: Path | None = None, root: Path = ROOT, /, **more: str) -> Iterator[Provider]:
    """The provider on a new database, with the registrations, the shopper and these variables. Raises NotReady.

    What it writes goes to the file `log`, or nowhere. Another revision of it (`root`) makes its tables itself.
    """
    (port,) = free_ports(1)
    with own_database(migrated=root == ROOT) as database, (log or Path(os.devnull)).open("wb") as output:
        if not database and root == ROOT:
            copy_tables(folder / "state")
        environ = {
            **kept_environ(),
            "PORT": str(port),
            "IDP_STATE_DIR": str(folder / "state"),
            "DATABASE_URL": database,
            "REDIS_URL": os.environ.get("REDIS_URL", ""),
            **{f"{name}_CLIENT_SECRET": secrets.token_urlsafe(32) for name in CONFIDENTIAL},
            "DEMO_API_EVENTS_SECRET": secrets.token_urlsafe(32),
            **more,
        }
        process = _served(environ, root, output, stderr=output if log else None)
        commands = Commands(environ, root)
        try:
            made = Provider(issuer=f"http://localhost:{port}", environ=environ, process=process, commands=commands)
            _wait_until_ready(made)
            made.manage("sync_clients", "clients/registry", "clients/registry/demo")
            made.manage("create_user", "--email", SHOPPER.email, "--verified", "--password-stdin", stdin=SHOPPER.password)
            yield made
        finally:
            commands.close()
            stop(process)


@contextmanager
def another_node(provider: Provider) -> Iterator[Provider]:
    """A second server of the same provider: issuer, database, Redis and secrets are one, the address is not. Raises NotReady."""
    (port,) = free_ports(1)
    environ = {**provider.environ, "PORT": str(port), "IDP_ISSUER": provider.issuer, "IDP_NODES": "2", "IDP_WORKER": "off"}
    with Path(os.devnull).open("wb") as output:
        process = _served(environ, ROOT, output)
    try:
        node = replace(provider, issuer=f"http://localhost:{port}", environ=environ, process=process)
        _wait_until_ready(node)
        yield node
    finally:
        stop(process)


def _served(environ: Mapping[str, str], root: Path, output: IO[bytes], *, stderr: IO[bytes] | None = None) -> Served:
    return subprocess.Popen(
        [sys.executable, "-m", "idp.config.serve"], cwd=root, env=environ, stdout=output, stderr=stderr, start_new_session=True
    )


def _wait_until_ready(provider: Provider) -> None:
    """Raises NotReady."""
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline and provider.process.poll() is None:
        try:
            if provider.get("/readyz").status_code == 200:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.1)
    raise NotReady(f"the provider is not ready; exit {provider.process.poll()}")


def stop(process: Served) -> None:
    """As an operator would; whatever is left of its group after that is made to end."""
    if process.poll() is not None:
        return
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(timeout=_STOP_SECONDS)
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def sign_in(browser: httpx.Client, url: str) -> str:
    """Sign the shopper in through the pages that an authorization request leads to; the address the browser ends at."""
    page = follow(browser, browser.get(url))
    page = follow(browser, submitted(browser, page, username=SHOPPER.email))
    return follow(browser, submitted(browser, page, password=SHOPPER.password)).headers["Location"]


def submitted(browser: httpx.Client, page: httpx.Response, **values: str) -> httpx.Response:
    """The form of this page, filled in and posted."""
    return browser.post(page.url, data={**read_page(page.text).fields, **values})


def follow(browser: httpx.Client, response: httpx.Response) -> httpx.Response:
    """Redirects within the provider; ends at a page, or at a redirect that leaves it."""
    while response.status_code == 303 and response.headers["Location"].startswith("/"):
        response = browser.get(response.headers["Location"])
    return response
