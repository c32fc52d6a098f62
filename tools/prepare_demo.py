"""Fill the demo's database: schema, signing key, client registrations, one user per kind. Repeat at will.

Started by `run_demo` beside the servers. One process for all of it, because importing Django costs more than the work.
"""

import json
import os
import sys
import tempfile

import django
from django.core.management import call_command
from django.core.management.base import CommandError

from idp.config.env import EnvironmentRefused, load_environment
from tools.demo_people import PEOPLE, DemoPerson
from tools.demo_plan import ROOT


def main() -> int:
    """Do what is missing; the exit status."""
    try:
        environment = load_environment(os.environ)
    except EnvironmentRefused as refused:
        sys.stderr.write(f"{refused}\n")
        return 2
    # The passwords below are public; nothing but a loopback demo may ever hold them.
    if environment.mode != "demo":
        sys.stderr.write("Demo users are made in demo mode only (IDP_MODE=demo).\n")
        return 2
    # Files made from here on are for this user only, as the server makes them.
    os.umask(0o077)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "idp.config.settings")
    django.setup()
    from idp.config.prepare import prepare_stores  # noqa: PLC0415  # needs the app registry

    registry = ROOT / "clients" / "registry"
    try:
        prepare_stores(environment)
        call_command("sync_clients", str(registry), str(registry / "demo"))
        for person in PEOPLE:
            _create(person)
    except CommandError as refused:
        sys.stderr.write(f"{refused}\n")
        return 1
    return 0


def _create(person: DemoPerson) -> None:
    """The account, unless it is there already. Raises: CommandError."""
    with tempfile.NamedTemporaryFile("w", suffix=".json", encoding="utf-8") as profile:
        json.dump(person.profile, profile)
        profile.flush()
        identity = ("--email", person.email, "--password", person.password, "--role", person.role)
        call_command("create_user", *identity, "--verified", "--if-absent", "--profile", profile.name)


if __name__ == "__main__":
    raise SystemExit(main())
