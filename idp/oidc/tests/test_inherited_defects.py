"""What stock django-oauth-toolkit 3.4.1 does wrong, reproduced there, and does not happen here; over HTTP, at our addresses.

Each test opens with what the stock library does. An upgrade of it, or a move of one of our endpoints back to it, fails here.
"""

import json
import logging.config
import os
import pickle
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client as HttpClient
from django.utils.module_loading import import_string

from idp.accounts.models import User
from idp.accounts.services.set_active import set_active
from idp.config.logging import logging_config
from idp.login.models import SsoSession
from idp.oidc.models import AccessToken, Client
from idp.oidc.tests.fixtures import signed_in
from idp.tests.journey import Answer, Browser, Pkce, answer_of, authorize_url, basic, page_of
from idp.tests.parties import (
    BACKEND,
    DEMO_API,
    MOBILE,
    OTHER_SPA,
    RESOURCE_SERVER,
    SECOND_WEB,
    SPA,
    WEB,
    get_json,
    introspect,
    json_of,
    obtain_code,
    obtain_tokens,
    post_form,
    userinfo,
)

OFFLINE = "openid email orders offline_access"


def error_of(answer: Answer) -> tuple[int, str]:
    """Status and error code of a refusal."""
    return answer.status_code, json_of(answer)["error"]


# --- Clients ------------------------------------------------------------------------------------------------------------
@pytest.mark.spec("RFC 6749", "2.3.1")
@pytest.mark.parametrize("method", ["client_secret_basic", "client_secret_post", "none"])
@pytest.mark.parametrize(
    ("form", "headers"),
    [
        ({"client_id": "third-web"}, {}),
        ({"client_id": "third-web", "client_secret": ""}, {}),
        ({}, basic("third-web", "")),
    ],
)
def test_an_empty_secret_authenticates_nobody(
    browser: Browser, method: str, form: dict[str, str], headers: dict[str, str]
) -> None:
    """Stock: a client whose column is empty is authenticated by its `client_id` alone, and may then introspect any token."""
    token = obtain_tokens(browser, WEB)["access_token"]
    Client.objects.filter(client_id="third-web").update(client_secret="", token_endpoint_auth_method=method)
    assert error_of(post_form("/oauth2/introspect", {"token": token, **form}, **headers)) == (401, "invalid_client")


@pytest.mark.spec("RFC 6749", "5.2")
def test_a_refused_client_is_challenged_for_basic(clients: None) -> None:
    """Stock: the 401 of a client that used Basic asks for a Bearer token."""
    answer = post_form("/oauth2/token", {"grant_type": "client_credentials"}, **basic("third-web", "wrong"))
    assert error_of(answer) == (401, "invalid_client")
    assert answer["WWW-Authenticate"].startswith("Basic ")


@pytest.mark.parametrize("path", ["/o/applications/", "/o/applications/register/", "/oauth2/applications/", "/oauth2/register"])
def test_nobody_registers_or_edits_a_client_by_the_librarys_pages(browser: Browser, path: str) -> None:
    """Stock: any signed-in person may register clients, and edit those they own."""
    assert browser.http.get(path).status_code == 404
    assert browser.http.post(path, {"name": "mine", "redirect_uris": "https://evil.example/cb"}).status_code in {403, 404}
    assert not Client.objects.filter(name="mine").exists()


# --- Tokens -------------------------------------------------------------------------------------------------------------
@pytest.mark.spec("RFC 7662", "4")
def test_a_client_sees_no_token_that_is_not_for_it(browser: Browser) -> None:
    """Stock: whoever is a client at all may introspect every token, in a GET with the token in the address too."""
    token = obtain_tokens(browser, SPA)["access_token"]
    assert introspect(DEMO_API, token)["active"] is True
    for other in (WEB, SECOND_WEB, RESOURCE_SERVER):
        assert introspect(other, token) == {"active": False}
    assert get_json(f"/oauth2/introspect?token={token}", **DEMO_API.headers).status_code == 405


@pytest.mark.spec("RFC 8725", "3.11")
def test_an_id_token_opens_nothing(browser: Browser) -> None:
    """Stock: an ID token is taken as a bearer token by every protected view."""
    id_token = obtain_tokens(browser, SPA)["id_token"]
    assert userinfo(id_token).status_code == 401
    assert get_json("/api/v1/account/me", authorization=f"Bearer {id_token}").status_code == 401
    asked = post_form("/oauth2/introspect", {"token": id_token}, authorization=f"Bearer {id_token}")
    assert asked.status_code == 401
    assert introspect(DEMO_API, id_token) == {"active": False}


