"""A client proves itself with its key: once, now, to this provider, and in no other way (RFC 7523 §3, OIDC Core §9)."""

import json
from pathlib import Path
from typing import Any

import pytest
import time_machine
from joserfc.jwk import ECKey

from idp.audit.models import SecurityEvent
from idp.core import chores, clock
from idp.oidc.models import Client, SpentAssertion
from idp.oidc.tests.client_auth.signer import ASSERTION_TYPE, ISSUER, KEYS, TOKEN_ENDPOINT, Signer, public
from idp.tests.journey import Answer, Browser, Pkce, basic
from idp.tests.parties import Party, json_of, obtain_code, post_form

ENDPOINTS = ["/oauth2/token", "/oauth2/introspect", "/oauth2/revoke"]
NOW = "2026-11-22T12:00:00Z"


@pytest.fixture
def signer(clients: None, tmp_path: Path) -> Signer:
    """A client with three keys and no preference."""
    return Signer().register(tmp_path)


def assert_refused(answer: Answer) -> None:
    """The very words that a client hears whom nobody knows."""
    unknown = post_form("/oauth2/token", {"grant_type": "client_credentials"}, **basic("nobody", "x" * 48))
    assert (answer.status_code, answer.content) == (401, unknown.content)
    assert json_of(answer)["error"] == "invalid_client"


# --- Proven -------------------------------------------------------------------------------------------------------------
@pytest.mark.spec("OIDC Core", "9")
@pytest.mark.spec("RFC 7523", "2.2")
@pytest.mark.parametrize("path", ENDPOINTS)
@pytest.mark.parametrize("algorithm", ["RS256", "PS256", "ES256", "EdDSA"])
def test_each_algorithm_proves_at_each_endpoint(signer: Signer, path: str, algorithm: str) -> None:
    signed = Signer(algorithm=algorithm).assertion()
    assert signer.present(signed, path).status_code == 200


def test_a_code_is_redeemed_by_the_client_that_signs(signer: Signer, browser: Browser) -> None:
    pkce = Pkce()
    party = Party("signing-web", "https://signing-web.example/cb", scope="openid email")
    form = {
        "grant_type": "authorization_code", "code": obtain_code(browser, party, pkce), "code_verifier": pkce.verifier,
        "redirect_uri": party.redirect_uri, "client_id": "signing-web",
    }  # fmt: skip
    assert "id_token" in json_of(signer.present(signer.assertion(), **form))


@pytest.mark.parametrize("typ", [None, "JWT", "jwt", "client-authentication+jwt", "application/client-authentication+jwt"])
def test_the_types_of_an_assertion(signer: Signer, typ: str | None) -> None:
    assert signer.present(signer.assertion(header={"typ": typ})).status_code == 200


@pytest.mark.spec("RFC 8725", "3.11")
@pytest.mark.parametrize("typ", ["at+jwt", "logout+jwt", "dpop+jwt", "oauth-authz-req+jwt", "JOSE", "jwt ", "text/jwt", 7])
def test_another_kind_of_token_by_the_same_key_is_no_assertion(signer: Signer, typ: object) -> None:
    assert_refused(signer.present(signer.assertion(header={"typ": typ})))


def test_a_client_with_one_key_need_not_name_it(clients: None, tmp_path: Path) -> None:
    single = Signer(members={"jwks": public("ES256")}).register(tmp_path)
    assert single.present(single.assertion(header={"kid": None})).status_code == 200


@pytest.mark.spec("OIDC Core", "10.1")
def test_a_key_that_is_not_named_is_found_when_only_one_fits(signer: Signer) -> None:
    assert signer.present(signer.assertion(header={"kid": None})).status_code == 200


