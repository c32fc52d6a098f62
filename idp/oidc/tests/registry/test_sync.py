"""The client table says what the registrations say, however often they are applied."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from pytest_django.fixtures import Settings

from idp.audit.models import SecurityEvent
from idp.oidc.models import Client
from idp.oidc.registry.sync import sync_clients
from idp.oidc.tests.fixtures import REGISTRIES, REGISTRY, deployment, read_entries
from idp.oidc.tests.registry.test_files import GOOD, PUBLIC
from idp.oidc.tokens.format import client_handle

pytestmark = pytest.mark.django_db


def run(*arguments: Path | str, capsys: pytest.CaptureFixture[str]) -> list[str]:
    call_command("sync_clients", *map(str, arguments))
    return capsys.readouterr().out.splitlines()


def write(folder: Path, *entries: dict[str, Any]) -> Path:
    file = folder / "clients.json"
    file.write_text(json.dumps({"clients": entries}))
    return file


def test_created_changed_and_unchanged_are_told_apart(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(write(tmp_path, GOOD, PUBLIC), capsys=capsys) == ["created shop", "created spa"]
    assert run(write(tmp_path, GOOD, PUBLIC), capsys=capsys) == ["unchanged shop", "unchanged spa"]
    renamed = {**GOOD, "client_name": "Renamed"}
    assert run(write(tmp_path, renamed, PUBLIC), capsys=capsys) == ["changed shop", "unchanged spa"]
    assert Client.objects.get(client_id="shop").name == "Renamed"
    events = list(SecurityEvent.objects.order_by("id").values_list("event", flat=True))
    assert events == ["client_created", "client_created", "client_changed"]


def test_the_platforms_registrations_apply_with_secrets_from_the_environment(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, value in deployment().items():
        monkeypatch.setenv(name, value)
    assert len(run(*REGISTRIES, capsys=capsys)) == 7
    assert {line.split()[0] for line in run(*REGISTRIES, "--prune", capsys=capsys)} == {"unchanged"}
    assert Client.objects.get(client_id="fashionistar-backend").resource_identifiers == ["*"]


def test_a_client_keeps_its_key_and_handle_through_changes(tmp_path: Path) -> None:
    sync_clients(registrations=read_entries([GOOD], tmp_path))
    before = Client.objects.get()
    sync_clients(registrations=read_entries([{**GOOD, "client_name": "Other"}], tmp_path))
    after = Client.objects.get()
    assert (after.pk, after.handle) == (before.pk, before.handle) == (before.pk, client_handle("shop"))


def test_absent_clients_are_left_alone_unless_pruned(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(write(tmp_path, GOOD, PUBLIC), capsys=capsys)
    assert run(write(tmp_path, GOOD), capsys=capsys) == ["unchanged shop"]
    assert Client.objects.filter(enabled=True).count() == 2
    assert run(write(tmp_path, GOOD), "--prune", capsys=capsys) == ["unchanged shop", "disabled spa"]
    assert run(write(tmp_path, GOOD), "--prune", capsys=capsys) == ["unchanged shop"]
    assert list(Client.objects.filter(enabled=False).values_list("client_id", flat=True)) == ["spa"]
    # Listed again, it is switched on again.
    assert run(write(tmp_path, GOOD, PUBLIC), capsys=capsys) == ["changed spa", "unchanged shop"]
    assert Client.objects.get(client_id="spa").enabled


@pytest.mark.spec("RFC 9700", "2.1.1")
def test_a_client_without_pkce_needs_the_operators_switch(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], settings: Settings
) -> None:
    file = write(tmp_path, {**GOOD, "require_pkce": False}, PUBLIC)
    with pytest.raises(CommandError, match="'shop': require_pkce: false needs IDP_ALLOW_CLIENTS_WITHOUT_PKCE=1"):
        call_command("sync_clients", str(file))
    assert not Client.objects.exists()
    settings.IDP_ALLOW_CLIENTS_WITHOUT_PKCE = True
    assert run(file, capsys=capsys) == ["created shop", "created spa"]
    assert Client.objects.get(client_id="shop").require_pkce is False


def test_a_confidential_client_that_becomes_public_loses_its_secret(tmp_path: Path) -> None:
    sync_clients(registrations=read_entries([GOOD], tmp_path))
    public = {**PUBLIC, "client_id": "shop"}
    sync_clients(registrations=read_entries([public], tmp_path))
    client = Client.objects.get()
    assert (client.client_secret, client.is_confidential) == ("", False)


# --- What production refuses --------------------------------------------------------------------------------------------
@pytest.fixture
def production(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> None:
    """The command as an operator runs it in production, with the platform's secrets."""
    settings.ENVIRONMENT = settings.ENVIRONMENT.model_copy(update={"mode": "production"})
    for name, value in deployment().items():
        monkeypatch.setenv(name, value)


@pytest.mark.usefixtures("production")
def test_the_platforms_folder_brings_no_demo_client_into_production(capsys: pytest.CaptureFixture[str]) -> None:
    assert [line for line in run(REGISTRY, capsys=capsys) if "demo" in line] == []
    assert Client.objects.count() == 4


@pytest.mark.usefixtures("production")
def test_production_refuses_our_own_web_clients_over_plain_http(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(CommandError) as caught:
        call_command("sync_clients", *map(str, REGISTRIES))
    assert "'demo-spa': redirect_uris: http://localhost:5173/callback is plain http" in str(caught.value)
    assert "fashionistar" not in str(caught.value)
    assert not Client.objects.exists()


@pytest.mark.usefixtures("production")
@pytest.mark.parametrize("change", [{"first_party": False}, {"application_type": "native"}])
def test_production_lets_others_listen_on_this_machine(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], change: dict[str, Any]
) -> None:
    local = {**PUBLIC, "first_party": True, "redirect_uris": ["http://127.0.0.1/cb"]}
    with pytest.raises(CommandError, match="plain http"):
        call_command("sync_clients", str(write(tmp_path, local)))
    assert run(write(tmp_path, {**local, **change}), capsys=capsys) == ["created spa"]


def test_pruning_by_an_empty_list_disables_nobody(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(write(tmp_path, GOOD), capsys=capsys)
    with pytest.raises(CommandError, match="--prune would disable every client"):
        call_command("sync_clients", str(write(tmp_path)), "--prune")
    assert Client.objects.get().enabled
    assert run(write(tmp_path), capsys=capsys) == []
