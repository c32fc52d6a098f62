"""What the tables hold and refuse, whatever code writes to them."""

import uuid

import pytest
from django.apps import apps
from django.conf import settings
from django.db import IntegrityError, transaction

from idp.accounts.models import User
from idp.core import clock
from idp.oidc.models import AccessToken, AuthorizationCode, Client, Consent, RefreshToken, SigningKey
from idp.oidc.provider.scopes import ScopesPerClient, known_scopes

SWAPPED = ("APPLICATION", "GRANT", "ACCESS_TOKEN", "REFRESH_TOKEN", "ID_TOKEN", "DEVICE_GRANT")


@pytest.mark.parametrize("name", SWAPPED)
def test_every_model_of_the_library_is_ours(name: str) -> None:
    model = apps.get_model(getattr(settings, f"OAUTH2_PROVIDER_{name}_MODEL"))
    assert model._meta.app_label == "oidc"
    assert not any(model._meta.app_label == "oauth2_provider" and not model._meta.swapped for model in apps.get_models())


@pytest.mark.django_db
def test_no_migration_is_missing() -> None:
    from django.core.management import call_command

    call_command("makemigrations", "oidc", check=True, dry_run=True, verbosity=0)


@pytest.mark.parametrize("state", ["active", "next"])
def test_one_active_and_one_next_key_per_algorithm(clients: None, state: str) -> None:
    def key(kid: str) -> SigningKey:
        moment = clock.now()
        return SigningKey(
            kid=kid, algorithm="ES256", public_jwk={}, private_pem="x", state=state, state_since=moment, created_at=moment
        )

    SigningKey.objects.filter(algorithm="ES256").update(state="retiring")
    key("x" * 43).save(force_insert=True)
    with pytest.raises(IntegrityError), transaction.atomic():
        key("y" * 43).save(force_insert=True)


def test_one_consent_per_person_and_client(clients: None, shopper: User) -> None:
    client = Client.objects.get(client_id="third-web")
    consent = Consent.objects.create(user=shopper, client=client, granted_at=clock.now())
    assert str(consent) == f"Consent #{consent.pk}"
    with pytest.raises(IntegrityError), transaction.atomic():
        Consent.objects.create(user=shopper, client=client, granted_at=clock.now())


def test_no_two_codes_or_tokens_share_a_value(clients: None, shopper: User) -> None:
    client = Client.objects.get(client_id="third-web")
    common = {"application": client, "user": shopper, "expires": clock.now()}

    def code() -> None:
        AuthorizationCode.objects.create(code="c" * 64, redirect_uri="https://x.example", **common)

    def refresh() -> None:
        RefreshToken.objects.create(
            token="",
            token_checksum="r" * 64,
            application=client,
            user=shopper,
            token_family=uuid.uuid4(),
            expires=clock.now(),
        )

    for write in (code, refresh):
        write()
        with pytest.raises(IntegrityError), transaction.atomic():
            write()


def test_a_client_is_what_its_registration_says(clients: None) -> None:
    web, spa = Client.objects.get(client_id="third-web"), Client.objects.get(client_id="demo-spa")
    assert (web.is_confidential, spa.is_confidential) == (True, False)
    assert web.may_use("refresh_token")
    assert not spa.may_use("refresh_token")
    assert "orders" in spa.scopes
    assert AccessToken._meta.get_field("token_checksum").unique


@pytest.mark.spec("RFC 6749", "3.3")
def test_the_librarys_scope_questions_get_our_answers(clients: None) -> None:
    backend = ScopesPerClient()
    assert backend.get_all_scopes() == known_scopes()
    assert backend.get_available_scopes() == []
    assert backend.get_default_scopes() == []
    assert set(backend.get_available_scopes(Client.objects.get(client_id="demo-api"))) == {"orders"}
