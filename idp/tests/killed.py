"""What a process that is killed (`kill -9`, no memory, no power) leaves behind, at every moment of what it was doing.

A child does it and kills itself right before its first write or commit, another one before the second, and so on; the last one
gets to the end, and its answer is lost. With Redis, what the child wrote there stays; without, it is gone with its memory.
"""

import os
import signal
from collections.abc import Callable, Iterator
from http import HTTPStatus
from itertools import count
from typing import Any

from django.core.cache import caches
from django.db import connections

_WRITES = ("INSERT", "UPDATE", "DELETE")
# No request of ours writes so often: a loop that never ends is a mistake of the test.
_MOST = 200


def moments() -> Iterator[int]:
    """Numbers of moments, to be asked of `killed_at` until it says that none is left."""
    for moment in count():
        assert moment < _MOST, "this never gets to an end"
        yield moment


def killed_at(moment: int, act: Callable[[], Any]) -> bool:
    """Do `act` in a child that is killed before its write or commit of this number; False when it got to the end before.

    Raises AssertionError when the child failed in another way.
    """
    # Neither side may use what the other one opened.
    connections.close_all()
    caches.close_all()
    child = os.fork()
    if child == 0:
        _live_until(moment, act)
    _child, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        assert os.WTERMSIG(status) == signal.SIGKILL
        return True
    assert os.WEXITSTATUS(status) == 0, "what was to be done failed by itself"
    assert moment, "it wrote nothing, so nobody was killed"
    return False


def _live_until(moment: int, act: Callable[[], Any]) -> None:
    """The child's life; never returns."""
    left = moment

    def pass_one() -> None:
        nonlocal left
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        left -= 1

    def execute(run: Any, sql: str, params: Any, many: bool, context: Any) -> Any:  # noqa: ANN401, FBT001 - Django's signature
        if sql.startswith(_WRITES):
            pass_one()
        return run(sql, params, many, context)

    def commit() -> None:
        pass_one()
        type(database).commit(database)

    database, status = connections["default"], 1
    try:
        database.commit = commit  # type: ignore[method-assign]
        with database.execute_wrapper(execute):
            answer = act()
        # A page that says that something broke is no end.
        status = int(getattr(answer, "status_code", 0) >= HTTPStatus.INTERNAL_SERVER_ERROR)
    finally:
        os._exit(status)
