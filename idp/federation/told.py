"""What another service tells of a person, in our spelling; nothing of it is worth a refusal."""

from pydantic import TypeAdapter, ValidationError

from idp.accounts.identifiers import parse_email
from idp.accounts.schemas import Name

_name: TypeAdapter[str] = TypeAdapter(Name)


def email_of(told: str) -> str:
    """Normalised, or "" where it is no address."""
    try:
        return parse_email(told).value
    except ValueError:
        return ""


def name_of(told: str) -> str:
    """Cleaned, or "" where it cannot be a name here."""
    try:
        return _name.validate_python(told)
    except ValidationError:
        return ""
