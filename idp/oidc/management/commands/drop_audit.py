"""`manage.py drop_audit --keep-days 2557`: drop what is old of the audit trail. Nothing else ever deletes an event of it."""

import argparse
import datetime as dt
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from idp.audit.export import export_lines
from idp.audit.verifier import Verifier, summary
from idp.oidc.jose.audit_seal import drop_audit, seal_keys

# Whoever looks into a theft of an account asks about months ago.
_FEWEST_DAYS = 365


def _days(text: str) -> int:
    """Raises ArgumentTypeError."""
    if not text.isdecimal() or int(text) < _FEWEST_DAYS:
        raise argparse.ArgumentTypeError(f"keep at least {_FEWEST_DAYS} days")
    return int(text)


class Command(BaseCommand):
    """Reads the whole trail first: what was tampered with is evidence, and stays."""

    help = "Drops what is older of the audit trail; a signed anchor says from then on where it begins."

    def add_arguments(self, parser: CommandParser) -> None:
        """No default: how long to keep is the operator's decision."""
        parser.add_argument("--keep-days", type=_days, required=True, metavar="DAYS", help=f"at least {_FEWEST_DAYS}")

    def handle(self, *_args: object, **options: Any) -> None:  # noqa: ANN401 - Django's signature
        """Raises CommandError for a trail that is not whole."""
        before = Verifier(seal_keys(), {})
        before.read(export_lines())
        if before.problems:
            raise CommandError("The trail is not whole, so nothing is dropped: manage.py verify_audit says what is wrong.")

        dropped = drop_audit(dt.timedelta(days=options["keep_days"]))
        self.stdout.write(f"{dropped} events were dropped.")
        after = Verifier(seal_keys(), {})
        after.read(export_lines())
        for sentence in [*after.problems, *summary(after)]:
            self.stdout.write(sentence)
