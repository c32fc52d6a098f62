"""`manage.py reset_factors IDENTIFIER --reason TEXT --by EMAIL`: support takes all second factors from somebody who lost them.

Who may ask for this, and how they prove who they are, is the operator's procedure; the audit trail holds the reason and who of
staff answers for it. Whoever has the shell may name themselves for their own account: a lone administrator has no one else.
"""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from idp.accounts.identifiers import parse_identifier
from idp.accounts.models import User
from idp.accounts.selectors import find_user
from idp.core.errors import IdpError
from idp.mfa.reset import reset_factors


class Command(BaseCommand):
    """Says what was done, in a sentence."""

    help = "Removes the authenticator apps, passkeys and recovery codes of one person and signs them out everywhere."

    def add_arguments(self, parser: CommandParser) -> None:
        """Whose, why, and who answers for it."""
        parser.add_argument("identifier", help="the person's e-mail address or phone number")
        parser.add_argument("--reason", required=True, help="for the audit trail, such as a ticket; no personal data")
        parser.add_argument("--by", required=True, help="e-mail address of the member of staff who answers for it")

    def handle(self, *_args: object, **options: Any) -> None:  # noqa: ANN401 - Django's signature
        """Raises CommandError."""
        person, member = _account(options["identifier"]), _account(options["by"])
        try:
            reset_factors(user_id=person.pk, reason=options["reason"], by=member.pk)
        except IdpError as exc:
            raise CommandError(exc.message) from exc
        self.stdout.write("Every second factor of this account is gone, it is signed out everywhere, and its owner is told.")


def _account(identifier: str) -> User:
    """Raises CommandError, which names what was asked for: there are two."""
    try:
        person = find_user(parse_identifier(identifier))
    except ValueError as exc:
        raise CommandError(f"{identifier}: {exc}") from exc
    if person is None:
        raise CommandError(f"{identifier}: No account has this email address or phone number. Please check the spelling.")
    return person
