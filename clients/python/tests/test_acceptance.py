"""Defence in depth: an answer that says active is still refused unless it is about a token for this service."""

import time

import pytest

from fashionistar_auth.claims import TokenClaims, claims_from
from fashionistar_auth.schemas import parse_answer
from tests.conftest import Ask, Configure
from tests.provider import RESOURCE, Provider

pytestmark = pytest.mark.django_db

NOW = int(time.time())


@pytest.mark.spec("RFC 9700", "4.9.1")
@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"token_type": None}, "token_type"),
        ({"token_type": "DPoP"}, "token_type"),
        ({"token_type": "refresh_token"}, "token_type"),
        ({"cnf": {"jkt": "abc"}}, "bound to a key"),
        ({"sub": None}, "sub"),
        ({"sub": ""}, "sub"),
        ({"sub": "a\x00b"}, "sub"),
        ({"sub": "x" * 256}, "sub"),
        ({"client_id": None}, "client_id"),
        ({"client_id": ""}, "client_id"),
        ({"iss": None}, "iss"),
        ({"iss": "https://evil.example"}, "iss"),
        ({"aud": None}, "aud"),
        ({"aud": []}, "aud"),
        ({"aud": ["http://other"]}, "aud"),
        ({"aud": f"{RESOURCE}/"}, "aud"),
        ({"aud": f"{RESOURCE}.evil.example"}, "aud"),
        ({"exp": None}, "exp"),
        ({"exp": NOW - 3600}, "exp"),
        ({"exp": 0}, "exp"),
        ({"nbf": NOW + 3600}, "nbf"),
    ],
)
def test_active_but_not_for_us(
    ask: Ask, provider: Provider, change: dict[str, object], reason: str, caplog: pytest.LogCaptureFixture
) -> None:
    answer = ask("/me", provider.grant(**change))
    assert answer.status_code == 401
    assert answer.json()["code"] == "invalid_token"
    assert reason in caplog.text, "the operator can read why"


@pytest.mark.spec("RFC 8414", "2")
def test_issuer_is_compared_character_by_character(ask: Ask, provider: Provider) -> None:
    assert ask("/me", provider.grant(iss=provider.issuer)).status_code == 200
    assert ask("/me", provider.grant(iss=provider.issuer + "/")).status_code == 401


@pytest.mark.parametrize(
    "change",
    [{"token_type": "bearer"}, {"aud": RESOURCE}, {"aud": ["http://other", RESOURCE]}, {"nbf": NOW - 5}],
)
def test_variants_that_are_right(ask: Ask, provider: Provider, change: dict[str, object]) -> None:
    assert ask("/me", provider.grant(**change)).status_code == 200


def test_leeway_covers_clocks_that_differ(ask: Ask, provider: Provider, configure: Configure) -> None:
    token = provider.grant(exp=int(time.time()) - 10)
    assert ask("/me", token).status_code == 200
    configure(leeway_seconds=0)
    assert ask("/me", token).status_code == 401


def test_inactive_is_no_however_much_else_it_says(ask: Ask, provider: Provider) -> None:
    provider.tokens["dead"] = provider.active(active=False)
    assert ask("/me", "dead").status_code == 401


def claims_of(body: bytes) -> TokenClaims:
    return claims_from(*parse_answer(body))


def test_claims_are_typed_and_frozen() -> None:
    claims = claims_of(
        b'{"active": true, "sub": "u", "client_id": "c", "scope": "openid  orders", "aud": "a", "exp": 9, "iss": "i",'
        b' "amr": ["pwd", "otp"], "role": "super_admin", "roles": ["admin"], "email_verified": true, "custom": [1]}'
    )
    assert claims.scopes == frozenset({"openid", "orders"})
    assert claims.audiences == frozenset({"a"})
    assert claims.amr == ("pwd", "otp")
    assert claims.roles == frozenset({"super_admin", "admin"})
    assert claims.email_verified
    assert not claims.phone_number_verified
    assert claims.answer["custom"] == [1]
    assert not claims.is_service
    assert "custom" not in repr(claims)
    with pytest.raises(AttributeError):
        claims.sub = "somebody else"  # type: ignore[misc]  # it is frozen
    with pytest.raises(TypeError):
        claims.answer["sub"] = "somebody else"  # type: ignore[index]  # as above


def test_what_the_provider_does_not_say_is_no() -> None:
    claims = claims_of(b'{"active": true, "sub": "s", "client_id": "s"}')
    assert claims.is_service
    assert (claims.is_staff, claims.email_verified, claims.phone_number_verified) == (False, False, False)
    assert (claims.acr, claims.auth_time, claims.role, claims.email) == (None, None, None, None)
    assert (claims.scopes, claims.roles, claims.amr) == (frozenset(), frozenset(), ())
