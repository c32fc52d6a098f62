"""`python -m bench.password_rate`: how many people sign in by password in a second, beside what their hash alone would allow.

Everybody is at the password page before the clock starts; then as many at a time as keep the slots for hashes busy, so that
nobody is asked to wait. The load has the lowest priority, but shares the cores, so that the share is a lower bound.
"""

import os
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

from bench.figures import named_file, write
from bench.login_burst import Person
from bench.logins_beside_tokens import MAKE_PEOPLE, PASSWORD, PEOPLE
from idp.accounts.hashing_slots import RUNNING
from idp.tests.live_provider import running

_SENDERS = RUNNING + 1
# The same hash, as often as people sign in, in as many threads as there are slots.
_HASH_ALONE = f"""
import time
from concurrent.futures import ThreadPoolExecutor
from django.contrib.auth.hashers import check_password, make_password
stored = make_password({PASSWORD!r})
begun = time.perf_counter()
with ThreadPoolExecutor({RUNNING}) as threads:
    assert all(threads.map(lambda _turn: check_password({PASSWORD!r}, stored), range({PEOPLE})))
print({PEOPLE} / (time.perf_counter() - begun))
"""


def main() -> int:
    """Measure and print; the exit status."""
    file = named_file("password_rate")
    os.nice(19)
    given = {"IDP_THROTTLE": "off", "WORKERS": "1"}
    with tempfile.TemporaryDirectory() as folder, running(Path(folder), **given) as provider:
        provider.manage("shell", "-v", "0", "-c", MAKE_PEOPLE)
        alone = float(provider.manage("shell", "-v", "0", "-c", _HASH_ALONE).splitlines()[-1])
        # Everybody to the page, then the clock.
        with ThreadPoolExecutor(_SENDERS) as threads:
            crowd = list(threads.map(lambda number: Person(provider.issuer, number), range(PEOPLE)))
            begun = time.perf_counter()
            outcomes = threads.map(lambda person: person.sign_in(PASSWORD, Barrier(1), 60), crowd)
            answers = sum(outcomes, Counter[str]())
            rate = answers["signed_in"] / (time.perf_counter() - begun)
    sys.stdout.write(f"{dict(answers)}: {rate:.1f} sign-ins a second; hash alone {alone:.1f}; share {rate / alone:.2f}\n")
    told = {"rate": round(rate, 1), "hash_alone": round(alone, 1), "share": round(rate / alone, 2)}
    write(file, {"answers": dict(answers), **told})
    return 0


if __name__ == "__main__":
    sys.exit(main())
