"""Ways back that are wrong: each is a page with a sentence and a way on, and nobody is signed in."""

import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import pytest
from django.http import HttpResponse
from joserfc.jwk import RSAKey
from pytest_django import Settings

from idp.accounts.models import UpstreamLink, User
from idp.federation import asking
from idp.federation.tests.conftest import Traveller
from idp.federation.tests.mock_upstream import MockUpstream
from idp.login.models import SsoSession
from idp.oidc.client_auth import remote_keys

NOT_BELIEVED = "We could not make sure that the answer of the other service is genuine"
DOWN = "The other service does not answer right now"


def back(traveller: Traveller, provider: str = "google", **answer: str) -> HttpResponse:
    got: Any = traveller.get(f"/federation/{provider}/callback?{urlencode(answer)}")
    return got  # type: ignore[no-any-return]  # Django's test client has no public type for it


def refused(answer: HttpResponse, status: int, sentence: str, way_on: str = "Sign in another way") -> None:
    """A page that says it, and leads on; nothing was stored."""
    page = answer.content.decode()
    assert (answer.status_code, sentence in page, way_on in page) == (status, True, True), page
    assert [model.objects.count() for model in (User, UpstreamLink, SsoSession)] == [0, 0, 0]


# --- The answer itself ----------------------------------------------------------------------------------------------------
def test_whoever_says_no_can_sign_in_another_way(traveller: Traveller, upstream: MockUpstream) -> None:
    asked = traveller.leave()
    answer = back(traveller, state=asked["state"], error="access_denied")
    refused(answer, 403, "The other service did not tell us who you are")
    assert traveller.begin().rpartition("/")[2] == "identifier"


@pytest.mark.spec("RFC 9700", "4.7")
@pytest.mark.parametrize("state", ["", "x", "A" * 43])
def test_a_way_back_that_nobody_began(traveller: Traveller, upstream: MockUpstream, state: str) -> None:
    traveller.leave()
    refused(back(traveller, state=state, code="c"), 410, "Please start the sign-in again", "Sign in")


@pytest.mark.spec("RFC 9700", "4.7")
def test_a_way_back_counts_once(traveller: Traveller, upstream: MockUpstream) -> None:
    asked = traveller.leave()
    assert traveller.come_back(upstream, asked).status_code == 303
    refused(traveller.come_back(upstream, asked), 410, "Please start the sign-in again", "Sign in")


@pytest.mark.spec("RFC 9700", "4.7")
def test_a_way_back_counts_in_its_browser_and_is_not_spoilt_by_another(traveller: Traveller, upstream: MockUpstream) -> None:
    asked = traveller.leave()
    other = Traveller()
    other.key()
    refused(other.come_back(upstream, asked), 403, "started in another browser", "start page")
    assert traveller.come_back(upstream, asked).status_code == 303


@pytest.mark.spec("RFC 9700", "4.4")
def test_an_answer_of_one_service_is_not_anothers(traveller: Traveller, upstream: MockUpstream) -> None:
    asked = traveller.leave("google")
    asked["redirect_uri"] = asked["redirect_uri"].replace("google", "facebook")
    refused(traveller.come_back(upstream, asked), 410, "Please start the sign-in again", "Sign in")


@pytest.mark.spec("RFC 9207", "2.4")
def test_a_mixed_up_issuer_is_not_believed(traveller: Traveller, upstream: MockUpstream) -> None:
    upstream.answer = {"iss": "https://accounts.evil.example"}
    refused(traveller.sign_in_elsewhere(upstream), 403, NOT_BELIEVED)
    # Nor is a refusal in another's name.
    asked = traveller.leave()
    refused(back(traveller, state=asked["state"], error="x", iss="https://accounts.evil.example"), 403, NOT_BELIEVED)
    upstream.answer = {"iss": upstream.origin}
    assert traveller.sign_in_elsewhere(upstream).status_code == 303


@pytest.mark.parametrize("code", ["", "x" * 5000])
def test_no_code_is_no_answer(traveller: Traveller, upstream: MockUpstream, code: str) -> None:
    refused(back(traveller, state=traveller.leave()["state"], code=code), 403, NOT_BELIEVED)
    assert upstream.refused == []


def test_a_member_sent_twice_is_refused(traveller: Traveller, upstream: MockUpstream) -> None:
    state = traveller.leave()["state"]
    answer = traveller.get(f"/federation/google/callback?state={state}&code=a&code=b")
    assert answer.status_code == 400


