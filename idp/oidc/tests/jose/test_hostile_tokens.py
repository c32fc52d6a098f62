"""Forged JWTs at every place that verifies one of ours: refused, cheaply, and without a fault (RFC 8725 §2, §3)."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from joserfc import jws

from idp.oidc.jose.keys import ALGORITHMS
from idp.oidc.jose.signing import ACCESS_TOKEN_TYPE, ID_TOKEN_TYPE, NotOurs, signer, verified, verified_hint
from idp.oidc.models import Client, SigningKey
from idp.oidc.tests.hostile_jose import Imitated, b64, hostile_tokens, mutations
from idp.tests.journey import Browser, Pkce, answer_of, page_of
from idp.tests.parties import DEMO_API, FORM, SPA, Party, introspect, json_of, obtain_tokens, post_form

pytestmark = pytest.mark.unmeasured

CLAIMS: dict[str, Any] = {"iss": "http://localhost:8000", "sub": "someone", "aud": "demo-spa", "iat": 1, "exp": 2}


def imitated(token: str, algorithm: str) -> Imitated:
    return Imitated(token=token, public_jwk=SigningKey.objects.get(algorithm=algorithm, state="active").public_jwk)


def signed(algorithm: str, typ: str = ID_TOKEN_TYPE, **claims: object) -> Imitated:
    return imitated(signer(algorithm=algorithm, typ=typ)({**CLAIMS, **claims}), algorithm)


def forgeries(good: Imitated) -> dict[str, str]:
    """The corpus, and what concerns our own header and key ids."""
    head, body, signature = good.parts
    kid = good.header["kid"]
    twice = f'{{"alg":"{good.header["alg"]}","typ":"{good.header["typ"]}","kid":"x","kid":"{kid}"}}'
    raw = b64(twice.encode())
    return {
        **hostile_tokens(good),
        "kid twice": f"{raw}.{body}.{signature}",
        "kid of nobody": f"{b64({**good.header, 'kid': 'x' * 43})}.{body}.{signature}",
        "kid of another key of ours": f"{b64({**good.header, 'kid': other_kid(kid)})}.{body}.{signature}",
        "no typ": f"{b64({name: value for name, value in good.header.items() if name != 'typ'})}.{body}.{signature}",
        "no kid": f"{b64({name: value for name, value in good.header.items() if name != 'kid'})}.{body}.{signature}",
        "typ in capitals": f"{b64({**good.header, 'typ': good.header['typ'].swapcase()})}.{body}.{signature}",
        "header and body exchanged": f"{body}.{head}.{signature}",
    }


def other_kid(kid: str) -> str:
    return str(SigningKey.objects.exclude(kid=kid).values_list("kid", flat=True)[0])


def accepts(token: str, typ: str) -> bool:
    try:
        verified(token, typ=typ)
    except NotOurs:
        return False
    return True


# --- The function itself ------------------------------------------------------------------------------------------------
@pytest.fixture
def verifications(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The algorithm of each signature that is really checked."""
    checked: list[str] = []
    for name in ALGORITHMS:
        algorithm = jws.JWSRegistry.algorithms[name]

        def verify(*given: Any, name: str = name, real: Callable[..., bool] = algorithm.verify) -> bool:  # noqa: ANN401 - as the algorithm takes it
            checked.append(name)
            return real(*given)

        monkeypatch.setattr(algorithm, "verify", verify)
    return checked


@pytest.mark.spec("RFC 8725", "3.1")
@pytest.mark.spec("RFC 8725", "3.10")
@pytest.mark.parametrize("typ", [ID_TOKEN_TYPE, ACCESS_TOKEN_TYPE])
@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_nothing_forged_is_verified_and_nothing_costs_more_than_one_look(
    clients: None, verifications: list[str], algorithm: str, typ: str
) -> None:
    good = signed(algorithm, typ)
    assert verified(good.token, typ=typ) == CLAIMS
    for name, token in forgeries(good).items():
        verifications.clear()
        with CaptureQueriesContext(connection) as queries:
            assert not accepts(token, typ), name
        assert len(queries) <= 1, name
        # A signature is computed only for a header of ours that names a key of ours, by that key's algorithm.
        assert verifications in ([], [algorithm]), name
        assert not verifications or len(queries) == 1, name


@pytest.mark.spec("RFC 8725", "3.2")
@pytest.mark.parametrize(
    "name", ["one megabyte", "JWE zip bomb", "JWE with a huge p2c", "header is deep", "unknown crit", "no kid"]
)
def test_what_would_be_costly_is_refused_before_a_key_is_looked_for(
    clients: None,
    verifications: list[str],
    django_assert_num_queries: Any,  # noqa: ANN401 - a fixture
    name: str,
) -> None:
    token = forgeries(signed("ES256"))[name]
    with django_assert_num_queries(0), pytest.raises(NotOurs):
        verified_hint(token)
    assert verifications == []


