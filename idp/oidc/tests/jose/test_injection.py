"""What belongs to one sign-in is refused in another, by a client that checks what it should (OIDC Core §16.11, §16.12).

`Tab` is such a client: it keeps what it sent, and believes an answer only if every proof in it leads back there.
"""

import base64
import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import KeySet

from idp.accounts.models import User
from idp.oidc.tests.fixtures import signed_in
from idp.tests.journey import Pkce, answer_of
from idp.tests.parties import EDDSA_APP, SPA, Party, get_json, json_of

Answer = dict[str, Any]


@dataclass
class Tab:
    """One sign-in in progress: verifier, state and nonce of its own (RFC 9700 §2.1.1, OIDC Core §3.1.3.7)."""

    party: Party
    state: str
    nonce: str
    pkce: Pkce = field(default_factory=Pkce)

    def callback(self, person: User) -> dict[str, str]:
        """What comes back to the redirect URI when this person signs in."""
        asked = self.party.authorize_url(self.pkce, state=self.state, nonce=self.nonce, scope="openid orders")
        return answer_of(signed_in(person).open(asked)["Location"])

    def believes(self, tokens: Answer, algorithm: str) -> bool:
        """Signature, issuer, audience, nonce, and the access token by its hash."""
        keys = KeySet.import_key_set(json_of(get_json("/oauth2/jwks")))  # type: ignore[arg-type]  # the same shape
        claims = jwt.decode(tokens["id_token"], keys, algorithms=[algorithm]).claims
        digest = {"ES256": hashlib.sha256, "EdDSA": hashlib.sha512}[algorithm](tokens["access_token"].encode()).digest()
        half = base64.urlsafe_b64encode(digest[: len(digest) // 2]).decode().rstrip("=")
        expected = ("http://localhost:8000", self.party.client_id, self.nonce, half)
        return (claims["iss"], claims["aud"], claims["nonce"], claims["at_hash"]) == expected


@pytest.fixture
def people(shopper: User, make_user: Callable[..., User]) -> tuple[User, User]:
    return shopper, make_user(email="eve@example.com", verified=True)


@pytest.mark.spec("OIDC Core", "16.11")
@pytest.mark.parametrize(("party", "algorithm"), [(SPA, "ES256"), (EDDSA_APP, "EdDSA")])
def test_nothing_of_one_persons_sign_in_passes_in_anothers(
    clients: None, people: tuple[User, User], party: Party, algorithm: str
) -> None:
    victim, attacker = Tab(party, "victim", "nonce-of-the-victim"), Tab(party, "attacker", "nonce-of-the-attacker")
    mine, theirs = victim.callback(people[0]), attacker.callback(people[1])
    assert (mine["state"], theirs["state"]) == ("victim", "attacker")

    # The attacker's code in the victim's tab, and the stolen code in the attacker's: the verifier is another one.
    for code, tab in ((theirs["code"], victim), (mine["code"], attacker)):
        assert json_of(party.exchange(code, tab.pkce))["error"] == "invalid_grant"

    # Each code in its own tab, and then every mixture of the two answers.
    own, foreign = (json_of(party.exchange(sent["code"], tab.pkce)) for sent, tab in ((mine, victim), (theirs, attacker)))
    assert victim.believes(own, algorithm)
    assert attacker.believes(foreign, algorithm)
    for mixed in (
        foreign,
        {"id_token": own["id_token"], "access_token": foreign["access_token"]},
        {"id_token": foreign["id_token"], "access_token": own["access_token"]},
    ):
        assert not victim.believes(mixed, algorithm)


@pytest.mark.spec("OIDC Core", "3.1.3.7")
def test_an_id_token_of_another_client_is_not_believed(clients: None, people: tuple[User, User]) -> None:
    here, there = Tab(SPA, "s", "same-nonce"), Tab(Party("other-spa", "https://other-spa.example/callback"), "s", "same-nonce")
    tokens = json_of(there.party.exchange(there.callback(people[0])["code"], there.pkce))
    assert there.believes(tokens, "ES256")
    assert not here.believes(tokens, "ES256")
