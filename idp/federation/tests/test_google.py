"""Signing in with Google: whom it lets in, whom it never does, and what the person reads."""

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from pydantic import SecretStr
from pytest_django import Settings

from idp.accounts.models import UpstreamLink, User
from idp.accounts.services.change_password import store_password
from idp.accounts.services.passwords import hashed
from idp.accounts.services.set_active import set_active
from idp.accounts.services.upstream_links import unlink_upstream
from idp.audit.models import SecurityEvent
from idp.audit.services import record
from idp.audit.types import Event
from idp.conftest import PASSWORD
from idp.federation.tests.conftest import Traveller
from idp.federation.tests.mock_upstream import PERSON, MockUpstream
from idp.login.models import SsoSession
from idp.outbox.inbox import list_sent

EMAIL = "ngozi@example.com"
NAMES = {"given_name": "Ngozi", "family_name": "Eze"}


def join(traveller: Traveller, upstream: MockUpstream, role: str = "client") -> str:
    """Somebody new, through the page that asks; where that leads."""
    address, _page = traveller.after(traveller.sign_in_elsewhere(upstream))
    answer = traveller.send(address, {**NAMES, "role": role})
    assert answer.status_code == 303, answer.content
    return answer.headers["Location"]


def imported(**other: object) -> User:
    """As people who came by Google are moved in."""
    given = {"email": EMAIL, "email_verified": True, "auth_provider": "google", "password": "!", **other}
    user = User(**given)
    user.save(force_insert=True)
    return user


# --- Whom it lets in ----------------------------------------------------------------------------------------------------
@pytest.mark.spec("OIDC Core", "3.1.3.7")
def test_somebody_new_agrees_and_is_in(traveller: Traveller, upstream: MockUpstream) -> None:
    address, page = traveller.after(traveller.sign_in_elsewhere(upstream))
    assert address.endswith("/join")
    assert "Google confirmed that ngozi@example.com is yours" in page.text
    assert page.by_id["id_given_name"]["value"] == "Ngozi"
    # Before the button nothing of them is stored.
    assert not User.objects.exists()
    answer = traveller.send(address, {**NAMES, "role": "client"})
    assert answer.headers["Location"] == "/account"
    user, session = User.objects.get(), SsoSession.objects.get()
    assert (user.email, user.email_verified, user.name, user.role) == (EMAIL, True, "Ngozi Eze", "client")
    assert (user.auth_provider, user.has_usable_password(), user.is_staff) == ("google", False, False)
    assert (session.user_id, session.acr, session.amr) == (user.pk, "aal1", ["fed"])
    assert "Google now signs you in" in next(sent.subject for sent in list_sent() if "Google" in sent.subject)


def test_the_second_time_there_is_no_question(traveller: Traveller, upstream: MockUpstream) -> None:
    join(traveller, upstream)
    # Another e-mail there changes nothing here: who it is, `sub` says.
    upstream.person |= {"email": "other@example.com", "email_verified": False}
    again = Traveller()
    assert again.sign_in_elsewhere(upstream).headers["Location"] == "/account"
    assert User.objects.get().email == EMAIL
    assert SsoSession.objects.count() == 2


@pytest.mark.parametrize("role", ["admin", "super_client", "staff", "editor", ""])
def test_nobody_takes_a_role_of_the_platform(traveller: Traveller, upstream: MockUpstream, role: str) -> None:
    address, _page = traveller.after(traveller.sign_in_elsewhere(upstream))
    assert traveller.send(address, {**NAMES, "role": role}).status_code == 400
    assert not User.objects.exists()


@pytest.mark.spec("OWASP ASVS 5.0", "6.3.3")
def test_a_vendor_needs_a_second_factor_here_all_the_same(traveller: Traveller, upstream: MockUpstream) -> None:
    assert join(traveller, upstream, role="vendor").endswith("/set-up")
    assert not SsoSession.objects.exists()


def test_who_was_moved_in_with_google_as_the_only_way_is_linked_at_once(traveller: Traveller, upstream: MockUpstream) -> None:
    user = imported()
    assert traveller.sign_in_elsewhere(upstream).headers["Location"] == "/account"
    assert SsoSession.objects.get().user_id == user.pk
    assert UpstreamLink.objects.get().user_id == user.pk
    assert [sent.to for sent in list_sent() if "Google" in sent.subject] == [EMAIL]


