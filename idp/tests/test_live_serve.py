"""The production server in one piece: it migrates, is ready, and serves fifty at once without giving a code away twice.

Runs on the stores that DATABASE_URL and REDIS_URL name, in a database of its own; the embedded default without them. Exit
statuses and refusals of `serve` are tested in `idp/config/tests/test_serve.py`.
"""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from urllib.parse import urlencode

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import KeySet

from idp.oidc.tests.logout.receiver import BackChannel, listening
from idp.tests.browser.live import SHOPPER, free_ports, kept_environ
from idp.tests.journey import Pkce, answer_of
from idp.tests.live_provider import CONFIDENTIAL, Provider, running, sign_in
from tools.demo_plan import ROOT

pytestmark = pytest.mark.unmeasured

_AT_ONCE = 50
_TOLD_SECONDS = 120
_REDIRECT_URI = "http://localhost:5173/callback"
_COUNTS = """
import json
from idp.oidc.models import AccessToken, AuthorizationCode, RefreshToken
print(json.dumps({
    "spent": AuthorizationCode.objects.exclude(exchanged_at=None).count(),
    "access": AccessToken.objects.count(),
    "live": AccessToken.objects.filter(revoked_at=None).count(),
    "refresh": RefreshToken.objects.count(),
}))
"""
# The demo's backend, which is not running here, would be told of new accounts as well.
_NOTICES = ("--kind", "oidc.logout_notice")
_SIGN_OUT_EVERYBODY = """
from idp.login.models import SsoSession
from idp.login.services.end_session import end_session
for session in SsoSession.objects.filter(ended_at=None):
    end_session(sid=session.id, reason="revoked")
"""
_END_EVERY_LEASE = """
from idp.core import clock
from idp.outbox.models import Message
Message.objects.update(next_attempt_at=clock.now())
"""


@pytest.fixture(scope="module")
def provider(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Provider]:
    """One for most tests of this file."""
    with running(tmp_path_factory.mktemp("serve")) as made:
        yield made


def code_for(provider: Provider, pkce: Pkce) -> str:
    """Sign the shopper in through the pages, as a browser without scripts; the code the shop would receive."""
    request = {
        "client_id": "demo-spa", "redirect_uri": _REDIRECT_URI, "response_type": "code", "scope": "openid email orders",
        "state": "one", "nonce": "two", "code_challenge": pkce.challenge, "code_challenge_method": "S256",
    }  # fmt: skip
    with provider.browser() as browser:
        return answer_of(sign_in(browser, f"/oauth2/authorize?{urlencode(request)}"))["code"]


def test_a_provider_that_started_on_nothing_is_ready_and_complete(provider: Provider) -> None:
    assert provider.get("/healthz").json()["status"] == "ok"
    described = provider.get("/.well-known/openid-configuration").json()
    assert described["issuer"] == provider.issuer
    assert provider.get(described["jwks_uri"].removeprefix(provider.issuer)).json()["keys"]
    assert "[ ]" not in provider.manage("showmigrations", "--plan")


@pytest.mark.spec("RFC 6749", "4.1.2")
def test_fifty_redemptions_of_one_code_give_one_success(provider: Provider) -> None:
    pkce = Pkce()
    form = {
        "grant_type": "authorization_code",
        "client_id": "demo-spa",
        "code": code_for(provider, pkce),
        "redirect_uri": _REDIRECT_URI,
        "code_verifier": pkce.verifier,
    }
    starting_line = Barrier(_AT_ONCE)

    def redeem(client: httpx.Client) -> httpx.Response:
        starting_line.wait(timeout=60)
        return client.post("/oauth2/token", data=form)

    clients = [httpx.Client(base_url=provider.issuer, trust_env=False, timeout=60) for _ in range(_AT_ONCE)]
    # Connections are made before the race, so that the requests themselves meet.
    for client in clients:
        assert client.get("/healthz").status_code == 200
    with ThreadPoolExecutor(_AT_ONCE) as racers:
        answers = list(racers.map(redeem, clients))
    for client in clients:
        client.close()

    won = [answer for answer in answers if answer.status_code == 200]
    lost = [answer for answer in answers if answer.status_code != 200]
    assert (len(won), len(lost)) == (1, _AT_ONCE - 1)
    assert {(answer.status_code, answer.json()["error"]) for answer in lost} == {(400, "invalid_grant")}
    assert len({answer.json()["error_description"] for answer in lost}) == 1

    # No token beside the winner's; and since the code was used twice, that one is dead as well.
    counted = json.loads(provider.manage("shell", "-v", "0", "-c", _COUNTS))
    assert counted == {"spent": 1, "access": 1, "live": 0, "refresh": 0}
    bearer = {"Authorization": f"Bearer {won[0].json()['access_token']}"}
    assert provider.get("/oauth2/userinfo", bearer).status_code == 401


def tokens_of_a_client_that_listens(provider: Provider, channel: BackChannel) -> dict[str, str]:
    """The shop's tokens; it is to hear of the session's end here."""
    listen = f"Client.objects.filter(client_id='demo-spa').update(backchannel_logout_uri='{channel.uri}')"
    provider.manage("shell", "-v", "0", "-c", f"from idp.oidc.models import Client; {listen}")
    pkce = Pkce()
    form = {"grant_type": "authorization_code", "client_id": "demo-spa", "redirect_uri": _REDIRECT_URI}
    form |= {"code": code_for(provider, pkce), "code_verifier": pkce.verifier}
    tokens: dict[str, str] = httpx.post(f"{provider.issuer}/oauth2/token", data=form, trust_env=False, timeout=60).json()
    return tokens


def wait_until(what: Callable[[], bool]) -> None:
    deadline = time.monotonic() + _TOLD_SECONDS
    while not what():
        assert time.monotonic() < deadline
        time.sleep(0.05)


