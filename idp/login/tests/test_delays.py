"""The waits between attempts: none at first, never shorter than before, never endless."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idp.login.delays import FREE_FAILURES, wait_after


@pytest.mark.spec("OWASP ASVS 5.0", "6.3.1")
def test_the_waits_grow_to_a_quarter_of_an_hour() -> None:
    assert [wait_after(failures) for failures in range(15)] == [0] * 5 + [5, 10, 20, 40, 80, 160, 320, 640, 900, 900]


@given(st.integers(min_value=0, max_value=10**12))
def test_a_wait_never_shrinks_and_never_locks_anybody_out(failures: int) -> None:
    assert wait_after(failures) <= wait_after(failures + 1) <= 900
    assert (wait_after(failures) > 0) is (failures >= FREE_FAILURES)


@pytest.mark.spec("NIST SP 800-63B-4", "3.2.2")
def test_a_day_of_guessing_is_about_a_hundred_tries() -> None:
    elapsed = tries = 0
    while elapsed < 24 * 3600:
        tries += 1
        elapsed += wait_after(tries)
    assert tries <= 110
