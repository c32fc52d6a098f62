"""The native reference (`make mobile-demo`) as a program of its own, against a running provider, answered by a browser."""

import importlib
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from idp.tests.browser.live import SHOPPER
from idp.tests.live_provider import Provider, follow, submitted
from tools.demo_plan import ROOT

pytestmark = pytest.mark.unmeasured

_SECONDS = 120


@contextmanager
def app(issuer: str, *more: str) -> Iterator["subprocess.Popen[str]"]:
    """The program, ended if the test did not."""
    command = [sys.executable, "clients/mobile/native_sign_in.py", "--no-browser", f"--issuer={issuer}", *more]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def address_shown(process: "subprocess.Popen[str]") -> str:
    """The next address that the program asks to be opened."""
    assert process.stdout is not None
    for line in process.stdout:
        if line.startswith("   http"):
            return line.strip()
    raise AssertionError(process.stderr.read() if process.stderr else "")


def consented(browser: httpx.Client, url: str, decision: str) -> str:
    """Through the pages, the consent that a loopback address always asks for included; where the browser is sent."""
    page = follow(browser, browser.get(url))
    page = follow(browser, submitted(browser, page, username=SHOPPER.email))
    page = follow(browser, submitted(browser, page, password=SHOPPER.password))
    assert "decision" in page.text
    return follow(browser, submitted(browser, page, decision=decision)).headers["Location"]


@pytest.mark.spec("RFC 8252", "7.3")
def test_an_app_signs_in_refreshes_and_signs_out(provider: Provider) -> None:
    with app(provider.issuer) as process, provider.browser() as browser:
        answer = consented(browser, address_shown(process), "allow")
        assert httpx.get(answer, trust_env=False, timeout=_SECONDS).status_code == 200
        leaving = address_shown(process)
        _words, complaints = process.communicate(timeout=_SECONDS)
        assert (process.returncode, complaints) == (0, "")
        assert "You are signed out" in follow(browser, browser.get(leaving)).text


def test_a_no_is_a_sentence(provider: Provider) -> None:
    with app(provider.issuer) as process, provider.browser() as browser:
        httpx.get(consented(browser, address_shown(process), "deny"), trust_env=False, timeout=_SECONDS)
        _words, complaints = process.communicate(timeout=_SECONDS)
    assert (process.returncode, complaints.strip()) == (1, "You said no; nobody was signed in.")


@pytest.mark.parametrize(
    ("altered", "sentence"),
    [
        ({"state": "another"}, "does not belong to this sign-in"),
        ({"iss": "https://evil.example"}, "from another provider"),
        ({"code": "made-up"}, ""),
    ],
)
@pytest.mark.spec("RFC 9207", "2.4")
def test_an_answer_that_is_not_ours_gets_nowhere(provider: Provider, altered: dict[str, str], sentence: str) -> None:
    with app(provider.issuer) as process:
        asked = {name: values[0] for name, values in parse_qs(urlsplit(address_shown(process)).query).items()}
        answer = {"state": asked["state"], "iss": provider.issuer, "code": "c"} | altered
        # Whatever else arrives first, an icon or a scan, does not count as the answer.
        assert httpx.get(asked["redirect_uri"].replace("/callback", "/favicon.ico"), trust_env=False).status_code == 404
        httpx.get(asked["redirect_uri"], params=answer, trust_env=False, timeout=_SECONDS)
        _words, complaints = process.communicate(timeout=_SECONDS)
    assert process.returncode == 1
    assert sentence in complaints
    assert "Traceback" not in complaints


def test_a_provider_that_is_not_there_is_a_sentence() -> None:
    with app("http://127.0.0.1:9") as process:
        _words, complaints = process.communicate(timeout=_SECONDS)
    assert process.returncode == 1
    assert "cannot be reached" in complaints


def test_a_browser_that_is_closed_at_once_has_brought_its_answer(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "clients" / "mobile"))
    loopback = importlib.import_module("loopback")
    monkeypatch.setattr(loopback, "_ANSWER_SECONDS", 2)
    with loopback.Listener() as listener:
        with socket.create_connection(("127.0.0.1", urlsplit(listener.redirect_uri).port)) as browser:
            browser.sendall(b"GET /callback?code=c&state=s HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert listener.wait() == {"code": "c", "state": "s"}
    assert "Traceback" not in capsys.readouterr().err
