"""The one field of every page that takes a passkey: what the browser answered, as JSON text."""

from collections.abc import Mapping
from typing import Annotated

from django.utils.translation import gettext_lazy as _
from pydantic import Field

from idp.core.api_ingress import parsed
from idp.core.errors import InvalidInput
from idp.core.types import Schema
from idp.login.state import LoginState
from idp.mfa.webauthn.schemas import LONGEST_ANSWER, read_members
from idp.mfa.webauthn.types import Place


class PasskeyForm(Schema):
    """An answer; too long or not JSON is refused like a wrong one."""

    credential: Annotated[str, Field(max_length=LONGEST_ANSWER)]


def answer_in(data: Mapping[str, str]) -> Mapping[str, object]:
    """The answer. Raises `InvalidInput`, `PasskeyRefused`."""
    if not data:
        # The button pressed where no script runs.
        raise InvalidInput(
            _("Passkeys need JavaScript. Please allow it for this page, or choose another way."), detail="no answer"
        )
    return read_members(parsed(data, PasskeyForm).credential)


def place_of(state: LoginState) -> Place:
    """A challenge of this sign-in is of no use in another."""
    return Place(browser=state.browser, within=f"login.{state.requirement.uid}")