# --- Audience -----------------------------------------------------------------------------------------------------------
@pytest.mark.spec("RFC 7523", "3")
@pytest.mark.parametrize(
    ("registered", "audience", "status"),
    [
        ("issuer_or_token_endpoint", ISSUER, 200),
        ("issuer_or_token_endpoint", TOKEN_ENDPOINT, 200),
        ("issuer", ISSUER, 200),
        ("issuer", TOKEN_ENDPOINT, 401),
        *((registered, audience, 401) for registered in ("issuer", "issuer_or_token_endpoint") for audience in (
            [ISSUER], [ISSUER, "https://other.example"], [TOKEN_ENDPOINT], f"{ISSUER}/", ISSUER.upper(), "https://other.example",
            f"{ISSUER}/oauth2/introspect", f"{ISSUER}/oauth2/authorize", "", None, 7, {"x": ISSUER}, f"{ISSUER} {ISSUER}",
        )),
    ],
)  # fmt: skip
def test_the_audience_is_this_provider_and_nobody_else(
    clients: None, tmp_path: Path, registered: str, audience: object, status: int
) -> None:
    signer = Signer(members={"client_assertion_audience": registered}).register(tmp_path)
    assert signer.present(signer.assertion(aud=audience)).status_code == status


# --- Time ---------------------------------------------------------------------------------------------------------------
@pytest.mark.spec("RFC 7523", "3")
@pytest.mark.parametrize(
    ("claim", "ahead", "status"),
    [
        ("exp", 1, 200), ("exp", 300, 200), ("exp", 3600, 200), ("exp", 3700, 401), ("exp", 86400, 401), ("exp", 0, 401),
        ("exp", -300, 401), ("iat", 8, 200), ("iat", 10, 200), ("iat", 11, 401), ("iat", 61, 401), ("iat", -300, 200),
        ("nbf", 8, 200), ("nbf", 10, 200), ("nbf", 61, 401), ("nbf", -300, 200), ("exp", 60.5, 200),
    ],
)  # fmt: skip
def test_an_assertion_is_of_now(signer: Signer, claim: str, ahead: float, status: int) -> None:
    with time_machine.travel(NOW, tick=False):
        moment = clock.epoch(clock.now()) + ahead
        changes: dict[str, Any] = {claim: moment}
        assert signer.present(signer.assertion(**changes)).status_code == status


@pytest.mark.spec("RFC 7523", "3")
def test_an_assertion_has_an_end_and_need_not_say_when_it_began(signer: Signer) -> None:
    assert_refused(signer.present(signer.assertion(exp=None)))
    assert signer.present(signer.assertion(iat=None)).status_code == 200


@pytest.mark.parametrize("claim", ["exp", "iat", "nbf"])
@pytest.mark.parametrize("value", ["1795348860", True, [], {}, 10**400])
def test_a_moment_is_a_number(signer: Signer, claim: str, value: object) -> None:
    changes: dict[str, Any] = {claim: value}
    assert_refused(signer.present(signer.assertion(**changes)))


@pytest.mark.spec("RFC 8259", "6")
@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e999"])
@pytest.mark.parametrize("claim", ["exp", "iat", "nbf"])
def test_numbers_that_are_none_are_refused(signer: Signer, claim: str, number: str) -> None:
    from joserfc import jws

    changes: dict[str, Any] = {claim: 7}
    claims = json.dumps(signer.claims(**changes)).replace(f'"{claim}": 7', f'"{claim}": {number}')
    signed = jws.serialize_compact({"alg": "ES256", "kid": "ec"}, claims, KEYS["ES256"], algorithms=["ES256"])
    assert_refused(signer.present(signed))


# --- Once ---------------------------------------------------------------------------------------------------------------
@pytest.mark.spec("RFC 7523", "3")
@pytest.mark.parametrize("path", ENDPOINTS)
def test_an_assertion_counts_once_at_any_endpoint(signer: Signer, path: str) -> None:
    signed = signer.assertion()
    assert signer.present(signed).status_code == 200
    assert_refused(signer.present(signed, path))
    # The name alone counts, whatever else changed.
    assert_refused(signer.present(signer.assertion(jti=json.loads(_payload(signed))["jti"])))


def test_two_clients_may_choose_the_same_name(signer: Signer, tmp_path: Path) -> None:
    other = Signer(client_id="other-signer").register(tmp_path)
    assert [one.present(one.assertion(jti="same")).status_code for one in (signer, other)] == [200, 200]


def test_what_was_not_proven_uses_nothing_up(signer: Signer) -> None:
    stranger = ECKey.generate_key("P-256", {"kid": "ec"})
    assert_refused(signer.present(signer.assertion(jti="n", key=stranger)))
    assert_refused(signer.present(signer.assertion(jti="n", aud="x")))
    assert signer.present(signer.assertion(jti="n")).status_code == 200


