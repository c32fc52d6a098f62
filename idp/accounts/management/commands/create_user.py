"""`python manage.py create_user`: make an account from the shell and print its `sub` as JSON.

For the first administrators, for the demo and for test harnesses: password policy is not applied. Without `--verified` the
account's first sign-in asks for a code that is sent to the address.
"""

import json
import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from pydantic import SecretStr

from idp.accounts.errors import AccountExists
from idp.accounts.identifiers import Email, Identifier, PhoneNumber
from idp.accounts.models import User
from idp.accounts.roles import Role
from idp.accounts.schemas import NewUser, Profile, ProfileFile
from idp.accounts.selectors import find_user
from idp.accounts.services.create_user import create_user
from idp.core.api_ingress import parsed, unique_members
from idp.core.errors import IdpError


class Refused(CommandError):
    """Bad input or a conflict: one sentence on standard error, exit code 1."""


class Command(BaseCommand):
    """The command line of `create_user`."""

    help = "Creates an account and prints its sub as JSON."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the options; their values are judged by the same schema as everybody's."""
        parser.add_argument("--email", help="e-mail address to sign in with")
        parser.add_argument("--phone", help="phone number to sign in with; Nigerian without a country code")
        parser.add_argument("--password", help="visible to other users of this machine; prefer --password-stdin")
        parser.add_argument("--password-stdin", action="store_true", help="read the password from standard input")
        parser.add_argument("--role", default=Role.CLIENT.value, help=f"one of: {', '.join(Role.values)}")
        parser.add_argument("--verified", action="store_true", help="the identifiers are proven to be theirs")
        parser.add_argument("--profile", type=Path, metavar="FILE.json", help="standard OpenID Connect claims by name")
        parser.add_argument("--if-absent", action="store_true", help="an existing account is no error: print its sub")

    def handle(self, *_args: object, **options: Any) -> None:  # noqa: ANN401 - Django's signature
        """Create and print. Raises Refused."""
        try:
            new = _new_user(options)
            user, created = _created_or_found(new, if_absent=options["if_absent"])
        except IdpError as exc:
            raise Refused(_sentence(exc)) from exc
        self.stdout.write(json.dumps({"sub": str(user.pk), "created": created}))


def _new_user(options: dict[str, Any]) -> NewUser:
    """What the options and the profile file ask for. Raises Refused and InvalidInput."""
    if options["role"] not in Role.values:
        raise Refused(f"The role must be one of: {', '.join(Role.values)}.")
    password = _password(options)

    told = _profile_file(options["profile"]) if options["profile"] else ProfileFile()
    profile = Profile.model_validate({name: getattr(told, name) for name in Profile.model_fields})
    asked = {
        "email": options["email"] or told.email,
        "email_verified": told.email_verified,
        "phone_number": options["phone"] or told.phone_number,
        "phone_number_verified": told.phone_number_verified,
        "verified": options["verified"],
        "password": password,
        "role": Role(options["role"]),
        "profile": profile,
    }
    new = parsed(asked, NewUser)

    # The file speaks beside the options, never against them.
    for option, claim, meant in (("email", told.email, new.email), ("phone", told.phone_number, new.phone_number)):
        if claim and claim != meant:
            raise Refused(f"--{option} and the profile file name two different ones. Please leave one out.")
    return new


def _password(options: dict[str, Any]) -> SecretStr:
    """The password from one of its two ways in. Raises Refused."""
    if (options["password"] is None) != bool(options["password_stdin"]):
        raise Refused("Please give the password either with --password or with --password-stdin.")
    if options["password"] is not None:
        return SecretStr(options["password"])
    # `echo` and editors end the line; everything before that belongs to the password.
    text = sys.stdin.read()
    return SecretStr(text.removesuffix("\n").removesuffix("\r"))


def _profile_file(path: Path) -> ProfileFile:
    """The claims in a JSON file. Raises Refused."""
    try:
        values = json.loads(path.read_text("utf-8"), object_pairs_hook=unique_members)
    except OSError as exc:
        raise Refused(f"The profile file {path} cannot be read: {exc.strerror}.") from exc
    except (ValueError, RecursionError) as exc:
        raise Refused(f"The profile file {path} is not valid JSON: {exc}.") from exc
    if not isinstance(values, dict):
        raise Refused(f"The profile file {path} must hold one JSON object.")
    try:
        return parsed(values, ProfileFile)
    except IdpError as exc:
        raise Refused(f"The profile file {path} cannot be used: {_sentence(exc)}") from exc


def _created_or_found(new: NewUser, *, if_absent: bool) -> tuple[User, bool]:
    """The account and whether it is new. Raises AccountExists."""
    try:
        return create_user(new=new), True
    except AccountExists:
        # Only an account that has every given identifier is the one that was meant.
        wanted: list[Identifier] = [Email(new.email)] if new.email else []
        wanted += [PhoneNumber(new.phone_number)] if new.phone_number else []
        owners = [find_user(identifier) for identifier in wanted]
        owner = owners[0]
        if not if_absent or owner is None or any(other != owner for other in owners):
            raise
        return owner, False


def _sentence(error: IdpError) -> str:
    """Every complaint by field, else the error's own sentence, in one line."""
    complaints = [
        str(text) if name == "non_field_errors" or isinstance(error, AccountExists) else f"{name}: {text}"
        for name, texts in error.fields.items()
        for text in texts
    ]
    return " ".join(complaints) or str(error.message)
