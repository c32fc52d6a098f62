"""Whatever changes an account is announced in the same transaction: each service once, a change that is rolled back never."""

import ast
from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings
from django.db import transaction
from pydantic import SecretStr

from idp.accounts.identifiers import Email, PhoneNumber
from idp.accounts.models import User
from idp.accounts.roles import Role
from idp.accounts.schemas import NewUser, Profile, ProfileChange
from idp.accounts.services import claim_account, data_use, erasure, replace_address
from idp.accounts.services.change_password import store_password
from idp.accounts.services.change_role import change_role
from idp.accounts.services.confirm_address import confirm_address
from idp.accounts.services.create_user import create_user
from idp.accounts.services.set_active import set_active
from idp.accounts.services.update_profile import update_profile
from idp.audit.services import record
from idp.audit.types import Event
from idp.core import clock
from idp.core.ids import new_id
from idp.login.models import SsoSession
from idp.login.services.end_session import end_session
from idp.login.tests.passkeys import with_passkey
from idp.mfa.factor_rows import remove_one
from idp.mfa.recovery_codes.services.discard import discard
from idp.mfa.recovery_codes.services.regenerate import regenerate
from idp.mfa.reset import reset_factors
from idp.mfa.totp.models import TotpAuthenticator
from idp.mfa.types import FactorKind
from idp.oidc.events.delivery import USER_EVENT
from idp.oidc.events.vocabulary import UserEventName, news_of
from idp.oidc.models import Client, EventReceiver, UserEvent
from idp.oidc.tests.events.listener import listen
from idp.oidc.tests.fixtures import signed_in
from idp.outbox.errors import OutsideTransaction
from idp.outbox.models import Message
from idp.tests.totp_app import with_app

pytestmark = pytest.mark.django_db

ENDPOINT = "https://backend.example/events"


@pytest.fixture(autouse=True)
def _somebody_listens(clients: None) -> None:
    listen("second-web", ENDPOINT)


def app_of(user: User) -> TotpAuthenticator:
    return TotpAuthenticator.objects.create(user=user, name="Phone", secret="A" * 32, confirmed_at=clock.now())


def session_of(user: User) -> SsoSession:
    signed_in(user)
    return SsoSession.objects.get(user=user, ended_at=None)


def unproven(user: User) -> User:
    user.email_verified, user.email_verified_at = False, None
    user.save(update_fields=["email_verified", "email_verified_at"])
    return user


def remove_app(user: User) -> object:
    mine = TotpAuthenticator.objects.filter(user=user)
    app = app_of(user)
    return remove_one(mine, kind=FactorKind.TOTP, user_id=user.pk, factor_id=app.pk, acting_sid=None)


def reset(user: User) -> object:
    app_of(user)
    member = create_user(new=NewUser(email="help@example.com", password=SecretStr("x" * 20), role=Role.SUPPORT))
    UserEvent.objects.all().delete()
    Message.objects.all().delete()
    return reset_factors(user_id=user.pk, reason="called us", by=member.pk)


def drop_codes(user: User) -> object:
    regenerate(user_id=user.pk)
    discard(user_id=user.pk)
    return None


def erase(user: User) -> object:
    erasure.schedule_erasure(user_id=user.pk, due_at=clock.now())
    erasure.begin_erasure(user_id=user.pk, at=clock.now())
    return erasure.delete_account(user_id=user.pk)


def come_back(user: User) -> object:
    set_active(user_id=user.pk, active=False)
    return set_active(user_id=user.pk, active=True)


def change_mind(user: User) -> object:
    erasure.schedule_erasure(user_id=user.pk, due_at=clock.now())
    return erasure.cancel_erasure(user_id=user.pk)


def claim(user: User) -> object:
    unproven(user)
    user.phone_number, user.erasure_due_at = "+2348012345678", clock.now()
    user.save(update_fields=["phone_number", "erasure_due_at"])
    return claim_account.claim_account(user=user, to=Email(str(user.email)), via="email", password="!hash")


