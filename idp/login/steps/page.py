"""What a step is, and what it shows."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from idp.core.errors import Text
from idp.login.state import Facts, LoginState


@dataclass(frozen=True, slots=True, kw_only=True)
class StepPage:
    """A page before it is rendered: its template and the words and values in it."""

    template: str
    title: Text
    heading: Text
    values: Mapping[str, str]
    links: Mapping[str, str] = field(default_factory=dict)
    # What was just done, said above the page.
    news: Text = ""
    # What is to be known beforehand, said there when nothing was done.
    hint: Text = ""
    # What is neither a value of a field nor an address: a drawing, a list.
    parts: Mapping[str, object] = field(default_factory=dict)
    # The fields shown again as they were typed when something is wrong; a password is never among them.
    echoed: tuple[str, ...] = ()


class Step(Protocol):
    """The two functions of a step; the modules of this package are the implementations."""

    def show(self, state: LoginState) -> StepPage:
        """The page for this state."""
        ...

    def submit(self, state: LoginState, data: Mapping[str, str]) -> Facts:
        """The facts after this form. Raises `InvalidInput`, `AuthenticationFailed`."""
        ...
