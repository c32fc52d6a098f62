"""The member `event_receiver` of a registration: where this client hears what happens to accounts (RFC 8935), and what of it.

A member of the client, because who may hear of every account is the same question as who is a client, and is answered in the same
reviewed file.
"""

import re
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, SecretStr, field_validator, model_validator

from idp.core.specs import implements
from idp.core.types import Schema
from idp.oidc.events.vocabulary import UserEventName
from idp.oidc.models import Client, EventReceiver
from idp.oidc.registry import uris

# In `events`: all there are, and all there will be.
EVERY_EVENT = "*"
# RFC 6750 §2.1: what can stand behind "Bearer"; long enough that nobody guesses it.
_BEARER_TOKEN = re.compile(r"[A-Za-z0-9\-._~+/]{32,512}=*")


class EventReceiverRegistration(Schema):
    """One receiver. `scopes` are those whose claims of the person it is told; without any it learns of ids, roles and states."""

    endpoint: Annotated[str, AfterValidator(uris.require_called_uri)]
    events: Annotated[tuple[UserEventName | Literal["*"], ...], Field(min_length=1)]
    scopes: tuple[Literal["profile", "email", "phone", "address", "roles"], ...] = ()
    secret_env: Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9_]*_SECRET$")] | Literal[""] = ""
    secret: SecretStr | None = None

    @field_validator("secret")
    @classmethod
    @implements("RFC 6750", "2.1")
    def _fits_a_header(cls, value: SecretStr | None) -> SecretStr | None:
        """Raises ValueError."""
        if value is not None and not _BEARER_TOKEN.fullmatch(value.get_secret_value()):
            raise ValueError("write 32 to 512 letters, digits and -._~+/ (RFC 6750 section 2.1)")
        return value

    @model_validator(mode="after")
    def _one_secret(self) -> Self:
        """A receiver that does not ask who speaks would believe anybody's news."""
        if (self.secret is not None) + bool(self.secret_env) != 1:
            raise ValueError("give exactly one of secret_env and secret")
        return self


def apply_receiver(client: Client, registration: EventReceiverRegistration | None) -> bool:
    """The table says what the registration says; whether anything changed. In the transaction of the client's own row."""
    known = EventReceiver.objects.filter(client=client).first()
    if registration is None:
        return bool(known) and bool(EventReceiver.objects.filter(client=client).delete()[0])
    wanted = _columns(registration)
    if known is not None and all(getattr(known, name) == value for name, value in wanted.items()):
        return False
    receiver = known or EventReceiver(client=client)
    for name, value in wanted.items():
        setattr(receiver, name, value)
    receiver.save()
    return True


def _columns(registration: EventReceiverRegistration) -> dict[str, object]:
    every = EVERY_EVENT in registration.events
    assert registration.secret is not None, "read from its variable before"
    return {
        "endpoint": registration.endpoint,
        "events": [str(name) for name in (sorted(UserEventName) if every else sorted(set(registration.events)))],
        "scopes": sorted(set(registration.scopes)),
        "secret": registration.secret.get_secret_value(),
    }