# --- Whom it does not ---------------------------------------------------------------------------------------------------
@pytest.mark.spec("OIDC Core", "5.7")
@pytest.mark.parametrize(
    "difference",
    [
        {"auth_provider": "email"},
        {"password": "argon2$argon2id$v=19$m=8,t=1,p=1$c2FsdHNhbHQ$AAAAAAAAAAAAAAAAAAAAAA"},
        {"email_verified": False},
    ],
)
def test_another_account_with_the_address_is_proven_first(
    traveller: Traveller, upstream: MockUpstream, difference: dict[str, object]
) -> None:
    imported(**difference)
    address, page = traveller.after(traveller.sign_in_elsewhere(upstream))
    assert address.endswith("/password")
    assert "Google is not connected to an account here yet" in page.text
    assert not UpstreamLink.objects.exists()
    assert not SsoSession.objects.exists()


def test_another_google_account_of_the_same_address_is_no_way_in(traveller: Traveller, upstream: MockUpstream) -> None:
    imported()
    traveller.sign_in_elsewhere(upstream)
    upstream.person["sub"] = "999"
    other = Traveller()
    address, _page = other.after(other.sign_in_elsewhere(upstream))
    assert address.endswith("/password")
    assert UpstreamLink.objects.count() == 1


@pytest.mark.spec("OIDC Core", "5.7")
@pytest.mark.parametrize("since", ["connected", "connected and disconnected", "password taken out of use by staff"])
def test_who_has_been_at_home_here_waits_for_nobody_any_more(traveller: Traveller, upstream: MockUpstream, since: str) -> None:
    user = imported()
    if since == "connected":
        # Longer ago than the trail goes back.
        UpstreamLink.objects.create(user=user, provider="google", subject_index="x")
    elif since == "connected and disconnected":
        link = UpstreamLink.objects.create(user=user, provider="google", subject_index="x")
        record(event=Event.UPSTREAM_LINKED, user_id=user.pk)
        unlink_upstream(user_id=user.pk, link_id=link.pk)
    else:
        store_password(user=user, prepared=hashed(None), via="staff")
    address, _page = traveller.after(traveller.sign_in_elsewhere(upstream))
    assert address.endswith("/password")
    assert UpstreamLink.objects.count() == (since == "connected")
    assert not SsoSession.objects.exists()


def test_whoever_proves_the_account_is_linked_and_told(
    traveller: Traveller, upstream: MockUpstream, make_user: Callable[..., User]
) -> None:
    user = make_user(email=EMAIL)
    address, _page = traveller.after(traveller.sign_in_elsewhere(upstream))
    assert traveller.send(address, {"password": "wrong"}).status_code == 401
    assert not UpstreamLink.objects.exists()
    assert traveller.send(address, {"password": PASSWORD}).headers["Location"] == "/account"
    assert UpstreamLink.objects.get().user_id == user.pk
    assert SsoSession.objects.get().amr == ["pwd"]
    assert [sent.to for sent in list_sent() if "Google" in sent.subject] == [EMAIL]
    assert SecurityEvent.objects.get(event="upstream_linked").detail == {"provider": "Google", "via": "sign-in"}


def test_whoever_proves_another_account_is_not_linked(
    traveller: Traveller, upstream: MockUpstream, make_user: Callable[..., User]
) -> None:
    """Somebody left their Google account waiting in this browser, and went away."""
    upstream.person["email_verified"] = False
    make_user(email="bola@example.com")
    first, _page = traveller.after(traveller.sign_in_elsewhere(upstream))
    address = traveller.send(first, {"username": "bola@example.com"}).headers["Location"]
    assert traveller.send(address, {"password": PASSWORD}).headers["Location"] == "/account"
    assert not UpstreamLink.objects.exists()


def test_not_you_forgets_what_was_waiting(traveller: Traveller, upstream: MockUpstream, make_user: Callable[..., User]) -> None:
    make_user(email=EMAIL)
    address, _page = traveller.after(traveller.sign_in_elsewhere(upstream))
    first = f"{address.replace('password', 'identifier')}?restart=1"
    address = traveller.send(first, {"username": EMAIL}).headers["Location"]
    assert "not connected" not in traveller.page(address).text
    assert traveller.send(address, {"password": PASSWORD}).headers["Location"] == "/account"
    assert not UpstreamLink.objects.exists()


@pytest.mark.parametrize("email", ["Ngozi@Example.com", None, "no address"])
def test_an_unverified_address_leads_to_no_account_and_tells_nothing(
    traveller: Traveller, upstream: MockUpstream, make_user: Callable[..., User], email: str | None
) -> None:
    upstream.person |= {"email": email, "email_verified": False}
    address, page = traveller.after(traveller.sign_in_elsewhere(upstream))
    assert address.endswith("/identifier")
    make_user(email=EMAIL)
    other = Traveller()
    again, same = other.after(other.sign_in_elsewhere(upstream))
    assert again.endswith("/identifier")
    assert same.text == page.text
    assert "Google is not connected to an account here yet" in page.text


