"""The hashing process from the side that asks: it computes, and when it dies, hangs or talks nonsense nobody is judged by it."""

import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from idp.accounts.errors import HashingUnavailable
from idp.accounts.hashing.child import Child
from idp.accounts.hashing.functions import FUNCTIONS
from idp.accounts.hashing.process import HashingProcess

CHEAP = (1, 8, 1)
_PATIENCE_SECONDS = 60
# A program that does as its own text says with the sockets it is handed.
_STAND_IN = """
import os, socket, struct, sys, time
with open({starts!r}, "a") as file:
    file.write("started\\n")
end = socket.socket(fileno=int(sys.argv[1]))
def say(body):
    end.recv(65536)
    end.sendall(struct.pack(">I", len(body)) + body)
{behaviour}
"""

MakeProcess = Callable[..., HashingProcess]


@pytest.fixture
def make_process() -> Iterator[MakeProcess]:
    """Hashing processes that are ended afterwards."""
    made: list[HashingProcess] = []

    def make(**given: object) -> HashingProcess:
        # Patient: it is niced, and a machine busy with other tests may leave it little.
        made.append(HashingProcess(**{"sockets": 2, "answer_seconds": 600, **given}))  # type: ignore[arg-type]  # what the test says
        return made[-1]

    yield make
    for one in made:
        one.stop()


@pytest.fixture
def real(make_process: MakeProcess) -> HashingProcess:
    return make_process(pause_seconds=0)


@pytest.fixture
def stand_in(make_process: MakeProcess, tmp_path: Path) -> Callable[..., HashingProcess]:
    """A process whose program behaves like this; each start is a line of the file `starts`."""

    def make(behaviour: str, **given: object) -> HashingProcess:
        text = _STAND_IN.format(starts=str(tmp_path / "starts"), behaviour=behaviour)
        return make_process(sockets=1, command=(sys.executable, "-c", text), **given)

    return make


def starts(folder: Path) -> int:
    return len((folder / "starts").read_text().splitlines())


def is_gone(pid: int) -> bool:
    """Whether a process has ended, or does so within a minute."""
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while time.monotonic() < deadline:
        try:
            if ") Z " in Path(f"/proc/{pid}/stat").read_text():
                return True
        except (FileNotFoundError, ProcessLookupError):
            return True
        time.sleep(0.02)
    return False


def living(process: HashingProcess) -> int:
    """The id of the program that runs now."""
    assert process.pid is not None
    return process.pid


def halt(pid: int) -> None:
    """Stop this program of ours; back when all of its threads stand still."""
    os.kill(pid, signal.SIGSTOP)
    os.waitid(os.P_PID, pid, os.WSTOPPED | os.WNOWAIT)


QUESTIONS: dict[str, tuple[str | int, ...]] = {
    "pbkdf2": ("secret", "NaCl", 1000, "sha256"),
    "scrypt": ("secret", "NaCl", 16, 8, 1),
    "bcrypt_of_sha256": ("secret", "$2b$04$" + "a" * 21 + "."),
    "argon2_verify": ("secret", FUNCTIONS["argon2id_hash"]("secret", "NaClNaCl", *CHEAP)),
}


@pytest.mark.parametrize("function", QUESTIONS)
def test_it_computes_what_the_function_computes_here(real: HashingProcess, function: str) -> None:
    assert real.ask(function, *QUESTIONS[function]) == FUNCTIONS[function](*QUESTIONS[function])


def test_what_it_hashes_proves_its_password_and_no_other(real: HashingProcess) -> None:
    stored = str(real.ask("argon2id_hash", "pässword\x00🔑", "NaClNaCl", *CHEAP))
    assert real.ask("argon2_verify", "pässword\x00🔑", stored) is True
    assert real.ask("argon2_verify", "password", stored) is False


def test_each_of_many_that_ask_at_once_gets_their_own_answer(real: HashingProcess) -> None:
    hashes = [str(FUNCTIONS["argon2id_hash"](f"password {n}", "NaClNaCl", *CHEAP)) for n in range(5)]
    pairs = [(asked, held) for asked in range(5) for held in range(5)] * 4
    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda pair: real.ask("argon2_verify", f"password {pair[0]}", hashes[pair[1]]), pairs))
    assert answers == [asked == held for asked, held in pairs]


