"""`python -m bench.login_burst ISSUER PEOPLE SECONDS`: that many people send their passwords in the same moment.

A process of its own, with the lowest priority, so that making the load disturbs the measurement as little as one machine
allows. Started by the measurements; it reads the password, says "ready", waits for "go" and prints what became of it.
"""

import json
import os
import random
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import httpx

from idp.tests.live_provider import follow
from idp.tests.pages import read_page

# People press the button again when they like, most of them sooner than in the five seconds they are asked to wait.
_PATIENCE_SECONDS = (1.0, 5.0)


class Person:
    """A browser at the password page of its sign-in."""

    def __init__(self, issuer: str, number: int) -> None:
        """Open the page and give a name."""
        self._browser = httpx.Client(base_url=issuer, trust_env=False, timeout=60)
        page = follow(self._browser, self._browser.get("/login?next=/"))
        name = {**read_page(page.text).fields, "username": f"person{number}@example.com"}
        page = follow(self._browser, self._browser.post(page.url, data=name))
        self._address, self._fields = page.url, read_page(page.text).fields

    def sign_in(self, password: str, start: Barrier, seconds: float) -> Counter[str]:
        """Send the password until it is taken; what was answered."""
        answers: Counter[str] = Counter()
        start.wait()
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            answer = self._browser.post(self._address, data={**self._fields, "password": password})
            if answer.status_code != 503:
                answers["signed_in" if answer.status_code == 303 else "other"] += 1
                break
            answers["asked_to_wait"] += 1
            time.sleep(random.uniform(*_PATIENCE_SECONDS))  # noqa: S311  # no secret
        return answers


def main(issuer: str, people: int, seconds: float) -> None:
    """Get ready, wait for the word, go, and tell."""
    os.nice(19)
    password = sys.stdin.readline().rstrip("\n")
    with ThreadPoolExecutor(people) as threads:
        # A few at a time: opening pages is not what is measured.
        with ThreadPoolExecutor(4) as few:
            crowd = list(few.map(lambda number: Person(issuer, number), range(people)))
        _tell("ready")
        sys.stdin.readline()
        started = time.monotonic()
        start = Barrier(people)
        outcomes = list(threads.map(lambda person: person.sign_in(password, start, seconds), crowd))
    counted = sum(outcomes, Counter(signed_in=0, asked_to_wait=0, other=0))
    told = {name: counted[name] for name in ("signed_in", "asked_to_wait", "other")}
    _tell(json.dumps({**told, "seconds": time.monotonic() - started}))


def _tell(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), float(sys.argv[3]))
