"""`manage.py ensure_keys`: make the first signing key of each algorithm; run at every start, does nothing afterwards."""

from typing import Any

from django.core.management.base import BaseCommand

from idp.oidc.jose.keys import ensure_active_keys


class Command(BaseCommand):
    """Prints what was made."""

    help = "Create the active signing key of each algorithm that has none."

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ANN401 - Django's signature
        """Idempotent, and safe when several processes start at once."""
        made = ensure_active_keys()
        self.stdout.write(f"signing keys created: {len(made)}" if made else "signing keys present")
