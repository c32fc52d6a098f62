"""What the shop does when something happens to an account at the provider, in the receiver's transaction."""

from example_backend.shop.models import Shopper
from example_backend.shop.people import open_shopper
from fashionistar_auth.events import signals
from fashionistar_auth.events.types import AccountEvent


def connect() -> None:
    """Listen; called once when Django has loaded the models."""
    signals.user_created.connect(_open, dispatch_uid="shop.open")
    for signal in (signals.user_suspended, signals.user_reactivated):
        signal.connect(_follow, dispatch_uid="shop.follow")
    signals.user_erased.connect(_close, dispatch_uid="shop.close")


def _open(event: AccountEvent, **_signal: object) -> None:
    """Row and wallet; nothing where a token was faster."""
    open_shopper(event.sub)


def _follow(event: AccountEvent, **_signal: object) -> None:
    """The next call of somebody suspended is refused with a sentence, whatever their token says."""
    shopper = open_shopper(event.sub)
    shopper.is_active = event.account["is_active"] is True
    shopper.save(update_fields=["is_active"])


def _close(event: AccountEvent, **_signal: object) -> None:
    """Money has a history, so the row stays; it names nobody, since all about the person was at the provider."""
    Shopper.objects.filter(sub=event.sub).update(is_active=False)
