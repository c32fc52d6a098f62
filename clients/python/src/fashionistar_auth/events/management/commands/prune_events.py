"""`manage.py prune_events`: forget ids of events that can come no more. Run it daily."""

from django.core.management.base import BaseCommand

from fashionistar_auth.events.receive import prune


class Command(BaseCommand):
    """The command line of `prune_events`."""

    help = "Forgets ids of events that were handled long ago."

    def handle(self, *_args: object, **_options: object) -> None:
        """Say how many went."""
        self.stdout.write(f"{prune()} ids of handled events were forgotten.")
