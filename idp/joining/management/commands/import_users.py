"""`python manage.py import_users FILE`: move people in from the export of Fashionistar's backend.

Exit code 0: every row is here. 2: some were refused and stand in the report; everybody else is here. 1: it stopped before the
end; whole batches before that are stored, and the same command goes on where it stopped.
"""

import time
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from idp.joining.errors import BatchContested, SourceUnusable
from idp.joining.report import open_report
from idp.joining.services.import_users import BATCH, import_users
from idp.joining.source import FORMATS, Source, open_source
from idp.joining.types import Tally

_REFUSED = 2
_BAR = 30


class Command(BaseCommand):
    """The command line of `import_users`."""

    help = "Imports people with their ids and password hashes from a file of JSON lines or CSV."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the options."""
        parser.add_argument(
            "file", type=Path, metavar="FILE", help="one person in each line; docs/import-users.md names the columns"
        )
        parser.add_argument("--format", choices=FORMATS, default="", help="where the file's name does not say it")
        parser.add_argument("--report", type=Path, metavar="REPORT", help="refused rows go here; by default FILE.report.jsonl")
        parser.add_argument("--batch", type=int, default=BATCH, help=f"rows stored together, 1 to 2000 (default {BATCH})")
        parser.add_argument("--dry-run", action="store_true", help="judge every row against the database too, and write nothing")

    def handle(self, *_args: object, **options: Any) -> None:  # noqa: ANN401 - Django's signature
        """Import and print the counts. Raises CommandError, with the exit code named above."""
        report_path = options["report"] or Path(f"{options['file']}.report.jsonl")
        if report_path.exists() and options["file"].exists() and report_path.samefile(options["file"]):
            raise CommandError("The report would overwrite the file. Please name another with --report.")
        if not 1 <= options["batch"] <= 2000:
            raise CommandError("--batch is 1 to 2000.")
        try:
            source = open_source(options["file"], format=options["format"])
            tally = self._import(source, report_path, write=not options["dry_run"], batch=options["batch"])
        except (SourceUnusable, BatchContested) as exc:
            raise CommandError(str(exc)) from exc
        self._tell(tally, report_path, dry_run=options["dry_run"])

    def _import(self, source: Source, report_path: Path, *, write: bool, batch: int) -> Tally:
        with open_report(report_path) as report:
            progress = _Bar(self, source)
            return import_users(source=source, report=report, write=write, progress=progress, batch=batch)

    def _tell(self, tally: Tally, report_path: Path, *, dry_run: bool) -> None:
        """The counts; refused rows make the exit code. Raises CommandError."""
        stored = "would be stored" if dry_run else "stored"
        self.stdout.write(
            f"{tally.rows} rows: {tally.stored} {stored}, {tally.unchanged} unchanged, {tally.refused.total()} refused"
        )
        if tally.refused:
            reasons = ", ".join(f"{count} {reason}" for reason, count in sorted(tally.refused.items()))
            raise CommandError(f"Refused: {reasons}. {report_path} says which and why.", returncode=_REFUSED)


class _Bar:
    """A bar for whoever watches a terminal; logs and pipes get none."""

    def __init__(self, command: Command, source: Source) -> None:
        self._out = command.stderr
        self._is_watched = self._out.isatty()
        # Read twice.
        self._whole = 2 * source.size or 1
        self._told_at = 0.0

    def __call__(self, done: int, tally: Tally) -> None:
        now = time.monotonic()
        if not self._is_watched or (now - self._told_at < 0.2 and done < self._whole):
            return
        self._told_at = now
        share = min(done / self._whole, 1)
        filled = "#" * round(share * _BAR)
        self._out.write(f"\r[{filled:<{_BAR}}] {share:4.0%}  {tally.rows} rows", ending="\n" if share >= 1 else "")
