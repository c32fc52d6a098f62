"""`manage.py rotate_keys`: begin or finish a rotation of the signing keys now, or remove a key that leaked (`--emergency`)."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from idp.core.errors import NotFound
from idp.oidc.jose.keys import JWKS_CACHE_SECONDS
from idp.oidc.jose.rotation import PUBLISHED_BEFORE, remove_key, rotate_keys_now

_WAITING = "Nothing to do yet: the next keys sign once they were published for {minutes} minutes; the worker sees to it."


class Command(BaseCommand):
    """Prints one line for each key that changed."""

    help = "Publishes the next signing keys, or lets them sign once their time has come. With --emergency removes keys at once."

    def add_arguments(self, parser: CommandParser) -> None:
        """Which keys leaked, if any."""
        # One by one, as `--emergency=KID`: a kid may begin with a dash, and would be taken for an option.
        parser.add_argument("--emergency", metavar="KID", action="append", default=[], help="a key to remove at once, by its kid")

    def handle(self, *_args: object, **options: Any) -> None:  # noqa: ANN401 - Django's signature
        """Raises CommandError for a key that is not there."""
        if not options["emergency"]:
            changes = rotate_keys_now() or [_WAITING.format(minutes=PUBLISHED_BEFORE.seconds // 60)]
            self.stdout.write("\n".join(changes))
            return
        for kid in options["emergency"]:
            try:
                remove_key(kid)
            except NotFound as exc:
                raise CommandError(f"{kid}: {exc.message}") from exc
            self.stdout.write(f"{kid}: removed; whoever keeps the key set lets go of it within {JWKS_CACHE_SECONDS} seconds")
