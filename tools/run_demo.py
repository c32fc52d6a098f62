"""`make run`: the provider, the example backend and the demo storefront on this machine, until Ctrl-C.

Last step after the set-up. The servers start beside the preparation of the database, not after it; the provider waits
for the same lock. Output of all programs goes to the state folder's logs/; a program that dies ends the demo with its
last lines and a non-zero exit.
"""

import os
import signal
import sys
import time
from types import FrameType

from idp.config.state import StateRefused
from tools.demo_people import PEOPLE
from tools.demo_plan import Plan, PlanRefused, make_plan
from tools.processes import Child, DemoStopped, start, stop_all, wait_until_done, wait_until_healthy

_START_SECONDS = 90
_WATCH_SECONDS = 0.5


class _Asked(Exception):
    """Somebody asked the demo to stop."""


def main() -> int:
    """Run the demo; the exit status."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _ask_to_stop)
    children: list[Child] = []
    # Whatever ends the demo, a refusal or a request, every program started so far is stopped on the way out.
    try:
        plan = make_plan(os.environ)
        _run(plan, children)
    except (PlanRefused, StateRefused, DemoStopped) as refused:
        sys.stderr.write(f"{refused}\n")
        return 1
    except _Asked:
        print("\nStopping …", flush=True)
        return 0
    finally:
        _ignore_further_requests()
        stop_all(children)
    return 0


def _run(plan: Plan, children: list[Child]) -> None:
    """Start everything, say when it is ready, then watch. Raises: DemoStopped, _Asked."""
    started = time.monotonic()
    print("Starting …", flush=True)
    logs = plan.state_dir / "logs"
    preparation = start(plan.preparation, logs=logs, environ=plan.environ)
    children.append(preparation)
    # One by one, so that whatever was started is known to whoever has to stop it.
    for program in plan.programs:
        children.append(start(program, logs=logs, environ=plan.environ))  # noqa: PERF401

    wait_until_done(preparation, seconds=_START_SECONDS)
    children.remove(preparation)
    for child in children:
        wait_until_healthy(child, seconds=_START_SECONDS)
    print(_banner(plan, seconds=time.monotonic() - started), flush=True)

    while True:
        for child in children:
            child.refuse_if_ended()
        time.sleep(_WATCH_SECONDS)


def _banner(plan: Plan, *, seconds: float) -> str:
    """What a person who has never seen the project needs next."""
    people = "\n".join(f"    {person.role:<11} {person.email:<22} {person.password}" for person in PEOPLE)
    # Addresses, people, and where to look when something is wrong.
    return f"""
  Fashionistar identity provider is ready ({seconds:.1f} s)

    Home page    {plan.issuer}/   open this one: it leads to all others
    Storefront   {plan.spa_origin}   sign in here
    Inbox        {plan.issuer}/inbox   what was mailed or texted
    Backend      {plan.api_origin}
    Staff pages  {plan.issuer}/admin/   for everybody below but the shopper and the vendor

  Demo users (these passwords are public, and this demo listens on this machine only)

{people}

  Everybody but the shopper needs a second factor: the first sign-in leads through setting up an authenticator app.

  Logs are in {plan.state_dir / "logs"}. Press Ctrl-C to stop.
"""


def _ask_to_stop(_signal: int, _frame: FrameType | None) -> None:
    """Turn the signal into an exception of the main thread."""
    raise _Asked


def _ignore_further_requests() -> None:
    """A second Ctrl-C must not leave programs behind; stopping takes seconds and has its own limit."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)


if __name__ == "__main__":
    raise SystemExit(main())
