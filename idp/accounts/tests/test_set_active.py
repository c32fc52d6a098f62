"""`set_active`: one change, one record, one piece of news, and all or nothing."""

import uuid
from collections.abc import Callable, Iterator

import pytest

from idp.accounts.errors import NoSuchAccount
from idp.accounts.models import User
from idp.accounts.services.set_active import set_active
from idp.accounts.signals import password_changed, user_deactivated
from idp.audit.selectors import list_events

MakeUser = Callable[..., User]


@pytest.fixture
def news() -> Iterator[list[uuid.UUID]]:
    """The accounts the world was told about."""
    told: list[uuid.UUID] = []

    def listen(*, user_id: uuid.UUID, **_kwargs: object) -> None:
        told.append(user_id)

    user_deactivated.connect(listen)
    yield told
    user_deactivated.disconnect(listen)


def test_disabling_is_stored_recorded_and_told_once(user: User, news: list[uuid.UUID]) -> None:
    assert set_active(user_id=user.pk, active=False)
    assert not User.objects.get(pk=user.pk).is_active
    assert news == [user.pk]
    assert not set_active(user_id=user.pk, active=False)
    assert news == [user.pk]
    assert [event.event for event in list_events(user_id=user.pk)] == ["user_deactivated", "user_created"]


def test_enabling_is_recorded_and_is_no_news(user: User, news: list[uuid.UUID]) -> None:
    assert not set_active(user_id=user.pk, active=True)
    set_active(user_id=user.pk, active=False)
    assert set_active(user_id=user.pk, active=True)
    assert User.objects.get(pk=user.pk).is_active
    assert news == [user.pk]
    assert list_events(user_id=user.pk)[0].event == "user_reactivated"


def test_the_change_is_seen_in_updated_at(user: User) -> None:
    set_active(user_id=user.pk, active=False)
    assert User.objects.get(pk=user.pk).updated_at > user.updated_at


@pytest.mark.django_db
def test_an_unknown_account_is_an_error() -> None:
    with pytest.raises(NoSuchAccount):
        set_active(user_id=uuid.uuid4(), active=False)


@pytest.mark.django_db(transaction=True)
def test_if_a_receiver_fails_the_account_stays_as_it_was(make_user: MakeUser) -> None:
    user = make_user()

    def fail(**_kwargs: object) -> None:
        raise RuntimeError("sessions could not be ended")

    user_deactivated.connect(fail)
    try:
        with pytest.raises(RuntimeError):
            set_active(user_id=user.pk, active=False)
    finally:
        user_deactivated.disconnect(fail)
    assert User.objects.get(pk=user.pk).is_active
    assert [event.event for event in list_events(user_id=user.pk)] == ["user_created"]


def test_the_two_signals_are_two() -> None:
    assert password_changed is not user_deactivated
