"""The production server in one piece: it migrates, is ready, and serves fifty at once without giving a code away twice.

Runs on the stores that DATABASE_URL and REDIS_URL name, in a database of its own; the embedded default without them. Exit
statuses and refusals of `serve` are tested in `idp/config/tests/test_serve.py`.
"""

import json
import os
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Barrier
from urllib.parse import urlencode

import httpx
import psycopg
import pytest

from idp.tests.browser.live import SHOPPER, free_ports, kept_environ
from idp.tests.journey import Pkce, answer_of
from idp.tests.pages import read_page
from tools.demo_plan import ROOT

_AT_ONCE = 50
_START_SECONDS = 60
_REDIRECT_URI = "http://localhost:5173/callback"
_CONFIDENTIAL = ("DEMO_API", "FASHIONISTAR_BACKEND", "FASHIONISTAR_WEB_BFF")
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


@dataclass(frozen=True)
class Provider:
    """A running provider."""

    issuer: str
    environ: dict[str, str]
    process: "subprocess.Popen[bytes]"

    def manage(self, *arguments: str, stdin: str = "") -> str:
        """Run a management command on its database; what it printed."""
        command = [sys.executable, "manage.py", *arguments]
        done = subprocess.run(command, cwd=ROOT, env=self.environ, input=stdin, capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"{arguments[0]}: {done.stderr}"
        return done.stdout


@contextmanager
def own_database() -> Iterator[str]:
    """A new database on the server that DATABASE_URL names, forgotten afterwards; nothing for the embedded default."""
    url = os.environ.get("DATABASE_URL", "")
    if not url:
        yield ""
        return
    # `test_` as Django names what may be thrown away.
    name = f"test_idp_live_{secrets.token_hex(4)}"
    with psycopg.connect(url, autocommit=True) as server:
        server.execute(f'CREATE DATABASE "{name}"')
        try:
            yield f"{url.rpartition('/')[0]}/{name}"
        finally:
            server.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture(scope="module")
def provider(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Provider]:
    """The provider on an empty database, with the registrations and the shopper."""
    (port,) = free_ports(1)
    with own_database() as database:
        environ = {
            **kept_environ(),
            "PORT": str(port),
            "IDP_STATE_DIR": str(tmp_path_factory.mktemp("serve") / "state"),
            "DATABASE_URL": database,
            "REDIS_URL": os.environ.get("REDIS_URL", ""),
            **{f"{name}_CLIENT_SECRET": secrets.token_urlsafe(32) for name in _CONFIDENTIAL},
        }
        process = subprocess.Popen(
            [sys.executable, "-m", "idp.config.serve"],
            cwd=ROOT,
            env=environ,
            stdout=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            made = Provider(issuer=f"http://localhost:{port}", environ=environ, process=process)
            _wait_until_ready(made)
            made.manage("sync_clients", str(Path("clients") / "registry"))
            made.manage("create_user", "--email", SHOPPER.email, "--verified", "--password-stdin", stdin=SHOPPER.password)
            yield made
        finally:
            _stop(process)


def _wait_until_ready(provider: Provider) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline and provider.process.poll() is None:
        try:
            if httpx.get(f"{provider.issuer}/readyz", trust_env=False).status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    pytest.fail(f"the provider is not ready; exit {provider.process.poll()}")


def _stop(process: "subprocess.Popen[bytes]") -> None:
    """As an operator would; whatever is left of its group after that is made to end."""
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(timeout=10)
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def code_for(provider: Provider, pkce: Pkce) -> str:
    """Sign the shopper in through the pages, as a browser without scripts; the code the shop would receive."""
    request = {
        "client_id": "demo-spa", "redirect_uri": _REDIRECT_URI, "response_type": "code", "scope": "openid email orders",
        "state": "one", "nonce": "two", "code_challenge": pkce.challenge, "code_challenge_method": "S256",
    }  # fmt: skip
    with httpx.Client(base_url=provider.issuer, trust_env=False, timeout=30) as browser:
        page = _follow(browser, browser.get(f"/oauth2/authorize?{urlencode(request)}"))
        page = _follow(browser, _submitted(browser, page, username=SHOPPER.email))
        end = _follow(browser, _submitted(browser, page, password=SHOPPER.password))
    return answer_of(end.headers["Location"])["code"]


def _submitted(browser: httpx.Client, page: httpx.Response, **values: str) -> httpx.Response:
    return browser.post(page.url, data={**read_page(page.text).fields, **values})


def _follow(browser: httpx.Client, response: httpx.Response) -> httpx.Response:
    """Redirects within the provider; ends at a page, or at a redirect that leaves it."""
    while response.status_code == 303 and response.headers["Location"].startswith("/"):
        response = browser.get(response.headers["Location"])
    return response


def test_a_provider_that_started_on_nothing_is_ready_and_complete(provider: Provider) -> None:
    assert httpx.get(f"{provider.issuer}/healthz", trust_env=False).json()["status"] == "ok"
    described = httpx.get(f"{provider.issuer}/.well-known/openid-configuration", trust_env=False).json()
    assert described["issuer"] == provider.issuer
    assert httpx.get(described["jwks_uri"], trust_env=False).json()["keys"]
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
        starting_line.wait(timeout=30)
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
    assert httpx.get(f"{provider.issuer}/oauth2/userinfo", headers=bearer, trust_env=False).status_code == 401


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
        timeout=30,
    )
    assert done.returncode == 2
    named = {line.split()[1] for line in done.stderr.splitlines() if line.startswith("  - ")}
    assert named == {"IDP_SECRET_KEY", "IDP_ENCRYPTION_KEYS", "IDP_LOOKUP_KEY"}
    # What a refused value was is nobody's business.
    assert not [value for value in kept.values() if str(value) in done.stderr]
