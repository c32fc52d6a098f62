"""WebSocket tickets: who gets one, and that it opens one socket, soon, for the same page and person, or none."""

import asyncio
import json
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest
from channels.testing import WebsocketCommunicator
from django.core.cache import caches
from django.core.cache.backends.locmem import LocMemCache

from fashionistar_auth.conf import parse_settings
from fashionistar_auth.errors import TicketsUnavailable
from fashionistar_auth.sentences import sentence_for
from fashionistar_auth.tickets.middleware import TicketMiddleware
from tests.conftest import Ask, Configure
from tests.provider import SHOPPER, Provider, Reply
from tests.service.models import Account
from tests.service.sockets import Chat, application

if TYPE_CHECKING:
    from pytest_django import Settings

pytestmark = pytest.mark.django_db(transaction=True)

SHOP = "http://shop.example:5173"
INVALID, NOT_HERE, NOT_NOW = 4401, 4403, 4503


@dataclass
class Opened:
    """How a handshake ended: what the application said, or the close code and sentence."""

    hello: dict[str, Any] | None = None
    protocol: str | None = None
    echo: object = None
    code: int | None = None
    reason: str = ""


@dataclass
class Page:
    """A browser page that opens a socket."""

    origins: list[str] = field(default_factory=lambda: [SHOP])
    protocols: list[str] = field(default_factory=list)
    query: str = ""

    async def open(self) -> Opened:
        """Open, read what comes, say something, close."""
        headers = [(b"origin", origin.encode()) for origin in self.origins]
        headers += [(b"sec-websocket-protocol", ", ".join(self.protocols).encode())] if self.protocols else []
        path = f"/chat?{self.query}" if self.query else "/chat"
        socket = WebsocketCommunicator(application, path, headers=headers, subprotocols=self.protocols)
        accepted, protocol = await socket.connect(timeout=10)
        assert accepted, "a browser shows nothing of a handshake that fails"
        first = await socket.receive_output(timeout=10)
        if first["type"] == "websocket.close":
            return Opened(protocol=str(protocol), code=first["code"], reason=first["reason"])
        await socket.send_to("still here?")
        echo = await socket.receive_from(timeout=10)
        await socket.disconnect()
        return Opened(json.loads(first["text"]), str(protocol), echo)


def opened(ticket: str, **page: Any) -> Opened:  # noqa: ANN401 - fields of Page
    """Show a ticket as a page does."""
    return asyncio.run(Page(protocols=["fashionistar", f"fashionistar.ticket.{ticket}"], **page).open())


@pytest.fixture
def ticket(ask: Ask, provider: Provider) -> str:
    """A ticket of a shopper whose access token is called `good`."""
    return str(issued(ask, provider.grant("good")))


def issued(ask: Ask, token: str | None, origin: object = SHOP, **headers: str) -> Any:  # noqa: ANN401 - a ticket, or why not
    """Ask for a ticket; the ticket itself, or status and code."""
    body: dict[str, Any] = {"data": json.dumps({"origin": origin}), "content_type": "application/json"}
    answer = ask("/socket-ticket", token, method="POST", headers=headers, **body)
    if answer.status_code == 201:
        assert answer["Cache-Control"] == "no-store"
        assert answer.json()["data"]["expires_in"] == 30
        return answer.json()["data"]["ticket"]
    assert answer.json()["message"]
    return answer.status_code, answer.json()["code"]


# Who gets a ticket


def test_a_signed_in_person_gets_a_ticket(ask: Ask, provider: Provider) -> None:
    token = provider.grant()
    one, other = issued(ask, token), issued(ask, token, Origin=SHOP)
    assert one != other
    assert min(len(one), len(other)) >= 43


@pytest.mark.parametrize(
    ("token", "origin", "headers", "refusal"),
    [
        (None, SHOP, {}, (401, "not_authenticated")),
        ("revoked", SHOP, {}, (401, "invalid_token")),
        ("service", SHOP, {}, (403, "person_required")),
        ("good", "http://evil.example", {}, (403, "origin_not_allowed")),
        ("good", SHOP + "/", {}, (403, "origin_not_allowed")),
        ("good", SHOP, {"Origin": "http://evil.example"}, (403, "origin_not_allowed")),
        ("good", "", {}, (400, "validation_error")),
        ("good", None, {}, (400, "validation_error")),
        ("good", 7, {}, (400, "validation_error")),
    ],
)
def test_nobody_else_gets_one(  # noqa: PLR0913, PLR0917 - a table
    ask: Ask, provider: Provider, token: str | None, origin: object, headers: dict[str, str], refusal: tuple[int, str]
) -> None:
    provider.grant("good")
    provider.grant("service", sub="worker", client_id="worker")
    assert issued(ask, token, origin, **headers) == refusal