def test_a_code_of_somebody_else_is_refused_there(traveller: Traveller, upstream: MockUpstream) -> None:
    """Injected into the way back: the verifier does not fit (RFC 9700 §4.5)."""
    asked = traveller.leave()
    upstream.waiting["stolen"] = Traveller().leave()
    refused(back(traveller, state=asked["state"], code="stolen"), 403, NOT_BELIEVED)
    assert upstream.refused == ["invalid_grant"]


def test_a_sign_in_that_ended_meanwhile(traveller: Traveller, upstream: MockUpstream) -> None:
    from idp.login.state import logins

    address = traveller.begin(return_to="/account")
    uid = address.split("/")[2]
    answer = traveller.send(f"/federation/google/{uid}", {}, token=traveller.token(address))
    asked = dict(part.split("=") for part in answer.headers["Location"].partition("?")[2].split("&"))
    logins.discard(uid)
    upstream.waiting["c"] = {**asked, "redirect_uri": "http://localhost:8000/federation/google/callback"}
    refused(back(traveller, state=asked["state"], code="c"), 410, "expired or was used already", "start page")


def test_methods(traveller: Traveller, upstream: MockUpstream) -> None:
    address = traveller.begin()
    token, uid = traveller.token(address), address.split("/")[2]
    assert traveller.get(f"/federation/google/{uid}").status_code == 405
    assert traveller.send("/federation/google/callback", {}, token=token).status_code == 405
    assert traveller.post(f"/federation/google/{uid}").status_code == 403
    assert traveller.send(f"/federation/myspace/{uid}", {}, token=token).status_code == 404


def test_another_browsers_sign_in_does_not_leave(traveller: Traveller, upstream: MockUpstream) -> None:
    uid = Traveller().begin().split("/")[2]
    token = traveller.token(traveller.begin())
    assert traveller.send(f"/federation/google/{uid}", {}, token=token).status_code == 403


# --- The ID token ---------------------------------------------------------------------------------------------------------
@pytest.mark.spec("OIDC Core", "3.1.3.7")
@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "https://accounts.evil.example"}, {"iss": None},
        {"aud": "another-client"}, {"aud": ["fashionistar-at-upstream", "another-client"]}, {"aud": None},
        {"azp": "another-client"}, {"azp": None, "aud": []},
        {"exp": int(time.time()) - 3600}, {"exp": None}, {"exp": "tomorrow"},
        {"nonce": "another"}, {"nonce": None}, {"nonce": ["x"]},
        {"sub": None}, {"sub": ""}, {"sub": 7}, {"sub": "x" * 256}, {"sub": "ñ"},
    ],
)  # fmt: skip
def test_an_id_token_that_is_not_for_this_is_not_believed(
    traveller: Traveller, upstream: MockUpstream, claims: dict[str, Any]
) -> None:
    upstream.claims = claims
    refused(traveller.sign_in_elsewhere(upstream), 403, NOT_BELIEVED)


@pytest.mark.spec("OIDC Core", "3.1.3.7")
def test_a_token_that_somebody_else_signed_is_not_believed(traveller: Traveller, upstream: MockUpstream) -> None:
    upstream.signing_key = RSAKey.generate_key(2048, {"kid": "first"})
    refused(traveller.sign_in_elsewhere(upstream), 403, NOT_BELIEVED)


@pytest.mark.parametrize("answer", [{}, {"id_token": None}, {"id_token": "x.y.z"}, {"id_token": "eyJhbGciOiJub25lIn0.e30."}])
def test_no_token_is_not_believed(
    traveller: Traveller, upstream: MockUpstream, monkeypatch: pytest.MonkeyPatch, answer: dict[str, Any]
) -> None:
    monkeypatch.setattr(upstream, "tokens", lambda _form: answer)
    refused(traveller.sign_in_elsewhere(upstream), 403, NOT_BELIEVED)


@pytest.mark.parametrize("status", [201, 400, 401, 403])
def test_what_comes_with_a_refusal_is_not_believed(traveller: Traveller, upstream: MockUpstream, status: int) -> None:
    """However right it looks."""
    upstream.status = status
    refused(traveller.sign_in_elsewhere(upstream), 403, NOT_BELIEVED)


# --- The service is down --------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("status", [500, 503, 429])
def test_a_service_in_trouble_is_told_of(traveller: Traveller, upstream: MockUpstream, status: int) -> None:
    upstream.status = status
    refused(traveller.sign_in_elsewhere(upstream), 503, DOWN)