@pytest.mark.spec("OIDC Back-Channel Logout", "2.5")
def test_a_client_hears_from_the_worker_that_another_process_ended_a_session(provider: Provider) -> None:
    with listening() as channel:
        answer = tokens_of_a_client_that_listens(provider, channel)
        provider.manage("shell", "-v", "0", "-c", _SIGN_OUT_EVERYBODY)
        wait_until(lambda: bool(channel.heard))
    (token,) = channel.tokens
    keys = KeySet.import_key_set(provider.get("/oauth2/jwks").json())
    said, signed_in_as = (jwt.decode(text, keys, algorithms=["ES256"]).claims for text in (token, answer["id_token"]))
    assert [said[name] for name in ("iss", "aud", "sub", "sid")] == [signed_in_as[name] for name in ("iss", "aud", "sub", "sid")]
    assert "0 waiting, 0 given up" in provider.manage("outbox", *_NOTICES)


def workers(log: Path) -> list[int]:
    """Process ids of the delivery workers that said they started."""
    entries = [json.loads(line) for line in log.read_text("utf-8").splitlines() if line.startswith("{")]
    return [entry["pid"] for entry in entries if entry["event"] == "worker started"]


@pytest.mark.spec("OIDC Back-Channel Logout", "2.5")
def test_a_client_is_told_again_by_the_next_worker_when_one_was_killed_while_it_told(tmp_path: Path) -> None:
    log = tmp_path / "log"
    with running(tmp_path, log) as provider, listening() as channel:
        tokens_of_a_client_that_listens(provider, channel)
        channel.answering.clear()
        provider.manage("shell", "-v", "0", "-c", _SIGN_OUT_EVERYBODY)
        wait_until(lambda: bool(channel.heard))
        os.kill(workers(log)[0], signal.SIGKILL)
        wait_until(lambda: len(workers(log)) == 2)
        assert "1 waiting, 0 given up" in provider.manage("outbox", *_NOTICES)

        # What the dead one held is free for others once its lease is over.
        channel.answering.set()
        provider.manage("shell", "-v", "0", "-c", _END_EVERY_LEASE)
        wait_until(lambda: "0 waiting, 0 given up" in provider.manage("outbox", *_NOTICES))
        keys = KeySet.import_key_set(provider.get("/oauth2/jwks").json())
    first, second = (jwt.decode(token, keys, algorithms=["ES256"]).claims for token in channel.tokens)
    assert [first[name] for name in ("sid", "jti")] == [second[name] for name in ("sid", "jti")]


def test_kept_development_secrets_do_not_start_production(provider: Provider, tmp_path: Path) -> None:
    kept = json.loads((Path(provider.environ["IDP_STATE_DIR"]) / "secrets.json").read_text("utf-8"))
    production = {
        **kept_environ(),
        **{name: str(value) for name, value in kept.items()},
        "PORT": str(free_ports(1)[0]),
        "IDP_MODE": "production",
        "IDP_ISSUER": "https://id.example.com",
        "IDP_STATE_DIR": str(tmp_path),
        "DATABASE_URL": "postgres://idp@127.0.0.1:1/idp",
        "REDIS_URL": "redis://127.0.0.1:1/0",
    }
    done = subprocess.run(
        [sys.executable, "-m", "idp.config.serve"],
        cwd=ROOT,
        env=production,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 2
    named = {line.split()[1] for line in done.stderr.splitlines() if line.startswith("  - ")}
    assert named == {"IDP_SECRET_KEY", "IDP_ENCRYPTION_KEYS", "IDP_LOOKUP_KEY"}
    # What a refused value was is nobody's business.
    assert not [value for value in kept.values() if str(value) in done.stderr]


def hashing_program(provider: Provider) -> Path:
    """The `/proc` folder of the hashing process that a process of this provider started; there is exactly one."""
    programs = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            command, status = (folder / "cmdline").read_bytes(), (folder / "stat").read_text("utf-8")
        except (FileNotFoundError, ProcessLookupError):
            continue
        # After the name in parentheses: state, parent, process group.
        group = int(status.rpartition(")")[2].split()[2])
        if b"idp.accounts.hashing.program" in command and group == provider.process.pid:
            programs.append(folder)
    (only,) = programs
    return only


@pytest.mark.spec("OWASP ASVS 5.0", "11.4.2")
def test_passwords_are_hashed_in_a_process_that_yields_dies_alone_and_ends_with_the_provider(tmp_path: Path) -> None:
    with running(tmp_path) as provider:
        assert code_for(provider, Pkce())
        first = hashing_program(provider)
        assert os.getpriority(os.PRIO_PROCESS, int(first.name)) > os.getpriority(os.PRIO_PROCESS, provider.process.pid)
        seen = (first / "environ").read_bytes() + (first / "cmdline").read_bytes()
        kept = json.loads((tmp_path / "state" / "secrets.json").read_text("utf-8"))
        given = [provider.environ[f"{name}_CLIENT_SECRET"] for name in CONFIDENTIAL]
        assert not [secret for secret in (*map(str, kept.values()), *given, SHOPPER.password) if secret.encode() in seen]

        # Its death costs nobody their sign-in.
        os.kill(int(first.name), signal.SIGKILL)
        assert code_for(provider, Pkce())
        second = hashing_program(provider)
        assert second != first

        # A service manager tells the whole group.
        os.killpg(provider.process.pid, signal.SIGTERM)
        assert provider.process.wait(timeout=_TOLD_SECONDS) == 0
        deadline = time.monotonic() + _TOLD_SECONDS
        while second.exists() and time.monotonic() < deadline:
            time.sleep(0.05)
        assert not second.exists()
