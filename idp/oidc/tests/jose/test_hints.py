"""An id_token_hint counts if we signed it, as an ID token, for this issuer; its age does not matter (RFC 8725)."""

import pytest
import time_machine
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from idp.oidc.jose.keys import ALGORITHMS, verification_key
from idp.oidc.jose.signing import NotOurs, signer, verified_hint
from idp.oidc.models import SigningKey
from idp.oidc.tests.hostile_jose import b64
from idp.tests.journey import Browser
from idp.tests.parties import SPA, WEB, Party, obtain_tokens

CLAIMS = {"iss": "http://localhost:8000", "sub": "someone", "aud": "demo-spa", "iat": 1, "exp": 2}


@pytest.mark.spec("OIDC Core", "3.1.2.1")
@pytest.mark.parametrize("party", [SPA, WEB], ids=["ES256", "RS256"])
def test_an_expired_id_token_is_still_a_good_hint(browser: Browser, party: Party) -> None:
    token = obtain_tokens(browser, party)["id_token"]
    with time_machine.travel("2027-11-22", tick=False):
        assert verified_hint(token)["aud"] == party.client_id


@pytest.mark.spec("RFC 8725", "3.1")
def test_a_hint_by_a_key_that_signs_no_more_counts_until_the_key_is_gone(browser: Browser) -> None:
    token = obtain_tokens(browser, SPA)["id_token"]
    SigningKey.objects.filter(algorithm="ES256").update(state="retiring")
    assert verified_hint(token)["aud"] == "demo-spa"
    SigningKey.objects.filter(algorithm="ES256").update(state="gone")
    with pytest.raises(NotOurs):
        verified_hint(token)


@pytest.mark.spec("RFC 8725", "3.1")
def test_a_key_verifies_its_own_algorithm_only(clients: None) -> None:
    found = {
        row.algorithm: [alg for alg in ALGORITHMS if verification_key(kid=row.kid, algorithm=alg)]
        for row in SigningKey.objects.all()
    }
    assert found == {algorithm: [algorithm] for algorithm in ALGORITHMS}


@pytest.mark.spec("RFC 8725", "3.11")
@pytest.mark.spec("RFC 8725", "3.12")
def test_what_we_signed_as_something_else_is_no_hint(clients: None) -> None:
    """Forgeries are in `test_hostile_tokens.py`; these are ours, and none is an ID token of this issuer."""
    without_end = {name: value for name, value in CLAIMS.items() if name != "exp"}
    for typ, claims in (
        ("logout+jwt", CLAIMS), ("at+jwt", CLAIMS), ("JWT", {**CLAIMS, "iss": "https://evil.example"}), ("JWT", without_end),
        ("JWT", {"iss": CLAIMS["iss"]}), ("JWT", {**CLAIMS, "sub": 7}), ("JWT", {**CLAIMS, "aud": ["demo-spa"]}),
    ):  # fmt: skip
        with pytest.raises(NotOurs):
            verified_hint(signer(algorithm="ES256", typ=typ)(claims))
    assert verified_hint(signer(algorithm="ES256", typ="JWT")(CLAIMS)) == CLAIMS


@pytest.mark.django_db
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.one_of(st.text(), st.tuples(st.binary(), st.binary(), st.binary()).map(lambda parts: ".".join(map(b64, parts)))))
def test_no_text_at_all_is_a_fault(clients: None, token: str) -> None:
    with pytest.raises(NotOurs):
        verified_hint(token)
