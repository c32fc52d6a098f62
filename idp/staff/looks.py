"""What is recorded before a page is shown: a list of what is people's, and a look at the one whose row it is, or all the rows."""

import re
import uuid
from collections.abc import Iterable

from django.http import HttpRequest

from idp.accounts.selectors import find_account
from idp.staff.gate import member_of_staff
from idp.user_admin.services.record_look import record_list, record_look

# By which links of ours ask for the rows of one person: by id, and in the audit trail, which knows no ids, by pseudonym.
PERSON = "user"
PSEUDONYMS = ("pseudonym", "detail__by")
# Whatever else is typed there is of nobody, and is not kept.
_PSEUDONYM = re.compile(r"[0-9a-f]{64}")


def record_listing(request: HttpRequest, *, what: str) -> None:
    """The list named `what`, as it was asked for. Raises `django.db.Error` when it cannot be written: then nothing is shown."""
    member = member_of_staff(request)
    asked = [value for column in PSEUDONYMS for value in request.GET.getlist(column) if _PSEUDONYM.fullmatch(value)]
    record_list(member_id=member.pk, what=what, of=" ".join(asked))
    for person in _people(request.GET.getlist(PERSON)):
        record_look(member_id=member.pk, user_id=person)


def record_row(request: HttpRequest, person: uuid.UUID | None) -> None:
    """A row about this account, or about nobody. Raises as above."""
    if person is not None:
        record_look(member_id=member_of_staff(request).pk, user_id=person)


def _people(asked: Iterable[str]) -> set[uuid.UUID]:
    """Those that there are; whoever types an invented id looks at nobody."""
    return {person.pk for person in map(find_account, map(_id, asked)) if person is not None}


def _id(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError:
        return uuid.UUID(int=0)
