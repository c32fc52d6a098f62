"""What this app does on news from below: a consent that somebody gave before the account had an owner is not the owner's."""

import uuid

from idp.accounts.signals import account_claimed
from idp.privacy.services.choose import withdraw_marketing


def connect() -> None:
    """Listen; called once when Django has loaded the models."""
    account_claimed.connect(_on_account_claimed, dispatch_uid="idp.privacy.account_claimed")


def _on_account_claimed(*, user_id: uuid.UUID, **_facts: object) -> None:
    """In the transaction of the proof."""
    withdraw_marketing(user_id=user_id)
