"""Who gets in: staff with a live session of our own sign-in, and nobody else by any other door."""

import os
import subprocess
import sys
from collections.abc import Callable

import pytest
from django.conf import settings

from idp.accounts.models import User
from idp.accounts.roles import Role, works_for_platform
from idp.accounts.services.set_active import set_active
from idp.config.tests.test_env import PRODUCTION, SECRETS
from idp.login.models import SsoSession
from idp.login.services.end_session import end_user_sessions
from idp.login.types import EndReason
from idp.oidc.tests.fixtures import signed_in
from idp.tests.journey import Browser, page_of
from idp.tests.url_map import Route, all_routes

STAFF_ROUTES = [route for route in all_routes() if route.name.startswith("admin:")]


def test_these_are_all_addresses_there_are() -> None:
    # None of Django's own: no sign-in, sign-out, password, add, change or delete page.
    assert {route.name.removeprefix("admin:") for route in STAFF_ROUTES} == {
        "index",
        "accounts_user_changelist", "accounts_user_find", "accounts_user_change", "accounts_user_act",
        "login_ssosession_changelist", "login_ssosession_change", "login_ssosession_act",
        "oidc_consent_changelist", "oidc_consent_change", "oidc_consent_act",
        "oidc_client_changelist", "oidc_client_change", "oidc_client_act",
        "outbox_message_changelist", "outbox_message_change", "outbox_message_act",
        "oidc_signingkey_changelist", "oidc_refreshtoken_changelist", "oidc_accesstoken_changelist",
        "audit_securityevent_changelist", "drf_api_logger_apilogsmodel_changelist",
    }  # fmt: skip


@pytest.mark.spec("OWASP ASVS 5.0", "8.2.1")
@pytest.mark.parametrize("route", STAFF_ROUTES, ids=str)
def test_a_stranger_is_sent_to_our_own_sign_in(stranger: Browser, route: Route) -> None:
    answer = stranger.http.get(f"{route.address}?o=1")
    assert answer.status_code == 303
    assert answer["Location"].startswith("/login?next=%2Fadmin%2F")
    assert answer["Location"].endswith("%3Fo%3D1")
    assert answer["Cache-Control"] == "no-store"


# As a proxy's rule for `/admin/` would not see them.
DISGUISED = (
    "/admin;x/user/",
    "//admin/user/",
    "/%61dmin/user/",
    "/admin/..;/admin/user/",
    "/ADMIN/user/",
    "/./admin/user/",
    "/admin/./user/",
)


@pytest.mark.spec("OWASP ASVS 5.0", "8.2.1")
@pytest.mark.parametrize("address", DISGUISED)
def test_no_spelling_of_the_address_passes_the_gate(stranger: Browser, browser: Browser, shopper: User, address: str) -> None:
    for visitor, refusal in ((stranger, 303), (browser, 403)):
        answer = visitor.http.get(address)
        assert answer.status_code in {404, refusal}, (address, answer.status_code)
        assert str(shopper.pk) not in answer.content.decode()


@pytest.mark.spec("OWASP ASVS 5.0", "8.2.1")
@pytest.mark.parametrize("route", STAFF_ROUTES, ids=str)
def test_a_shopper_reads_that_these_pages_are_for_staff(browser: Browser, route: Route) -> None:
    answer = browser.http.get(route.address)
    assert answer.status_code == 403
    assert "for staff" in page_of(answer).texts["error-message"]


def test_the_way_in_leads_back_to_the_page_asked_for(stranger: Browser, helper: User) -> None:
    asked = stranger.open("/admin/user/?is_active__exact=1")
    page = stranger.sign_in(asked, username="kemi@example.com")
    assert (page.status_code, stranger.address) == (200, "/admin/user/?is_active__exact=1")
    assert page_of(page).texts["page-heading"] == "People"


@pytest.mark.parametrize("address", [
    "login/", "logout/", "password_change/", "jsi18n/", "autocomplete/", "r/1/1/", "auth/user/1/password/", "user/add/",
])  # fmt: skip
def test_djangos_own_doors_do_not_exist(looking: Browser, address: str) -> None:
    answer = looking.http.get(f"/admin/{address}")
    assert answer.status_code == 404
    assert "error-message" in page_of(answer).texts


