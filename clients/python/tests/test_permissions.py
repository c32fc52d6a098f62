"""Scopes, roles, strength and age of the sign-in, alone and combined; each refusal says what is missing."""

import time
from collections.abc import Callable

import pytest

from fashionistar_auth.permissions import HasAcr, HasAnyRole, HasScope, PermissionClass
from fashionistar_auth.principals import ServicePrincipal
from fashionistar_auth.rules import reaches
from tests.conftest import Ask, Configure
from tests.provider import SHOPPER, Provider
from tests.service.models import Account

pytestmark = pytest.mark.django_db

SERVICE = {"sub": "stock", "client_id": "stock", "role": None, "roles": None, "acr": None, "auth_time": None}
ORDERS, NO_ORDERS = {"scope": "orders"}, {"scope": "openid"}
ADMIN, CLIENT = {"role": "admin", "roles": ["admin"]}, {"role": "client", "roles": ["client"]}


def ago(seconds: int) -> int:
    return int(time.time()) - seconds


@pytest.mark.parametrize(
    ("guard", "claims", "expected"),
    [
        ("scope", ORDERS, 200),
        ("scope", {"scope": "openid orders.read ordersX"}, "insufficient_scope"),
        ("scope", {"scope": None}, "insufficient_scope"),
        ("scope", {"scope": "ORDERS"}, "insufficient_scope"),
        ("scope", SERVICE | ORDERS, 200),
        ("scopes", ORDERS, "insufficient_scope"),
        ("scopes", {"scope": "wallet orders"}, 200),
        ("role", {"role": "super_vendor", "roles": ["super_vendor", "vendor"]}, 200),
        ("role", {"role": "vendor", "roles": None}, 200),
        ("role", CLIENT, "insufficient_role"),
        ("role", {"role": None, "roles": None, "is_staff": True}, "insufficient_role"),
        ("role", SERVICE, "insufficient_role"),
        ("aal2", {"acr": "aal2"}, 200),
        ("aal2", {"acr": "phr"}, 200),
        ("aal2", {"acr": "aal1"}, "insufficient_user_authentication"),
        ("aal2", {"acr": None}, "insufficient_user_authentication"),
        ("aal2", {"acr": "phr2"}, "insufficient_user_authentication"),
        ("aal2", SERVICE, "person_required"),
        ("aal2-fresh", {"acr": "aal2", "auth_time": ago(10)}, 200),
        ("aal2-fresh", {"acr": "aal2", "auth_time": ago(400)}, "insufficient_user_authentication"),
        ("custom-acr", {"acr": "urn:example:gold"}, 200),
        ("custom-acr", {"acr": "phr"}, "insufficient_user_authentication"),
        ("recent", {"auth_time": ago(100)}, 200),
        ("recent", {"auth_time": ago(301)}, "insufficient_user_authentication"),
        ("recent", {"auth_time": None}, "insufficient_user_authentication"),
        ("recent", {"auth_time": ago(-3600)}, "insufficient_user_authentication"),
        ("person", {}, 200),
        ("person", SERVICE, "person_required"),
        # Combined: what is raised inside `|` does not hide the other side.
        ("either", NO_ORDERS | ADMIN, 200),
        ("either", ORDERS | CLIENT, 200),
        ("either", NO_ORDERS | CLIENT, "insufficient_scope"),
        ("both", ORDERS | ADMIN, 200),
        ("both", ORDERS | CLIENT, "insufficient_role"),
        ("both", NO_ORDERS | ADMIN, "insufficient_scope"),
        ("foreign-or", ORDERS, 200),
        ("foreign-or", NO_ORDERS, "insufficient_scope"),
        ("or-foreign", ORDERS, 200),
        ("or-foreign", NO_ORDERS, "insufficient_scope"),
        ("foreign-and", ORDERS, 200),
        ("foreign-and", NO_ORDERS, "insufficient_scope"),
        ("nested", ORDERS | CLIENT, 200),
        ("nested", NO_ORDERS | CLIENT, "insufficient_scope"),
        ("none-explains", ORDERS, "permission_denied"),
        ("object-or?object=mine", NO_ORDERS, 200),
        ("object-or?object=yours", ORDERS, 200),
        ("object-or?object=yours", NO_ORDERS, "permission_denied"),
        ("object-and?object=mine", ORDERS, 200),
        ("object-and?object=yours", ORDERS, "permission_denied"),
        ("object-and?object=mine", NO_ORDERS, "insufficient_scope"),
    ],
)
def test_matrix(ask: Ask, provider: Provider, guard: str, claims: dict[str, object], expected: int | str) -> None:
    answer = ask(f"/guarded/{guard}", provider.grant(**claims))
    body = answer.json()
    assert (answer.status_code if body["success"] else body["code"]) == expected
    assert body["message"].endswith(".")


