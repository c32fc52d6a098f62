"""Google and Facebook by the account API: the page's rules, in the envelope, for the person alone."""

import uuid
from collections.abc import Callable

import pytest
from pytest_django import DjangoAssertNumQueries

from idp.account_api.schemas import ConnectedServicesAnswer
from idp.account_api.tests.conftest import token_of
from idp.account_api.tests.test_authenticators import caller
from idp.accounts.models import UpstreamLink, User
from idp.authenticators.selectors import connected_services
from idp.authenticators.tests.conftest import age, signed_in
from idp.core.envelope import Failure
from idp.login.strength import FRESH_SECONDS
from idp.login.tests.browser import Browser
from idp.outbox.inbox import list_sent
from idp.tests import journey
from idp.tests.parties import SPA, json_of

pytestmark = pytest.mark.django_db

ROOT = "/api/v1/account/services"


def link(user: User, provider: str = "google") -> UpstreamLink:
    """As if this person had signed in there."""
    return UpstreamLink.objects.create(user=user, provider=provider, subject_index=f"{provider}-of-{user.pk}")


def without_password(user: User) -> None:
    """As somebody who came by another service and never chose one."""
    user.set_unusable_password()
    user.save(update_fields=["password"])


def refused(answer: journey.Answer) -> tuple[int, str]:
    """The status, and the code of a refusal with its sentence."""
    body = Failure.model_validate_json(answer.content)
    assert body.message.endswith(".")
    return answer.status_code, body.code


# --- Whom it is for ---------------------------------------------------------------------------------------------------
def test_no_application_gets_in_and_a_cookie_alone_changes_nothing(browser: journey.Browser, shopper: User) -> None:
    token, google = token_of(browser, SPA, "openid profile"), link(shopper)
    for method, path in (("get", ROOT), ("delete", f"{ROOT}/{google.pk}")):
        sent = getattr(Browser(), method)
        assert refused(sent(path, headers={"authorization": f"Bearer {token}"})) == (403, "person_only")
        assert sent(path).status_code in {401, 403}
    assert refused(signed_in(shopper).delete(f"{ROOT}/{google.pk}")) == (403, "csrf_failed")
    assert UpstreamLink.objects.filter(pk=google.pk).exists()


def test_nobody_elses(ada: User, make_user: Callable[..., User]) -> None:
    theirs = link(make_user(email="bola@example.com"))
    call = caller(signed_in(ada))
    assert json_of(call("get", ROOT))["data"] == {"services": []}
    assert refused(call("delete", f"{ROOT}/{theirs.pk}")) == refused(call("delete", f"{ROOT}/{uuid.UUID(int=1)}"))
    assert UpstreamLink.objects.filter(pk=theirs.pk).exists()


# --- What it does -----------------------------------------------------------------------------------------------------
def test_they_are_listed_and_one_goes(ada: User) -> None:
    first, second = link(ada), link(ada, "facebook")
    elsewhere, here = signed_in(ada), signed_in(ada)
    call = caller(here)
    listed = ConnectedServicesAnswer.model_validate_json(call("get", ROOT).content).data
    assert listed is not None
    assert [(one.id, one.name) for one in listed.services] == [(first.pk, "Google"), (second.pk, "Facebook")]
    # Who the person is there stays there.
    assert first.subject_index not in call("get", ROOT).content.decode()

    answer = call("delete", f"{ROOT}/{first.pk}")
    assert json_of(answer)["message"] == "Disconnected. It does not sign you in any more."
    assert list(UpstreamLink.objects.all()) == [second]
    assert [browser.get(ROOT).status_code for browser in (elsewhere, here)] == [401, 200]
    assert "Google no longer signs you in to your account" in [sent.subject for sent in list_sent()]
    # A second tab is told that it is gone.
    assert refused(call("delete", f"{ROOT}/{first.pk}"))[0] == 404


@pytest.mark.spec("OWASP ASVS 5.0", "7.5.1")
def test_an_old_sign_in_reads_and_changes_nothing(ada: User) -> None:
    google = link(ada)
    call = caller(signed_in(ada))
    age(ada, FRESH_SECONDS + 1)
    assert call("get", ROOT).status_code == 200
    assert refused(call("delete", f"{ROOT}/{google.pk}")) == (403, "step_up_required")
    assert UpstreamLink.objects.filter(pk=google.pk).exists()


def test_the_only_way_in_stays_whatever_else_it_is_beside(ada: User) -> None:
    google, facebook = link(ada), link(ada, "facebook")
    call = caller(signed_in(ada))
    without_password(ada)
    assert call("delete", f"{ROOT}/{facebook.pk}").status_code == 200
    assert refused(call("delete", f"{ROOT}/{google.pk}")) == (409, "last_way_in")
    assert list(UpstreamLink.objects.all()) == [google]


def test_a_list_costs_one_query(ada: User, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    link(ada)
    link(ada, "facebook")
    with django_assert_num_queries(1):
        assert len(connected_services(ada).services) == 2
