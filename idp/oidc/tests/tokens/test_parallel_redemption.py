"""Fifty clients redeem one code at the same moment: one is served, and nothing else of them lives."""

import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

import pytest
from django.db import connection, connections

from idp.oidc.models import AccessToken, AuthorizationCode
from idp.oidc.tokens.format import checksum
from idp.tests.crowds import only_crowd
from idp.tests.journey import Answer, Browser, Pkce, answer_of
from idp.tests.parties import DEMO_API, SPA, introspect, json_of, obtain_code

PARALLEL = 50
Outcome = TypeVar("Outcome")
pytestmark = pytest.mark.django_db(transaction=True)


def at_once(work: Callable[[], Outcome], count: int, *, after_reading: str = "") -> list[Outcome]:
    """Run `work` in that many threads that start together, each with database connections of its own.

    With `after_reading`, a table's name, they meet again when each has read a row of it: the worst moment for a race.
    """
    start, read = threading.Barrier(count), threading.Barrier(count)
    met = threading.local()

    def meet(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:  # noqa: ANN401, FBT001 - Django's signature
        result = execute(sql, params, many, context)
        if sql.startswith("SELECT") and f'FROM "{after_reading}"' in sql and not hasattr(met, "once"):
            met.once = True
            read.wait(timeout=60)
        return result

    def run() -> Outcome:
        try:
            start.wait(timeout=60)
            with connection.execute_wrapper(meet):
                return work()
        finally:
            connections.close_all()

    with only_crowd(), ThreadPoolExecutor(max_workers=count) as pool:
        return [future.result() for future in [pool.submit(run) for _ in range(count)]]


@pytest.mark.spec("RFC 6749", "4.1.2")
@pytest.mark.spec("RFC 9700", "4.5")
def test_of_fifty_parallel_redemptions_exactly_one_is_served(browser: Browser) -> None:
    pkce = Pkce()
    code = obtain_code(browser, SPA, pkce)
    answers = at_once(lambda: SPA.exchange(code, pkce), PARALLEL, after_reading="oidc_authorizationcode")

    assert Counter(answer.status_code for answer in answers) == {200: 1, 400: PARALLEL - 1}
    assert {json_of(answer).get("error") for answer in answers} == {None, "invalid_grant"}
    # One row of one family; and since the others were valid replays, it is revoked: nothing of this code lives.
    token = AccessToken.objects.get()
    assert token.token_family == AuthorizationCode.objects.get(code=checksum(code)).token_family
    won = next(json_of(answer)["access_token"] for answer in answers if answer.status_code == 200)
    assert token.token_checksum == checksum(won)
    assert introspect(DEMO_API, won) == {"active": False}


@pytest.mark.spec("RFC 6749", "4.1.2")
def test_of_parallel_visits_to_one_interaction_one_gets_the_code(browser: Browser) -> None:
    path = SPA.kept_request(Pkce())
    browser.http.get("/")
    before = AuthorizationCode.objects.count()
    cookies = browser.http.cookies.output(header="", sep=";")

    def visit() -> Answer:
        mine = Browser()
        mine.http.cookies.load(cookies)
        return mine.http.get(path)

    answers = at_once(visit, 8, after_reading="login_ssosession")
    assert Counter(answer.status_code for answer in answers) == {303: 1, 410: 7}
    assert ["code" in answer_of(answer["Location"]) for answer in answers if answer.status_code == 303] == [True]
    assert AuthorizationCode.objects.count() == before + 1
