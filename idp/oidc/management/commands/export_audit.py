"""`manage.py export_audit`: the audit trail, or with `--keys` the public keys of its seals, for `idp/audit/verifier.py`."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from idp.audit.export import export_lines
from idp.oidc.jose.audit_seal import seal_keys


class Command(BaseCommand):
    """Writes to standard output; names nobody, since the trail does not."""

    help = "Writes the audit trail, one JSON object a line, to be verified elsewhere. With --keys writes the public keys instead."

    def add_arguments(self, parser: CommandParser) -> None:
        """Trail or keys."""
        parser.add_argument("--keys", action="store_true", help="the JWK Set that verifies the seals, in place of the trail")

    def handle(self, *_args: object, **options: Any) -> None:  # noqa: ANN401 - Django's signature
        """Line by line: a trail may be larger than memory."""
        if options["keys"]:
            self.stdout.write(json.dumps(seal_keys(), indent=2))
            return
        for line in export_lines():
            self.stdout.write(line)
