"""What `bench.growth` does inside the provider: one request, or the purge, and the plan of every statement that it runs.

The statements are seen on their way to PostgreSQL, none is written here. Each is explained, not analysed, just before it runs
for the first time, with its own values.
"""

import json
import logging
import re
import sys
from typing import Any

from django.db import connection
from django.test import Client

from idp.core import clock
from idp.core.batches import delete_in_batches
from idp.oidc.models import AccessToken
from idp.oidc.tokens.sweep import sweep_tokens

# What says nothing about the way: the columns that are read, and the keys that a batch names.
_COLUMNS = re.compile(r'"\w+"\."\w+"(?:, "\w+"\."\w+")+')
_KEYS = re.compile(r"%s(?:, %s)+|(?<='\{)[^}]+(?=\}')")


class Plans:
    """Wraps the statements of a connection (`execute_wrapper`)."""

    def __init__(self) -> None:
        """Nothing was seen yet."""
        self.seconds = 0.0
        self._seen: set[str] = set()

    def __call__(self, execute: Any, statement: str, values: Any, many: bool, context: dict[str, Any]) -> Any:  # noqa: ANN401, FBT001 - Django's protocol
        """Explain it, unless its like was seen or an INSERT has no way to choose; then run it."""
        text = _KEYS.sub("…", _COLUMNS.sub("…", statement))
        if text.startswith(("SELECT", "UPDATE", "DELETE")) and text not in self._seen:
            self._seen.add(text)
            begun = clock.monotonic()
            execute(f"EXPLAIN (COSTS OFF) {statement}", values, many, context)
            plan = [_KEYS.sub("…", line) for (line,) in context["cursor"].fetchall()]
            self.seconds += clock.monotonic() - begun
            sys.stdout.write(f"  {text}\n" + "".join(f"      {line}\n" for line in plan))
        return execute(statement, values, many, context)


def ask() -> None:
    """Answer the request that is read from standard input."""
    logging.disable()
    asked = json.load(sys.stdin)
    with connection.execute_wrapper(Plans()):
        answer = Client().generic(asked["method"], asked["path"], asked["body"], headers=asked["headers"])
    assert answer.status_code == 200, answer.content


def purge() -> None:
    """The clean-up of an hour: first what it does most, with the time a batch takes, then whatever it does besides."""
    plans = Plans()
    with connection.execute_wrapper(plans):
        begun = clock.monotonic()
        rows = AccessToken.objects.filter(expires__lt=clock.now() - clock.seconds(86400))
        gone = delete_in_batches(rows, by="expires")
        seconds = clock.monotonic() - begun - plans.seconds
        besides = sweep_tokens()
    sys.stdout.write(f"  {gone} access tokens, {seconds * 1000 / max(1, gone / 500):.1f} ms for a batch of 500; then {besides}\n")
