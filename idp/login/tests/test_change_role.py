"""Another role: the account is what it is now, everybody is signed out, and the command says which of it happened."""

import uuid
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from idp.accounts.errors import NoSuchAccount
from idp.accounts.models import User
from idp.accounts.roles import Role
from idp.accounts.services.change_role import change_role
from idp.accounts.signals import role_changed
from idp.audit.models import SecurityEvent
from idp.audit.types import Event
from idp.login.models import SsoSession
from idp.login.tests.browser import Browser

pytestmark = pytest.mark.django_db


def run(*arguments: str) -> str:
    out = StringIO()
    call_command("change_role", *arguments, stdout=out)
    return out.getvalue()


def live() -> int:
    return SsoSession.objects.filter(ended_at=None).count()


# --- The service --------------------------------------------------------------------------------------------------------
def test_it_is_stored_recorded_and_ends_every_session(signed_in: Browser, ada: User) -> None:
    assert live() == 1
    assert change_role(user_id=ada.pk, role=Role.EDITOR)
    changed = User.objects.get(pk=ada.pk)
    assert (changed.role, changed.is_staff) == (Role.EDITOR, True)
    assert SsoSession.objects.get().end_reason == "revoked"
    assert SecurityEvent.objects.get(event=Event.USER_UPDATED).detail == {"fields": "role", "role": "editor"}


def test_who_leaves_the_staff_is_no_member_of_it(ada: User) -> None:
    change_role(user_id=ada.pk, role=Role.SUPPORT)
    change_role(user_id=ada.pk, role=Role.CLIENT)
    assert not User.objects.get(pk=ada.pk).is_staff


def test_the_same_role_ends_nothing(signed_in: Browser, ada: User) -> None:
    assert not change_role(user_id=ada.pk, role=Role.CLIENT)
    assert live() == 1
    assert not SecurityEvent.objects.filter(event=Event.USER_UPDATED).exists()


def test_others_stay_signed_in(signed_in: Browser, bola: User) -> None:
    assert change_role(user_id=bola.pk, role=Role.VENDOR)
    assert live() == 1


def test_an_unknown_account_is_an_error() -> None:
    with pytest.raises(NoSuchAccount):
        change_role(user_id=uuid.uuid4(), role=Role.EDITOR)


def test_if_sessions_cannot_be_ended_the_role_stays(signed_in: Browser, ada: User) -> None:
    def fail(**_kwargs: object) -> None:
        raise RuntimeError("sessions could not be ended")

    role_changed.connect(fail)
    try:
        with pytest.raises(RuntimeError):
            change_role(user_id=ada.pk, role=Role.EDITOR)
    finally:
        role_changed.disconnect(fail)
    assert (User.objects.get(pk=ada.pk).role, live()) == (Role.CLIENT, 1)
    assert not SecurityEvent.objects.filter(event=Event.USER_UPDATED).exists()


# --- The command --------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("by", ["--identifier", "--sub"])
def test_the_command_finds_the_account_and_says_what_it_did(signed_in: Browser, ada: User, by: str) -> None:
    who = (by, {"--identifier": f" {str(ada.email).upper()}", "--sub": str(ada.pk)}[by])
    assert run("vendor", *who) == "The role is vendor now; every session has ended.\n"
    assert (User.objects.get(pk=ada.pk).role, live()) == (Role.VENDOR, 0)
    assert run("vendor", *who) == "The role was vendor already.\n"


@pytest.mark.parametrize(("arguments", "sentence"), [
    (("editor", "--identifier", "nobody@example.com"), "No account has this e-mail address or phone number."),
    (("editor", "--identifier", "ada"), "valid email address"),
    (("editor", "--sub", "0193f0a2-7c1e-7b52-9d2f-5a1c6e0b4d77"), "No account has this id."),
    (("editor", "--sub", "7"), "invalid UUID value"),
    (("emperor", "--sub", "0193f0a2-7c1e-7b52-9d2f-5a1c6e0b4d77"), "invalid choice: 'emperor'"),
    (("editor",), "one of the arguments --identifier --sub is required"),
])  # fmt: skip
def test_what_cannot_be_done_is_one_sentence(ada: User, arguments: tuple[str, ...], sentence: str) -> None:
    with pytest.raises(CommandError) as refused:
        run(*arguments)
    assert sentence in str(refused.value)
    assert "\n" not in str(refused.value)
    assert User.objects.get(pk=ada.pk).role == Role.CLIENT