def test_one_that_died_is_replaced_without_a_word(real: HashingProcess, caplog: pytest.LogCaptureFixture) -> None:
    stored = str(real.ask("argon2id_hash", "secret", "NaClNaCl", *CHEAP))
    first = living(real)
    os.kill(first, signal.SIGKILL)
    assert is_gone(first)
    assert real.ask("argon2_verify", "secret", stored) is True
    assert living(real) != first
    assert [record.__dict__["status"] for record in caplog.records if record.message == "hashing process replaced"] == [-9]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_signal_to_the_whole_group_passes_it_by(real: HashingProcess, number: signal.Signals) -> None:
    real.ask("pbkdf2", *QUESTIONS["pbkdf2"])
    first = living(real)
    os.kill(first, number)
    real.ask("pbkdf2", *QUESTIONS["pbkdf2"])
    assert living(real) == first


def test_a_question_that_one_died_of_is_put_to_the_next(stand_in: Callable[..., HashingProcess], tmp_path: Path) -> None:
    # It answers once and ends at the second question, which the next one answers as its first.
    process = stand_in("say(b'{\"result\": true}')\nend.recv(65536)", pause_seconds=600)
    assert process.ask("argon2_verify", "secret", "hash") is True
    assert process.ask("argon2_verify", "secret", "hash") is True
    assert starts(tmp_path) == 2


def test_one_that_never_answers_is_not_started_over_and_over(stand_in: Callable[..., HashingProcess], tmp_path: Path) -> None:
    process = stand_in("sys.exit(3)", pause_seconds=600)
    for _ in range(5):
        with pytest.raises(HashingUnavailable) as refused:
            process.ask("argon2_verify", "secret", "hash")
        assert refused.value.retry_after
    assert starts(tmp_path) == 1


def test_without_a_pause_it_is_started_for_each_try(stand_in: Callable[..., HashingProcess], tmp_path: Path) -> None:
    process = stand_in("sys.exit(3)", pause_seconds=0)
    with pytest.raises(HashingUnavailable):
        process.ask("argon2_verify", "secret", "hash")
    assert starts(tmp_path) == 2


@pytest.mark.parametrize(
    "behaviour",
    [
        "say(b'nonsense')",
        "say(b'[true]')",
        "say(b'{}')",
        "say(b'{\"result\": 1}')",
        "say(b'{\"result\": null}')",
        "say(b'\\xff')",
        "say(b'')",
        "end.recv(65536); end.sendall(b'\\xff\\xff\\xff\\xff' + b'x' * 100)",
        "end.recv(65536); end.sendall(b'\\0\\0')",
        "end.recv(65536); end.sendall(b'\\0\\0\\0\\x10{\"result\"')",
    ],
)
def test_nonsense_is_no_answer(stand_in: Callable[..., HashingProcess], tmp_path: Path, behaviour: str) -> None:
    process = stand_in(behaviour, pause_seconds=0)
    with pytest.raises(HashingUnavailable):
        process.ask("argon2_verify", "secret", "hash")
    assert starts(tmp_path) == 2
    assert process.pid is None


@pytest.mark.parametrize("behaviour", ["time.sleep(600)", "end.recv(65536); end.sendall(b'\\0'); time.sleep(600)"])
def test_one_that_hangs_is_given_up_and_ended(
    stand_in: Callable[..., HashingProcess], caplog: pytest.LogCaptureFixture, behaviour: str
) -> None:
    process = stand_in(behaviour, answer_seconds=1)
    with caplog.at_level("INFO"), pytest.raises(HashingUnavailable):
        process.ask("argon2_verify", "secret", "hash")
    # Not asked again: it had its time.
    assert [record.message for record in caplog.records] == ["hashing process started", "hashing process replaced"]
    assert is_gone(caplog.records[0].__dict__["hashing_pid"])
    assert process.pid is None


def test_an_answer_that_comes_too_late_is_nobody_elses(tmp_path: Path) -> None:
    """Somebody may wait for the socket at that moment, and the answer to another question would prove their password."""
    late = tmp_path / "late"
    behaviour = f"""
try:
    say(b'{{"result": true}}')
finally:
    open({str(late)!r}, "w").close()
time.sleep(600)
"""
    text = _STAND_IN.format(starts=str(tmp_path / "starts"), behaviour=behaviour)
    child = Child((sys.executable, "-c", text), sockets=1)
    try:
        with pytest.raises(TimeoutError):
            child.ask({"function": "argon2_verify"}, within=0.001)
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while not late.exists() and time.monotonic() < deadline:
            time.sleep(0.01)
        with pytest.raises(TimeoutError):
            child.ask({"function": "argon2_verify"}, within=0.2)
    finally:
        child.kill()


