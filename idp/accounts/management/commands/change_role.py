"""`python manage.py change_role ROLE --identifier ADDRESS`: give an account another role.

The person is signed out everywhere and signs in again as what the new role requires; services that registered hear of it.
"""

import uuid
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from idp.accounts.identifiers import parse_identifier
from idp.accounts.roles import Role
from idp.accounts.selectors import find_user
from idp.accounts.services.change_role import change_role
from idp.core.errors import IdpError


class Command(BaseCommand):
    """The command line of `change_role`."""

    help = "Gives an account another role and signs the person out everywhere."

    def add_arguments(self, parser: CommandParser) -> None:
        """Who, by one of two options, and the role."""
        who = parser.add_mutually_exclusive_group(required=True)
        who.add_argument("--identifier", help="e-mail address or phone number of the account")
        who.add_argument("--sub", type=uuid.UUID, help="id of the account")
        parser.add_argument("role", choices=Role.values)

    def handle(self, *_args: object, **options: Any) -> None:  # noqa: ANN401 - Django's signature
        """Raises CommandError."""
        try:
            changed = change_role(user_id=options["sub"] or _found(options["identifier"]), role=Role(options["role"]))
        except IdpError as exc:
            raise CommandError("No account has this id.") from exc
        role = options["role"]
        self.stdout.write(f"The role is {role} now; every session has ended." if changed else f"The role was {role} already.")


def _found(identifier: str) -> uuid.UUID:
    """Raises CommandError."""
    try:
        user = find_user(parse_identifier(identifier))
    except ValueError as exc:
        raise CommandError(str(exc)) from exc
    if user is None:
        raise CommandError("No account has this e-mail address or phone number.")
    return user.pk
