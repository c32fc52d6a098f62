"""What staff see: every page, and on none of them anything secret, whole or in part."""

from urllib.parse import urlencode

import pytest
from django.db import models
from django.urls import reverse

from idp.accounts.models import User
from idp.core import clock
from idp.login.models import SsoSession
from idp.oidc.models import AccessToken, AuthorizationCode, Client, Consent, RefreshToken, SigningKey
from idp.outbox.models import Message
from idp.tests.journey import Answer, Browser, page_of
from idp.tests.parties import WEB, obtain_tokens
from idp.user_admin.masking import masked_email, masked_phone

LISTS = (
    "user", "ssosession", "consent", "client", "signingkey", "refreshtoken", "accesstoken", "securityevent", "message",
    "apilogsmodel",
)  # fmt: skip
CLEAR = ("ada@example.com", "ada%40example.com", "+2348031234567", "8031234567", "2348031234567")


@pytest.fixture
def consent(shopper: User, clients: None) -> Consent:
    """The shopper allowed something to a client."""
    client = Client.objects.get(client_id="third-web")
    return Consent.objects.create(user=shopper, client=client, scopes=["openid", "email"], granted_at=clock.now())


def _pages(shopper: User, consent: Consent) -> list[str]:
    session = SsoSession.objects.filter(user=shopper).latest("id")
    client = Client.objects.get(client_id="demo-spa")
    rows = [("user", shopper.pk), ("ssosession", session.pk), ("consent", consent.pk), ("client", client.pk)]
    return [
        "/admin/",
        "/admin/user/find",
        *(f"/admin/{name}/" for name in LISTS),
        *(f"/admin/{name}/{key}" for name, key in rows),
    ]


def _secrets(tokens: dict[str, object]) -> list[str]:
    """Everything in the tables of accounts and protocol that is no staff page's business, and what was handed out."""
    kept = {
        User: ("password", "email_index", "phone_number_index"),
        SsoSession: ("browser", "login_uid"),
        Client: ("client_secret", "previous_client_secret"),
        SigningKey: ("private_pem",),
        AuthorizationCode: ("code", "code_challenge"),
        AccessToken: ("token_checksum",),
        RefreshToken: ("token_checksum", "successor_salt"),
    }
    stored = [str(value) for model, names in kept.items() for row in _values(model, names) for value in row if value]
    moduli = [str(jwk.get("n") or jwk.get("x")) for jwk in SigningKey.objects.values_list("public_jwk", flat=True)]
    issued = [str(tokens[name]) for name in ("access_token", "refresh_token", "id_token") if name in tokens]
    return [secret for secret in (*stored, *moduli, *issued) if len(secret) > 8]


def _values(model: type[models.Model], names: tuple[str, ...]) -> list[tuple[object, ...]]:
    return list(model._default_manager.values_list(*names))


@pytest.mark.spec("OWASP ASVS 5.0", "14.2.6")
def test_no_page_shows_anything_secret(browser: Browser, changing: Browser, shopper: User, consent: Consent) -> None:
    tokens = obtain_tokens(browser, WEB, scope="openid email profile roles offline_access")
    secrets = _secrets(tokens)
    assert len(secrets) > 10
    for address in _pages(shopper, consent):
        answer = changing.http.get(address)
        assert answer.status_code == 200, address
        source = answer.content.decode()
        assert [secret for secret in (*secrets, *CLEAR) if secret in source] == [], address


def test_addresses_are_masked(looking: Browser, shopper: User) -> None:
    for address in ("/admin/user/", f"/admin/user/{shopper.pk}"):
        text = page_of(looking.open(address)).text
        assert "a•••@example.com" in text
        assert "+234••••567" in text


@pytest.mark.parametrize(("clear", "masked"), [
    ("ada@example.com", "a•••@example.com"), ("a@b.example", "a•••@b.example"), ("é@b.example", "é•••@b.example"), (None, ""),
])  # fmt: skip
def test_an_email_is_masked(clear: str | None, masked: str) -> None:
    assert masked_email(clear) == masked


@pytest.mark.parametrize(("clear", "masked"), [
    ("+2348012345677", "+234••••677"), ("+12025550143", "+120••••143"), ("+4712345", "••••345"), (None, ""),
])  # fmt: skip
def test_a_phone_number_is_masked(clear: str | None, masked: str) -> None:
    assert masked_phone(clear) == masked


# --- Finding ------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("typed", ["ada@example.com", " ADA@Example.com ", "+2348031234567", "0803 123 4567"])
def test_whoever_knows_an_identifier_finds_its_account(looking: Browser, shopper: User, typed: str) -> None:
    looking.submit(looking.open("/admin/user/find"), identifier=typed)
    assert looking.address == f"/admin/user/{shopper.pk}"
    # Whole addresses: three digits or letters may stand in any id.
    assert [url for url, _status in looking.visited[-3:]] == ["/admin/user/find", "/admin/user/find", looking.address]


@pytest.mark.parametrize(("typed", "status", "sentence"), [
    ("nobody@example.com", 404, "No account has this email address or phone number."),
    ("ada", 400, "Please enter a valid email address"),
    ("", 400, "Please enter a valid phone number"),
])  # fmt: skip
def test_who_is_not_found_is_said(looking: Browser, shopper: User, typed: str, status: int, sentence: str) -> None:
    answer = looking.submit(looking.open("/admin/user/find"), identifier=typed)
    assert answer.status_code == status
    assert sentence in page_of(answer).texts["form-alert"]
    assert typed == "" or typed not in answer.content.decode()


