"""Text messages: what each gateway is asked, and what its answers mean. The gateway is a server on this machine."""

import base64
import json
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs

import pytest
from pytest_django import Settings
from time_machine import TimeMachineFixture

from idp.core import clock
from idp.core.tests.tls_server import Partner, running_partner
from idp.outbox.channels.tests.sending import CODE, PHONE, attempt, texted
from idp.outbox.models import Message

pytestmark = pytest.mark.django_db


@pytest.fixture
def partner(tmp_path: Path, settings: Settings) -> Iterator[Partner]:
    """The gateway's interface, over TLS."""
    with running_partner(tmp_path) as partner:
        settings.IDP_OUTBOUND_CA_FILE = partner.ca_file
        settings.IDP_SMS_URL = f"https://localhost:{partner.port}"
        settings.IDP_SMS_USER, settings.IDP_SMS_SECRET, settings.IDP_SMS_FROM = "AC123", "gateway-secret", "Fashionista"
        yield partner


@pytest.fixture(params=["twilio", "termii"])
def gateway(request: pytest.FixtureRequest, settings: Settings, partner: Partner) -> Partner:
    """Each of them."""
    settings.IDP_SMS_GATEWAY = request.param
    return partner


def test_twilio_is_asked_in_its_own_words(partner: Partner, settings: Settings) -> None:
    settings.IDP_SMS_GATEWAY = "twilio"
    texted(seconds=600)
    assert attempt().delivered_at is not None
    ((method, path, headers, body),) = partner.requests
    assert (method, path) == ("POST", "/2010-04-01/Accounts/AC123/Messages.json")
    assert base64.b64decode(headers["authorization"].removeprefix("Basic ")) == b"AC123:gateway-secret"
    fields = parse_qs(body.decode())
    assert (fields["To"], fields["From"]) == ([PHONE], ["Fashionista"])
    assert CODE in fields["Body"][0]
    # A code that waits in the gateway's own line expires there too.
    assert 500 < int(fields["ValidityPeriod"][0]) <= 600


def test_termii_is_asked_in_its_own_words(partner: Partner, settings: Settings) -> None:
    settings.IDP_SMS_GATEWAY = "termii"
    texted()
    assert attempt().delivered_at is not None
    ((method, path, _headers, body),) = partner.requests
    assert (method, path) == ("POST", "/api/sms/send")
    sent = json.loads(body)
    assert (sent["to"], sent["from"], sent["api_key"]) == (PHONE.lstrip("+"), "Fashionista", "gateway-secret")
    assert CODE in sent["sms"]


@pytest.mark.parametrize("status", [400, 404, 422])
def test_a_number_that_is_refused_is_not_tried_again(gateway: Partner, status: int) -> None:
    gateway.status = status
    texted()
    settled = attempt()
    assert settled.dead_at is not None
    assert str(status) in settled.last_error


@pytest.mark.parametrize("status", [401, 403, 429, 500, 503])
def test_a_gateway_that_cannot_now_is_tried_again(gateway: Partner, status: int) -> None:
    gateway.status = status
    texted()
    settled = attempt()
    assert (settled.delivered_at, settled.dead_at) == (None, None)
    assert settled.next_attempt_at > clock.now()
    assert PHONE not in settled.last_error


def test_a_gateway_that_is_not_there_is_tried_again(gateway: Partner, settings: Settings) -> None:
    settings.IDP_SMS_URL = "https://localhost:1"
    texted()
    assert attempt().last_error == "the gateway did not answer"


@pytest.mark.spec("OWASP ASVS 5.0", "1.3.6")
def test_an_address_of_our_own_network_is_never_called(gateway: Partner, settings: Settings) -> None:
    settings.IDP_MODE = "production"
    texted()
    settled = attempt()
    assert settled.last_error == "the gateway's address is not allowed"
    assert gateway.requests == []
    assert settled.payload is None


def test_a_text_message_that_is_too_late_is_not_sent(gateway: Partner, time_machine: TimeMachineFixture) -> None:
    time_machine.move_to(clock.now(), tick=False)
    texted(seconds=600)
    # Before the message expires, but so shortly that it would arrive later.
    time_machine.shift(590)
    assert attempt().last_error == "of no use any more"
    assert gateway.requests == []


def test_without_a_gateway_production_waits_and_a_developer_reads(settings: Settings) -> None:
    texted()
    assert attempt().delivered_at is not None
    Message.objects.all().delete()
    settings.IDP_MODE = "production"
    texted()
    assert attempt().last_error == "no gateway for text messages is configured (IDP_SMS_GATEWAY)"
