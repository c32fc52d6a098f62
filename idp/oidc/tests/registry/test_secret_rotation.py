"""A client's secret is replaced without an outage: old and new count together for a while, and not a moment longer."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.management import CommandError, call_command

from idp.audit.models import SecurityEvent
from idp.oidc.models import Client
from idp.oidc.tests.registry.test_files import GOOD
from idp.oidc.tests.registry.test_sync import write
from idp.tests.journey import basic
from idp.tests.parties import post_form

pytestmark = pytest.mark.django_db

OLD, NEW, NEWEST = ("old-" * 12, "new-" * 12, "newest-" * 7)
Sync = Callable[..., None]


@pytest.fixture
def sync(tmp_path: Path) -> Sync:
    """Register the shop with this secret."""

    def run(secret: str, *options: str, **members: Any) -> None:  # noqa: ANN401 - any member
        call_command("sync_clients", str(write(tmp_path, {**GOOD, "client_secret": secret, **members})), *options)

    return run


def accepted() -> list[str]:
    """Which of the three secrets the token endpoint takes."""
    form = {"grant_type": "authorization_code", "code": "x"}
    return [one for one in (OLD, NEW, NEWEST) if post_form("/oauth2/token", form, **basic("shop", one)).status_code != 401]


@pytest.mark.spec("RFC 6749", "2.3.1")
def test_both_secrets_count_for_a_day(sync: Sync) -> None:
    with time_machine.travel("2026-11-22T12:00:00Z", tick=False) as moved:
        sync(OLD)
        assert accepted() == [OLD]
        sync(NEW)
        assert accepted() == [OLD, NEW]
        # Applying the same again neither ends nor prolongs it.
        moved.shift(24 * 3600 - 1)
        sync(NEW)
        assert accepted() == [OLD, NEW]
        moved.shift(1)
        assert accepted() == [NEW]


def test_the_operator_chooses_how_long(sync: Sync) -> None:
    with time_machine.travel("2026-11-22T12:00:00Z", tick=False) as moved:
        sync(OLD)
        sync(NEW, "--secret-overlap", "60")
        moved.shift(59)
        assert accepted() == [OLD, NEW]
        moved.shift(1)
        assert accepted() == [NEW]


def test_without_an_overlap_the_old_secret_ends_at_once(sync: Sync) -> None:
    sync(OLD)
    sync(NEW, "--secret-overlap", "0")
    assert accepted() == [NEW]


def test_an_overlap_that_is_under_way_can_be_ended(sync: Sync) -> None:
    sync(OLD)
    sync(NEW)
    sync(NEW, "--secret-overlap", "0")
    assert accepted() == [NEW]
    assert Client.objects.get().previous_client_secret == ""


def test_only_the_secret_before_the_present_one_counts(sync: Sync) -> None:
    for secret in (OLD, NEW, NEWEST):
        sync(secret)
    assert accepted() == [NEW, NEWEST]
    # And back again, after a mistake.
    sync(NEW)
    assert accepted() == [NEW, NEWEST]


def test_another_method_takes_both_secrets_away(sync: Sync, tmp_path: Path) -> None:
    sync(OLD)
    sync(NEW)
    public = {name: value for name, value in GOOD.items() if name != "client_secret"}
    call_command("sync_clients", str(write(tmp_path, {**public, "token_endpoint_auth_method": "none"})))
    client = Client.objects.get()
    assert (client.client_secret, client.previous_client_secret, client.previous_client_secret_until) == ("", "", None)
    assert accepted() == []


def test_a_client_that_is_switched_off_has_no_good_secret(sync: Sync, tmp_path: Path) -> None:
    sync(OLD)
    sync(NEW)
    call_command("sync_clients", str(write(tmp_path, {**GOOD, "client_id": "other"})), "--prune")
    assert accepted() == []


def test_an_empty_secret_never_counts_as_the_old_one(sync: Sync) -> None:
    sync(OLD)
    sync(NEW)
    Client.objects.update(previous_client_secret="")
    answer = post_form("/oauth2/token", {"grant_type": "authorization_code", "code": "x"}, **basic("shop", ""))
    assert answer.status_code == 401


def test_a_rotation_is_in_the_trail_without_a_secret(sync: Sync) -> None:
    sync(OLD)
    sync(NEW)
    sync(NEW, "--secret-overlap", "0")
    begun, ended = SecurityEvent.objects.filter(event="client_changed").order_by("at", "id")
    assert begun.detail == {"fields": "client_secret previous_client_secret previous_client_secret_until"}
    assert ended.detail == {"fields": "previous_client_secret previous_client_secret_until"}


@pytest.mark.parametrize("seconds", ["-1", str(32 * 24 * 3600)])
def test_an_absurd_overlap_changes_nothing(sync: Sync, seconds: str) -> None:
    sync(OLD)
    with pytest.raises(CommandError, match="Nothing was changed"):
        sync(NEW, f"--secret-overlap={seconds}")
    assert accepted() == [OLD]
