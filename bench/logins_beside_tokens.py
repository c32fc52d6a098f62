"""`python -m bench.logins_beside_tokens`: what a burst of sign-ins does to the token endpoints beside it, in one run.

Starts the provider on a free port with a database of its own, asks for tokens while nothing else happens, then while a hundred
people send their passwords at once, and prints both side by side. WORKERS, DATABASE_URL and REDIS_URL choose what is measured.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import httpx

from bench.figures import named_file, write
from bench.memory import megabytes_of_group
from idp.tests.live_provider import Provider, running
from tools.demo_plan import ROOT

PEOPLE = 100
PASSWORD = "correct horse battery staple"  # noqa: S105  # of accounts that live for one run
_IDLE_ROUNDS = 200
# Whoever is not signed in by then is left out of the figures.
_BURST_SECONDS = 30
MAKE_PEOPLE = f"""
from pydantic import SecretStr
from idp.accounts.schemas import NewUser
from idp.accounts.services.create_user import create_user
for number in range({PEOPLE}):
    create_user(new=NewUser(email=f"person{{number}}@example.com", verified=True, password=SecretStr({PASSWORD!r})))
"""


@dataclass(frozen=True)
class Latencies:
    """How long one kind of request took, in milliseconds."""

    values: list[float]

    def at(self, share: float) -> float:
        """The value that this share of the requests stays below."""
        ordered = sorted(self.values)
        return ordered[min(int(len(ordered) * share), len(ordered) - 1)]


class Tokens:
    """A backend that asks for a token of its own and for the truth about it, on one connection."""

    def __init__(self, provider: Provider) -> None:
        """Take a first token."""
        pair = f"demo-api:{provider.environ['DEMO_API_CLIENT_SECRET']}"
        headers = {"Authorization": f"Basic {b64encode(pair.encode()).decode()}"}
        self._http = httpx.Client(base_url=provider.issuer, headers=headers, trust_env=False, timeout=30)
        self._token = self._grant()

    def _grant(self) -> str:
        answer = self._http.post("/oauth2/token", data={"grant_type": "client_credentials", "scope": "orders"})
        return str(answer.raise_for_status().json()["access_token"])

    def _introspect(self) -> None:
        answer = self._http.post("/oauth2/introspect", data={"token": self._token})
        assert answer.raise_for_status().json()["active"] is True

    def sample(self, goes_on: Callable[[int], bool]) -> dict[str, Latencies]:
        """Both requests in turn, for as long as told."""
        seen: dict[str, list[float]] = {"client_credentials": [], "introspection": []}
        rounds = 0
        while goes_on(rounds):
            for name, request in (("client_credentials", self._grant), ("introspection", self._introspect)):
                started = time.perf_counter()
                request()
                seen[name].append((time.perf_counter() - started) * 1000)
            rounds += 1
        return {name: Latencies(values) for name, values in seen.items()}


def main() -> int:
    """Measure and print; the exit status."""
    file = named_file("logins_beside_tokens")
    given = {"IDP_THROTTLE": "off", "WORKERS": os.environ.get("WORKERS", "1")}
    with tempfile.TemporaryDirectory() as folder, running(Path(folder), **given) as provider:
        provider.manage("shell", "-v", "0", "-c", MAKE_PEOPLE)
        tokens = Tokens(provider)
        # The first requests load what the later ones use.
        tokens.sample(lambda rounds: rounds < 20)
        resting = megabytes_of_group(provider.process.pid)
        idle = tokens.sample(lambda rounds: rounds < _IDLE_ROUNDS)
        after_tokens = megabytes_of_group(provider.process.pid)
        beside, people = _beside_a_burst(provider, tokens)
        after_burst = megabytes_of_group(provider.process.pid)

    # Figures last, so that nothing stands between them.
    _tell(f"{given['WORKERS']} worker(s); {people['signed_in']} of {PEOPLE} sign-ins in {people['seconds']:.1f} s,")
    _tell(f"asked to come back {people['asked_to_wait']} times, other answers {people['other']}\n")
    _tell(f"{'milliseconds':20} {'idle p50':>9} {'p99':>7} {'burst p50':>10} {'p99':>7} {'ratio p50':>10} {'p99':>6}")
    latencies = {name: _compared(quiet, beside[name]) for name, quiet in idle.items()}
    for name, figures in latencies.items():
        _tell("{:20} {:9.1f} {:7.1f} {:10.1f} {:7.1f} {:10.2f} {:6.2f}".format(name, *figures.values()))
    _tell(f"\nmemory of all processes, MB: {resting} at rest, {after_tokens} after the tokens, {after_burst} after the sign-ins")
    memory = {"at_rest": resting, "after_tokens": after_tokens, "after_sign_ins": after_burst}
    write(file, {"workers": int(given["WORKERS"]), "people": PEOPLE, **people, "latencies": latencies, "memory_mb": memory})
    return 0


def _compared(quiet: Latencies, loud: Latencies) -> dict[str, float]:
    """Milliseconds at rest and beside the burst, and how many times as long."""
    told = {
        "idle_p50_ms": quiet.at(0.5),
        "idle_p99_ms": quiet.at(0.99),
        "burst_p50_ms": loud.at(0.5),
        "burst_p99_ms": loud.at(0.99),
    }
    ratios = {"ratio_p50": loud.at(0.5) / quiet.at(0.5), "ratio_p99": loud.at(0.99) / quiet.at(0.99)}
    return {name: round(value, 2) for name, value in {**told, **ratios}.items()}


def _beside_a_burst(provider: Provider, tokens: Tokens) -> tuple[dict[str, Latencies], dict[str, float]]:
    """What tokens cost while everybody signs in, and how that went for them."""
    command = [sys.executable, "-m", "bench.login_burst", provider.issuer, str(PEOPLE), str(_BURST_SECONDS)]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as crowd:
        assert crowd.stdin
        assert crowd.stdout
        crowd.stdin.write(f"{PASSWORD}\n")
        crowd.stdin.flush()
        # They have opened their pages and filled in their names.
        assert crowd.stdout.readline() == "ready\n"
        crowd.stdin.write("go\n")
        crowd.stdin.flush()
        beside = tokens.sample(lambda _rounds: crowd.poll() is None)
        return beside, json.loads(crowd.stdout.read())


def _tell(line: str) -> None:
    sys.stdout.write(line + "\n")


if __name__ == "__main__":
    sys.exit(main())
