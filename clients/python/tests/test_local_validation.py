"""Signed access tokens judged by the service itself: what it takes, what it refuses, and when it asks all the same."""

import json
import time
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from joserfc.jwk import ECKey, OKPKey, RSAKey

from fashionistar_auth.errors import InvalidToken
from fashionistar_auth.introspection import get_introspector
from fashionistar_auth.tickets.service import redeem_ticket
from fashionistar_auth.tickets.store import Kept, keep
from fashionistar_auth.validation import validate
from tests.conftest import Ask, Configure
from tests.provider import SHOPPER, Provider, Reply
from tests.token_signer import SCOPE, UNTOLD, TokenSigner, encoded
from tests.transmitter import KEY

pytestmark = pytest.mark.django_db

FOREIGN = RSAKey.generate_key(2048, {"kid": "k1", "alg": "RS256"})
PSS = RSAKey.generate_key(2048, {"kid": "k3", "alg": "PS256", "use": "sig"})
CURVE = ECKey.generate_key("P-256", {"kid": "k2", "alg": "ES256", "use": "sig"})
EDWARDS = OKPKey.generate_key("Ed25519", {"kid": "k4", "alg": "EdDSA", "use": "sig"})
NOW = int(time.time())


@pytest.fixture
def signer(configure: Configure, provider: Provider) -> TokenSigner:
    """A provider that signs, and a service that judges by itself."""
    configure(VALIDATION="local")
    return TokenSigner(provider)


# --- What is taken --------------------------------------------------------------------------------------------------
def test_the_provider_is_asked_for_its_keys_and_nothing_more(ask: Ask, signer: TokenSigner) -> None:
    answers = [ask("/me", signer.token()) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200] * 3
    assert answers[0].json()["data"]["user"] == {"pk": SHOPPER, "kind": "Account"}
    assert signer.questions == ["jwks"]


@pytest.mark.django_db(transaction=True)
def test_the_asynchronous_bearer_judges_alike(ask: Ask, signer: TokenSigner) -> None:
    assert ask("/ninja/me", signer.token()).json() == {"sub": SHOPPER, "kind": "Account", "pk": SHOPPER}
    assert ask("/ninja/me", signer.token(aud="elsewhere")).status_code == 401
    assert signer.questions == ["jwks"]


def test_it_is_off_unless_a_service_asks_for_it(ask: Ask, provider: Provider) -> None:
    signer = TokenSigner(provider)
    assert ask("/me", signer.token()).status_code == 401
    assert signer.questions == ["introspect"]


@pytest.mark.spec("RFC 9068", "2.2")
@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"scope": "orders"},
        {"acr": "aal2", "amr": ["pwd", "otp"], "auth_time": NOW - 500},
        {"member_id": None, "auth_provider": None},
        {"sub": "stock", "client_id": "stock", "sid": None, "auth_time": None, "acr": None, "amr": None, "role": None,
         "roles": None, "is_staff": None},
    ],
)  # fmt: skip
def test_it_says_what_introspection_says(signer: TokenSigner, changes: dict[str, object]) -> None:
    claims = signer.claims(**changes)
    token = signer.sign(json.dumps(claims).encode())
    signer.provider.grant(token, **{"scope": SCOPE, **UNTOLD, "active": True, "token_type": "Bearer", **claims})
    # A member that was taken out of the token is taken out of the answer too.
    answer = signer.provider.tokens[token]
    signer.provider.tokens[token] = {k: v for k, v in answer.items() if k in {*claims, "active", "token_type"}}
    by_itself, asked = validate(token), get_introspector().introspect(token)
    assert by_itself == asked is not None
    assert signer.questions == ["jwks", "introspect"]


@pytest.mark.parametrize("key", [KEY, PSS, CURVE, EDWARDS])
def test_each_algorithm_of_the_provider(ask: Ask, signer: TokenSigner, key: RSAKey | ECKey | OKPKey) -> None:
    signer.publish(KEY, PSS, CURVE, EDWARDS)
    assert ask("/me", signer.token(key=key, header={"alg": key.alg, "kid": key.kid})).status_code == 200
    assert ask("/me", signer.token(key=FOREIGN, header={"kid": key.kid})).status_code == 401
    assert signer.questions == ["jwks"]


@pytest.mark.spec("RFC 9470", "3")
def test_rules_about_the_sign_in_go_on(ask: Ask, signer: TokenSigner) -> None:
    weak, strong = signer.token(), signer.token(acr="aal2", auth_time=NOW)
    old = signer.token(acr="aal2", auth_time=NOW - 400)
    assert [ask("/guarded/aal2-fresh", token).status_code for token in (weak, strong, old)] == [401, 200, 401]
    assert [ask("/guarded/role", signer.token(role=r, roles=[r])).status_code for r in ("vendor", "client")] == [
        200,
        403,
    ]
    assert ask("/guarded/scopes", strong).json()["code"] == "insufficient_scope"
    assert signer.questions == ["jwks"]


# --- What is refused, without a question about it -------------------------------------------------------------------
HEADERS: list[dict[str, Any]] = [
    {"typ": "JWT"},
    {"typ": "secevent+jwt"},
    {"typ": None},
    {"kid": None},
    {"kid": "k" * 256},
    {"alg": None},
    {"crit": ["exp"]},
    {"crit": ["b64"], "b64": False},
    {"jwk": FOREIGN.as_dict(private=False)},
    {"jku": "https://evil.example/keys"},
    {"x5u": "https://evil.example/cert"},
    {"x5c": ["MIIB"]},
    {"zip": "DEF"},
    # The key is for RS256 alone.
    {"alg": "PS256"},
]


