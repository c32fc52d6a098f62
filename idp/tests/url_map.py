"""Every route of the provider, read from Django's own resolver: for tests that must hold for all of them, new ones included."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.urls import URLPattern, URLResolver, get_resolver, reverse

# Ids of the right form that nobody was ever given.
_UID = "A" * 43
# With the handle of a client before it.
_INTERACTION = f"{'a' * 8}-{_UID}"
_NOBODY = "00000000-0000-7000-8000-000000000000"
_OF_ONE_PERSON = (
    "user", "user_sessions", "suspend", "reactivate", "confirm_address", "reset_password", "change_role", "end_sessions",
    "reset_factors", "reveal",
)  # fmt: skip
_ARGUMENTS: dict[str, dict[str, str]] = {
    "login:step": {"uid": _UID, "step": "identifier"},
    "account_api:session": {"sid": _NOBODY},
    "account_api:device": {"device_id": _NOBODY},
    "account_api:connected_app": {"client_id": "nobody"},
    "account_api:connected_service": {"link_id": _NOBODY},
    "self_service:console_view": {"view": "profile"},
    "federation:start": {"provider": "google", "uid": _UID},
    "federation:callback": {"provider": "google"},
    "login:recovery_link": {"key": f"fst_pr_{_UID}"},
    "login:not_me": {"key": f"fst_nd_{_UID}"},
    "account_api:app": {"factor_id": _NOBODY},
    "account_api:app_first_code": {"factor_id": _NOBODY},
    "account_api:passkey": {"factor_id": _NOBODY},
    "authenticators:app": {"factor_id": _NOBODY},
    "oidc:interaction": {"uid": _INTERACTION},
    "oidc:consent": {"uid": _INTERACTION},
    "oidc:select_account": {"uid": _INTERACTION},
    "oidc:logout_confirm": {"uid": _UID},
    **{f"admin_api:{name}": {"user_id": _NOBODY} for name in _OF_ONE_PERSON},
    "admin_api:end_session": {"user_id": _NOBODY, "sid": _NOBODY},
    "admin:accounts_user_change": {"key": _NOBODY},
    "admin:accounts_user_act": {"key": _NOBODY, "act": "disable"},
    "admin:login_ssosession_change": {"key": _NOBODY},
    "admin:login_ssosession_act": {"key": _NOBODY, "act": "end"},
    "admin:oidc_consent_change": {"key": "0"},
    "admin:oidc_consent_act": {"key": "0", "act": "withdraw"},
    "admin:oidc_client_change": {"key": "0"},
    "admin:oidc_client_act": {"key": "0", "act": "switch-off"},
    "admin:outbox_message_change": {"key": _NOBODY},
    "admin:outbox_message_act": {"key": _NOBODY, "act": "send-again"},
}

# Named one by one, so that a new one asks for a decision: each as staff meet it in `idp/staff/tests`, whatever goes wrong there
# read as a sentence (`test_messages.py`), and not in the request log.
STAFF_PAGES = {
    "admin:index", "admin:accounts_user_find",
    "admin:accounts_user_changelist", "admin:accounts_user_change", "admin:accounts_user_act",
    "admin:login_ssosession_changelist", "admin:login_ssosession_change", "admin:login_ssosession_act",
    "admin:oidc_consent_changelist", "admin:oidc_consent_change", "admin:oidc_consent_act",
    "admin:oidc_client_changelist", "admin:oidc_client_change", "admin:oidc_client_act",
    "admin:outbox_message_changelist", "admin:outbox_message_change", "admin:outbox_message_act",
    "admin:oidc_signingkey_changelist", "admin:oidc_refreshtoken_changelist", "admin:oidc_accesstoken_changelist",
    "admin:audit_securityevent_changelist", "admin:drf_api_logger_apilogsmodel_changelist",
}  # fmt: skip


@dataclass(frozen=True)
class Route:
    """One route: its name with namespace, an address it answers, and its view."""

    name: str
    pattern: URLPattern

    def __str__(self) -> str:
        return self.name

    @property
    def address(self) -> str:
        """A path that leads to it."""
        return reverse(self.name, "idp.config.urls", kwargs=_ARGUMENTS.get(self.name))

    @property
    def view(self) -> Callable[..., HttpResponse]:
        """What answers."""
        view: Callable[..., HttpResponse] = self.pattern.callback
        return view


def all_routes() -> list[Route]:
    """Every route, each by a name of its own; one without a name fails here."""
    found = list(_walk(get_resolver("idp.config.urls").url_patterns, ""))
    assert len({route.name for route in found}) == len(found)
    return found


def _walk(entries: Iterable[Any], space: str) -> Iterator[Route]:
    for entry in entries:
        if isinstance(entry, URLResolver):
            yield from _walk(entry.url_patterns, f"{space}{entry.namespace}:" if entry.namespace else space)
        else:
            assert entry.name, f"{entry.pattern} has no name"
            yield Route(f"{space}{entry.name}", entry)
