"""`manage.py sync_clients PATH [PATH …] [--prune] [--secret-overlap SECONDS]`: the client table says what
the registration files say.

All or nothing: a bad entry is named with file, client and field, and nothing of the run is applied.
"""

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from idp.core import clock
from idp.oidc.registry.files import RegistrationRefused, deployment_variables, read_all
from idp.oidc.registry.schema import ClientRegistration
from idp.oidc.registry.sync import SECRET_OVERLAP, sync_clients

# Seconds. Whoever needs longer than a month to deploy a secret has not rotated it.
_LONGEST_OVERLAP = 31 * 24 * 3600


class Command(BaseCommand):
    """Prints created, changed, unchanged and, with --prune, disabled clients."""

    help = "Create or update OAuth clients from a TOML folder, a TOML file or a JSON file."

    def add_arguments(self, parser: CommandParser) -> None:
        """PATH, once or more, --prune, and --secret-overlap."""
        parser.add_argument("path", type=Path, nargs="+", help="folder of .toml files, a .toml file, or a .json file")
        parser.add_argument("--prune", action="store_true", help="disable clients that are not listed")
        parser.add_argument(
            "--secret-overlap",
            type=int,
            default=int(SECRET_OVERLAP.total_seconds()),
            metavar="SECONDS",
            help="how long a replaced secret still counts (default: %(default)s); 0 ends every overlap now",
        )

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ANN401 - Django's signature
        """Raises CommandError with every problem found; exit status 1."""
        # Addresses of this deployment, for ${…} in the registrations.
        environment = settings.ENVIRONMENT
        variables = deployment_variables(
            {
                "IDP_ISSUER": environment.issuer,
                "DEMO_SPA_ORIGIN": environment.demo_spa_origin,
                "DEMO_API_ORIGIN": environment.demo_api_origin,
            }
        )
        # Everything is judged before anything is written.
        try:
            registrations = read_all(options["path"], variables)
            self._require_pkce_switch(registrations)
            if environment.mode == "production":
                self._require_https_of_our_own(registrations)
            if options["prune"]:
                self._require_clients(registrations)
        except RegistrationRefused as exc:
            raise CommandError("\n".join([*exc.problems, "Nothing was changed."])) from exc
        if not 0 <= options["secret_overlap"] <= _LONGEST_OVERLAP:
            raise CommandError(f"--secret-overlap is 0 to {_LONGEST_OVERLAP} seconds. Nothing was changed.")
        overlap = clock.seconds(options["secret_overlap"])
        report = sync_clients(registrations=registrations, prune=options["prune"], secret_overlap=overlap)
        for word in ("created", "changed", "unchanged", "disabled"):
            for client_id in getattr(report, word):
                self.stdout.write(f"{word} {client_id}")

    def _require_pkce_switch(self, registrations: list[ClientRegistration]) -> None:
        """Clients without PKCE exist for the certification suite only. Raises `RegistrationRefused`."""
        if settings.IDP_ALLOW_CLIENTS_WITHOUT_PKCE:
            return
        names = [registration.client_id for registration in registrations if not registration.require_pkce]
        if names:
            raise RegistrationRefused(
                [f"client {name!r}: require_pkce: false needs IDP_ALLOW_CLIENTS_WITHOUT_PKCE=1" for name in names]
            )

    def _require_clients(self, registrations: list[ClientRegistration]) -> None:
        """An empty list is a mistake, such as a file that was cut short. Raises `RegistrationRefused`."""
        if not registrations:
            raise RegistrationRefused(["No client is listed, so --prune would disable every client."])

    def _require_https_of_our_own(self, registrations: list[ClientRegistration]) -> None:
        """Consent is not asked for them, and anybody on the person's machine may listen there. Raises `RegistrationRefused`."""
        ours = [entry for entry in registrations if entry.first_party and entry.application_type == "web"]
        problems = [
            f"client {entry.client_id!r}: redirect_uris: {uri} is plain http; production refuses that of a first_party web client"
            for entry in ours
            for uri in entry.redirect_uris
            if urlsplit(uri).scheme == "http"
        ]
        if problems:
            raise RegistrationRefused(problems)