@pytest.mark.spec("RFC 9068", "4")
@pytest.mark.spec("RFC 8725", "3.11")
@pytest.mark.parametrize("header", HEADERS, ids=lambda header: next(iter(header)))
def test_a_header_the_provider_never_writes(ask: Ask, signer: TokenSigner, header: dict[str, Any]) -> None:
    answer = ask("/me", signer.token(header=header))
    assert (answer.status_code, answer.json()["code"]) == (401, "invalid_token")
    assert "introspect" not in signer.questions


@pytest.mark.spec("RFC 9068", "4")
@pytest.mark.parametrize("typ", ["at+jwt", "AT+JWT", "application/at+jwt"])
def test_the_kind_in_both_forms(ask: Ask, signer: TokenSigner, typ: str) -> None:
    assert ask("/me", signer.token(header={"typ": typ})).status_code == 200


@pytest.mark.spec("RFC 8725", "3.1")
def test_no_signature_and_a_secret_anybody_has(ask: Ask, signer: TokenSigner) -> None:
    hostile = [
        signer.token(key=KEY.as_pem(private=False), header={"alg": "HS256"}),
        signer.token(header={"alg": "none"}),
        signer.token(key=FOREIGN),
        signer.token()[:-8] + "AAAAAAAA",
    ]
    head, payload, signature = signer.token().split(".")
    hostile.append(f"{head}.{encoded(json.dumps(signer.claims(role='admin')).encode())}.{signature}")
    hostile.append(f"{head}.{payload}.AA")
    for token in hostile:
        assert ask("/me", token).status_code == 401
    # Its keys are asked for once, and by none of those that name another algorithm.
    assert signer.questions == ["jwks"]


@pytest.mark.spec("RFC 9068", "4")
@pytest.mark.parametrize(
    "changes",
    [
        {"iss": "https://evil.example"},
        {"iss": None},
        {"aud": ["http://elsewhere"]},
        {"aud": None},
        {"aud": "http://testserver.evil.example"},
        {"exp": NOW - 31},
        {"exp": None},
        {"exp": "soon"},
        {"exp": True},
        {"nbf": NOW + 120},
        {"iat": NOW + 120},
        {"iat": None},
        {"iat": "now"},
        {"jti": None},
        {"jti": ""},
        {"sub": None},
        {"sub": "a\u00e9"},
        {"client_id": None},
        {"scope": ["orders"]},
        {"roles": "vendor"},
        {"cnf": {"jkt": "x"}},
    ],
    ids=str,
)
def test_claims_that_are_not_for_us(ask: Ask, signer: TokenSigner, changes: dict[str, Any]) -> None:
    assert ask("/me", signer.token(**changes)).status_code == 401
    assert signer.questions == ["jwks"]


@pytest.mark.parametrize("payload", [b"", b"[]", b"nonsense", b"[" * 3000, b'{"exp":' + b"9" * 3000 + b"}"])
def test_a_signed_body_that_is_no_token(ask: Ask, signer: TokenSigner, payload: bytes) -> None:
    assert ask("/me", signer.sign(payload)).status_code == 401


def test_the_clocks_may_differ_a_little(ask: Ask, signer: TokenSigner) -> None:
    now = int(time.time())
    assert ask("/me", signer.token(iat=now + 20, nbf=now + 20, exp=now - 20)).status_code == 200


def test_a_member_called_active_changes_nothing(ask: Ask, signer: TokenSigner) -> None:
    assert ask("/me", signer.token(active=False, token_type="N_A")).json()["data"]["answer"]["token_type"] == "Bearer"


# --- When the provider is asked -------------------------------------------------------------------------------------
def test_what_is_not_signed_is_asked_about(ask: Ask, signer: TokenSigner) -> None:
    signer.provider.grant("good")
    assert [ask("/me", token).status_code for token in ("good", "unknown", "a.b", "a.b.c.d.e")] == [200, 401, 401, 401]
    assert signer.questions == ["introspect"] * 4


@pytest.mark.parametrize(
    "changes",
    [
        {"scope": SCOPE + " email"},
        {"scope": SCOPE + " phone"},
        {"acr": None},
        {"amr": None},
        {"auth_time": None},
        {"sid": None},
        {"role": None},
        {"roles": None},
        {"is_staff": None},
        {"exp": NOW + 9000},
    ],
    ids=str,
)
def test_what_a_token_does_not_tell_is_asked_about(ask: Ask, signer: TokenSigner, changes: dict[str, Any]) -> None:
    token = signer.token(**changes)
    assert ask("/me", token).status_code == 401
    signer.provider.grant(token)
    assert ask("/me", token).json()["data"]["answer"]["email"] == "ada@example.com"
    assert signer.questions == ["jwks", "introspect", "introspect"]
    # And nobody is let in because nobody could be asked.
    signer.provider.reply = Reply(status=500)
    assert ask("/me", token).status_code == 503


@pytest.mark.django_db(transaction=True)
def test_a_socket_is_opened_with_the_provider_s_word(configure: Configure, signer: TokenSigner) -> None:
    token = signer.token()
    kept = Kept(token=token, origin="http://shop.example:5173", expires_at=time.time() + 30)
    keep("ticket", kept, seconds=30)
    with pytest.raises(InvalidToken):
        async_to_sync(redeem_ticket)("ticket", origin=kept.origin)
    assert signer.questions == ["introspect"]


def test_a_service_that_reads_no_addresses_says_so(configure: Configure, ask: Ask, signer: TokenSigner) -> None:
    configure(INTROSPECTED_SCOPES=())
    answer = ask("/me", signer.token(scope=SCOPE + " email")).json()["data"]["answer"]
    assert "email" not in answer
    assert signer.questions == ["jwks"]
