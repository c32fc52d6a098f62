"""Redis is down, refuses, is slow or hangs while copies lie in it: no answer is another one, during the fault and after it."""

import pytest

from idp.copies import line as copies_line
from idp.copies.models import UndeliveredMark
from idp.fast_path.tests.stores import Store
from idp.login.models import SsoSession
from idp.login.services.end_session import end_session
from idp.tests.fault_proxy import FaultProxy, Line
from idp.tests.journey import Browser
from idp.tests.parties import BACKEND, SPA, WEB, introspect, obtain_tokens, userinfo
from idp.tests.test_redis_faults import FAULTS, line

__all__ = ["line"]

pytestmark = [pytest.mark.django_db, pytest.mark.spec("OWASP ASVS 5.0", "16.5.2")]
INACTIVE = {"active": False}


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name.lower())
def test_what_ends_during_a_fault_is_over_during_and_after_it(
    line: FaultProxy, store: Store, browser: Browser, answered: list[str], fault: Line
) -> None:
    ended, kept = (obtain_tokens(browser, party, scope="openid email")["access_token"] for party in (SPA, WEB))
    store.clear()
    for _ in range(2):
        assert introspect(BACKEND, ended)["active"]
        assert introspect(BACKEND, kept)["active"]
    assert len(answered) == 2
    line.turn(fault)
    assert SPA.post("/oauth2/revoke", {"token": ended}).status_code == 200
    assert introspect(BACKEND, ended) == INACTIVE
    assert introspect(BACKEND, kept)["active"]
    assert userinfo(ended).status_code == 401
    # The old connection and a new one were tried once; nobody waits after that.
    assert line.asked <= 2
    assert UndeliveredMark.objects.exists()
    # Redis is back, with every copy that it held.
    line.turn(Line.WORKS)
    copies_line.wake()
    assert introspect(BACKEND, ended) == INACTIVE
    assert introspect(BACKEND, kept)["active"]
    assert not UndeliveredMark.objects.exists()
    end_session(sid=SsoSession.objects.get().pk, reason="revoked")
    assert introspect(BACKEND, kept) == INACTIVE


def test_another_run_of_the_server_has_no_copies(
    store: Store, browser: Browser, answered: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    token = obtain_tokens(browser, WEB, scope="openid email")["access_token"]
    store.clear()
    for _ in range(2):
        assert introspect(BACKEND, token)["active"]
    assert len(answered) == 1
    run = copies_line.evaluate(b"return ARGV[1]", []).rpartition(b":")[0].rpartition(b":")[2]
    assert len(run) == 40
    line = copies_line._thread.line
    assert line is not None
    monkeypatch.setattr(line, "prefix", line.prefix.replace(run, b"0" * 40))
    assert introspect(BACKEND, token)["active"]
    assert len(answered) == 1
