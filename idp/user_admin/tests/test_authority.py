"""Who may act on whom: each rule alone, on every act there is."""

import inspect
import pkgutil
from collections.abc import Callable
from importlib import import_module

import pytest

from idp.accounts.errors import NoSuchAccount
from idp.accounts.models import User
from idp.accounts.roles import Role, rank_of
from idp.accounts.types import AddressKind
from idp.audit.models import SecurityEvent
from idp.core import clock, ids
from idp.core.errors import IdpError
from idp.login.models import SsoSession
from idp.login.services.end_session import end_user_sessions
from idp.login.types import EndReason
from idp.mfa.errors import ReasonRefused
from idp.oidc.tests.fixtures import signed_in
from idp.tests.totp_app import with_app
from idp.user_admin import services
from idp.user_admin.authority import Order
from idp.user_admin.errors import FreshProofNeeded, NotAdministrator, Outranked, OwnAccount, RoleAboveYours
from idp.user_admin.services.confirm_address import confirm_address
from idp.user_admin.services.reset_factors import reset_factors
from idp.user_admin.services.reset_password import reset_password
from idp.user_admin.services.reveal import reveal
from idp.user_admin.services.sign_out import end_all_sessions, end_one_session
from idp.user_admin.services.standing import change_role, reactivate, suspend
from idp.user_admin.tests.conftest import ordered

Act = Callable[[Order], object]


def _end_one(order: Order) -> None:
    end_one_session(order, sid=SsoSession.objects.filter(user_id=order.user_id).latest("id").pk)


ACTS: dict[str, Act] = {
    "suspend": suspend,
    "reactivate": reactivate,
    "confirm_address": lambda order: confirm_address(order, kind=AddressKind.EMAIL),
    "reset_password": reset_password,
    "change_role": lambda order: change_role(order, role=Role.EDITOR),
    "end_all_sessions": end_all_sessions,
    "end_one_session": _end_one,
    "reset_factors": reset_factors,
    "reveal": reveal,
}
# These neither lock out nor raise whoever does them to themselves.
HARMLESS = {"end_all_sessions", "end_one_session", "reveal"}
every_act = pytest.mark.parametrize("act", ACTS.values(), ids=ACTS.keys())


@pytest.fixture
def target(make_user: Callable[..., User], clients: None) -> User:
    """Somebody to whom every act would do something."""
    person = make_user(email="zina@example.com", phone_number="+2348030000001")
    with_app(person)
    signed_in(person)
    return person


def _takes_an_order(member: object) -> bool:
    return inspect.isfunction(member) and inspect.signature(member).parameters.get("order") is not None


def test_no_act_is_forgotten_here() -> None:
    modules = [import_module(found.name) for found in pkgutil.iter_modules(services.__path__, f"{services.__name__}.")]
    acts = {name for module in modules for name, member in vars(module).items() if _takes_an_order(member)}
    assert acts - {"carried_out"} == set(ACTS)


def _refused(act: Act, order: Order, error: type[IdpError]) -> None:
    """Nothing changed and nothing was recorded."""
    before = (_state(), SecurityEvent.objects.count())
    with pytest.raises(error):
        act(order)
    assert (_state(), SecurityEvent.objects.count()) == before


def _state() -> list[tuple[object, ...]]:
    people = User.objects.order_by("pk").values_list("pk", "password", "role", "is_active", "email_verified")
    return [*people, *SsoSession.objects.order_by("pk").values_list("pk", "ended_at")]


@every_act
@pytest.mark.spec("OWASP ASVS 5.0", "8.2.1")
@pytest.mark.parametrize("role", [role for role in Role if role not in {Role.ADMIN, Role.SUPER_ADMIN}])
def test_nobody_of_another_role_acts(act: Act, role: Role, chief: User, target: User) -> None:
    order = ordered(chief, target)
    # Demoted in the same moment: what counts is the role now, not when the page was opened.
    User.objects.filter(pk=chief.pk).update(role=role)
    _refused(act, order, NotAdministrator)


@every_act
@pytest.mark.parametrize("change", [{"is_staff": False}, {"is_active": False}], ids=str)
def test_nor_an_account_that_is_no_staff_any_more(act: Act, change: dict[str, bool], chief: User, target: User) -> None:
    order = ordered(chief, target)
    User.objects.filter(pk=chief.pk).update(**change)
    _refused(act, order, NotAdministrator)


@every_act
@pytest.mark.spec("OWASP ASVS 5.0", "7.5.3")
@pytest.mark.parametrize("how", ["long ago", "by password", "ended"])
def test_an_act_needs_a_fresh_sign_in_with_two_factors(act: Act, how: str, chief: User, target: User) -> None:
    sessions = SsoSession.objects.filter(user=chief)
    if how == "long ago":
        sessions.update(auth_time=clock.now() - clock.seconds(601))
    if how == "by password":
        sessions.update(acr="aal1", amr=["pwd"])
    order = ordered(chief, target)
    if how == "ended":
        end_user_sessions(user_id=chief.pk, reason=EndReason.LOGOUT)
    _refused(act, order, FreshProofNeeded)


@every_act
@pytest.mark.parametrize("reason", ["", "   ", "…", "x" * 201])
def test_an_act_says_why(act: Act, reason: str, chief: User, target: User) -> None:
    _refused(act, ordered(chief, target, reason), ReasonRefused)


@every_act
def test_nobody_acts_on_somebody_above_them(act: Act, chief: User, warden: User) -> None:
    _refused(act, ordered(warden, chief), Outranked)


@pytest.mark.parametrize("name", [name for name in ACTS if name not in HARMLESS])
def test_nobody_locks_out_or_raises_themselves(name: str, chief: User) -> None:
    _refused(ACTS[name], ordered(chief, chief), OwnAccount)


@pytest.mark.parametrize("name", sorted(HARMLESS))
def test_what_is_harmless_may_be_done_to_oneself(name: str, chief: User) -> None:
    ACTS[name](ordered(chief, chief))
    assert User.objects.get(pk=chief.pk).is_active


@every_act
def test_an_account_that_is_not_there(act: Act, chief: User, target: User) -> None:
    order = Order(actor=ordered(chief, target).actor, user_id=ids.new_id(), reason="ticket 4711")
    if act is _end_one:
        act = lambda order: end_one_session(order, sid=ids.new_id())  # noqa: E731 - the same act, of no session
    _refused(act, order, NoSuchAccount)


@pytest.mark.parametrize("role", [Role.SUPER_ADMIN])
def test_nobody_gives_a_role_above_their_own(role: Role, warden: User, target: User) -> None:
    _refused(lambda order: change_role(order, role=role), ordered(warden, target), RoleAboveYours)


def test_an_administrator_acts_on_equals_and_below_and_gives_their_own_role(warden: User, target: User) -> None:
    assert change_role(ordered(warden, target), role=Role.ADMIN)
    assert suspend(ordered(warden, target))


def test_ranks() -> None:
    assert {role for role in Role if rank_of(role) == 0} == {Role.CLIENT, Role.VENDOR, Role.SUPER_CLIENT, Role.SUPER_VENDOR}
    order = [Role.VENDOR, Role.SUPPORT, Role.SUPER_SUPPORT, Role.ADMIN, Role.SUPER_ADMIN]
    assert [rank_of(role) for role in order] == [0, 1, 2, 3, 4]
    assert max(rank_of(role) for role in Role if role not in {Role.ADMIN, Role.SUPER_ADMIN}) < rank_of(Role.ADMIN)