def new_address(user: User) -> object:
    return replace_address.replace_address(user=user, to=Email("other@example.com"), sid=new_id())


def lose_address(user: User) -> object:
    user.phone_number = "+2348012345678"
    user.save(update_fields=["phone_number"])
    replace_address.release_address(user=user, address=PhoneNumber("+2348012345678"))
    return None


# Each service that changes an account: by the name of its function, what is done and what is announced of it.
SERVICES: dict[str, tuple[Callable[[User], object], list[str]]] = {
    "create_user": (
        lambda _user: create_user(new=NewUser(email="new@example.com", password=SecretStr("x" * 20))), ["user.created"],
    ),
    "update_profile": (
        lambda user: update_profile(user_id=user.pk, change=ProfileChange(given_name="Ada")), ["user.profile_changed"],
    ),
    "introduce": (
        lambda user: claim_account.introduce(user=user, role=Role.VENDOR, profile=Profile(given_name="Ada")),
        ["user.role_changed", "user.profile_changed"],
    ),
    "change_role": (lambda user: change_role(user_id=user.pk, role=Role.EDITOR), ["user.role_changed"]),
    "set_active": (come_back, ["user.suspended", "user.reactivated"]),
    "replace_address": (new_address, ["user.identifier_changed"]),
    "release_address": (lose_address, ["user.identifier_changed"]),
    "claim_account": (claim, ["user.verified", "user.password_changed", "user.identifier_changed", "user.deleted"]),
    "confirm_address": (
        lambda user: confirm_address(user=unproven(user), address=Email(str(user.email)), via="staff"), ["user.verified"],
    ),
    "store_password": (lambda user: store_password(user=user, prepared="!hash", via="account"), ["user.password_changed"]),
    "schedule_erasure": (lambda user: erasure.schedule_erasure(user_id=user.pk, due_at=clock.now()), ["user.deleted"]),
    "cancel_erasure": (change_mind, ["user.deleted", "user.deleted"]),
    "delete_account": (erase, ["user.deleted", "user.suspended", "user.erased"]),
    # What a person allows us concerns nobody else.
    "set_marketing": (lambda user: data_use.set_marketing(user_id=user.pk, allowed=True, text_version="1"), []),
    "set_restriction": (lambda user: data_use.set_restriction(user_id=user.pk, restricted=True), []),
}  # fmt: skip
# Not on the row of the account.
FACTORS: dict[str, tuple[Callable[[User], object], list[str]]] = {
    # The app, and the codes for the day it is lost.
    "confirm_enrolment": (with_app, ["user.mfa_changed", "user.mfa_changed"]),
    "keep": (with_passkey, ["user.mfa_changed"]),
    "discard": (drop_codes, ["user.mfa_changed", "user.mfa_changed"]),
    "remove_one": (remove_app, ["user.mfa_changed"]),
    "reset_factors": (reset, ["user.mfa_changed"]),
    "regenerate": (lambda user: regenerate(user_id=user.pk), ["user.mfa_changed"]),
    "end_session": (lambda user: end_session(sid=session_of(user).pk, reason="logout"), ["user.session_revoked"]),
}
# Functions that write to an account's row and change nothing that anybody else could know.
SILENT = {
    # Another hash of the same password.
    "_upgrade",
    # Whom the backend itself handed in.
    "add_users",
}


def told() -> list[str]:
    return list(UserEvent.objects.order_by("number").values_list("name", flat=True))


@pytest.mark.parametrize("name", [*SERVICES, *FACTORS])
def test_every_service_announces_its_change_and_nothing_when_it_is_rolled_back(name: str, user: User) -> None:
    act, expected = (SERVICES | FACTORS)[name]
    UserEvent.objects.all().delete()
    Message.objects.all().delete()
    with transaction.atomic():
        act(user)
        assert told() == expected
        transaction.set_rollback(True)
    assert told() == []
    assert not Message.objects.exists()

    act(User.objects.get(pk=user.pk))
    assert told() == expected
    assert Message.objects.filter(kind=USER_EVENT).count() == len(expected)


