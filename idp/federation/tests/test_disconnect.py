"""Disconnecting a service on the security page: with a proof made just now, and never the last way in."""

from collections.abc import Callable

import pytest

from idp.accounts.models import UpstreamLink, User
from idp.authenticators.tests.conftest import age, signed_in
from idp.federation.tests.conftest import Traveller
from idp.federation.tests.mock_upstream import MockUpstream
from idp.login.models import SsoSession
from idp.login.tests.browser import Browser
from idp.outbox.inbox import list_sent

PAGE = "/account/security"


@pytest.fixture
def link(make_user: Callable[..., User]) -> UpstreamLink:
    """Of somebody with a password."""
    user = make_user(email="ada@example.com")
    return UpstreamLink.objects.create(user=user, provider="google", subject_index="x")


def disconnect(browser: Browser, link: UpstreamLink) -> tuple[int, str]:
    answer = browser.send(PAGE, {"act": "disconnect", "link": str(link.pk)})
    return answer.status_code, answer.content.decode()


def test_it_is_listed_and_goes_and_everybody_hears(link: UpstreamLink) -> None:
    other = SsoSession.objects.filter(user=link.user)
    signed_in(link.user)
    browser = signed_in(link.user)
    assert "Disconnect Google" in browser.page(PAGE).text
    assert disconnect(browser, link)[0] == 303
    assert not UpstreamLink.objects.exists()
    assert other.filter(ended_at__isnull=True).count() == 1
    assert "Sign-in with other services" not in browser.page(PAGE).text
    assert "Google no longer signs you in to your account" in [sent.subject for sent in list_sent()]


def test_the_last_way_in_stays(traveller: Traveller, upstream: MockUpstream) -> None:
    address, _page = traveller.after(traveller.sign_in_elsewhere(upstream))
    traveller.send(address, {"given_name": "Ngozi", "family_name": "Eze", "role": "client"})
    status, page = disconnect(traveller, UpstreamLink.objects.get())
    assert (status, "This is the only way in to your account" in page) == (409, True)
    assert UpstreamLink.objects.exists()


def test_an_old_proof_changes_nothing(link: UpstreamLink) -> None:
    browser = signed_in(link.user)
    token = browser.token(PAGE)
    age(link.user, 601)
    answer = browser.send(PAGE, {"act": "disconnect", "link": str(link.pk)}, token=token)
    assert answer.status_code == 403
    assert UpstreamLink.objects.exists()


def test_nobody_elses(link: UpstreamLink, make_user: Callable[..., User]) -> None:
    assert disconnect(signed_in(make_user(email="bola@example.com")), link)[0] == 404
    assert UpstreamLink.objects.exists()