@pytest.mark.spec("OWASP ASVS 5.0", "7.4.2")
@pytest.mark.parametrize("told", [True, False], ids=["by the service", "in the table"])
def test_a_disabled_person_is_shut_out_everywhere(browser: Browser, shopper: User, told: bool) -> None:  # noqa: FBT001
    """Stock: access tokens stay active, UserInfo answers and a refresh succeeds."""
    tokens, pkce = obtain_tokens(browser, MOBILE, scope=f"{OFFLINE} profile"), Pkce()
    code = obtain_code(browser, SPA, pkce)
    if told:
        set_active(user_id=shopper.pk, active=False)
    else:
        User.objects.filter(pk=shopper.pk).update(is_active=False)

    access = tokens["access_token"]
    assert introspect(BACKEND, access) == {"active": False}
    assert userinfo(access).status_code == 401
    assert get_json("/api/v1/account/me", authorization=f"Bearer {access}").status_code == 401
    again = {"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"]}
    assert error_of(MOBILE.post("/oauth2/token", again)) == (400, "invalid_grant")
    assert error_of(SPA.exchange(code, pkce)) == (400, "invalid_grant")


@pytest.mark.spec("RFC 6749", "4.1.2")
def test_a_code_used_twice_kills_what_it_gave(browser: Browser) -> None:
    """Stock: the second use is refused, and the tokens of the first keep working."""
    pkce = Pkce()
    code = obtain_code(browser, SPA, pkce)
    token = json_of(SPA.exchange(code, pkce))["access_token"]
    assert error_of(SPA.exchange(code, pkce)) == (400, "invalid_grant")
    assert userinfo(token).status_code == 401


@pytest.mark.spec("RFC 6749", "5.2")
def test_a_wrong_redirect_uri_is_an_invalid_grant(browser: Browser) -> None:
    """Stock: `invalid_request`, which tells which part was wrong."""
    pkce = Pkce()
    code = obtain_code(browser, SPA, pkce)
    assert error_of(SPA.exchange(code, pkce, redirect_uri="https://evil.example/cb")) == (400, "invalid_grant")


@pytest.mark.spec("RFC 7009", "2.1")
@pytest.mark.parametrize("kind", ["access_token", "refresh_token"])
def test_a_client_revokes_its_own_tokens_only(browser: Browser, kind: str) -> None:
    """Stock before 3.4.1: any client could revoke another's token."""
    tokens = obtain_tokens(browser, MOBILE, scope=OFFLINE)
    for other in (WEB, OTHER_SPA):
        assert other.post("/oauth2/revoke", {"token": tokens[kind], "token_type_hint": kind}).status_code == 200
    assert introspect(BACKEND, tokens["access_token"])["active"] is True


@pytest.mark.spec("RFC 7009", "2.1")
def test_a_revoked_refresh_token_is_dead_inside_the_repeat_window_too(browser: Browser) -> None:
    """Stock before 3.4.1: a revoked token was honoured as long as its grace period ran."""
    first = obtain_tokens(browser, MOBILE, scope=OFFLINE)["refresh_token"]
    grant = {"grant_type": "refresh_token", "refresh_token": first}
    second = json_of(MOBILE.post("/oauth2/token", grant))["refresh_token"]
    MOBILE.post("/oauth2/revoke", {"token": second})
    for token in (first, second):
        assert error_of(MOBILE.post("/oauth2/token", {**grant, "refresh_token": token})) == (400, "invalid_grant")
    assert not AccessToken.objects.filter(revoked_at=None).exists()


@pytest.mark.spec("RFC 6749", "4.4.2")
def test_a_clients_own_token_never_carries_openid(clients: None) -> None:
    """Stock: client_credentials is granted `openid`, and UserInfo answers such a token with a fault."""
    grant = {"grant_type": "client_credentials"}
    assert error_of(RESOURCE_SERVER.post("/oauth2/token", {**grant, "scope": "openid"})) == (400, "invalid_scope")
    token = json_of(RESOURCE_SERVER.post("/oauth2/token", {**grant, "scope": "orders"}))["access_token"]
    assert userinfo(token).status_code == 401


