"""A yes of the last seconds: kept where a service asks for that, never longer than it may, and never a no."""

import pytest

from fashionistar_auth.claims import TokenClaims, claims_from
from fashionistar_auth.conf import get_settings
from fashionistar_auth.introspection import Introspector
from fashionistar_auth.recent_answers import RecentAnswers
from fashionistar_auth.schemas import IntrospectionAnswer
from tests.conftest import Ask, Configure
from tests.provider import Provider

pytestmark = pytest.mark.django_db


class Time:
    """Both clocks, moved by the test."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


def claims(*, exp: int) -> TokenClaims:
    answer = IntrospectionAnswer.model_validate({"active": True, "sub": "u", "client_id": "c", "exp": exp})
    return claims_from(answer, {"active": True})


def test_a_service_that_asks_for_it_asks_once(configure: Configure, ask: Ask, provider: Provider) -> None:
    configure(CACHE_SECONDS=5)
    token = provider.grant()
    assert [ask("/me", token).status_code for _ in range(3)] == [200] * 3
    assert len(provider.seen) == 1
    # Another token is another question.
    assert ask("/me", provider.grant("another")).status_code == 200
    assert len(provider.seen) == 2


def test_a_no_is_asked_about_each_time(configure: Configure, ask: Ask, provider: Provider) -> None:
    configure(CACHE_SECONDS=5)
    assert [ask("/me", "unknown").status_code for _ in range(3)] == [401] * 3
    assert len(provider.seen) == 3


def test_a_yes_is_over_after_its_seconds_and_counted_from_the_question() -> None:
    time = Time()
    recent = RecentAnswers(5, clock=time, wall=time)
    recent.keep("t", claims(exp=9999), asked_at=time.seconds - 2)
    time.seconds += 2.9
    assert recent.find("t") is not None
    time.seconds += 0.1
    assert recent.find("t") is None


def test_it_never_outlives_the_token() -> None:
    time = Time()
    recent = RecentAnswers(5, clock=time, wall=time)
    recent.keep("t", claims(exp=1001), asked_at=time.seconds)
    assert recent.find("t") is not None
    time.seconds += 1
    assert recent.find("t") is None


def test_a_no_ends_an_older_yes() -> None:
    recent = RecentAnswers(5)
    recent.keep("t", claims(exp=9_999_999_999), asked_at=recent.now)
    recent.forget("t")
    assert recent.find("t") is None


def test_nothing_is_kept_unless_asked_for() -> None:
    assert get_settings().cache_seconds == 0
    recent = RecentAnswers(0)
    recent.keep("t", claims(exp=9_999_999_999), asked_at=recent.now)
    assert recent.find("t") is None


def test_it_does_not_grow_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fashionistar_auth.recent_answers._MOST", 2)
    recent = RecentAnswers(5)
    for token in ("a", "b", "c"):
        recent.keep(token, claims(exp=9_999_999_999), asked_at=recent.now)
    assert [recent.find(token) is not None for token in ("a", "b", "c")] == [False, True, True]


def test_each_introspector_keeps_its_own(configure: Configure, provider: Provider) -> None:
    configure(CACHE_SECONDS=5)
    token = provider.grant()
    for _ in range(2):
        introspector = Introspector(get_settings())
        assert introspector.introspect(token) is not None
        introspector.close()
    assert len(provider.seen) == 2