@pytest.mark.parametrize("jti", [None, "", 7, ["a"], "j" * 256])
def test_an_assertion_has_a_name_of_usual_length(signer: Signer, jti: object) -> None:
    assert_refused(signer.present(signer.assertion(jti=jti)))


@pytest.mark.parametrize("jti", ["\0", "\ud800", "j" * 255])
def test_any_text_is_a_name(signer: Signer, jti: str) -> None:
    assert [signer.present(signer.assertion(jti=jti)).status_code for _ in "ab"] == [200, 401]


def test_a_spent_name_is_forgotten_after_its_end_and_not_before(signer: Signer) -> None:
    (chore,) = [chore for chore in chores.chores() if chore.name == "forget_spent_assertions"]
    with time_machine.travel(NOW, tick=False) as moved:
        assert signer.present(signer.assertion()).status_code == 200
        moved.shift(59)
        assert chore.run() == 0
        moved.shift(2)
        assert chore.run() == 1
    assert SpentAssertion.objects.count() == 0


def test_a_spent_assertion_says_nothing_in_a_log(signer: Signer) -> None:
    assert signer.present(signer.assertion(jti="canary")).status_code == 200
    spent = SpentAssertion.objects.get()
    assert "canary" not in f"{spent}{spent.jti_digest}"


# --- Who ----------------------------------------------------------------------------------------------------------------
@pytest.mark.spec("RFC 7523", "3")
@pytest.mark.parametrize(
    "changes",
    [
        {"iss": None}, {"sub": None}, {"iss": "demo-api"}, {"sub": "demo-api"}, {"sub": "demo-api", "iss": "demo-api"},
        {"sub": "nobody", "iss": "nobody"}, {"sub": 7, "iss": 7}, {"sub": ["signing-web"]}, {"sub": ""},
        {"sub": "a\0b", "iss": "a\0b"},
        {"sub": "SIGNING-WEB", "iss": "SIGNING-WEB"},
    ],
)  # fmt: skip
def test_an_assertion_speaks_of_its_maker(signer: Signer, changes: dict[str, Any]) -> None:
    assert_refused(signer.present(signer.assertion(**changes)))


def test_the_body_may_repeat_the_client_but_not_name_another(signer: Signer) -> None:
    assert signer.present(signer.assertion(), client_id="signing-web").status_code == 200
    assert_refused(signer.present(signer.assertion(), client_id="demo-spa"))


@pytest.mark.spec("RFC 7521", "4.2")
@pytest.mark.parametrize(
    "kind", [None, "", "x", ASSERTION_TYPE.upper(), f"{ASSERTION_TYPE} ", ASSERTION_TYPE.replace("jwt", "saml2")]
)
def test_the_type_of_assertion_is_exact(signer: Signer, kind: str | None) -> None:
    form = {"grant_type": "client_credentials", "client_assertion": signer.assertion(), "client_id": "signing-web"}
    assert_refused(post_form("/oauth2/token", {**form, **({} if kind is None else {"client_assertion_type": kind})}))


def test_a_type_without_an_assertion_proves_nothing(signer: Signer) -> None:
    form = {"grant_type": "client_credentials", "client_assertion_type": ASSERTION_TYPE, "client_id": "signing-web"}
    assert_refused(post_form("/oauth2/token", form))


# --- One method ---------------------------------------------------------------------------------------------------------
@pytest.mark.spec("RFC 6749", "2.3")
@pytest.mark.parametrize("path", ENDPOINTS)
def test_two_methods_at_once_are_refused(signer: Signer, path: str) -> None:
    both: list[tuple[dict[str, str], dict[str, str]]] = [
        ({"client_secret": "x"}, {}), ({"client_secret": ""}, {}), ({}, basic("signing-web", "x")), ({}, basic("demo-api", "x")),
    ]  # fmt: skip
    for form, headers in both:
        asserted = {"client_assertion_type": ASSERTION_TYPE, "client_assertion": signer.assertion(), "token": "x"}
        answer = post_form(path, {**asserted, **form, "grant_type": "client_credentials"}, **headers)
        assert (answer.status_code, json_of(answer)["error"]) == (400, "invalid_request")


def test_two_assertions_are_refused(signer: Signer) -> None:
    form = {"grant_type": "client_credentials", "client_assertion_type": ASSERTION_TYPE}
    answer = post_form("/oauth2/token", {**form, "client_assertion": [signer.assertion(), signer.assertion()]})
    assert (answer.status_code, json_of(answer)["error"]) == (400, "invalid_request")