# --- The person's pages -------------------------------------------------------------------------------------------------
@pytest.mark.spec("OIDC RP-Initiated Logout", "6")
def test_somebody_elses_hint_ends_nothing_of_a_persons(browser: Browser, shopper: User) -> None:
    """Stock: an anonymous GET with an ID token of anybody deletes all their tokens in all applications."""
    tokens, other = obtain_tokens(browser, SPA), obtain_tokens(signed_in(shopper), WEB)
    Browser().open(f"/oauth2/logout?id_token_hint={tokens['id_token']}")
    assert introspect(DEMO_API, tokens["access_token"])["active"] is True
    assert userinfo(other["access_token"]).status_code == 200
    assert not SsoSession.objects.exclude(ended_at=None).exists()


@pytest.mark.spec("OIDC Core", "3.1.2.4")
@pytest.mark.parametrize("approval", ["auto", "auto_force", "force", "none"])
def test_a_client_cannot_turn_consent_off_for_itself(browser: Browser, approval: str) -> None:
    """Stock: `approval_prompt=auto` in the address skips the consent page wherever a token exists."""
    obtain_tokens(browser, WEB, scope="openid email")
    page = browser.open(WEB.authorize_url(Pkce(), scope="openid email orders", approval_prompt=approval))
    assert "consent-allow" in page_of(page).texts


@pytest.mark.spec("RFC 9700", "4.7")
def test_the_consent_form_carries_nothing_of_the_request(browser: Browser) -> None:
    """Stock: client, address, scope, nonce and challenge travel in hidden fields, for the person's browser to change."""
    page = browser.open(WEB.authorize_url(Pkce(), prompt="consent"))
    assert set(page_of(page).fields) <= {"csrfmiddlewaretoken"}


@pytest.mark.spec("OIDC Core", "3.1.2.6")
@pytest.mark.parametrize("address", ["https://evil.example/cb", "//evil.example", "https://third.example/cb/../evil", ""])
def test_prompt_none_sends_nobody_to_an_unproven_address(stranger: Browser, address: str) -> None:
    """Stock before 3.4.0: `prompt=none` redirected its error to whatever address was asked for."""
    answer = stranger.http.get(authorize_url(Pkce(), prompt="none", redirect_uri=address))
    assert (answer.status_code, answer.has_header("Location")) == (400, False)


@pytest.mark.spec("OIDC Core", "3.1.2.1")
@pytest.mark.parametrize("asked", [{"max_age": "0"}, {"prompt": "login"}])
def test_a_new_login_is_really_new(browser: Browser, asked: dict[str, str]) -> None:
    """Stock: `max_age=0` is ignored, and `prompt=login` is dropped from the address the person returns to."""
    page = browser.open(SPA.authorize_url(Pkce(), **asked))
    assert "id_username" in page_of(page).texts
    # Going back to the router by hand does not help.
    router = next(path for path, _status in reversed(browser.visited) if path.startswith("/interaction/"))
    assert "id_username" in page_of(browser.open(router)).texts
    assert "code" in answer_of(browser.sign_in(browser.open(router), username="ada@example.com")["Location"])


@pytest.mark.spec("RFC 7636", "4.3")
@pytest.mark.parametrize("challenge", [{"code_challenge_method": "plain"}, {"code_challenge": "short"}])
def test_weak_pkce_never_reaches_a_page(browser: Browser, challenge: dict[str, str]) -> None:
    """Stock: `plain`, and a challenge of five characters, reach the consent page."""
    answer = browser.open(SPA.authorize_url(Pkce(), **challenge))
    assert answer_of(answer["Location"])["error"] == "invalid_request"


# --- What is not there --------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("path", ["/oauth2/device-authorization", "/oauth2/device_authorization", "/oauth2/device", "/o/device"])
def test_there_is_no_device_flow(clients: None, path: str) -> None:
    """Stock: one device code mints tokens again and again, past its end, for other clients, or answers with a fault."""
    assert HttpClient().get(path).status_code == 404
    assert post_form(path, {"client_id": "demo-spa"}).status_code == 404
    grant = {"grant_type": "urn:ietf:params:oauth:grant-type:device_code", "device_code": "x"}
    assert error_of(SPA.post("/oauth2/token", grant)) == (400, "unsupported_grant_type")
    assert "device_authorization_endpoint" not in json_of(get_json("/.well-known/openid-configuration"))


