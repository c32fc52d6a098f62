"""RFC 6750: where the token is read from, and what a refusal announces."""

import pytest

from fashionistar_auth.bearer import MalformedCredentials, bearer_challenge, read_bearer_token
from tests.conftest import Ask
from tests.provider import Provider


@pytest.mark.spec("RFC 6750", "2.1")
@pytest.mark.parametrize(
    ("header", "token"),
    [
        ("Bearer abc", "abc"),
        ("bearer abc", "abc"),
        ("BEARER  a-b._~+/9==", "a-b._~+/9=="),
        ("", None),
        ("Basic dXNlcjpwdw==", None),
        ("Bearerabc", None),
        ("Token Bearer", None),
    ],
)
def test_reads_exactly_one_token(header: str, token: str | None) -> None:
    assert read_bearer_token(header) == token


MALFORMED = [
    "Bearer",
    "Bearer ",
    "Bearer a b",
    "Bearer a,Bearer b",
    "Bearer a, Bearer b",
    "Bearer,Bearer a",
    "Bearer a=b",
    "Bearer \tabc",
    "Bearer abc\n",
    'Bearer "abc"',
    "Bearer tok\u00e9n",
    "Bearer " + "a" * 9000,
]


@pytest.mark.spec("RFC 6750", "2.1")
@pytest.mark.parametrize("header", MALFORMED)
def test_refuses_whatever_is_not_one_token(header: str) -> None:
    with pytest.raises(MalformedCredentials):
        read_bearer_token(header)


@pytest.mark.spec("RFC 6750", "3")
def test_challenge_cannot_be_broken_out_of() -> None:
    assert bearer_challenge("r", {"scope": 'a" b\\\r\n\u00e9', "gone": None}) == 'Bearer realm="r", scope="a b"'


@pytest.mark.spec("RFC 6750", "3.1")
def test_no_token_means_401_without_error_code(ask: Ask, provider: Provider) -> None:
    answer = ask("/me")
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"] == 'Bearer realm="http://testserver"'
    assert answer.json()["code"] == "not_authenticated"
    assert provider.seen == []


@pytest.mark.spec("RFC 6750", "3.1")
@pytest.mark.parametrize("header", [h for h in MALFORMED if "\n" not in h])
def test_malformed_header_is_401_and_never_asks(ask: Ask, provider: Provider, header: str) -> None:
    answer = ask("/me", headers={"Authorization": header})
    assert answer.status_code == 401
    assert 'error="invalid_token"' in answer["WWW-Authenticate"]
    assert answer.json()["code"] == "invalid_token"
    assert provider.seen == []


@pytest.mark.spec("RFC 6750", "2.3")
@pytest.mark.django_db
def test_token_in_query_or_body_is_ignored(ask: Ask, provider: Provider) -> None:
    token = provider.grant()
    form = {"data": f"access_token={token}", "content_type": "application/x-www-form-urlencoded"}
    assert ask("/me", token).status_code == 200
    provider.seen.clear()
    assert ask(f"/me?access_token={token}&token={token}").status_code == 401
    assert ask("/me", method="POST", **form).status_code == 401
    assert provider.seen == []


@pytest.mark.spec("RFC 6750", "3.1")
@pytest.mark.parametrize("token", ["revoked", "eyJhbGciOiJSUzI1NiJ9.e30.c2ln"])
def test_inactive_or_foreign_token_is_401_with_a_sentence(ask: Ask, provider: Provider, token: str) -> None:
    provider.grant("good")
    answer = ask("/me", token)
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"].startswith('Bearer realm="http://testserver", error="invalid_token", ')
    body = answer.json()
    assert body["success"] is False
    assert body["code"] == "invalid_token"
    assert body["message"].endswith("Please sign in again.")
    assert body["meta"]["request_id"] == answer["X-Request-ID"]


def test_a_bad_token_is_refused_even_where_none_is_needed(ask: Ask, provider: Provider) -> None:
    assert provider.tokens == {}
    assert ask("/open").json()["data"] == {"signed_in": False}
    assert ask("/open", "revoked").status_code == 401
