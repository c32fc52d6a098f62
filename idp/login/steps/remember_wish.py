"""The box beside a second factor: do not ask again on this device. Off unless somebody ticks it."""

from collections.abc import Mapping
from typing import Literal

from django.conf import settings

from idp.core.api_ingress import parsed
from idp.core.types import Schema
from idp.login.orchestrator import may_remember
from idp.login.state import LoginState


class RememberWish(Schema):
    """Ticked, or not sent at all."""

    remember: Literal["", "1"] = ""


def remember_parts(state: LoginState) -> dict[str, object]:
    """For how many days the box is offered; nothing where it is not. What is sent uninvited counts no more (`complete`)."""
    days: int = settings.IDP_REMEMBER_DEVICE_DAYS
    return {"remember_days": days} if days and may_remember(state.facts, state.standing) else {}


def wish_in(data: Mapping[str, str]) -> tuple[bool, Mapping[str, str]]:
    """The wish, and the fields that belong to the factor. Raises `InvalidInput`."""
    wish = parsed({name: value for name, value in data.items() if name == "remember"}, RememberWish)
    return wish.remember == "1", {name: value for name, value in data.items() if name != "remember"}