def test_nothing_is_advertised_that_is_not_there(client: HttpClient) -> None:
    """Stock: discovery lists response types, algorithms and endpoints whether or not they work."""
    document = json_of(get_json("/.well-known/openid-configuration"))
    absent = {
        "check_session_iframe", "frontchannel_logout_supported", "registration_endpoint", "device_authorization_endpoint",
        "pushed_authorization_request_endpoint", "backchannel_authentication_endpoint", "dpop_signing_alg_values_supported",
        "request_parameter_supported", "request_uri_parameter_supported", "tls_client_certificate_bound_access_tokens",
    }  # fmt: skip
    assert absent & {name for name, value in document.items() if value} == set()
    assert (document["response_types_supported"], document["subject_types_supported"]) == (["code"], ["public"])
    assert not {"none", "HS256"} & set(document["id_token_signing_alg_values_supported"])


# --- Logs and caches ----------------------------------------------------------------------------------------------------
@pytest.fixture
def log_at_debug(tmp_path: Path) -> Iterator[Callable[[], str]]:
    """Everything that is logged at DEBUG with the configuration of production, as text."""
    file = tmp_path / "log"
    config = logging_config("DEBUG")
    for handler in config["handlers"].values():
        handler.pop("stream", None)
        handler |= {"class": "logging.FileHandler", "filename": str(file)}
    logging.config.dictConfig(config)
    yield lambda: file.read_text("utf-8")
    logging.config.dictConfig(settings.LOGGING)


@pytest.mark.spec("RFC 6749", "10.3")
def test_no_secret_reaches_a_log_even_at_debug(browser: Browser, log_at_debug: Callable[[], str]) -> None:
    """Stock at DEBUG: the code, the redirect with it, old and new refresh tokens and access tokens are logged."""
    pkce = Pkce()
    code = obtain_code(browser, MOBILE, pkce, scope=OFFLINE)
    first = json_of(MOBILE.exchange(code, pkce))
    grant = {"grant_type": "refresh_token", "refresh_token": first["refresh_token"]}
    second = json_of(MOBILE.post("/oauth2/token", grant))
    introspect(BACKEND, second["access_token"])
    userinfo(second["access_token"])
    WEB.post("/oauth2/token", {"grant_type": "client_credentials", "client_secret": "also-in-the-body"})
    MOBILE.post("/oauth2/revoke", {"token": second["refresh_token"]})

    secrets = [code, pkce.verifier, BACKEND.secret, WEB.secret, *browser.http.cookies.output().split("=")[1::2]]
    secrets += [tokens[kind] for tokens in (first, second) for kind in ("access_token", "refresh_token", "id_token")]
    text = log_at_debug()
    assert '"route"' in text or "request" in text
    assert [secret for secret in secrets if len(secret) > 16 and secret.split(";")[0] in text] == []


class _Canary:
    """Tells when it is unpickled."""

    hatched: list[str] = []

    def __reduce__(self) -> tuple[Callable[[str], None], tuple[str]]:
        return _Canary.hatched.append, ("unpickled",)


def test_what_lies_in_redis_is_read_as_data_and_never_run() -> None:
    """Stock django-redis unpickles what it reads: who writes to Redis runs code in the provider."""
    told = "import json; from idp.config.settings import CACHES; print(json.dumps(CACHES))"
    environ = {"PATH": os.environ["PATH"], "IDP_STATE_DIR": os.environ["IDP_STATE_DIR"], "REDIS_URL": "redis://127.0.0.1:1/0"}
    done = subprocess.run(
        [sys.executable, "-c", told], env=environ, capture_output=True, text=True, check=True, cwd=settings.BASE_DIR
    )
    shared = [cache for cache in json.loads(done.stdout).values() if "redis" in cache["BACKEND"]]
    assert shared
    for cache in shared:
        serializer = import_string(cache["OPTIONS"]["SERIALIZER"])(cache["OPTIONS"])
        with pytest.raises(ValueError, match=r"codec|JSON|value"):
            serializer.loads(pickle.dumps(_Canary()))
    assert _Canary.hatched == []
