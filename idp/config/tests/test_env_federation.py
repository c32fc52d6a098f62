"""The variables of sign-in with other services: off by themselves, and on only with what makes them work."""

import pytest

from idp.config.tests.test_env import SECRETS, load, refusal

GOOGLE = {"IDP_GOOGLE_SIGN_IN": "on", "IDP_GOOGLE_CLIENT_ID": "us", "IDP_GOOGLE_CLIENT_SECRET": "secret"}


def test_both_are_off_even_with_credentials() -> None:
    assert load().upstreams == {}
    assert load(**(GOOGLE | {"IDP_GOOGLE_SIGN_IN": "off"})).upstreams == {}


def test_switched_on_they_are_asked_where_they_are() -> None:
    google = load(**GOOGLE).upstreams["google"]
    assert (google.issuer, google.client_id, google.client_secret) == ("https://accounts.google.com", "us", "secret")
    assert google.token_url == "https://oauth2.googleapis.com/token"
    assert "secret" not in repr(google)
    facebook = load(**{name.replace("GOOGLE", "FACEBOOK"): value for name, value in GOOGLE.items()}).upstreams["facebook"]
    assert facebook.person_url.startswith("https://graph.facebook.com/v")


@pytest.mark.parametrize("name", ["CLIENT_ID", "CLIENT_SECRET"])
@pytest.mark.parametrize("service", ["GOOGLE", "FACEBOOK"])
def test_on_without_credentials_is_no_start(service: str, name: str) -> None:
    given = {variable.replace("GOOGLE", service): value for variable, value in GOOGLE.items()}
    del given[f"IDP_{service}_{name}"]
    (problem,) = refusal({**SECRETS, **given})
    assert problem.startswith(f"IDP_{service}_{name} must be set while IDP_{service}_SIGN_IN is on")


def test_nobody_speaks_for_google_but_on_this_machine() -> None:
    elsewhere = GOOGLE | {"IDP_GOOGLE_URL": "https://google.example"}
    assert load(**elsewhere).upstreams["google"].issuer == "https://google.example"
    (problem,) = refusal({**SECRETS, **elsewhere, "IDP_ISSUER": "https://idp.example"})
    assert problem.startswith("IDP_GOOGLE_URL is only for tests on this machine")