def test_a_client_that_signs_has_no_other_way_in(signer: Signer) -> None:
    asked = {"grant_type": "client_credentials"}
    assert_refused(post_form("/oauth2/token", {**asked, "client_id": "signing-web"}))
    assert_refused(post_form("/oauth2/token", {**asked, "client_id": "signing-web", "client_secret": ""}))
    for secret in ("", "x" * 48):
        assert_refused(post_form("/oauth2/token", asked, **basic("signing-web", secret)))


@pytest.mark.parametrize("client_id", ["demo-api", "post-web", "demo-spa", "disabled-web"])
def test_no_other_client_may_sign(signer: Signer, client_id: str) -> None:
    # Even with keys in its row: its registered method is another one.
    Client.objects.filter(client_id=client_id).update(jwks=public("ES256"))
    other = Signer(client_id=client_id)
    assert_refused(other.present(other.assertion()))


def test_a_client_that_was_switched_off_proves_nothing(signer: Signer) -> None:
    Client.objects.filter(client_id="signing-web").update(enabled=False)
    assert_refused(signer.present(signer.assertion()))


# --- Keys ---------------------------------------------------------------------------------------------------------------
@pytest.mark.spec("OIDC Core", "9")
def test_the_registered_algorithm_is_the_only_one(clients: None, tmp_path: Path) -> None:
    Signer(members={"token_endpoint_auth_signing_alg": "PS256"}).register(tmp_path)
    statuses = {one: Signer(algorithm=one) for one in ("RS256", "PS256", "ES256", "EdDSA")}
    accepted = [name for name, one in statuses.items() if one.present(one.assertion()).status_code == 200]
    assert accepted == ["PS256"]


def test_a_key_is_used_for_what_it_says_it_is_for(clients: None, tmp_path: Path) -> None:
    own = KEYS["ES256"].as_dict(private=False)
    for says, status in (
        ({"use": "sig"}, 200), ({"use": "enc"}, 401), ({"alg": "ES256"}, 200), ({"alg": "ES384"}, 401),
        ({"key_ops": ["verify"]}, 200), ({"key_ops": ["encrypt"]}, 401),
    ):  # fmt: skip
        # The other key lets the registration through; what is registered later in another way is judged at use.
        signer = Signer(members={"jwks": public("ES256")}).register(tmp_path)
        Client.objects.filter(client_id="signing-web").update(jwks={"keys": [{**own, **says}]})
        assert signer.present(signer.assertion()).status_code == status, says
        # Beside a good key, one for something else is not even a candidate.
        other = {**ECKey.generate_key("P-256").as_dict(private=False), **says}
        Client.objects.filter(client_id="signing-web").update(jwks={"keys": [other, own]})
        assert signer.present(signer.assertion(header={"kid": None})).status_code == {200: 401, 401: 200}[status], says


@pytest.mark.spec("OIDC Core", "10.1")
def test_a_name_that_two_keys_share_names_none(signer: Signer) -> None:
    stranger = ECKey.generate_key("P-256", {"kid": "ec"}).as_dict(private=False)
    own = public("ES256")["keys"]
    for keys in ([stranger, *own], [*own, stranger]):
        Client.objects.filter(client_id="signing-web").update(jwks={"keys": keys})
        assert_refused(signer.present(signer.assertion()))


# --- Traces -------------------------------------------------------------------------------------------------------------
def test_a_refusal_is_in_the_trail_without_the_assertion(signer: Signer) -> None:
    signed = signer.assertion(aud="https://other.example")
    assert_refused(signer.present(signed))
    event = SecurityEvent.objects.get(event="client_authentication_failed")
    assert (event.client_id, event.detail) == ("signing-web", {"method": "private_key_jwt"})


def test_whoever_fails_too_often_waits_and_a_proven_client_does_not(signer: Signer) -> None:
    statuses = [signer.present("a.b.c").status_code for _ in range(301)]
    assert statuses == [401] * 300 + [429]
    assert signer.present(signer.assertion()).status_code == 200


def _payload(token: str) -> bytes:
    from idp.oidc.tests.hostile_jose import unb64

    return unb64(token.split(".")[1])
