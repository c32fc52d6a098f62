"""`manage.py verify_audit`: whether a row of the audit trail was changed, removed, added or moved since it was sealed."""

import argparse
import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from idp.audit.export import export_lines
from idp.audit.verifier import Verifier, parsed_kept, summary
from idp.oidc.jose.audit_seal import seal_keys


def _kept(text: str) -> tuple[int, str]:
    try:
        return parsed_kept(text)
    except ValueError as exc:
        raise argparse.ArgumentTypeError("write a seal as NUMBER:HEAD, as the log or this command gave it") from exc


def _key_set(path: Path | None) -> dict[str, Any]:
    """Raises CommandError."""
    if path is None:
        return seal_keys()
    try:
        read = json.loads(path.read_text(encoding="utf-8"))
        return {"keys": [dict(key) for key in read["keys"]]}
    except (OSError, ValueError, TypeError, KeyError) as exc:
        raise CommandError(f"{path} is no key set that can be read; export_audit --keys writes one.") from exc


class Command(BaseCommand):
    """Prints a sentence for each thing that is wrong; exit code 1 if there is any."""

    help = "Verifies the chain of the audit trail and the signatures on it."

    def add_arguments(self, parser: CommandParser) -> None:
        """What the database cannot tell of itself."""
        parser.add_argument(
            "--kept", type=_kept, action="append", default=[], metavar="SEAL:HEAD",
            help="a head kept elsewhere, such as from the log: shows an end that was cut off and a trail made anew",
        )  # fmt: skip
        parser.add_argument("--keys", type=Path, metavar="FILE", help="a key set kept elsewhere, in place of the database's")

    def handle(self, *_args: object, **options: Any) -> None:  # noqa: ANN401 - Django's signature
        """Raises CommandError for a trail that is not whole."""
        verifier = Verifier(_key_set(options["keys"]), dict(options["kept"]))
        verifier.read(export_lines())
        *said, verdict = [*verifier.problems, *summary(verifier)]
        for sentence in said:
            self.stdout.write(sentence)
        if verifier.problems:
            raise CommandError(verdict)
        self.stdout.write(verdict)