def test_who_was_beside_one_that_hangs_is_asked_again(real: HashingProcess) -> None:
    real.ask("pbkdf2", *QUESTIONS["pbkdf2"])
    halt(living(real))
    real._answer_seconds = 0.5
    with ThreadPoolExecutor(2) as threads:
        asked = [threads.submit(real.ask, "argon2_verify", *QUESTIONS["argon2_verify"]) for _ in range(2)]
        outcomes = [one.exception() or one.result() for one in asked]
    # Whoever gives up first ends it; the other one either gave up too or was answered by the next.
    assert {outcome if outcome is True else type(outcome) for outcome in outcomes} <= {True, HashingUnavailable}
    assert any(isinstance(outcome, HashingUnavailable) for outcome in outcomes)
    real._answer_seconds = 600
    assert real.ask("argon2_verify", *QUESTIONS["argon2_verify"]) is True


def test_a_program_that_is_not_there_is_an_outage(make_process: MakeProcess) -> None:
    with pytest.raises(HashingUnavailable):
        make_process(command=("/nonexistent/program",)).ask("argon2_verify", "secret", "hash")


def test_no_memory_for_a_hash_is_an_outage_and_no_wrong_password(real: HashingProcess) -> None:
    stored = FUNCTIONS["argon2id_hash"]("secret", "NaClNaCl", 1, 64 * 1024, 1)
    real.ask("pbkdf2", *QUESTIONS["pbkdf2"])
    first = living(real)
    used = int(Path(f"/proc/{first}/statm").read_text().split()[0]) * resource.getpagesize()
    resource.prlimit(first, resource.RLIMIT_AS, (used + 1024 * 1024, used + 1024 * 1024))
    for question in (("argon2_verify", "secret", stored), ("argon2id_hash", "secret", "NaClNaCl", 1, 64 * 1024, 1)):
        with pytest.raises(HashingUnavailable):
            real.ask(*question)
    # What can be computed still is, by the same program.
    assert real.ask("argon2_verify", *QUESTIONS["argon2_verify"]) is True
    assert living(real) == first


# --- What it is given, and when it ends --------------------------------------------------------------------------------
def test_it_is_handed_no_secret_and_yields_to_everybody(real: HashingProcess, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("IDP_SECRET_KEY", "DATABASE_URL", "DEMO_API_CLIENT_SECRET", "REDIS_URL", "AWS_SESSION_TOKEN"):
        monkeypatch.setenv(name, "canary")
    real.ask("argon2id_hash", "canary", "NaClNaCl", *CHEAP)
    pid = living(real)
    seen = Path(f"/proc/{pid}/environ").read_bytes() + Path(f"/proc/{pid}/cmdline").read_bytes()
    assert b"canary" not in seen
    assert b"PATH=" in seen
    assert os.getpriority(os.PRIO_PROCESS, pid) == min(os.getpriority(os.PRIO_PROCESS, 0) + 10, 19)
    assert resource.prlimit(pid, resource.RLIMIT_CORE) == (0, 0)


def run(text: str) -> str:
    """What a Python program printed."""
    done = subprocess.run([sys.executable, "-c", text], capture_output=True, text=True, check=False, timeout=180)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_its_program_carries_no_framework() -> None:
    loaded = set(run("import sys, idp.accounts.hashing.program; print(*sys.modules)").split())
    assert "idp.accounts.hashing.functions" in loaded
    assert not loaded & {"django", "pydantic", "idp.core", "idp.accounts.models"}


_ASKER = """
import os
from idp.accounts.hashing.process import HashingProcess
process = HashingProcess(sockets=2)
process.ask("pbkdf2", "secret", "salt", 1, "sha256")
first = process.pid
"""


def test_it_ends_with_the_process_that_started_it() -> None:
    pid = int(run(_ASKER + "print(first, flush=True); os._exit(0)"))
    assert is_gone(pid)


def test_a_forked_process_has_one_of_its_own() -> None:
    forked = """
reading, writing = os.pipe()
if os.fork() == 0:
    process.ask("pbkdf2", "secret", "salt", 1, "sha256")
    os.write(writing, str(process.pid).encode())
    os._exit(0)
other = int(os.read(reading, 100))
os.wait()
process.ask("pbkdf2", "secret", "salt", 1, "sha256")
print(first, other, process.pid)
"""
    first, other, still = run(_ASKER + forked).split()
    assert first == still
    assert other != first
    assert is_gone(int(first))
    assert is_gone(int(other))
