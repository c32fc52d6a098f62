"""The end of an account: everything of the person goes, the trail stays without them, and a kill only delays it."""

from collections.abc import Callable
from typing import Any

import pytest
from django.apps import apps
from django.db import connection, transaction

from idp.accounts.identifiers import parse_email
from idp.accounts.models import User
from idp.accounts.selectors import find_user
from idp.accounts.services.erasure import begin_erasure, delete_account
from idp.accounts.services.set_active import set_active
from idp.accounts.services.tell import tell
from idp.audit.models import SecurityEvent
from idp.audit.selectors import pseudonym_of
from idp.audit.types import Event
from idp.authenticators.tests.conftest import with_app
from idp.core import chores, clock
from idp.login.models import AttemptCounter
from idp.login.services.count_attempt import count_attempt, count_factor_attempt
from idp.mfa.remembered_device.services.remember import remember
from idp.oidc.models import Client, Consent
from idp.outbox.channels.mail import MAIL
from idp.outbox.models import Message
from idp.outbox.recipient import recipient_digest
from idp.outbox.selectors import due_messages
from idp.outbox.services.claim import claim
from idp.outbox.services.deliver import deliver
from idp.outbox.services.run_chores import run_due_chores
from idp.outbox.services.settle import settle_delivered
from idp.privacy.models import ConsentRecord
from idp.privacy.services.erase import erase_account, erase_due_accounts
from idp.privacy.tests.conftest import back_again, let_time_pass, press
from idp.privacy.texts import MARKETING_VERSION
from idp.recovery.schemas import Place
from idp.recovery.services.ask import ask
from idp.tests.journey import Browser
from idp.tests.parties import WEB, obtain_tokens, userinfo

pytestmark = pytest.mark.django_db


class Killed(BaseException):
    """What no code of ours catches."""


class KilledAt:
    """The process dies before its n-th statement that removes or changes something."""

    def __init__(self, at: int) -> None:
        self.left = at

    def __call__(self, execute: Callable[..., Any], sql: str, *rest: Any) -> Any:  # noqa: ANN401 - Django's signature
        self.left -= sql.startswith(("DELETE", "UPDATE", "INSERT"))
        if self.left < 0:
            raise Killed
        return execute(sql, *rest)


def full_life(browser: Browser, person: User) -> dict[str, Any]:
    """Something in every table that can hold something of a person; the tokens it got."""
    tokens = obtain_tokens(browser, WEB, scope="openid email offline_access")
    press(browser, "marketing", choice="yes", text_version=MARKETING_VERSION)
    with_app(person)
    remember(user=person, presented="", user_agent="")
    count_attempt(identifier=str(person.email), browser="b" * 64)
    count_factor_attempt(user_id=person.pk)
    write_to(person)
    assert Consent.objects.filter(user=person).exists()
    assert ConsentRecord.objects.filter(user=person).exists()
    User.objects.filter(pk=person.pk).update(erasure_due_at=clock.now())
    let_time_pass(person)
    return tokens


def write_to(person: User) -> None:
    """One message of each kind that holds their address."""
    with transaction.atomic():
        tell(user=person, template="data_exported", useful_until=clock.now() + clock.seconds(3600))
    ask(
        identifier=str(person.email).upper(),
        place=Place(uid="u" * 32, browser="b" * 64, return_to="/"),
        counter=person.email or "",
    )


def written_to(person: User) -> int:
    digests = [recipient_digest(str(address)) for address in (person.email, person.phone_number)]
    return Message.objects.filter(recipient__in=digests).count()


def left_of(person_id: object) -> dict[str, int]:
    """Every row of every table that points at the person."""
    relations = [field for model in apps.get_models() for field in model._meta.fields if field.related_model is User]
    rows = {str(field): field.model._default_manager.filter(**{field.name: person_id}).count() for field in relations}
    return {name: count for name, count in rows.items() if count}


def test_nothing_is_left_but_the_trail_without_the_person(browser: Browser, shopper: User) -> None:
    tokens = full_life(browser, shopper)
    assert len(left_of(shopper.pk)) >= 8
    assert AttemptCounter.objects.count() >= 2
    assert erase_due_accounts() == 1

    assert left_of(shopper.pk) == {}
    assert not User.objects.filter(pk=shopper.pk).exists()
    assert not written_to(shopper)
    assert not AttemptCounter.objects.exists()
    assert userinfo(str(tokens["access_token"])).status_code == 401
    answer = WEB.post("/oauth2/token", {"grant_type": "refresh_token", "refresh_token": str(tokens["refresh_token"])})
    assert answer.status_code == 400

    # The trail is there, under what leads to nobody.
    trail = SecurityEvent.objects.filter(pseudonym=pseudonym_of(shopper.pk))
    assert trail[0].event == Event.ACCOUNT_ERASED
    assert str(shopper.email) not in str(list(SecurityEvent.objects.values()))
    assert str(shopper.pk) not in str(list(SecurityEvent.objects.values()))
    # Again: nothing to do.
    assert erase_due_accounts() == 0
    assert not erase_account(shopper.pk)


