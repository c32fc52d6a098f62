"""`python manage.py outbox`: which messages wait, which were given up and why; `--replay ID` sends one of those again.

`--kind` and `--receiver` narrow the lists, and `--replay-all`, which sends again whatever was given up of them.

Payloads are never shown: they may hold personal data. The exception is `--sent` on a developer's machine: the mail and text
messages that were written, in words; production keeps none.
"""

import uuid
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from idp.outbox.channels.kept import are_readable_here
from idp.outbox.inbox import list_sent
from idp.outbox.models import Message
from idp.outbox.selectors import dead_messages, waiting_messages
from idp.outbox.services.replay import replay

_SHOWN = 100


class Command(BaseCommand):
    """The command line of `outbox`."""

    help = "Lists messages that wait, or were given up (--dead); sends one of those again (--replay ID)."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the options."""
        parser.add_argument("--dead", action="store_true", help="list messages that were given up")
        parser.add_argument("--sent", action="store_true", help="show mail and text messages in words; not in production")
        parser.add_argument("--kind", default="", help="only messages of this kind, such as oidc.user_event")
        parser.add_argument("--receiver", default="", help="only messages to this receiver, as the lists show it")
        parser.add_argument("--replay-all", action="store_true", help="send again everything that was given up (of --kind …)")
        parser.add_argument("--replay", type=uuid.UUID, metavar="ID", help="send a message again that was given up")

    def handle(self, *_args: object, **options: Any) -> None:  # noqa: ANN401 - Django's signature
        """List, or replay. Raises CommandError."""
        if options["replay"]:
            self._replay(options["replay"])
            return
        if options["sent"]:
            self._show_sent()
            return
        named = {name: options[name] for name in ("kind", "receiver") if options[name]}
        if options["replay_all"]:
            again = [message.id for message in dead_messages().filter(**named) if replay(message_id=message.id)]
            self.stdout.write(f"{len(again)} will be sent again.")
            return
        # What waits, or what was given up.
        messages, state = (dead_messages(), "given up") if options["dead"] else (waiting_messages(), "waiting")
        messages = messages.filter(**named)
        for message in messages[:_SHOWN]:
            self.stdout.write(_line(message))
        self.stdout.write(f"{messages.count()} {state}, {dead_messages().count()} given up in all")

    def _show_sent(self) -> None:
        if not are_readable_here():
            raise CommandError("Production keeps no mail and no text message after it was delivered, and shows none before.")
        for sent in reversed(list_sent()):
            self.stdout.write(f"--- {sent.written_at:%Y-%m-%d %H:%M:%S}  {sent.channel} to {sent.to}  ({sent.state})")
            self.stdout.write(f"{sent.subject}\n\n{sent.text}" if sent.subject else sent.text)

    def _replay(self, message_id: uuid.UUID) -> None:
        if not replay(message_id=message_id):
            raise CommandError(f"No message {message_id} was given up; `manage.py outbox --dead` lists those that were.")
        self.stdout.write(f"{message_id} will be sent again.")


def _line(message: Message) -> str:
    since = message.dead_at or message.created_at
    tries = f"tried {message.attempts}  {message.last_error}"
    return f"{message.id}  {since:%Y-%m-%d %H:%M:%S}  {message.kind}  {message.receiver}  {tries}"
