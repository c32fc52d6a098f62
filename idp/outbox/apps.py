"""Registers the outbox with Django, its own tidying up among the chores, and the two kinds of message that are everybody's."""

import datetime as dt

from django.apps import AppConfig

from idp.core import chores


class OutboxConfig(AppConfig):
    """Messages to the outside and the worker that delivers them."""

    name = "idp.outbox"
    label = "outbox"

    def ready(self) -> None:
        """Announce the chore, mail and text messages."""
        from idp.outbox import handlers  # noqa: PLC0415 - as below
        from idp.outbox.channels import mail, texts  # noqa: PLC0415 - as below
        from idp.outbox.services.prune import prune_messages  # noqa: PLC0415 - Django forbids model imports before this point

        chores.register(chores.Chore("outbox.prune", dt.timedelta(hours=6), prune_messages))
        handlers.register_handler(mail.handler())
        handlers.register_handler(texts.handler())
