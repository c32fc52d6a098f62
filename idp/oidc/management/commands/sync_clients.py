"""`manage.py sync_clients PATH [--prune]`: make the client table say what the registration files say.

All or nothing: a bad entry is named with file, client and field, and nothing of the run is applied.
"""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from idp.oidc.registry.files import RegistrationRefused, deployment_variables, read_registrations
from idp.oidc.registry.schema import ClientRegistration
from idp.oidc.registry.sync import sync_clients


class Command(BaseCommand):
    """Prints created, changed, unchanged and, with --prune, disabled clients."""

    help = "Create or update OAuth clients from a TOML folder, a TOML file or a JSON file."

    def add_arguments(self, parser: CommandParser) -> None:
        """PATH and --prune."""
        parser.add_argument("path", type=Path, help="folder of .toml files, a .toml file, or a .json file")
        parser.add_argument("--prune", action="store_true", help="disable clients that are not listed")

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
            registrations = read_registrations(options["path"], variables)
            self._require_pkce_switch(registrations)
        except RegistrationRefused as exc:
            raise CommandError("\n".join([*exc.problems, "Nothing was changed."])) from exc
        report = sync_clients(registrations=registrations, prune=options["prune"])
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
