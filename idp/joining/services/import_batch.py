"""Stores a few hundred people in one transaction: all of them that may be stored, or, when anything fails, none.

The number of queries does not grow with the people: three ask who is here, was imported, or was erased; accounts, digests and
audit trail are one INSERT each. An account that is here is never written, whatever the row says.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.db import IntegrityError, transaction

from idp.accounts.models import User
from idp.accounts.selectors import Holder, holders_of
from idp.accounts.services.add_users import add_users
from idp.accounts.services.update_profile import full_name
from idp.audit.selectors import accounts_with
from idp.audit.types import Event
from idp.core import clock, crypto
from idp.joining.duplicates import claims_of
from idp.joining.errors import BatchContested
from idp.joining.models import ImportedAccount
from idp.joining.schemas import ImportRow
from idp.joining.selectors import row_digests
from idp.joining.types import Reason, Refusal

# Of writing a batch that others write into as well: the next look finds what they wrote.
_ATTEMPTS = 3

Numbered = tuple[int, ImportRow]


@dataclass(frozen=True, slots=True)
class Verdicts:
    """What becomes of the rows of a batch."""

    new: tuple[Numbered, ...]
    unchanged: int
    refused: tuple[tuple[Refusal, ...], ...]


def import_batch(rows: Sequence[Numbered], *, write: bool) -> Verdicts:
    """Judge the rows, whose claims are their own within the file, and store what is new. Raises BatchContested."""
    if not write:
        return _judged(rows)
    for _attempt in range(_ATTEMPTS):
        try:
            with transaction.atomic():
                verdicts = _judged(rows)
                _store([row for _line, row in verdicts.new])
        except IntegrityError:
            # Somebody signed up with one of these addresses in between: the unique columns decide, and are asked again.
            continue
        return verdicts
    raise BatchContested(f"The batch from line {rows[0][0]} was contested {_ATTEMPTS} times.")


def _store(rows: Sequence[ImportRow]) -> None:
    if not rows:
        return
    add_users(users=[_account(row) for row in rows], via="import")
    ImportedAccount.objects.bulk_create(ImportedAccount(user_id=row.id, row_digest=digest_of(row)) for row in rows)


def _judged(rows: Sequence[Numbered]) -> Verdicts:
    """By what stands in the database."""
    here = _Here([row for _line, row in rows])
    answers = [(line, row, tuple(here.refusals(line, row))) for line, row in rows]
    return Verdicts(
        new=tuple((line, row) for line, row, refusals in answers if not refusals and not here.is_unchanged(row)),
        unchanged=sum(here.is_unchanged(row) for _line, row, _refusals in answers),
        refused=tuple(refusals for _line, _row, refusals in answers if refusals),
    )


class _Here:
    """What the database holds of a batch: asked once, whatever its size."""

    def __init__(self, rows: Sequence[ImportRow]) -> None:
        claims = [claims_of(row) for row in rows]
        ids = [row.id for row in rows]
        holders = holders_of(
            ids=ids,
            email_indexes=[claim["email"] for claim in claims if "email" in claim],
            phone_number_indexes=[claim["phone"] for claim in claims if "phone" in claim],
            member_ids=[claim["member_id"] for claim in claims if "member_id" in claim],
        )
        self._taken = {key: holder.id for holder in holders for key in _keys(holder)}
        self._digests = row_digests(ids)
        # An erased person does not come back because an old file still names them.
        self._erased = accounts_with(event=Event.ACCOUNT_ERASED, among=ids)

    def is_unchanged(self, row: ImportRow) -> bool:
        """Whether the account is here and was made of this very row; what its owner did since is theirs."""
        return self._digests.get(row.id) == digest_of(row)

    def refusals(self, line: int, row: ImportRow) -> Iterator[Refusal]:
        """Why the row is not stored; nothing for one that is new or unchanged."""
        if self.is_unchanged(row):
            return
        if row.id in self._erased:
            yield Refusal(line, "id", Reason.ERASED_HERE, "This account was erased here at its owner's wish.")
        elif row.id in self._digests:
            yield Refusal(line, "id", Reason.CHANGED_IN_SOURCE, "This row is another one than the one imported. Left as it is.")
        elif ("id", str(row.id)) in self._taken:
            yield Refusal(line, "id", Reason.EXISTS_HERE, "An account with this id was made here. It was left as it is.")
        else:
            yield from (
                Refusal(line, field, Reason.TAKEN_HERE, "Another account here has this already.")
                for field, claim in claims_of(row).items()
                if (field, claim) in self._taken
            )


def _keys(holder: Holder) -> list[tuple[str, str]]:
    """What it holds, as `claims_of` writes it."""
    held = {
        "id": str(holder.id),
        "email": holder.email_index,
        "phone": holder.phone_number_index,
        "member_id": holder.member_id,
    }
    return [(field, value) for field, value in held.items() if value]


def digest_of(row: ImportRow) -> bytes:
    """32 bytes; of what was told only, so that a member that rows may have one day changes no digest of today."""
    told = row.model_dump_json(exclude_defaults=True)
    return crypto.keyed_digest(told.encode(), label="joining.row")


def _account(row: ImportRow) -> User:
    """The row as an account. Of two addresses the e-mail is the one that Fashionistar had proven (sign-up with Google)."""
    user = User(
        id=row.id,
        # Identifiers and password, the latter verbatim.
        email=row.email,
        email_verified=row.is_verified and row.email is not None,
        phone_number=row.phone,
        phone_number_verified=row.is_verified and row.email is None,
        password=row.password,
        # Standing
        role=row.role,
        is_staff=row.is_staff,
        is_active=row.may_sign_in,
        auth_provider=row.auth_provider,
        member_id=row.member_id,
        marketing_allowed=row.marketing_consent,
        # Profile
        given_name=row.first_name,
        family_name=row.last_name,
        picture=row.avatar,
        locale=row.preferred_language,
        zoneinfo=row.timezone,
        created_at=row.date_joined or clock.now(),
    )
    user.name = full_name(user)
    return user
