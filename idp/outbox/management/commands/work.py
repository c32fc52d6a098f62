"""`python manage.py work`: be a delivery worker in this process, for set-ups that run it apart from the server.

`python -m idp.config.serve` brings a worker of its own (IDP_WORKER=off there when workers run by this command). As many as you
like may run, on as many machines.
"""

from typing import Any

from django.core.management.base import BaseCommand

from idp.outbox.worker import work


class Command(BaseCommand):
    """The command line of `work`."""

    help = "Delivers messages and does chores until SIGTERM or SIGINT."

    def handle(self, *_args: object, **_options: Any) -> None:  # noqa: ANN401 - Django's signature
        """Work; ends with status 0."""
        work()
