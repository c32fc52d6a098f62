"""Which API a token is for: asked for at the authorization request, narrowed at the token endpoint, never widened (RFC 8707)."""

from typing import Any
from urllib.parse import urlencode

import pytest

from idp.oidc.models import AuthorizationCode, Client, RefreshToken
from idp.oidc.tests.fixtures import deployment
from idp.tests.journey import Answer, Browser, Pkce, answer_of
from idp.tests.parties import (
    BACKEND,
    DEMO_API,
    FORM,
    PS256_APP,
    RESOURCE_SERVER,
    Party,
    introspect,
    json_of,
    obtain_code,
    userinfo,
)

DEFAULT, SECOND, THIRD = "https://api.example", "https://second.example/v1", "https://third.example"
ISSUER = "http://localhost:8000"
SCOPE = "openid orders offline_access"


@pytest.fixture(autouse=True)
def _registered(clients: None) -> None:
    """Two clients that may ask for more than their default; each has the same choice."""
    Client.objects.filter(client_id__in=["ps256-app", "resource-server"]).update(allowed_resources=[SECOND, THIRD])


def asked(browser: Browser, *resources: str, party: Party = PS256_APP, **others: str) -> Answer:
    """An authorization request, which a urlencoded form can repeat a parameter in."""
    query = answer_of(party.authorize_url(Pkce(), scope=SCOPE, **others))
    lines = "&".join(f"resource={resource}" for resource in resources)
    answer = browser.http.post("/oauth2/authorize", f"{urlencode(query)}&{lines}", content_type=FORM)
    return browser.open(answer["Location"]) if answer["Location"].startswith("/") else answer


def code_for(browser: Browser, pkce: Pkce, *resources: str, scope: str = SCOPE) -> str:
    """A code whose authorization request asked for these."""
    code = obtain_code(browser, PS256_APP, pkce, scope=scope)
    if resources:
        answer = asked(browser, *resources, code_challenge=pkce.challenge)
        code = answer_of(answer["Location"])["code"]
    return code


def exchanged(browser: Browser, *resources: str, then: Any = None, scope: str = SCOPE) -> dict[str, Any]:  # noqa: ANN401 - one value or several
    """The token answer; `then` are the resources of the token request."""
    pkce = Pkce()
    answer = PS256_APP.exchange(code_for(browser, pkce, *resources, scope=scope), pkce, resource=then)
    assert answer.status_code == 200, answer.content
    return json_of(answer)


def audience(answer: dict[str, Any]) -> list[str]:
    aud: list[str] = introspect(BACKEND, answer["access_token"])["aud"]
    return aud


def refresh(token: str, **form: Any) -> Answer:  # noqa: ANN401 - one value or several
    return PS256_APP.post("/oauth2/token", {"grant_type": "refresh_token", "refresh_token": token, **form})


def assert_no_target(answer: Answer) -> None:
    assert (answer.status_code, json_of(answer)["error"]) == (400, "invalid_target")
    assert json_of(answer)["error_description"]


# --- At the authorization endpoint ---------------------------------------------------------------------------------------
@pytest.mark.spec("RFC 8707", "2")
@pytest.mark.parametrize(
    ("resources", "expected"),
    [
        ((), [DEFAULT]), ((DEFAULT,), [DEFAULT]), ((SECOND,), [SECOND]), ((THIRD, DEFAULT), [THIRD, DEFAULT]),
        ((SECOND, SECOND), [SECOND]), ((SECOND, ""), [SECOND]),
    ],
)  # fmt: skip
def test_what_is_asked_for_is_the_audience_with_the_issuer_for_userinfo(
    browser: Browser, resources: tuple[str, ...], expected: list[str]
) -> None:
    answer = exchanged(browser, *resources)
    assert audience(answer) == [*expected, ISSUER]
    assert userinfo(answer["access_token"]).status_code == 200


@pytest.mark.spec("RFC 8707", "2")
@pytest.mark.parametrize(
    "resource",
    [
        "https://elsewhere.example", f"{DEFAULT}/", f"{DEFAULT}%23f", f"{DEFAULT}%23", f"{DEFAULT}?x=1", "HTTPS://api.example",
        "https://API.example", "https://api.example:443", "api.example", "/orders", "*", "http://[", "%E4%BD%A0", ISSUER,
        "urn:x", f"{DEFAULT}%20{SECOND}", "x" * 2000,
    ],
)  # fmt: skip
def test_any_other_resource_is_refused_to_the_client(browser: Browser, resource: str) -> None:
    for resources in ((resource,), (DEFAULT, resource), (resource, DEFAULT)):
        sent = answer_of(asked(browser, *resources)["Location"])
        assert (sent["error"], sent["state"], sent["iss"]) == ("invalid_target", "af0ifjsldkj", ISSUER)
        assert "code" not in sent
    assert not AuthorizationCode.objects.filter(application__client_id="ps256-app").exists()


def test_another_clients_resources_are_not_this_clients(browser: Browser) -> None:
    Client.objects.filter(client_id="ps256-app").update(allowed_resources=[])
    assert answer_of(asked(browser, SECOND)["Location"])["error"] == "invalid_target"


