"""`python -m idp.accounts.hashing.program 3 4`: the hashing process, one thread for each socket it is handed by number.

Started by `process`, with a lower priority than whatever answers requests. It ends when a socket ends, that is with the
process that started it. Signals that end a whole group (Ctrl-C, a service manager) pass it by: sign-ins under way finish
first. It never writes what it was asked or answered.
"""

import os
import resource
import signal
import socket
import sys
import threading

from idp.accounts.hashing import frames
from idp.accounts.hashing.functions import FUNCTIONS, OutOfResources

_NICENESS = 10
# As sysexits.h names it: an internal software error.
_FAILED = 70


def main(numbers: list[str]) -> None:
    """Answer on each of these sockets until the first of them ends."""
    os.nice(_NICENESS)
    for ends_a_group in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(ends_a_group, signal.SIG_IGN)
    # Passwords stand in this memory: no part of it goes to disk, whatever happens.
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    threading.excepthook = _end_in_failure
    for number in numbers:
        threading.Thread(target=_answer, args=(socket.socket(fileno=int(number)),)).start()


def _answer(end: socket.socket) -> None:
    """One question after the other; then the process ends."""
    while True:
        try:
            asked = frames.receive(end)
            frames.send(end, _computed(asked))
        except frames.Closed:
            os._exit(0)


def _computed(asked: dict[str, object]) -> dict[str, object]:
    """The answer to one question. What cannot be a question ends the process."""
    function, arguments = FUNCTIONS[str(asked["function"])], asked["arguments"]
    assert isinstance(arguments, list)
    try:
        return {"result": function(*arguments)}
    except (OutOfResources, ValueError) as exc:
        # The kind alone: the text of an error may quote what was hashed.
        return {"failure": type(exc).__name__}


def _end_in_failure(failure: threading.ExceptHookArgs) -> None:
    """Nobody foresaw this: say what and where on standard error, never with which values, and leave."""
    trace = failure.exc_traceback
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    place = f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}" if trace else "an unknown place"
    sys.stderr.write(f"The hashing process failed: {failure.exc_type.__name__} at {place}.\n")
    sys.stderr.flush()
    os._exit(_FAILED)


if __name__ == "__main__":
    main(sys.argv[1:])