HEADER = ("alg", "typ", "kid", "crit", "b64", "jwk", "jku", "x5u", "x5c", "zip", "cty", "p2c", "enc")
QUIET = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.mark.django_db
@QUIET
@given(laid_over=mutations(HEADER), algorithm=st.sampled_from(ALGORITHMS))
def test_no_other_header_is_believed(clients: None, laid_over: dict[str, Any], algorithm: str) -> None:
    good = signed(algorithm)
    _head, body, signature = good.parts
    with pytest.raises(NotOurs):
        verified_hint(f"{b64({**good.header, **laid_over})}.{body}.{signature}")


@pytest.mark.django_db
@QUIET
@given(laid_over=mutations(tuple(CLAIMS)), algorithm=st.sampled_from(ALGORITHMS))
def test_no_other_claims_are_believed(clients: None, laid_over: dict[str, Any], algorithm: str) -> None:
    good = signed(algorithm)
    head, _body, signature = good.parts
    with pytest.raises(NotOurs):
        verified_hint(f"{head}.{b64({**CLAIMS, **laid_over})}.{signature}")


@pytest.mark.django_db
@QUIET
@given(laid_over=mutations(tuple(CLAIMS)))
def test_claims_of_another_shape_are_no_hint_even_signed_by_us(clients: None, laid_over: dict[str, Any]) -> None:
    """Whatever else we come to sign: a hint has an issuer, a subject, one audience and its times, each of its type."""
    token = signed("ES256", **laid_over).token
    claims = {**CLAIMS, **laid_over}
    shapes = {"sub": str, "aud": str, "iat": int, "exp": int}
    fits = claims["iss"] == CLAIMS["iss"] and all(isinstance(claims[name], kind) for name, kind in shapes.items())
    if fits:
        assert verified_hint(token)["sub"] == claims["sub"]
        return
    with pytest.raises(NotOurs):
        verified_hint(token)


# --- The endpoints ------------------------------------------------------------------------------------------------------
@pytest.fixture(params=["ES256", "RS256"])
def live(request: pytest.FixtureRequest, browser: Browser) -> tuple[Imitated, Imitated]:
    """A real ID token and a real JWT access token of one sign-in."""
    Client.objects.filter(client_id="demo-spa").update(id_token_signed_response_alg=request.param, access_token_format="jwt")
    tokens = obtain_tokens(browser, SPA)
    return imitated(tokens["id_token"], request.param), imitated(tokens["access_token"], request.param)


Live = tuple[Imitated, Imitated]


# As a parameter, or as a body.
TOO_LONG = {400, 413}


def post(browser: Browser, path: str, form: dict[str, str]) -> Any:  # noqa: ANN401 - the test client's answer
    return browser.http.post(path, urlencode(form), content_type=FORM)


@pytest.mark.spec("OIDC Core", "3.1.2.1")
def test_a_forged_hint_ends_an_authorization_request(browser: Browser, live: Live) -> None:
    asked = answer_of(SPA.authorize_url(Pkce()))
    for name, token in forgeries(live[0]).items():
        answer = post(browser, "/oauth2/authorize", {**asked, "id_token_hint": token})
        if answer.status_code in TOO_LONG:
            # Too long to be a parameter at all: our own page.
            assert len(token) > 8192, name
            continue
        assert answer.status_code == 303, name
        sent = answer_of(answer["Location"])
        assert (sent.get("error"), "code" in sent) == ("invalid_request", False), name
        assert sent["error_description"] == "id_token_hint is not an ID token of this provider.", name


@pytest.mark.spec("OIDC RP-Initiated Logout", "3")
def test_a_forged_hint_signs_nobody_out_and_leads_nowhere(browser: Browser, live: Live) -> None:
    asked = {"client_id": "demo-spa", "post_logout_redirect_uri": bye(SPA), "state": "s"}
    for name, token in forgeries(live[0]).items():
        answer = post(browser, "/oauth2/logout", {**asked, "id_token_hint": token})
        if answer.status_code in TOO_LONG:
            assert len(token) > 8192, name
            continue
        assert answer["Location"].startswith("/oauth2/logout/"), name
        page = browser.open(answer["Location"])
        assert (page.status_code, "logout-confirm" in page_of(page).texts) == (200, True), name
    # Pressed, it signs out, and still leads to no address that only a forged hint vouched for.
    assert browser.submit(page, decision="logout").status_code == 200
    assert browser.address == "/oauth2/signed-out"


def bye(party: Party) -> str:
    return Client.objects.get(client_id=party.client_id).post_logout_redirect_uris.split()[0]


@pytest.mark.spec("RFC 9068", "4")
def test_a_forged_access_token_opens_nothing(browser: Browser, live: Live) -> None:
    assert introspect(DEMO_API, live[1].token)["active"]
    for name, token in forgeries(live[1]).items():
        told = DEMO_API.post("/oauth2/introspect", {"token": token})
        answer = post_form("/oauth2/userinfo", {"access_token": token})
        if told.status_code == answer.status_code == 413:
            assert name == "one megabyte"
            continue
        assert json_of(told) == {"active": False}, name
        assert (answer.status_code, json_of(answer)["error"]) == (401, "invalid_token"), name