def test_a_service_that_is_gone_is_told_of(traveller: Traveller, upstream: MockUpstream) -> None:
    asked = traveller.leave()
    upstream.close()
    refused(back(traveller, state=asked["state"], code="c"), 503, DOWN)


@pytest.mark.parametrize("body", [[1], "x", None])
def test_an_answer_that_is_no_object_is_told_of(
    traveller: Traveller, upstream: MockUpstream, monkeypatch: pytest.MonkeyPatch, body: object
) -> None:
    monkeypatch.setattr(upstream, "tokens", lambda _form: body)
    refused(traveller.sign_in_elsewhere(upstream), 503, DOWN)


def test_keys_that_cannot_be_had_are_told_of(traveller: Traveller, upstream: MockUpstream, settings: Settings) -> None:
    from dataclasses import replace

    google = settings.IDP_UPSTREAMS["google"]
    settings.IDP_UPSTREAMS = {"google": replace(google, keys_url="http://127.0.0.1:1/keys")}
    refused(traveller.sign_in_elsewhere(upstream), 503, DOWN)
    remote_keys._held.clear()


def test_a_service_that_hangs_takes_few_threads(
    traveller: Traveller, upstream: MockUpstream, monkeypatch: pytest.MonkeyPatch
) -> None:
    import threading

    monkeypatch.setattr(asking, "_places", threading.BoundedSemaphore(1))
    with asking._places:
        refused(traveller.sign_in_elsewhere(upstream), 503, DOWN)
    assert traveller.sign_in_elsewhere(upstream).status_code == 303


# --- Facebook -------------------------------------------------------------------------------------------------------------
def test_facebook_proves_nobodys_address(traveller: Traveller, upstream: MockUpstream) -> None:
    """And so makes no account by itself; what it told stands in the form."""
    address, page = traveller.after(traveller.sign_in_elsewhere(upstream, "facebook"))
    assert address.endswith("/identifier")
    assert "Facebook is not connected to an account here yet" in page.text
    sign_up = traveller.page(str(page.by_id["sign-up"]["href"]))
    assert sign_up.by_id["id_username"]["value"] == "ngozi@example.com"
    assert sign_up.by_id["id_given_name"]["value"] == "Ngozi"
    assert not User.objects.exists()


def test_facebook_signs_in_whom_it_is_linked_to(
    traveller: Traveller, upstream: MockUpstream, make_user: Callable[..., User]
) -> None:
    from idp.conftest import PASSWORD

    user = make_user(email="ngozi@example.com")
    address, _page = traveller.after(traveller.sign_in_elsewhere(upstream, "facebook"))
    password = traveller.send(address, {"username": "ngozi@example.com"}).headers["Location"]
    assert traveller.send(password, {"password": PASSWORD}).headers["Location"] == "/account"
    other = Traveller()
    assert other.sign_in_elsewhere(upstream, "facebook").headers["Location"] == "/account"
    assert SsoSession.objects.filter(user=user, amr=["fed"]).count() == 1
    # The same number at the other service is somebody else.
    assert Traveller().sign_in_elsewhere(upstream, "google").headers["Location"].endswith("/password")


@pytest.mark.parametrize("told", [{"id": None}, {"id": 7}, {"id": ""}, {"id": "x"}, {"id": "1" * 65}])
def test_facebook_must_say_who(traveller: Traveller, upstream: MockUpstream, told: dict[str, Any]) -> None:
    upstream.told = told
    refused(traveller.sign_in_elsewhere(upstream, "facebook"), 403, NOT_BELIEVED)


@pytest.mark.parametrize("token", [None, "", "a\r\nX: y", "é"])
def test_facebooks_token_is_a_token(
    traveller: Traveller, upstream: MockUpstream, monkeypatch: pytest.MonkeyPatch, token: str | None
) -> None:
    monkeypatch.setattr(upstream, "tokens", lambda _form: {"access_token": token})
    refused(traveller.sign_in_elsewhere(upstream, "facebook"), 403, NOT_BELIEVED)


def test_names_that_cannot_be_names_are_left_out(traveller: Traveller, upstream: MockUpstream) -> None:
    upstream.told = {"first_name": "\u202eNgozi", "last_name": "x" * 101}
    _address, page = traveller.after(traveller.sign_in_elsewhere(upstream, "facebook"))
    sign_up = traveller.page(str(page.by_id["sign-up"]["href"]))
    assert (sign_up.by_id["id_given_name"].get("value"), sign_up.by_id["id_family_name"].get("value")) == ("", "")
