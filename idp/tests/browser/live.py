"""The programs of the demo as the launcher starts them, on free ports and a state folder of their own; stopped by process id.

Registrations and people are made by the commands an operator uses. Nothing here imports the provider's settings: it runs in
processes of its own.
"""

import json
import os
import socket
import sqlite3
from collections.abc import Mapping, Sequence
from pathlib import Path

from idp.tests.commands import Commands
from idp.tests.migrated import copy_tables
from tools.demo_people import PEOPLE, DemoPerson
from tools.demo_plan import ROOT, Plan, Program, make_plan
from tools.processes import Child, start, stop_all, wait_until_healthy

SHOPPER = next(person for person in PEOPLE if person.role == "client")
_START_SECONDS = 60


class NotBuilt(Exception):
    """Something that `make setup` builds is missing; the text says so."""


class World:
    """Provider, example backend and storefront, each of which can be stopped and started again."""

    def __init__(self, state_dir: Path, **variables: str) -> None:
        """Choose ports and bring the tables; nothing runs yet. `variables` join the environment. Raises: NotBuilt."""
        require_built()
        self.plan: Plan = make_plan({**_environ(state_dir), **variables})
        copy_tables(self.plan.state_dir)
        self.issuer, self.shop, self.api = self.plan.issuer, self.plan.spa_origin, self.plan.api_origin
        self._programs: Mapping[str, Program] = {program.name: program for program in self.plan.programs}
        self._children: dict[str, Child] = {}
        self._commands = Commands({**self.plan.environ, **self.plan.preparation.environ})

    @property
    def origins(self) -> tuple[str, str, str]:
        """The only servers a page of ours may ask."""
        return self.issuer, self.shop, self.api

    @property
    def stopped(self) -> tuple[str, ...]:
        """Names of the programs that do not run."""
        return tuple(name for name in self._programs if name not in self._children)

    def start(self, *names: str) -> None:
        """Start these programs, all without names, and wait until each answers. Raises: DemoStopped."""
        wanted = names or tuple(self._programs)
        for name in wanted:
            self._children[name] = start(self._programs[name], logs=self.plan.state_dir / "logs", environ=self.plan.environ)
        for name in wanted:
            wait_until_healthy(self._children[name], seconds=_START_SECONDS)

    def stop(self, *names: str) -> None:
        """Stop these programs, all without names."""
        self._commands.close()
        stop_all([self._children.pop(name) for name in names or tuple(self._children)])

    def populate(self, people: Sequence[DemoPerson] = (SHOPPER,)) -> None:
        """The registrations of the project and these people."""
        self.manage("sync_clients", "clients/registry", "clients/registry/demo")
        for person in people:
            profile = self.plan.state_dir / f"{person.role}.json"
            profile.write_text(json.dumps(person.profile), "utf-8")
            identity = ("--email", person.email, "--role", person.role, "--verified", "--profile", str(profile))
            self.manage("create_user", *identity, "--password-stdin", stdin=person.password)

    def manage(self, *arguments: str, stdin: str = "") -> str:
        """Run a management command on this world's database; what it printed."""
        return self._commands.run(*arguments, stdin=stdin)

    def change_rows(self, statement: str) -> int:
        """What time or chance would do to the provider's database, as one SQL statement; how many rows it changed."""
        with sqlite3.connect(self.plan.state_dir / "idp.sqlite3", timeout=20) as database:
            return database.execute(statement).rowcount


def require_built() -> None:
    """Raises: NotBuilt, when the front end was not built or its files not collected."""
    dist = ROOT / "frontend" / "dist"
    missing = [path for path in (dist / "demo-spa" / "index.html", dist / "static" / "staticfiles.json") if not path.is_file()]
    if missing:
        raise NotBuilt(f"{missing[0].relative_to(ROOT)} is missing: run `make setup` first, which builds the front end.")


def free_ports(count: int) -> list[int]:
    """As many different free ports of this machine."""
    probes = [socket.socket() for _ in range(count)]
    for probe in probes:
        probe.bind(("127.0.0.1", 0))
    ports = [int(probe.getsockname()[1]) for probe in probes]
    for probe in probes:
        probe.close()
    return ports


def kept_environ() -> dict[str, str]:
    """What a started program gets of our own environment. Not how coverage is measured: what only a server of its own runs is
    judged in `idp/config/tests`, and all else is run by other tests as well.
    """
    return {"PATH": os.environ["PATH"]}


def _environ(state_dir: Path) -> dict[str, str]:
    provider, api, shop = free_ports(3)
    ports = {"PORT": str(provider), "DEMO_API_PORT": str(api), "DEMO_SPA_PORT": str(shop)}
    return {**kept_environ(), **ports, "IDP_STATE_DIR": str(state_dir)}