def test_no_other_function_writes_to_an_account() -> None:
    """Found in the source: whoever saves, updates or deletes a `User` stands in the table above."""
    found = set()
    for file in Path(settings.BASE_DIR, "idp").rglob("*.py"):
        if not {"tests", "migrations", "demo"} & set(file.parts):
            for function in ast.walk(ast.parse(file.read_text())):
                if isinstance(function, ast.FunctionDef) and _writes_to_a_user(function):
                    found.add(function.name)
    assert found - SILENT == set(SERVICES)


def _writes_to_a_user(function: ast.FunctionDef) -> bool:
    """`user.save(…)`, `user.delete()`, or an update of rows that began with `User.objects` in the same function."""
    source = ast.unparse(function)
    calls = [call.func for call in ast.walk(function) if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute)]
    on_row = any(
        call.attr in {"save", "delete"} and isinstance(call.value, ast.Name) and call.value.id in {"user", "person", "held"}
        for call in calls
    )
    on_rows = "User.objects" in source and any(call.attr in {"update", "bulk_create", "bulk_update"} for call in calls)
    return on_row or on_rows


def test_the_news_says_how_the_account_stood_then(user: User) -> None:
    UserEvent.objects.all().delete()
    come_back(user)
    change_role(user_id=user.pk, role=Role.SUPER_EDITOR)
    states = [(event.name, event.account["is_active"], event.account["roles"]) for event in UserEvent.objects.order_by("number")]
    assert states == [
        ("user.suspended", False, ["client"]),
        ("user.reactivated", True, ["client"]),
        ("user.role_changed", True, ["super_editor", "editor"]),
    ]
    assert UserEvent.objects.last().account.keys() == {  # type: ignore[union-attr]
        "role", "roles", "is_staff", "is_active", "is_verified", "auth_provider",
    }  # fmt: skip


def test_only_who_registered_for_it_is_told(user: User) -> None:
    listen("other-spa", ENDPOINT, events=("user.suspended",))
    listen("disabled-web", ENDPOINT)
    Message.objects.all().delete()
    come_back(user)
    kinds = Message.objects.filter(kind=USER_EVENT).values_list("order_key", flat=True)
    second, other = (EventReceiver.objects.get(client__client_id=name).pk for name in ("second-web", "other-spa"))
    assert sorted(kinds) == sorted([f"{second}:{user.pk}"] * 2 + [f"{other}:{user.pk}"])


def test_nobody_listens_and_nothing_is_written(user: User) -> None:
    Client.objects.update(enabled=False)
    UserEvent.objects.all().delete()
    come_back(user)
    assert told() == []


@pytest.mark.django_db(transaction=True)
def test_a_change_outside_a_transaction_is_refused(user: User) -> None:
    with pytest.raises(OutsideTransaction):
        record(event=Event.CONTACT_VERIFIED, user_id=user.pk)


def test_people_who_are_moved_in_are_no_news_to_the_backend_they_come_from() -> None:
    assert news_of(Event.USER_CREATED, {"role": "client", "via": "import"}, None) == ()


@pytest.mark.parametrize(
    ("via", "password", "names"),
    [
        ("email", "!hash", ["user.verified", "user.password_changed"]),
        ("email", "", ["user.verified"]),
        # By the service that stores it, once.
        ("recovery", "!hash", ["user.verified"]),
    ],
)
def test_an_owner_who_chooses_a_password_changes_it(user: User, via: str, password: str, names: list[str]) -> None:
    unproven(user)
    UserEvent.objects.all().delete()
    claim_account.claim_account(user=user, to=Email(str(user.email)), via=via, password=password)
    assert told() == names


def test_every_name_is_announced_by_something() -> None:
    names = {name for _act, expected in (SERVICES | FACTORS).values() for name in expected}
    assert names == set(UserEventName)
