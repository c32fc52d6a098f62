"""What a page does to have a live connection: a ticket from the front end's server side, then a socket at the backend."""

from typing import Any

from playwright.sync_api import Page

_ASK = """async () => {
    const answer = await fetch("/auth/socket-ticket", {method: "POST"});
    return (await answer.json()).data.ticket;
}"""

# Each socket ends with what it was told: a greeting, or the code and sentence of its close.
_OPEN = """([address, ticket, count]) => Promise.all(Array.from({length: count}, () => new Promise((resolve) => {
    const socket = new WebSocket(address, ["fashionistar", `fashionistar.ticket.${ticket}`]);
    socket.onmessage = (event) => {
        resolve(JSON.parse(event.data));
        socket.close();
    };
    socket.onclose = ({code, reason}) => resolve({code, reason});
})))"""


def ask_for_ticket(page: Page) -> str:
    """A ticket for who is signed in on this page."""
    return str(page.evaluate(_ASK))


def open_sockets(page: Page, api: str, ticket: str, at_once: int = 1) -> list[dict[str, Any]]:
    """What this page hears when it shows a ticket, so many times in the same moment."""
    answers: list[dict[str, Any]] = page.evaluate(_OPEN, [api.replace("http:", "ws:") + "/live", ticket, at_once])
    return answers
