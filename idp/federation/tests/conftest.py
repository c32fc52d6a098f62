"""A service elsewhere, switched on, and a browser that goes there and back."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.http import HttpResponse
from pytest_django import Settings

from idp.config.env_federation import FederationEnvironment
from idp.federation.tests.mock_upstream import CLIENT_ID, CLIENT_SECRET, MockUpstream
from idp.login.tests.browser import Browser, Page
from idp.oidc.client_auth import remote_keys


@pytest.fixture
def upstream(settings: Settings) -> Iterator[MockUpstream]:
    """Google and Facebook, both on."""
    mock = MockUpstream()
    given = {"SIGN_IN": "on", "CLIENT_ID": CLIENT_ID, "CLIENT_SECRET": CLIENT_SECRET, "URL": mock.origin}
    environment = {f"IDP_{name}_{part}": value for name in ("GOOGLE", "FACEBOOK") for part, value in given.items()}
    settings.IDP_UPSTREAMS = FederationEnvironment.model_validate(environment).upstreams
    yield mock
    mock.close()
    remote_keys._held.clear()


def asked_by(answer: HttpResponse) -> dict[str, str]:
    """What the service is asked by this redirect."""
    assert answer.status_code == 303, answer.content
    query = urlsplit(answer.headers["Location"]).query
    return {name: values[0] for name, values in parse_qs(query).items()}


class Traveller(Browser):
    """A browser that presses the button and comes back."""

    def press(self, provider: str = "google", **wishes: str | bool) -> HttpResponse:
        """The answer to the button."""
        address = self.begin(**{"return_to": "/account", **wishes})
        return self.send(f"/federation/{provider}/{address.split('/')[2]}", {}, token=self.token(address))

    def leave(self, provider: str = "google", **wishes: str | bool) -> dict[str, str]:
        """What the service is asked."""
        return asked_by(self.press(provider, **wishes))

    def come_back(self, upstream: MockUpstream, asked: dict[str, str]) -> HttpResponse:
        """The answer to the way back."""
        back = urlsplit(upstream.way_back(asked))
        answer: Any = self.get(f"{back.path}?{back.query}")
        return answer  # type: ignore[no-any-return]  # Django's test client has no public type for it

    def sign_in_elsewhere(self, upstream: MockUpstream, provider: str = "google", **wishes: str | bool) -> HttpResponse:
        """There and back."""
        return self.come_back(upstream, self.leave(provider, **wishes))

    def after(self, answer: HttpResponse) -> tuple[str, Page]:
        """The address it leads to, and the page there."""
        assert answer.status_code == 303, answer.content
        address = answer.headers["Location"]
        return address, self.page(address)


@pytest.fixture
def traveller(db: None) -> Traveller:
    return Traveller()
