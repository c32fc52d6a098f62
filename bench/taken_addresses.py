"""`python -m bench.taken_addresses [PAIRS]`: does the time of a sign-up or a recovery tell who has an account? A person judges.

On an empty provider of its own, answers for an address with an account and for one without take turns. Told of each form: both
medians, their ratio, and how often a taken address took longer than a free one (0.50 is what a coin says). It ends by itself,
after so many pairs of a form or after a minute of it.
"""

import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import httpx

from idp.tests.live_provider import Provider, follow, running, submitted

_PAIRS = 30
_SECONDS = 60.0

_FORM = {"given_name": "Ngozi", "family_name": "Eze", "role": "client", "password": "seventeen copper kettles sing"}

_PEOPLE = """
from idp.accounts.schemas import NewUser
from idp.accounts.services.create_user import create_user
for number in range({pairs}):
    create_user(new=NewUser(email=f"taken{{number}}@example.com", verified=True))
"""


def sign_up(browser: httpx.Client, address: str) -> float:
    """Seconds until the form of a sign-up is answered."""
    page = follow(browser, browser.get("/login?next=/"))
    page = browser.get(page.url.path.replace("identifier", "sign-up"))
    return _timed(browser, page, username=address, **_FORM)


def recovery(browser: httpx.Client, address: str) -> float:
    """The same of a forgotten password."""
    page = follow(browser, browser.get("/login?next=/"))
    page = browser.get(page.url.path.replace("identifier", "forgotten-password"))
    return _timed(browser, page, username=address)


def main(pairs: int) -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as folder, running(Path(folder), IDP_THROTTLE="off") as provider:
        provider.manage("shell", "-v", "0", "-c", _PEOPLE.format(pairs=pairs))
        for measure in (sign_up, recovery):
            _compare(provider, measure.__name__, measure, pairs)


def _compare(provider: Provider, name: str, measure: Callable[[httpx.Client, str], float], pairs: int) -> None:
    taken: list[float] = []
    free: list[float] = []
    until = time.monotonic() + _SECONDS
    for number in range(pairs):
        if time.monotonic() > until and taken:
            break
        # In turns, each in a new browser, and the first of a pair is another one each time.
        pair = [(taken, f"taken{number}@example.com"), (free, f"free{number}@example.com")]
        for times, address in pair if number % 2 else reversed(pair):
            with provider.browser() as browser:
                times.append(measure(browser, address))
    slower = sum((one > other) + 0.5 * (one == other) for one in taken for other in free) / (len(taken) * len(free))
    medians = [statistics.median(times) * 1000 for times in (taken, free)]
    told = f"taken {medians[0]:.1f} ms, free {medians[1]:.1f} ms, ratio {medians[0] / medians[1]:.3f}, slower {slower:.2f}"
    told = f"{told}, {len(taken)} pairs"
    sys.stdout.write(f"{name}: {told}\n")


def _timed(browser: httpx.Client, page: httpx.Response, **values: str) -> float:
    begun = time.perf_counter()
    answer = submitted(browser, page, **values)
    took = time.perf_counter() - begun
    assert answer.status_code == 303, answer.text
    return took


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else _PAIRS)