def test_nothing_that_waits_for_them_is_sent_and_others_get_theirs(
    browser: Browser, shopper: User, make_user: Callable[..., User]
) -> None:
    other = make_user(email="bola@example.com")
    full_life(browser, shopper)
    write_to(other)
    # One that was sent, and is kept where people develop.
    kept = Message.objects.filter(kind=MAIL, recipient=recipient_digest(str(shopper.email)))[0]
    assert claim(kept)
    deliver(kept)
    assert written_to(shopper) >= 4
    # One that is under way at this moment.
    under_way = due_messages(at=clock.now(), limit=1)[0]
    assert claim(under_way)

    erase_due_accounts()
    assert written_to(shopper) == 0
    assert written_to(other) == 2
    settle_delivered(under_way)
    assert not Message.objects.filter(pk=under_way.pk).exists()


def test_what_is_stored_of_a_recipient_is_no_address(shopper: User) -> None:
    write_to(shopper)
    assert str(shopper.email) not in str(list(Message.objects.values()))
    assert set(Message.objects.values_list("recipient", flat=True)) == {
        recipient_digest(str(shopper.email)),
        recipient_digest(str(shopper.phone_number)),
    }


def test_the_address_is_free_and_its_new_account_is_somebody_else(
    browser: Browser, shopper: User, make_user: Callable[..., User]
) -> None:
    full_life(browser, shopper)
    erase_due_accounts()
    email = str(shopper.email)
    assert find_user(parse_email(email)) is None
    again = make_user(email=email)
    assert again.pk != shopper.pk
    assert pseudonym_of(again.pk) != pseudonym_of(shopper.pk)


@pytest.mark.spec("OIDC Back-Channel Logout", "2.5")
def test_clients_hear_of_it_when_the_sessions_end(browser: Browser) -> None:
    Client.objects.filter(client_id="third-web").update(backchannel_logout_uri="https://third.example/logout")
    obtain_tokens(browser, WEB, scope="openid")
    assert press(browser, "delete").status_code == 200
    (told,) = Message.objects.filter(receiver="third.example")
    assert (told.kind, told.receiver) == ("oidc.logout_notice", "third.example")


@pytest.mark.django_db(transaction=True)
def test_killed_anywhere_it_is_finished_by_the_next_run(browser: Browser, shopper: User, stranger: Browser) -> None:
    full_life(browser, shopper)
    others = User.objects.exclude(pk=shopper.pk).count()
    kills = 0
    while User.objects.filter(pk=shopper.pk).exists():
        # Each life of the worker gets one statement further than the one before.
        kills += 1
        try:
            with connection.execute_wrapper(KilledAt(kills)):
                erase_due_accounts()
        except Killed:
            continue
    assert kills > 5
    assert left_of(shopper.pk) == {}
    assert SecurityEvent.objects.filter(event=Event.ACCOUNT_ERASED).count() == 1
    assert SecurityEvent.objects.filter(event=Event.USER_DEACTIVATED).count() == 1
    assert User.objects.count() == others


def test_nobody_is_erased_before_the_time_or_after_a_change_of_mind(browser: Browser, shopper: User) -> None:
    press(browser, "delete")
    assert erase_due_accounts() == 0
    assert not erase_account(shopper.pk)
    let_time_pass(shopper)
    # Late, but before the worker came by.
    press(back_again(), "keep")
    assert erase_due_accounts() == 0
    assert User.objects.get(pk=shopper.pk).is_active


def test_the_account_goes_last_and_only_when_it_is_shut(browser: Browser, shopper: User) -> None:
    press(browser, "delete")
    assert not delete_account(user_id=shopper.pk)
    let_time_pass(shopper)
    assert begin_erasure(user_id=shopper.pk, at=clock.now())
    # Enabled by staff in between, it is shut again and erased: nobody took the wish back.
    set_active(user_id=shopper.pk, active=True)
    assert not delete_account(user_id=shopper.pk)
    assert erase_due_accounts() == 1


def test_one_that_fails_holds_up_no_other(
    shopper: User, make_user: Callable[..., User], caplog: pytest.LogCaptureFixture
) -> None:
    for person in (shopper, make_user()):
        User.objects.filter(pk=person.pk).update(erasure_due_at=clock.now())
        let_time_pass(person)

    def broken(execute: Callable[..., Any], sql: str, parameters: Any, *rest: Any) -> Any:  # noqa: ANN401 - Django's signature
        if "FOR" not in sql and "UPDATE" in sql[:6] and shopper.pk.hex in str(parameters).replace("-", ""):
            raise ValueError("broken")
        return execute(sql, parameters, *rest)

    with connection.execute_wrapper(broken):
        assert erase_due_accounts() == 1
    assert User.objects.filter(pk=shopper.pk).exists()
    assert "account not erased" in caplog.text
    assert erase_due_accounts() == 1


def test_the_worker_does_it(browser: Browser, shopper: User) -> None:
    assert "privacy-erase-accounts" in [chore.name for chore in chores.chores()]
    press(browser, "delete")
    let_time_pass(shopper)
    assert "privacy-erase-accounts" in run_due_chores()
    assert not User.objects.filter(pk=shopper.pk).exists()
