"""How long somebody waits after so many failures. Pure numbers, the same for every account and for none.

The first failures cost nothing, because people mistype. Then each wait is twice the one before, up to a quarter of an
hour: a guesser gets about a hundred tries a day (NIST SP 800-63B-4 §3.2.2 counts to a hundred), and nobody is locked out.
"""

FREE_FAILURES = 5
_FIRST_WAIT_SECONDS = 5
_LONGEST_WAIT_SECONDS = 900
# Without an attempt for so long, a counter begins anew.
FORGOTTEN_AFTER_SECONDS = 24 * 3600


def wait_after(failures: int) -> int:
    """Seconds until the next attempt, after this many."""
    if failures < FREE_FAILURES:
        return 0
    # Bounded before the power is taken: the counter may be large.
    doublings = min(failures - FREE_FAILURES, _LONGEST_WAIT_SECONDS.bit_length())
    return min(_FIRST_WAIT_SECONDS << doublings, _LONGEST_WAIT_SECONDS)
