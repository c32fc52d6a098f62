"""The endpoints: who may see what, and what is said to those who may not."""

import pytest
from django.db import connection
from pytest_django import Settings

from example_backend.shop.catalogue import PRODUCTS
from example_backend.shop.models import Order, Shopper
from tests.conftest import Ask
from tests.provider import ADA, API, Provider

pytestmark = pytest.mark.django_db

PROTECTED = ["/api/me", "/api/orders", "/api/vendor/dashboard", "/api/payouts"]
VENDOR = {"role": "super_vendor", "roles": ["super_vendor", "vendor"]}


def test_health_asks_nobody(ask: Ask) -> None:
    # No provider runs here, and even a bad token is not looked at.
    answer = ask("/healthz", "whatever")
    assert answer.status_code == 200
    assert answer.json() == {
        "success": True,
        "message": "The example backend is running.",
        "data": {"status": "ok"},
        "meta": {},
    }


@pytest.mark.spec("RFC 6750", "3.1")
@pytest.mark.parametrize("path", PROTECTED)
def test_no_token(ask: Ask, path: str) -> None:
    answer = ask(path)
    assert (answer.status_code, answer.json()["code"]) == (401, "not_authenticated")
    assert answer["WWW-Authenticate"] == 'Bearer realm="http://localhost:8001"'
    assert "WWW-Authenticate" in answer["Access-Control-Expose-Headers"]


@pytest.mark.parametrize("path", PROTECTED)
def test_bad_token(ask: Ask, provider: Provider, path: str) -> None:
    provider.grant("other-audience", aud=["http://elsewhere.example"])
    for token in ("revoked", "other-audience"):
        answer = ask(path, token)
        assert (answer.status_code, answer.json()["code"]) == (401, "invalid_token")
        assert 'error="invalid_token"' in answer["WWW-Authenticate"]


@pytest.mark.parametrize("path", PROTECTED)
def test_provider_down(ask: Ask, path: str) -> None:
    answer = ask(path, "good")
    assert (answer.status_code, answer.json()["code"]) == (503, "provider_unavailable")
    assert answer["Retry-After"] == "5"


def test_me_tells_the_introspection_answer_in_demo_mode_only(ask: Ask, provider: Provider) -> None:
    data = ask("/api/me", provider.grant(email="ada@example.com")).json()["data"]
    assert data.keys() == {"user"}
    assert data["user"]["sub"] == ADA


def test_me_shows_what_the_backend_saw(ask: Ask, provider: Provider, settings: Settings) -> None:
    settings.EXAMPLE_SHOW_INTROSPECTION = True
    token = provider.grant(email="ada@example.com", email_verified=True)
    body = ask("/api/me", token).json()
    assert body["data"]["introspection"] == provider.tokens[token]
    user = body["data"]["user"]
    assert (user["sub"], user["is_active"], user["orders"]) == (ADA, True, 3)
    assert body["message"] == "This is what we know about you."


def test_me_of_a_service(ask: Ask, provider: Provider, settings: Settings) -> None:
    settings.EXAMPLE_SHOW_INTROSPECTION = True
    body = ask("/api/me", provider.service()).json()
    assert body["data"]["user"] is None
    assert body["data"]["introspection"]["client_id"] == "stock"
    assert "stock" in body["message"]
    assert not Shopper.objects.exists()


def test_first_request_makes_the_shopper_and_the_orders_once(ask: Ask, provider: Provider) -> None:
    token = provider.grant()
    first, second = (ask("/api/orders", token).json() for _ in range(2))
    assert first == second
    assert Shopper.objects.count() == 1
    assert [order["number"] for order in first["data"]["orders"]] == [1, 2, 3]
    assert {(o["item"], o["amount_kobo"]) for o in first["data"]["orders"]} <= set(PRODUCTS)
    assert first["message"] == "You have 3 orders."


def test_everybody_sees_only_their_own_orders(ask: Ask, provider: Provider) -> None:
    ask("/api/orders", provider.grant("bola", sub="bola"))
    Order.objects.filter(shopper_id="bola").update(item="Bola's hat")
    mine = ask("/api/orders", provider.grant()).json()["data"]["orders"]
    assert "Bola's hat" not in {order["item"] for order in mine}
    assert Order.objects.count() == 6


def test_orders_need_the_scope_and_a_person(ask: Ask, provider: Provider) -> None:
    without = ask("/api/orders", provider.grant(scope="openid"))
    assert (without.status_code, without.json()["code"]) == (403, "insufficient_scope")
    assert 'scope="orders"' in without["WWW-Authenticate"]
    service = ask("/api/orders", provider.service(scope="orders"))
    assert (service.status_code, service.json()["code"]) == (403, "person_required")


@pytest.mark.parametrize(
    ("claims", "status"),
    [
        (VENDOR, 200),
        ({"role": "staff", "roles": ["staff"]}, 200),
        ({"role": "admin", "roles": ["admin"]}, 200),
        ({"role": "client", "roles": ["client"]}, 403),
        ({"role": None, "roles": None}, 403),
    ],
)
def test_dashboard_needs_a_role(ask: Ask, provider: Provider, claims: dict[str, object], status: int) -> None:
    answer = ask("/api/vendor/dashboard", provider.grant(**claims))
    assert answer.status_code == status
    if status == 403:
        assert answer.json()["code"] == "insufficient_role"