def test_djangos_own_powers_mean_nothing(make_user: Callable[..., User], clients: None) -> None:
    person = make_user(email="root@example.com")
    User.objects.filter(pk=person.pk).update(is_superuser=True)
    assert signed_in(person).http.get("/admin/").status_code == 403


def test_a_session_ended_elsewhere_ends_the_visit_at_once(looking: Browser, helper: User) -> None:
    assert looking.http.get("/admin/user/").status_code == 200
    end_user_sessions(user_id=helper.pk, reason=EndReason.REVOKED)
    assert looking.http.get("/admin/user/").status_code == 303


def test_an_account_no_longer_active_or_staff_is_out_at_once(
    looking: Browser, changing: Browser, helper: User, chief: User
) -> None:
    set_active(user_id=helper.pk, active=False)
    assert looking.http.get("/admin/").status_code == 303
    User.objects.filter(pk=chief.pk).update(is_staff=False)
    assert changing.http.get("/admin/").status_code == 403


@pytest.mark.spec("OWASP ASVS 5.0", "6.3.3")
@pytest.mark.parametrize("role", [role for role in Role if works_for_platform(role)])
def test_nobody_of_the_staff_gets_in_with_a_password_alone(role: Role, make_user: Callable[..., User], clients: None) -> None:
    person = make_user(email="ife@example.com", role=Role.CLIENT)
    visitor = signed_in(person)
    assert SsoSession.objects.get().acr == "aal1"
    User.objects.filter(pk=person.pk).update(role=role, is_staff=True)
    assert visitor.http.get("/admin/").status_code == 303


def test_signing_out_is_our_own(looking: Browser, helper: User) -> None:
    assert "/oauth2/logout" in page_of(looking.open("/admin/")).links
    looking.submit(looking.open("/oauth2/logout"), decision="logout")
    assert not SsoSession.objects.filter(user=helper, ended_at=None).exists()
    assert looking.http.get("/admin/").status_code == 303


def test_headers_are_those_of_every_page(looking: Browser) -> None:
    answer = looking.http.get("/admin/user/")
    policy = answer["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert "form-action 'self'" in policy
    assert answer["Cache-Control"] == "no-store"


# drf-spectacular takes a function out of Django's admin, so parts of that are loaded anywhere, yet not as an app.
_PROBE = """
import django, json, sys
django.setup()
from django.test import Client
absent = ("django.contrib.admin.apps", "django.contrib.admin.models", "idp.staff")
answer = Client().get("/admin/")
loaded = [name for name in sys.modules if name.startswith(absent)]
sys.stderr.write(json.dumps([answer.status_code, "We could not find that page" in answer.content.decode(), loaded]))
"""


@pytest.mark.parametrize("environ", [
    PRODUCTION,
    {**SECRETS, "IDP_MODE": "local", "IDP_ISSUER": "https://id.example.com"},
    {**PRODUCTION, "IDP_ISSUER": "https://localhost"},
    {**SECRETS, "IDP_STAFF_PAGES": "off"},
], ids=["production", "not this machine", "production on this machine", "switched off"])  # fmt: skip
def test_elsewhere_there_is_no_such_address(environ: dict[str, str]) -> None:
    assert told_by(_PROBE, environ) == "[404, true, []]"


# As somebody who is not signed in, over TLS, by the name that production has.
_AT_THE_GATE = """
import django, sys
django.setup()
from django.test import Client
answer = Client(SERVER_NAME="id.example.com").get("/admin/user/", secure=True)
sys.stderr.write(f"{answer.status_code} {answer.headers.get('Location')}")
"""


def test_in_production_it_is_there_for_an_operator_who_wants_it_and_behind_the_same_gate() -> None:
    assert told_by(_AT_THE_GATE, {**PRODUCTION, "IDP_STAFF_PAGES": "on"}) == "303 /login?next=%2Fadmin%2Fuser%2F"


def told_by(probe: str, environ: dict[str, str]) -> str:
    """The last line that a provider of this environment writes."""
    environ = {**environ, "PATH": os.environ["PATH"], "DJANGO_SETTINGS_MODULE": "idp.config.settings"}
    command = [sys.executable, "-c", probe]
    done = subprocess.run(command, cwd=settings.BASE_DIR, env=environ, capture_output=True, text=True, check=False)
    return done.stderr.splitlines()[-1]


def test_here_the_front_page_leads_to_it(stranger: Browser) -> None:
    assert "/admin/" in page_of(stranger.open("/")).links