@pytest.mark.parametrize("guard", ["scope", "aal2", "either", "both", "foreign-or", "or-foreign", "person", "nested"])
def test_without_token_it_is_401_and_no_error_code(ask: Ask, provider: Provider, guard: str) -> None:
    answer = ask(f"/guarded/{guard}")
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"] == 'Bearer realm="http://testserver"'
    assert provider.seen == []


def test_staff_flag_of_the_local_user_still_counts(ask: Ask, provider: Provider) -> None:
    Account.objects.create(id=SHOPPER, is_staff=True)
    assert ask("/guarded/or-foreign", provider.grant(**NO_ORDERS)).status_code == 200


@pytest.mark.spec("RFC 6750", "3.1")
def test_insufficient_scope_names_what_is_missing(ask: Ask, provider: Provider) -> None:
    answer = ask("/guarded/scopes", provider.grant(**NO_ORDERS))
    assert answer.status_code == 403
    challenge = answer["WWW-Authenticate"]
    assert challenge.startswith('Bearer realm="http://testserver", error="insufficient_scope"')
    assert challenge.endswith('scope="orders wallet"')


@pytest.mark.spec("RFC 9470", "3")
def test_step_up_says_what_to_ask_for(ask: Ask, provider: Provider) -> None:
    answer = ask("/guarded/aal2-fresh", provider.grant(acr="aal1"))
    assert answer.status_code == 401
    challenge = answer["WWW-Authenticate"]
    assert challenge.startswith('Bearer realm="http://testserver", error="insufficient_user_authentication"')
    assert challenge.endswith('acr_values="aal2", max_age="300"')
    only_age = ask("/guarded/recent", provider.grant(auth_time=0))
    assert only_age["WWW-Authenticate"].endswith('max_age="300"')
    assert "acr_values" not in only_age["WWW-Authenticate"]


def test_role_and_person_refusals_carry_no_challenge(ask: Ask, provider: Provider) -> None:
    for guard, claims in (("role", CLIENT), ("person", SERVICE)):
        answer = ask(f"/guarded/{guard}", provider.grant(**claims))
        assert answer.status_code == 403
        assert "WWW-Authenticate" not in answer


def test_order_of_levels_is_the_service_s_own(ask: Ask, provider: Provider, configure: Configure) -> None:
    token = provider.grant(acr="silver")
    assert ask("/guarded/aal2", token).status_code == 401
    configure(acr_order=("bronze", "aal2", "silver"))
    assert ask("/guarded/aal2", token).status_code == 200


@pytest.mark.parametrize("actual", [None, "aal1", "aal2", "phr", "other"])
@pytest.mark.parametrize("required", [None, "aal1", "aal2", "phr", "other"])
def test_reaching_a_level(actual: str | None, required: str | None) -> None:
    rank = {None: -1, "aal1": 1, "aal2": 2, "phr": 3}
    comparable = actual in rank and required in rank
    wanted = actual == required or required is None or (comparable and rank[actual] >= rank[required])
    assert reaches(actual, required, ("aal1", "aal2", "phr")) is wanted


@pytest.mark.parametrize("make", [HasScope, HasAnyRole])
def test_empty_requirements_are_refused_when_the_view_is_written(make: Callable[..., PermissionClass]) -> None:
    for nothing in ((), ("",), ("two words",)):
        with pytest.raises(ValueError, match="at least one"):
            make(*nothing)
    with pytest.raises(ValueError, match="at least one"):
        HasAcr("")


def test_negation_is_refused() -> None:
    with pytest.raises(TypeError, match="HasScope"):
        ~HasScope("orders")


def test_a_service_has_no_power_of_a_person() -> None:
    principal = ServicePrincipal("stock")
    assert principal.is_authenticated
    assert principal.is_active
    assert (principal.is_anonymous, principal.is_staff, principal.is_superuser) == (False, False, False)
    assert str(principal) == principal.pk == "service:stock"