# --- Filters ------------------------------------------------------------------------------------------------------------
@pytest.mark.spec("OWASP ASVS 5.0", "8.2.3")
@pytest.mark.parametrize("probe", [
    "user/?password__startswith=argon2", "user/?email_index__startswith=a", "user/?email__isnull=0", "user/?password=x",
    "user/?sso_sessions__browser__startswith=a", "user/?is_active__exact=1&given_name__startswith=A",
    "client/?client_secret__startswith=a", "client/?previous_client_secret__isnull=1",
    "consent/?client__client_secret__startswith=a", "consent/?user__password__startswith=a", "consent/?client__id__exact__gte=1",
    "accesstoken/?token_checksum__startswith=a", "refreshtoken/?successor_salt__startswith=a",
    "accesstoken/?application__client_secret__contains=a", "signingkey/?private_pem__contains=a",
    "ssosession/?user__password__contains=a", "securityevent/?browser__startswith=a", "message/?payload__isnull=0",
    "message/?recipient__startswith=a",
    # Words of Django's own way of joining conditions, which once reached the query as SQL.
    "user/?_connector=OR", "user/?_connector=)+OR+1=1+OR+(", "user/?_negated=1", "ssosession/?_connector=OR&user=1",
])  # fmt: skip
def test_columns_that_are_not_shown_cannot_be_asked_about(looking: Browser, shopper: User, probe: str) -> None:
    answer = looking.http.get(f"/admin/{probe}")
    assert answer.status_code == 400
    assert page_of(answer).texts["error-message"].endswith(".")


def test_offered_filters_work(looking: Browser, helper: User, shopper: User) -> None:
    assert _count(looking, "user", is_staff__exact=1) == 1
    assert _count(looking, "user", role__exact="client") == 1
    assert _count(looking, "ssosession", user=helper.pk) == 1
    assert _count(looking, "ssosession", user=shopper.pk) == 0
    assert _count(looking, "securityevent", event__exact="login_succeeded") == 1
    assert _count(looking, "client", enabled__exact=0) == 1


def test_what_was_given_up_comes_first_and_says_why(looking: Browser) -> None:
    moment = clock.now()
    made = {"kind": "oidc.user_event", "receiver": "backend.example", "payload": "canary", "expires_at": moment}
    Message.objects.create(**made, dead_at=moment, last_error="the receiver answered 503")
    Message.objects.create(**made)
    page = page_of(looking.open("/admin/message/?kind__exact=oidc.user_event"))
    assert "the receiver answered 503" in page.text
    assert page.text.index("given up") < page.text.index("waiting")
    assert "canary" not in page.text


def test_a_filter_that_is_no_value_gets_a_sentence(looking: Browser) -> None:
    answer = looking.http.get("/admin/ssosession/?user=nobody")
    assert answer.status_code == 400
    assert "filters" in page_of(answer).texts["error-message"]


def test_a_persons_page_leads_to_what_is_known(looking: Browser, helper: User) -> None:
    links = page_of(looking.open(f"/admin/user/{helper.pk}")).links
    known = [link for link in links if "?" in link]
    assert len(known) == 6
    found = {link.split("/")[2]: _count_at(looking, link) for link in known if "detail__by" not in link}
    # Half of the events are of this very walk: helpers are people too, and each of these lists is on record.
    assert found == {"ssosession": 1, "consent": 0, "refreshtoken": 0, "accesstoken": 0, "securityevent": 10}


@pytest.mark.parametrize("address", [
    "user/nobody", "user/0193f0a2-7c1e-7b52-9d2f-5a1c6e0b4d77",
    "client/x", "client/99999999999999999999", "consent/0", "ssosession/1", "signingkey/x",
    "user/x/disable", "nothing/", "user/%00", "client/1_2F2",
])  # fmt: skip
def test_what_is_not_there_gets_a_sentence(looking: Browser, address: str) -> None:
    answer = looking.http.get(f"/admin/{address}")
    assert answer.status_code == 404
    assert "could not find" in page_of(answer).texts["error-message"]


def test_pages_of_a_long_list(looking: Browser, shopper: User) -> None:
    sessions = [
        SsoSession(
            user=shopper, auth_time=clock.now(), acr="aal1", amr=["pwd"], login_uid="", browser="", created_at=clock.now(),
            last_seen_at=clock.now(), expires_at=clock.now(),
        )
        for _number in range(60)
    ]  # fmt: skip
    SsoSession.objects.bulk_create(sessions)
    first, second = looking.open("/admin/ssosession/"), looking.open("/admin/ssosession/?p=2")
    assert (_rows_on(first), _rows_on(second)) == (50, 11)
    assert "61 rows" in page_of(first).text
    assert looking.http.get("/admin/ssosession/?p=9").status_code == 400


def _count(browser: Browser, name: str, **filters: object) -> int:
    return _count_at(browser, f"/admin/{name}/?{urlencode(filters)}")


def _count_at(browser: Browser, address: str) -> int:
    answer = browser.http.get(address)
    assert answer.status_code == 200, (address, answer.content)
    return _rows_on(answer)


def _rows_on(answer: Answer) -> int:
    """Rows of the list's table, its head left out."""
    table = answer.content.decode().partition('id="result_list"')[2].partition("</table>")[0]
    return max(table.count("<tr>") - 1, 0)


def test_names_of_routes_are_djangos(looking: Browser) -> None:
    # Its own template tags build links by them.
    assert reverse("admin:accounts_user_changelist") == "/admin/user/"
