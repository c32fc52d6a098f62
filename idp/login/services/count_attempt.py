"""Let a password attempt in, or say when the next one is taken. Counted before the hash, taken back after a success.

Counting first is what holds under a burst: of any number of attempts at once only so many are let in, on every node,
because each is one conditional UPDATE in SQL. The key is the blind index of what was typed, whether or not there is such
an account; so nothing here tells whether there is, and nothing joins the two identifiers of one person in front of a
stranger. A known device counts for itself: what strangers do never slows the owner there.
"""

import datetime as dt
import math
import uuid
from dataclasses import dataclass

from django.conf import settings
from django.db.models import F

from idp.accounts.identifiers import index_of, parse_identifier
from idp.core import crypto
from idp.core.clock import now, seconds
from idp.core.specs import implements
from idp.login.delays import FORGOTTEN_AFTER_SECONDS, wait_after
from idp.login.errors import TooManyAttempts
from idp.login.models import AttemptCounter
from idp.login.services.remember_device import device_digest, is_known_device

# A try is lost only to another attempt that was let in, and few are; more lost ones mean a crowd, which may wait.
_TRIES = 20
# Old rows that go whenever a new one comes, so that the table never keeps what nobody asks for.
_SWEPT = 10
# What is counted for a person rather than for an identifier.
_SECOND_FACTOR = "login.second-factor"
_ENROLMENT = "login.enrolment"
# What is counted for an identifier, and not for its password.
_RECOVERY_ASKED = "login.recovery-asked"
_RECOVERY_CODE = "login.recovery-code"
_ADDRESS_CODE = "login.address-code"


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """An attempt that was let in: its counter, which number it was, when the next would be taken and would have been."""

    key: str
    failures: int
    wait: int
    before: dt.datetime


@implements("OWASP ASVS 5.0", "6.3.1")
def count_attempt(*, identifier: str, browser: str) -> Attempt:
    """The attempt, counted as if it had failed already. Raises `TooManyAttempts`."""
    return _count(_place_key(identifier, browser))


def count_recovery_guess(*, identifier: str, browser: str) -> Attempt:
    """The same for guesses at the code that recovers an account: over all its codes, whoever asked for them.

    Raises `TooManyAttempts`.
    """
    return _count(crypto.blind_index(_place_key(identifier, browser), label=_RECOVERY_CODE))


def count_address_guess(*, identifier: str, browser: str) -> Attempt:
    """The same for guesses at the code that proves an address, of a new account or an old one. Raises `TooManyAttempts`."""
    return _count(crypto.blind_index(_place_key(identifier, browser), label=_ADDRESS_CODE))


def recovery_counter(*, identifier: str, browser: str) -> str:
    """The key under which messages about a forgotten password are counted. Strangers who ask never use up the owner's."""
    return crypto.blind_index(_place_key(identifier, browser), label=_RECOVERY_ASKED)


def _place_key(identifier: str, browser: str) -> str:
    """The identifier; in a known device that device at it."""
    index = counter_key(identifier)
    digest = device_digest(index=index, browser=browser)
    return digest if is_known_device(digest=digest) else index


@implements("RFC 4226", "7.3")
def count_factor_attempt(*, user_id: uuid.UUID) -> Attempt:
    """The same for guesses at a person's second factor: one counter for all of them, on every device, whichever is tried.

    Only somebody who knows the password comes so far, so a known device is no reason to let more guesses in. Raises
    `TooManyAttempts`.
    """
    return _count(_factor_key(user_id, _SECOND_FACTOR))


def count_enrolment_attempt(*, user_id: uuid.UUID) -> Attempt:
    """The same for first codes of an app that is being set up. Its own counter, because a right one there must not forgive
    guesses at the factors that count. Raises `TooManyAttempts`.
    """
    return _count(_factor_key(user_id, _ENROLMENT))


def counters_of_factors(*, user_id: uuid.UUID) -> tuple[str, ...]:
    """The keys under which guesses at a person's factors are counted, for who erases the person."""
    return tuple(_factor_key(user_id, label) for label in (_SECOND_FACTOR, _ENROLMENT))


def _factor_key(user_id: uuid.UUID, label: str) -> str:
    return crypto.blind_index(str(user_id), label=label)


def _count(key: str) -> Attempt:
    if not settings.IDP_THROTTLE:
        return Attempt(key=key, failures=0, wait=0, before=now())
    for _ in range(_TRIES):
        moment = now()
        counter = AttemptCounter.objects.filter(key=key).first() or _added(key, moment)
        if counter.next_at > moment:
            raise TooManyAttempts(wait=math.ceil((counter.next_at - moment).total_seconds()))
        attempt = _let_in(counter, moment)
        if attempt is not None:
            return attempt
    raise TooManyAttempts(wait=1)


def forget_attempts(*, attempt: Attempt) -> None:
    """The password was right: the counter begins anew."""
    AttemptCounter.objects.filter(key=attempt.key).delete()


def withdraw_attempt(*, attempt: Attempt) -> None:
    """No password was checked after all: it does not count."""
    counter = AttemptCounter.objects.filter(key=attempt.key)
    # Its own wait goes with it, unless a later attempt has set another.
    if not counter.filter(failures=attempt.failures).update(failures=F("failures") - 1, next_at=attempt.before):
        counter.filter(failures__gt=0).update(failures=F("failures") - 1)


def counter_key(identifier: str) -> str:
    """64 hexadecimal characters for what was typed, the same for every spelling of one identifier."""
    try:
        return index_of(parse_identifier(identifier))
    except ValueError:
        # No account can have it; it is counted like any other.
        return crypto.blind_index(identifier, label="login.unreadable")


def _let_in(counter: AttemptCounter, moment: dt.datetime) -> Attempt | None:
    """Count on from exactly this state; None when somebody else did meanwhile."""
    is_old = moment - counter.last_at > seconds(FORGOTTEN_AFTER_SECONDS)
    failures = 1 if is_old else counter.failures + 1
    wait = wait_after(failures)
    unchanged = AttemptCounter.objects.filter(key=counter.key, failures=counter.failures, next_at=counter.next_at)
    # Without a wait the moment stays past: attempts at the same instant, or clocks that differ, must refuse nobody.
    next_at = moment + seconds(wait) if wait else counter.next_at
    if not unchanged.update(failures=failures, next_at=next_at, last_at=moment):
        return None
    return Attempt(key=counter.key, failures=failures, wait=wait, before=counter.next_at)


def _added(key: str, moment: dt.datetime) -> AttemptCounter:
    """A counter that stands at nothing; when another request was faster, the conditional update will tell."""
    long_ago = moment - seconds(FORGOTTEN_AFTER_SECONDS)
    forgotten = AttemptCounter.objects.filter(last_at__lt=long_ago)
    old = list(forgotten.values_list("key", flat=True)[:_SWEPT])
    if old:
        forgotten.filter(key__in=old).delete()
    counter = AttemptCounter(key=key, failures=0, next_at=long_ago, last_at=moment)
    AttemptCounter.objects.bulk_create([counter], ignore_conflicts=True)
    return counter