def test_dashboard_adds_up_everybody_s_orders(ask: Ask, provider: Provider) -> None:
    for name in ("bola", "chidi"):
        ask("/api/orders", provider.grant(name, sub=name))
    Order.objects.update(amount_kobo=100)
    Order.objects.filter(number=1).update(amount_kobo=1_000)
    Shopper.objects.create(sub="vendor")
    totals = ask("/api/vendor/dashboard", provider.grant(sub="vendor", **VENDOR)).json()["data"]["totals"]
    assert totals == [
        {"status": "delivered", "orders": 2, "amount_kobo": 2_000},
        {"status": "placed", "orders": 2, "amount_kobo": 200},
        {"status": "shipped", "orders": 2, "amount_kobo": 200},
    ]


@pytest.mark.spec("RFC 9470", "3")
def test_payouts_need_a_second_factor(ask: Ask, provider: Provider) -> None:
    weak = ask("/api/payouts", provider.grant(acr="aal1"))
    assert (weak.status_code, weak.json()["code"]) == (401, "insufficient_user_authentication")
    assert 'acr_values="aal2"' in weak["WWW-Authenticate"]
    strong = ask("/api/payouts", provider.grant(acr="aal2", amr=["pwd", "otp"]))
    assert [payout["status"] for payout in strong.json()["data"]["payouts"]] == ["delivered"]
    assert "1 delivered" in strong.json()["message"]
    Order.objects.all().delete()
    assert ask("/api/payouts", "good").json()["message"] == "Nothing was paid out yet."


PASSKEY = {"acr": "phr", "amr": ["hwk", "user"]}
CONFIRM = "/api/orders/large/confirm"


@pytest.mark.spec("RFC 9470", "3")
@pytest.mark.parametrize(
    "claims",
    [{"acr": "aal1"}, {"acr": "aal2"}, {"acr": None}, {**PASSKEY, "auth_time": 1}, {**PASSKEY, "auth_time": None}],
)
def test_a_large_order_needs_a_passkey_just_now(ask: Ask, provider: Provider, claims: dict[str, object]) -> None:
    answer = ask(CONFIRM, provider.grant(**claims), method="POST")
    assert (answer.status_code, answer.json()["code"]) == (401, "insufficient_user_authentication")
    challenge = answer["WWW-Authenticate"]
    assert challenge.startswith(
        f'Bearer realm="{API}", error="insufficient_user_authentication", error_description="This needs'
    )
    assert challenge.endswith('acr_values="phr", max_age="300"')
    assert "WWW-Authenticate" in answer["Access-Control-Expose-Headers"]
    assert answer.json()["message"].startswith("This needs a fresh or stronger sign-in.")
    assert not Order.objects.filter(status="confirmed").exists()


def test_the_largest_order_is_confirmed_once(ask: Ask, provider: Provider) -> None:
    token = provider.grant(**PASSKEY)
    ask("/api/orders", token)
    Order.objects.filter(number=3).update(status="placed", amount_kobo=100)
    Order.objects.filter(number=2).update(status="placed", amount_kobo=900)
    ask("/api/orders", provider.grant("bola", sub="bola"))
    Order.objects.filter(shopper_id="bola").update(status="placed", amount_kobo=5_000)

    first = ask(CONFIRM, token, method="POST").json()
    assert (first["data"]["order"]["number"], first["data"]["order"]["status"]) == (2, "confirmed")
    assert first["message"] == "Thank you. Your order 2 is confirmed."
    assert ask(CONFIRM, token, method="POST").json()["data"]["order"]["number"] == 3
    nothing = ask(CONFIRM, token, method="POST")
    assert (nothing.status_code, nothing.json()["code"]) == (409, "nothing_to_confirm")
    assert set(Order.objects.filter(status="confirmed").values_list("shopper_id", flat=True)) == {ADA}


def test_a_confirmation_needs_the_scope_and_a_person(ask: Ask, provider: Provider) -> None:
    assert ask(CONFIRM, provider.grant(scope="openid", **PASSKEY), method="POST").json()["code"] == "insufficient_scope"
    assert ask(CONFIRM, provider.service(scope="orders"), method="POST").json()["code"] == "person_required"
    assert ask(CONFIRM, method="POST").status_code == 401
    assert ask(CONFIRM, provider.grant(**PASSKEY)).status_code == 405


def test_shopper_switched_off_here(ask: Ask, provider: Provider) -> None:
    Shopper.objects.create(sub=ADA, is_active=False)
    answer = ask("/api/me", provider.grant())
    assert (answer.status_code, answer.json()["code"]) == (403, "account_inactive")


def test_failures_outside_the_api_have_the_envelope(ask: Ask) -> None:
    missing, host, method = ask("/nothing"), ask("/healthz", host="evil.example"), ask("/api/me", method="OPTIONS")
    assert [a.status_code for a in (missing, host, method)] == [404, 400, 401]
    assert ask("/healthz", method="DELETE").status_code == 405
    for answer in (missing, host, method, ask("/healthz", method="DELETE")):
        body = answer.json()
        assert body["success"] is False
        assert body["message"].endswith(".")
        assert body["meta"]["request_id"]


def test_an_unexpected_failure_leaks_nothing(ask: Ask, provider: Provider) -> None:
    token = provider.grant()
    ask("/api/orders", token)
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE shop_order RENAME TO shop_order_gone")
    answer = ask("/api/orders", token)
    assert (answer.status_code, answer.json()["code"]) == (500, "server_error")
    assert "shop_order" not in answer.text
    assert answer["X-Request-ID"] == answer.json()["meta"]["request_id"]
    assert answer["Access-Control-Allow-Origin"] == "http://localhost:5173"
