"""Twenty tries at one code in the same moment: no more are compared than one after the other, and one succeeds at most.

On PostgreSQL they really overlap; SQLite lets one writer in after the other, and the outcome must be the same.
"""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections

from idp.mfa.one_time_code.errors import CodeRefused
from idp.mfa.one_time_code.models import OneTimeCode
from idp.mfa.one_time_code.services.check_code import MOST_TRIES, check_code
from idp.mfa.one_time_code.services.send_code import send_code
from idp.mfa.one_time_code.tests.test_services import MAIL, another, newest_code

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.spec("OWASP ASVS 5.0", "6.5.1")]

BURST = 20


def outcome(code: str) -> str:
    """Empty for a success, else the reason that the log is given."""
    try:
        check_code(asked=MAIL, code=code)
    except CodeRefused as refused:
        return refused.detail
    finally:
        connections.close_all()
    return ""


def burst(code: str) -> list[str]:
    with ThreadPoolExecutor(max_workers=BURST) as pool:
        return list(pool.map(outcome, [code] * BURST))


def test_wrong_codes_get_five_tries_and_the_right_one_then_none() -> None:
    send_code(asked=MAIL)
    right = newest_code()
    assert burst(another(right)).count("wrong code") == MOST_TRIES
    assert OneTimeCode.objects.get().tries == MOST_TRIES
    assert outcome(right) != ""


def test_the_right_code_counts_once() -> None:
    send_code(asked=MAIL)
    assert burst(newest_code()).count("") == 1
    assert OneTimeCode.objects.get().tries <= MOST_TRIES