def test_without_listed_origins_there_are_no_tickets(ask: Ask, provider: Provider, configure: Configure) -> None:
    configure(websocket_origins=[])
    assert issued(ask, provider.grant()) == (403, "origin_not_allowed")


# What a ticket opens


def test_a_ticket_opens_a_socket_for_its_person(ticket: str) -> None:
    answer = opened(ticket)
    assert answer.hello is not None
    assert answer.hello["user"] == SHOPPER
    assert "orders" in answer.hello["scopes"]
    assert (answer.protocol, answer.echo) == ("fashionistar", "still here?")
    assert [str(account.pk) for account in Account.objects.all()] == [SHOPPER]


def test_the_application_never_sees_the_ticket(ticket: str) -> None:
    answer = asyncio.run(Page(query=f"room=7&ticket={ticket}&empty=").open())
    assert answer.hello is not None
    assert answer.hello["query"] == "room=7&empty="
    assert ticket not in json.dumps(answer.hello)


def test_a_subprotocol_of_the_application_stays(ticket: str) -> None:
    answer = opened(ticket)
    assert answer.hello is not None
    assert answer.hello["protocols"] == ["fashionistar"]
    assert answer.hello["headers"] == ["origin"]


# Each way in which it does not


def test_a_ticket_serves_once(ticket: str) -> None:
    assert opened(ticket).hello
    again = opened(ticket)
    assert (again.hello, again.code) == (None, INVALID)
    assert again.reason.endswith("Please try again.")


def test_of_many_at_once_one_wins(ticket: str) -> None:
    async def race() -> list[Opened]:
        page = Page(protocols=["fashionistar", f"fashionistar.ticket.{ticket}"])
        return await asyncio.gather(*(page.open() for _ in range(8)))

    answers = asyncio.run(race())
    assert [bool(answer.hello) for answer in answers].count(True) == 1
    assert {answer.code for answer in answers if not answer.hello} == {INVALID}


