"""Encrypted columns that know their one spelling, so that no path into the database can store another."""

from idp.accounts.identifiers import parse_email, parse_phone
from idp.core.fields import EncryptedTextField


class EmailAddressField(EncryptedTextField):
    """An e-mail address, normalised at every save."""

    def normalise(self, plaintext: str) -> str:
        """The spelling of `identifiers.Email`. Raises ValueError."""
        return parse_email(plaintext).value


class PhoneNumberField(EncryptedTextField):
    """A phone number in E.164, normalised at every save."""

    def normalise(self, plaintext: str) -> str:
        """The spelling of `identifiers.PhoneNumber`. Raises ValueError."""
        return parse_phone(plaintext).value
