"""Keys behind an address: asked for rarely, kept while they are good, and nobody else's server is flooded (OIDC Core §10.1.1)."""

import http.server
import json
import secrets
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest
import time_machine
from joserfc.jwk import ECKey
from pytest_django import Settings

from idp.oidc.client_auth import remote_keys
from idp.oidc.tests.client_auth.signer import KEYS, Signer, public
from idp.tests.parties import json_of

_PATIENCE_SECONDS = 60


@dataclass(frozen=True)
class Reply:
    """What the client's server says when it is asked for its keys."""

    content: object
    status: int = 200

    @property
    def body(self) -> bytes:
        """Bytes as they are, anything else as JSON."""
        return self.content if isinstance(self.content, bytes) else json.dumps(self.content).encode()


class Server:
    """The client's server: it answers, and counts how often it was asked. `may_answer` holds it up."""

    def __init__(self) -> None:
        """Answer with one good key, on a free port of this machine."""
        self.asked, self.reply = 0, Reply(public("ES256"))
        self.arrived, self.may_answer = threading.Event(), threading.Event()
        self.arrivals = threading.Semaphore(0)
        self.may_answer.set()
        server = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                """One request for the keys; status 0 hangs up."""
                server.asked += 1
                server.arrived.set()
                server.arrivals.release()
                assert server.may_answer.wait(_PATIENCE_SECONDS)
                if server.reply.status:
                    self.send_response(server.reply.status)
                    self.end_headers()
                    self.wfile.write(server.reply.body)

            def log_message(self, *_args: object) -> None:
                """Quiet."""

        self._http = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        # A port may be given out twice; what the process remembers is told apart by the path.
        self.uri = f"http://localhost:{self._http.server_port}/{secrets.token_hex(8)}"
        self._thread = threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Nothing is left running."""
        self._http.shutdown()
        self._thread.join()
        self._http.server_close()


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    # None of these tests is about the time-out, and a busy machine may let minutes pass for seconds.
    monkeypatch.setattr(remote_keys, "_TIMEOUT", _PATIENCE_SECONDS)
    server = Server()
    yield server
    server.stop()


@pytest.fixture
def moved() -> Iterator[time_machine.Traveller]:
    with time_machine.travel("2026-11-22T12:00:00Z", tick=False) as moved:
        yield moved


@pytest.fixture
def signer(clients: None, tmp_path: Path, server: Server, moved: time_machine.Traveller, settings: Settings) -> Signer:
    settings.IDP_THROTTLE = False
    return Signer(members={"jwks_uri": server.uri}).register(tmp_path)


@pytest.mark.spec("OIDC Core", "10.1.1")
def test_keys_are_asked_for_once_in_five_minutes(signer: Signer, server: Server, moved: time_machine.Traveller) -> None:
    assert server.asked == 0
    assert [signer.present(signer.assertion()).status_code for _ in range(5)] == [200] * 5
    assert server.asked == 1
    moved.shift(301)
    assert signer.present(signer.assertion()).status_code == 200
    assert server.asked == 2


@pytest.mark.spec("OIDC Core", "10.1.1")
def test_a_new_key_is_found_at_once_and_a_withdrawn_one_ends(
    signer: Signer, server: Server, moved: time_machine.Traveller
) -> None:
    assert signer.present(signer.assertion()).status_code == 200
    moved.shift(61)
    new = ECKey.generate_key("P-256", {"kid": "new"})
    server.reply = Reply({"keys": [new.as_dict(private=False)]})
    assert signer.present(signer.assertion(key=new)).status_code == 200
    assert server.asked == 2
    assert signer.present(signer.assertion()).status_code == 401


def test_a_withdrawn_key_counts_for_five_minutes_at_most(signer: Signer, server: Server, moved: time_machine.Traveller) -> None:
    assert signer.present(signer.assertion()).status_code == 200
    server.reply = Reply(public("EdDSA"))
    moved.shift(299)
    assert signer.present(signer.assertion()).status_code == 200
    moved.shift(2)
    assert signer.present(signer.assertion()).status_code == 401


def test_a_flood_of_invented_names_asks_once_a_minute_and_keeps_the_good_keys(
    signer: Signer, server: Server, moved: time_machine.Traveller
) -> None:
    assert signer.present(signer.assertion()).status_code == 200
    statuses = {signer.present(signer.assertion(header={"kid": f"invented-{turn}"})).status_code for turn in range(50)}
    assert (statuses, server.asked) == ({401}, 1)
    moved.shift(61)
    statuses = {signer.present(signer.assertion(header={"kid": f"invented-{turn}"})).status_code for turn in range(50)}
    assert (statuses, server.asked) == ({401}, 2)
    assert signer.present(signer.assertion()).status_code == 200


# --- A server that does not answer as it should --------------------------------------------------------------------------
BROKEN = [
    Reply(b"", status=0),
    Reply(b"", status=302),
    Reply(public("ES256"), status=500),
    Reply(public("ES256"), status=204),
    Reply(b"<html>"),
    Reply(b"\xff"),
    Reply(b"[" * 50_000),
    Reply([]),
    Reply({"keys": []}),
    Reply({"keys": "x"}),
    Reply({"keys": [{"kty": "oct", "k": "AAAA", "kid": "ec"}]}),
    Reply({"keys": [KEYS["ES256"].as_dict(private=True)]}),
    # A good set, and beside it another one of the same name.
    Reply(b'{"keys": [], ' + json.dumps(public("ES256")).encode()[1:]),
]


@pytest.mark.parametrize("broken", BROKEN, ids=range(len(BROKEN)))
def test_without_any_key_the_answer_is_try_again(signer: Signer, server: Server, broken: Reply) -> None:
    server.reply = broken
    answer = signer.present(signer.assertion())
    assert (answer.status_code, json_of(answer)["error"], answer["Retry-After"]) == (503, "temporarily_unavailable", "60")
    assert "try again" in json_of(answer)["error_description"]
    # The next one does not ask again so soon.
    assert signer.present(signer.assertion()).status_code == 503
    assert server.asked == 1


@pytest.mark.parametrize("broken", BROKEN, ids=range(len(BROKEN)))
def test_the_last_good_keys_serve_for_an_hour(
    signer: Signer, server: Server, moved: time_machine.Traveller, broken: Reply
) -> None:
    assert signer.present(signer.assertion()).status_code == 200
    server.reply = broken
    moved.shift(3590)
    assert signer.present(signer.assertion()).status_code == 200
    moved.shift(20)
    assert signer.present(signer.assertion()).status_code == 503
    moved.shift(60)
    server.reply = Reply(public("ES256"))
    assert signer.present(signer.assertion()).status_code == 200


@pytest.mark.spec("RFC 7517", "5")
def test_keys_that_cannot_be_used_are_left_aside(signer: Signer, server: Server) -> None:
    odd = [{"kty": "AKP", "alg": "ML-DSA-44", "pub": "x"}, {"kty": "RSA"}, {}, 7, {"kty": ["RSA"]}, {"kty": "EC", "crv": "P-224"}]
    server.reply = Reply({"keys": [*odd, *public("ES256")["keys"]]})
    assert signer.present(signer.assertion()).status_code == 200


def test_an_address_that_may_not_be_called_is_not_called(signer: Signer, server: Server, settings: Settings) -> None:
    settings.IDP_MODE = "production"
    assert signer.present(signer.assertion()).status_code == 503
    assert server.asked == 0


# --- Many at once -------------------------------------------------------------------------------------------------------
def test_of_many_requests_without_keys_one_asks_and_the_others_wait(server: Server) -> None:
    # As many as may wait.
    arrived = threading.Barrier(4)

    def find(_turn: int) -> bool:
        arrived.wait(_PATIENCE_SECONDS)
        return remote_keys.key_for(server.uri, algorithm="ES256", kid="ec") is not None

    with ThreadPoolExecutor(max_workers=4) as pool:
        assert list(pool.map(find, range(4))) == [True] * 4
    assert server.asked == 1


@pytest.mark.spec("OWASP ASVS 5.0", "13.2.6")
def test_only_a_few_threads_wait_for_servers_that_hang_whichever_clients_they_are(
    server: Server, signer: Signer, moved: time_machine.Traveller
) -> None:
    def find(turn: int) -> bool:
        return remote_keys.key_for(f"{server.uri}/{turn}", algorithm="ES256", kid="ec") is not None

    server.may_answer.clear()
    with ThreadPoolExecutor(max_workers=4) as pool:
        waiting = [pool.submit(find, turn) for turn in range(4)]
        try:
            assert all(server.arrivals.acquire(timeout=_PATIENCE_SECONDS) for _turn in waiting)
            # The next one is answered at once, with nothing asked.
            answer = signer.present(signer.assertion())
            assert (answer.status_code, json_of(answer)["error"], answer["Retry-After"]) == (503, "temporarily_unavailable", "2")
            assert "try again" in json_of(answer)["error_description"]
            assert server.asked == 4
        finally:
            server.may_answer.set()
        assert [future.result(_PATIENCE_SECONDS) for future in waiting] == [True] * 4
    # Places are given back, and the one that was turned away needs no minute of patience.
    assert signer.present(signer.assertion()).status_code == 200


def test_keys_that_are_there_serve_while_others_wait(server: Server, moved: time_machine.Traveller) -> None:
    def find(path: str) -> bool:
        return remote_keys.key_for(f"{server.uri}{path}", algorithm="ES256", kid="ec") is not None

    assert find("")
    moved.shift(301)
    server.arrivals = threading.Semaphore(0)
    server.may_answer.clear()
    with ThreadPoolExecutor(max_workers=4) as pool:
        waiting = [pool.submit(find, f"/{turn}") for turn in range(4)]
        try:
            assert all(server.arrivals.acquire(timeout=_PATIENCE_SECONDS) for _turn in waiting)
            assert find("")
            assert server.asked == 5
        finally:
            server.may_answer.set()
        assert [future.result(_PATIENCE_SECONDS) for future in waiting] == [True] * 4


def test_a_slow_server_holds_up_nobody_whose_key_is_known(server: Server, moved: time_machine.Traveller) -> None:
    def known(kid: str) -> bool:
        return remote_keys.key_for(server.uri, algorithm="ES256", kid=kid) is not None

    assert known("ec")
    moved.shift(61)
    server.arrived.clear()
    server.may_answer.clear()
    with ThreadPoolExecutor(max_workers=1) as pool:
        waiting = pool.submit(known, "invented")
        assert server.arrived.wait(_PATIENCE_SECONDS)
        # Meanwhile a known name is answered, and another unknown one does not queue.
        assert known("ec")
        assert not known("other")
        assert not waiting.done()
        server.may_answer.set()
        assert not waiting.result(_PATIENCE_SECONDS)
    assert server.asked == 2