def test_two_that_read_it_together_do_not_both_take_it(ticket: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The twin deletes it between our reading and our deleting."""
    read = LocMemCache.get

    def read_and_lose(self: LocMemCache, key: str, *args: Any, **kwargs: Any) -> object:  # noqa: ANN401 - Django's
        value = read(self, key, *args, **kwargs)
        self.delete(key)
        return value

    monkeypatch.setattr(LocMemCache, "get", read_and_lose)
    assert opened(ticket).code == INVALID


def test_an_old_ticket_opens_nothing(ticket: str, monkeypatch: pytest.MonkeyPatch) -> None:
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 31)
    assert opened(ticket).code == INVALID


def test_a_cache_that_never_forgets_makes_it_last_no_longer(ticket: str, monkeypatch: pytest.MonkeyPatch) -> None:
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 31)
    monkeypatch.setattr(LocMemCache, "_has_expired", lambda *_: False)
    assert opened(ticket).code == INVALID


@pytest.mark.parametrize("origins", [["http://evil.example"], [], ["null"], [SHOP, SHOP], [SHOP + "/"]])
def test_another_page_opens_nothing_and_the_ticket_is_spent(ticket: str, origins: list[str]) -> None:
    answer = opened(ticket, origins=origins)
    assert (answer.hello, answer.code) == (None, NOT_HERE)
    assert answer.reason == "This page may not open a live connection to this service."
    assert opened(ticket).code == INVALID


@pytest.mark.parametrize("shown", ["", "unknown", "a" * 5000, "é"])
def test_what_is_no_ticket_opens_nothing(ticket: str, shown: str) -> None:
    assert ticket
    assert opened(shown).code == INVALID


def test_no_ticket_or_two_open_nothing(ticket: str) -> None:
    assert asyncio.run(Page().open()).code == INVALID
    twice = Page(protocols=["fashionistar", f"fashionistar.ticket.{ticket}"], query=f"ticket={ticket}")
    assert asyncio.run(twice.open()).code == INVALID


def test_an_access_token_is_no_ticket(provider: Provider) -> None:
    assert opened(provider.grant("good")).code == INVALID
    assert asyncio.run(Page(query="token=good").open()).code == INVALID


def test_who_signed_out_or_was_suspended_since_stays_outside(ticket: str, provider: Provider) -> None:
    del provider.tokens["good"]
    answer = opened(ticket)
    assert (answer.hello, answer.code) == (None, INVALID)
    assert answer.reason.endswith("Please sign in again.")


def test_a_yes_of_a_moment_ago_opens_no_socket(ask: Ask, provider: Provider, configure: Configure) -> None:
    """CACHE_SECONDS is for requests, which are over at once; a socket lasts."""
    configure(cache_seconds=5)
    ticket = issued(ask, provider.grant("good"))
    del provider.tokens["good"]
    answer = opened(ticket)
    assert (answer.hello, answer.code) == (None, INVALID)
    assert answer.reason.endswith("Please sign in again.")


def test_a_locally_blocked_account_stays_outside(ticket: str) -> None:
    Account.objects.filter(id=SHOPPER).update(is_active=False)
    answer = opened(ticket)
    assert (answer.code, answer.reason) == (
        NOT_HERE,
        "Your account is not active in this service. Please contact support.",
    )


def test_without_the_provider_nobody_comes_in(ticket: str, provider: Provider) -> None:
    provider.reply = Reply(500)
    assert opened(ticket).code == NOT_NOW


# The cache


class Broken(LocMemCache):
    """A cache that is down."""

    def get(self, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - Django's signature
        raise ConnectionError("down")

    add = delete = get


class Silent(LocMemCache):
    """A cache whose errors are swallowed, as django-redis can be told to."""

    def add(self, *args: Any, **kwargs: Any) -> bool:  # noqa: ANN401 - Django's signature
        return False

    def get(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - Django's signature
        return None


@pytest.mark.parametrize("kind", ["Broken", "Silent"])
def test_without_the_cache_none_are_issued(ask: Ask, provider: Provider, settings: "Settings", kind: str) -> None:
    settings.CACHES = {"default": {"BACKEND": f"tests.test_tickets.{kind}"}}
    assert issued(ask, provider.grant()) == (503, "tickets_unavailable")


@pytest.mark.parametrize(("kind", "code"), [("Broken", NOT_NOW), ("Silent", INVALID)])
def test_without_the_cache_none_are_accepted(ticket: str, settings: "Settings", kind: str, code: int) -> None:
    settings.CACHES = {"default": {"BACKEND": f"tests.test_tickets.{kind}"}}
    answer = opened(ticket)
    assert (answer.hello, answer.code) == (None, code)


def test_whoever_reads_the_cache_learns_nothing(ask: Ask, provider: Provider) -> None:
    ticket = issued(ask, provider.grant("a-live-token"))
    kept = dict(caches["default"]._cache)  # type: ignore[attr-defined]  # noqa: SLF001 - what a thief would read
    assert len(kept) == 1
    assert ticket not in str(kept)
    assert "a-live-token" not in str(kept)


def test_a_kept_ticket_that_was_changed_opens_nothing(ticket: str) -> None:
    cache = caches["default"]._cache  # type: ignore[attr-defined]  # noqa: SLF001 - as above
    (key,) = list(cache)
    caches["default"].set(key.removeprefix(":1:"), "e30....")
    assert opened(ticket).code == INVALID


# The socket's life


def test_a_socket_ends_with_its_token(ask: Ask, provider: Provider) -> None:
    """The token is over, and accepted only for the two clocks' difference: nothing is served after the greeting."""
    Chat.left.clear()
    token = provider.grant("late", exp=int(time.time()) - 1)
    ticket = issued(ask, token)

    async def wait_for_the_end() -> dict[str, Any]:
        socket = WebsocketCommunicator(application, f"/chat?ticket={ticket}", headers=[(b"origin", SHOP.encode())])
        assert (await socket.connect(timeout=10))[0]
        assert json.loads(await socket.receive_from(timeout=10))["user"] == SHOPPER
        ended: dict[str, Any] = await socket.receive_output(timeout=10)
        await socket.wait(timeout=10)
        return ended

    ended = asyncio.run(wait_for_the_end())
    assert (ended["type"], ended["code"]) == ("websocket.close", INVALID)
    assert Chat.left == [f"{SHOPPER} {INVALID}"]


@pytest.mark.parametrize("kind", ["http", "lifespan"])
def test_it_guards_nothing_but_sockets(kind: str) -> None:
    async def unused(*_: object) -> Any:  # noqa: ANN401 - never called
        raise AssertionError

    middleware: Any = TicketMiddleware(unused)
    with pytest.raises(ValueError, match="guards WebSockets"):
        asyncio.run(middleware({"type": kind, "headers": []}, unused, unused))


def test_every_reason_fits_into_a_close_frame() -> None:
    """RFC 6455 section 5.5: 123 bytes; what is longer would be cut."""
    assert len(sentence_for(TicketsUnavailable(retry_after=1)).encode()) <= 123


def test_a_cache_that_is_not_there_is_named_at_the_start(settings: "Settings") -> None:
    with pytest.raises(Exception, match=r"TICKET_CACHE: .*names no cache of CACHES"):
        parse_settings({**settings.FASHIONISTAR_AUTH, "TICKET_CACHE": "elsewhere"})
    with pytest.raises(Exception, match="TICKET_SECONDS"):
        parse_settings({**settings.FASHIONISTAR_AUTH, "TICKET_SECONDS": 61})
