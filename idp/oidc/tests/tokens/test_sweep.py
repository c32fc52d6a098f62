"""The clean-up of codes and tokens: rows go, no answer changes."""

import datetime as dt
from collections.abc import Callable
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from time_machine import TimeMachineFixture

from idp.accounts.models import User
from idp.accounts.services.set_active import set_active
from idp.core.chores import chores
from idp.login.models import SsoSession
from idp.login.services.end_session import end_session
from idp.login.types import EndReason
from idp.oidc.models import AccessToken, AuthorizationCode, Client, RefreshToken
from idp.oidc.tests.fixtures import signed_in
from idp.oidc.tokens.sweep import sweep_tokens
from idp.tests.journey import Browser, Pkce
from idp.tests.parties import MOBILE, SPA, json_of, obtain_code, obtain_tokens

DAY = 24 * 3600
Later = Callable[[float], None]
CODES = AuthorizationCode._meta.db_table
SCOPE = "openid offline_access"


@pytest.fixture
def later(time_machine: TimeMachineFixture) -> Later:
    """Let this many seconds pass."""
    time_machine.move_to(dt.datetime.now(tz=dt.UTC), tick=False)
    return time_machine.shift


def _refreshed(token: str) -> str:
    answer = MOBILE.post("/oauth2/token", {"grant_type": "refresh_token", "refresh_token": token})
    assert answer.status_code == 200, answer.content
    return str(json_of(answer)["refresh_token"])


def _refused(token: str) -> str:
    answer = MOBILE.post("/oauth2/token", {"grant_type": "refresh_token", "refresh_token": token})
    assert answer.status_code == 400
    return str(json_of(answer)["error"])


def test_nothing_that_lives_goes(browser: Browser) -> None:
    obtain_tokens(browser, SPA)
    obtain_tokens(browser, MOBILE, scope=SCOPE)
    obtain_code(browser, SPA, Pkce())
    assert sweep_tokens() == {"access_tokens": 0, "refresh_tokens": 0, "codes": 0, "sessions": 0}


def test_all_goes_when_all_is_over(browser: Browser, later: Later) -> None:
    obtain_tokens(browser, SPA)
    _refreshed(obtain_tokens(browser, MOBILE, scope=SCOPE)["refresh_token"])
    obtain_code(browser, SPA, Pkce())
    later(31 * DAY + 60)
    assert sweep_tokens() == {"access_tokens": 3, "refresh_tokens": 2, "codes": 3, "sessions": 0}
    later(91 * DAY)
    assert sweep_tokens() == {"access_tokens": 0, "refresh_tokens": 0, "codes": 0, "sessions": 1}
    assert not any(model.objects.exists() for model in (AccessToken, RefreshToken, AuthorizationCode, SsoSession))


@pytest.mark.spec("RFC 9700", "4.14.2")
def test_a_replaced_refresh_token_still_kills_its_family(browser: Browser, later: Later) -> None:
    first = obtain_tokens(browser, MOBILE, scope=SCOPE)["refresh_token"]
    newest = _refreshed(_refreshed(first))
    later(29 * DAY)
    sweep_tokens()
    assert _refused(first) == "invalid_grant"
    assert _refused(newest) == "invalid_grant"


@pytest.mark.spec("RFC 6749", "4.1.2")
def test_a_spent_code_still_kills_its_family(browser: Browser, later: Later) -> None:
    pkce = Pkce()
    code = obtain_code(browser, MOBILE, pkce, scope=SCOPE)
    token = str(json_of(MOBILE.exchange(code, pkce))["refresh_token"])
    later(20 * DAY)
    sweep_tokens()
    newest = _refreshed(token)
    assert MOBILE.exchange(code, pkce).status_code == 400
    assert _refused(newest) == "invalid_grant"


def test_an_unspent_code_goes_a_day_after_its_end(browser: Browser, later: Later) -> None:
    AuthorizationCode.objects.all().delete()
    obtain_code(browser, SPA, Pkce())
    later(DAY)
    assert sweep_tokens()["codes"] == 0
    later(120)
    assert sweep_tokens()["codes"] == 1


def test_codes_that_must_stay_are_walked_through_once_a_run(browser: Browser, later: Later) -> None:
    obtain_tokens(browser, MOBILE, scope=SCOPE)
    kept = AuthorizationCode.objects.get()
    _copies(kept, 501, token_family=kept.token_family)
    _copies(kept, 501)
    later(20 * DAY)
    with CaptureQueriesContext(connection) as asked:
        assert sweep_tokens()["codes"] == 501
    batches = [query["sql"] for query in asked if query["sql"].startswith("SELECT") and f'FROM "{CODES}"' in query["sql"]]
    assert [f'"{CODES}"."expires" >= ' in sql for sql in batches if "LIMIT 500" in sql] == [False, True, True, True]
    assert AuthorizationCode.objects.filter(token_family=kept.token_family).count() == 502 == AuthorizationCode.objects.count()


def _copies(code: AuthorizationCode, count: int, **given: object) -> None:
    """As many codes of the same moment; each of a family of its own, if none is given."""
    facts = {field.attname: getattr(code, field.attname) for field in code._meta.concrete_fields}
    for name in ("id", "code", "token_family"):
        del facts[name]
    AuthorizationCode.objects.bulk_create(AuthorizationCode(**facts, **given, code=f"{uuid4().hex:0>64}") for _ in range(count))


def test_a_session_stays_as_long_as_ending_it_would_end_a_token(shopper: User, clients: None, later: Later) -> None:
    # The registration lets this client's chains outlive everything else.
    Client.objects.filter(client_id=MOBILE.client_id).update(refresh_token_max_lifetime_seconds=400 * DAY)
    newest = _refreshed(obtain_tokens(signed_in(shopper), MOBILE, scope=SCOPE)["refresh_token"])
    later(200 * DAY)
    assert sweep_tokens()["sessions"] == 0
    assert end_session(sid=SsoSession.objects.get().pk, reason=EndReason.REVOKED)
    assert _refused(newest) == "invalid_grant"


def test_a_disabled_account_loses_the_tokens_of_an_expired_session(shopper: User, clients: None, later: Later) -> None:
    Client.objects.filter(client_id=MOBILE.client_id).update(refresh_token_max_lifetime_seconds=400 * DAY)
    newest = _refreshed(obtain_tokens(signed_in(shopper), MOBILE, scope=SCOPE)["refresh_token"])
    later(200 * DAY)
    sweep_tokens()
    for active in (False, True):
        set_active(user_id=shopper.pk, active=active)
    assert _refused(newest) == "invalid_grant"


def test_the_worker_does_it() -> None:
    assert [chore.run for chore in chores() if chore.name == "oidc-sweep-tokens"] == [sweep_tokens]
