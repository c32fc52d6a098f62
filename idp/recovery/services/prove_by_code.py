"""The code of a text message becomes a key. Guesses are counted by the caller before, and per code here (`check_code`)."""

from django.db import transaction
from pydantic import SecretStr

from idp.accounts.identifiers import parse_identifier
from idp.accounts.selectors import find_user, hold_active_user
from idp.core.specs import implements
from idp.mfa.one_time_code.errors import CodeRefused
from idp.mfa.one_time_code.services.check_code import check_code
from idp.recovery.schemas import Place, Via
from idp.recovery.services.answer import asked_code
from idp.recovery.services.open_key import may_recover, open_key


@implements("OWASP ASVS 5.0", "6.4.3")
def prove_by_code(*, identifier: str, code: SecretStr, place: Place) -> str:
    """The key. Raises `CodeRefused`, also for an account that was disabled since the code was sent."""
    to = parse_identifier(identifier)
    # Outside the transaction: a refusal must leave its try counted.
    check_code(asked=asked_code(to=to, place=place), code=code.get_secret_value())
    with transaction.atomic():
        found = find_user(to)
        user = hold_active_user(found.pk) if found is not None else None
        if user is None or not may_recover(user, to):
            raise CodeRefused(detail="the account changed since the code was sent")
        return open_key(user=user, via=Via.TEXT, place=place)