@pytest.mark.parametrize("claim", ["true", 1, "false", None, [True]])
def test_verified_is_the_truth_value_and_nothing_like_it(traveller: Traveller, upstream: MockUpstream, claim: object) -> None:
    upstream.claims = {"email_verified": claim}
    address, _page = traveller.after(traveller.sign_in_elsewhere(upstream))
    assert address.endswith("/identifier")


def test_a_disabled_account_stays_shut(traveller: Traveller, upstream: MockUpstream) -> None:
    join(traveller, upstream)
    set_active(user_id=User.objects.get().pk, active=False)
    answer = Traveller().sign_in_elsewhere(upstream)
    assert answer.status_code == 403
    assert "Your account cannot be used to sign in at the moment" in answer.content.decode()
    assert not SsoSession.objects.filter(ended_at__isnull=True).exists()


def test_a_link_that_is_removed_meanwhile_proves_nothing(
    traveller: Traveller, upstream: MockUpstream, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the way back and the session."""
    join(traveller, upstream)
    link = UpstreamLink.objects.get()
    from idp.login.services import establish_session

    honest: Any = establish_session.__dict__["hold_active_user"]

    def removed(user_id: uuid.UUID) -> Any:  # noqa: ANN401 - the honest one's
        unlink_upstream(user_id=link.user_id, link_id=link.pk)
        return honest(user_id)

    monkeypatch.setattr(establish_session, "hold_active_user", removed)
    assert Traveller().sign_in_elsewhere(upstream).status_code == 410
    assert SsoSession.objects.count() == 1


@pytest.mark.spec("OIDC Core", "5.7")
def test_a_link_on_a_prepared_account_goes_when_its_owner_comes(make_user: Callable[..., User]) -> None:
    from idp.accounts.identifiers import Email
    from idp.accounts.services.claim_account import claim_account

    user = make_user(email=EMAIL, email_verified=False)
    UpstreamLink.objects.create(user=user, provider="google", subject_index="x")
    claim_account(user=user, to=Email(EMAIL), via="email", password="!")
    assert not UpstreamLink.objects.exists()


def test_an_account_made_meanwhile_is_told(traveller: Traveller, upstream: MockUpstream, make_user: Callable[..., User]) -> None:
    address, _page = traveller.after(traveller.sign_in_elsewhere(upstream))
    make_user(email=EMAIL, password=SecretStr("x"))
    answer = traveller.send(address, {**NAMES, "role": "client"})
    assert answer.status_code == 401
    assert "An account with this address was created a moment ago" in answer.content.decode()
    assert not UpstreamLink.objects.exists()


# --- Where there is a button ----------------------------------------------------------------------------------------------
@pytest.mark.django_db
def test_off_there_is_no_button_and_no_address(settings: Settings) -> None:
    assert settings.IDP_UPSTREAMS == {}
    browser = Traveller()
    address = browser.begin()
    assert "sign-in-google" not in browser.page(address).by_id
    uid = address.split("/")[2]
    assert browser.send(f"/federation/google/{uid}", {}, token=browser.token(address)).status_code == 404
    assert Client().get("/federation/google/callback?state=x&code=y").status_code == 404


@pytest.mark.parametrize("wish", [{"fresh": True, "anew": True}, {"fresh": True, "strongest": True}])
def test_a_proof_that_must_be_made_now_is_made_here(traveller: Traveller, upstream: MockUpstream, wish: dict[str, bool]) -> None:
    address = traveller.begin(return_to="/account", **wish)
    assert "sign-in-google" not in traveller.page(address).by_id
    uid = address.split("/")[2]
    assert traveller.send(f"/federation/google/{uid}", {}, token=traveller.token(address)).status_code == 404


def test_what_is_asked_names_us_and_binds_the_answer(traveller: Traveller, upstream: MockUpstream) -> None:
    one, other = traveller.leave(), traveller.leave()
    assert (one["response_type"], one["scope"], one["code_challenge_method"]) == ("code", "openid email profile", "S256")
    assert one["redirect_uri"] == "http://localhost:8000/federation/google/callback"
    for name in ("state", "nonce", "code_challenge"):
        assert len(one[name]) == 43
        assert one[name] != other[name]
    assert str(PERSON["sub"]) not in str(one)