# --- At the token endpoint: a code -----------------------------------------------------------------------------------------
@pytest.mark.spec("RFC 8707", "2.2")
@pytest.mark.parametrize(
    ("granted", "then", "expected"),
    [
        ((SECOND, THIRD), None, [SECOND, THIRD]), ((SECOND, THIRD), THIRD, [THIRD]),
        ((SECOND, THIRD), [THIRD, SECOND], [THIRD, SECOND]), ((SECOND, THIRD), [THIRD, THIRD], [THIRD]),
        ((), DEFAULT, [DEFAULT]), ((SECOND,), "", [SECOND]),
    ],
)  # fmt: skip
def test_a_token_request_narrows_the_audience(
    browser: Browser,
    granted: tuple[str, ...],
    then: Any,  # noqa: ANN401 - one value or several
    expected: list[str],
) -> None:
    assert audience(exchanged(browser, *granted, then=then)) == [*expected, ISSUER]


@pytest.mark.spec("RFC 8707", "2.2")
@pytest.mark.parametrize(
    ("granted", "then"),
    [
        ((SECOND,), THIRD), ((SECOND,), DEFAULT), ((), SECOND), ((SECOND,), [SECOND, THIRD]), ((SECOND,), ISSUER),
        ((SECOND,), f"{SECOND}#f"), ((SECOND,), f"{SECOND} {SECOND}"),
    ],
)  # fmt: skip
def test_it_never_widens_it_and_a_refused_request_spends_no_code(
    browser: Browser,
    granted: tuple[str, ...],
    then: Any,  # noqa: ANN401 - one value or several
) -> None:
    pkce = Pkce()
    code = code_for(browser, pkce, *granted)
    assert_no_target(PS256_APP.exchange(code, pkce, resource=then))
    assert PS256_APP.exchange(code, pkce).status_code == 200


def test_no_other_parameter_may_be_repeated(browser: Browser) -> None:
    pkce = Pkce()
    code = code_for(browser, pkce)
    answer = PS256_APP.post("/oauth2/token", {"grant_type": ["authorization_code"] * 2, "code": code, "resource": [DEFAULT] * 2})
    assert json_of(answer)["error_description"] == "A parameter was sent twice."


@pytest.mark.spec("RFC 8707", "2")
def test_a_token_for_one_api_is_no_business_of_another(browser: Browser) -> None:
    token = exchanged(browser, SECOND, scope="orders")["access_token"]
    assert introspect(RESOURCE_SERVER, token) == {"active": False}
    assert introspect(DEMO_API, token) == {"active": False}
    Client.objects.filter(client_id="demo-api").update(resource_identifiers=[SECOND])
    assert introspect(DEMO_API, token)["active"]


# --- At the token endpoint: a refresh token, a client's own token ------------------------------------------------------------
@pytest.mark.spec("RFC 8707", "2.2")
def test_each_refresh_may_be_for_another_of_the_granted_resources(browser: Browser) -> None:
    first = exchanged(browser, SECOND, THIRD, then=SECOND)
    narrow = json_of(refresh(first["refresh_token"], resource=THIRD))
    both = json_of(refresh(narrow["refresh_token"]))
    assert [audience(answer) for answer in (first, narrow, both)] == [
        [SECOND, ISSUER], [THIRD, ISSUER], [SECOND, THIRD, ISSUER],
    ]  # fmt: skip
    for resource in (DEFAULT, [SECOND, DEFAULT], ISSUER):
        assert_no_target(refresh(both["refresh_token"], resource=resource))
    # A refused request replaced nothing.
    assert refresh(both["refresh_token"]).status_code == 200


@pytest.mark.spec("RFC 8707", "2.2")
def test_two_tabs_may_refresh_at_once_for_two_apis(browser: Browser) -> None:
    """Inside the repeat window the second gets the same successor, and a token for the API that it asked for."""
    first = exchanged(browser, SECOND, THIRD)["refresh_token"]
    one, two = (json_of(refresh(first, resource=resource)) for resource in (SECOND, THIRD))
    assert one["refresh_token"] == two["refresh_token"]
    assert (audience(one), audience(two)) == ([SECOND, ISSUER], [THIRD, ISSUER])
    assert {tuple(row.resource) for row in RefreshToken.objects.all()} == {(SECOND, THIRD)}


def test_without_a_resource_asked_for_a_refresh_is_for_the_default_one(browser: Browser) -> None:
    token = exchanged(browser)["refresh_token"]
    assert_no_target(refresh(token, resource=SECOND))
    assert audience(json_of(refresh(token, scope="orders"))) == [DEFAULT]


@pytest.mark.spec("RFC 8707", "2.2")
@pytest.mark.parametrize(
    ("resource", "expected"),
    [
        (None, [DEFAULT]),
        (SECOND, [SECOND]),
        ([SECOND, THIRD], [SECOND, THIRD]),
        (ISSUER, None),
        ([DEFAULT, "https://x.example"], None),
    ],
)
def test_a_client_asks_for_its_own_tokens_by_the_same_list(resource: Any, expected: list[str] | None) -> None:  # noqa: ANN401 - one value or several
    form = {"grant_type": "client_credentials", "scope": "orders", **({"resource": resource} if resource else {})}
    answer = RESOURCE_SERVER.post("/oauth2/token", form)
    if expected is None:
        assert_no_target(answer)
        return
    assert audience(json_of(answer)) == expected


def test_the_platforms_own_registrations_never_name_the_provider(clients: None) -> None:
    for client in Client.objects.all():
        assert deployment()["IDP_ISSUER"] not in client.permitted_resources
