"""Confirm an address on the word of staff, for somebody whom our code does not reach.

The person keeps the password they set, so whoever reads the messages of that address is told, and can take the account over by
choosing a new one: a stranger who talked support into this gains nothing that lasts.
"""

from idp.accounts.identifiers import Email, Identifier, PhoneNumber
from idp.accounts.models import User
from idp.accounts.selectors import is_proven
from idp.accounts.services.confirm_address import confirm_address as confirm
from idp.accounts.types import AddressKind
from idp.user_admin.authority import Order, carried_out
from idp.user_admin.errors import NoSuchAddress
from idp.user_admin.notices import Done, tell_of


def confirm_address(order: Order, *, kind: AddressKind) -> bool:
    """An address of the account counts as its owner's; False when it did before. Raises as `carried_out`, and NoSuchAddress."""
    with carried_out(order) as person:
        address = _address(person, kind)
        if is_proven(person, address):
            return False
        confirm(user=person, address=address, via="staff")
        tell_of(Done.ADDRESS_CONFIRMED, user=person)
        return True


def _address(person: User, kind: AddressKind) -> Identifier:
    """Raises NoSuchAddress."""
    value = person.email if kind is AddressKind.EMAIL else person.phone_number
    if not value:
        raise NoSuchAddress(detail=kind)
    return Email(value) if kind is AddressKind.EMAIL else PhoneNumber(value)
