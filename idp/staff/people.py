"""People, their sessions and what they allowed: read here, changed by the services of accounts, login and oidc."""

import uuid
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from idp.accounts.identifiers import parse_identifier
from idp.accounts.models import User
from idp.accounts.selectors import find_user
from idp.accounts.services.set_active import set_active
from idp.audit.selectors import pseudonym_of
from idp.core import clock
from idp.core.errors import Conflict, Text
from idp.core.http import SeeOther
from idp.login.models import SsoSession
from idp.login.services.end_session import end_session, end_user_sessions
from idp.login.types import EndReason
from idp.mfa.reset import reset_factors
from idp.mfa.standing import standing_of
from idp.oidc.authorize.remembered_consent import withdraw_consent
from idp.oidc.models import Consent
from idp.staff.acts import Act, Asked
from idp.staff.gate import staff_only
from idp.staff.masking import masked_email, masked_phone
from idp.staff.rows import Rows


def _disable(person: User, asked: Asked) -> None:
    """Raises Conflict for the own account: nobody could undo it here."""
    if person.pk == asked.member.pk:
        raise Conflict(_("This is your own account. Please ask another super administrator to disable it."))
    set_active(user_id=person.pk, active=False)


def _reset_factors(person: User, asked: Asked) -> None:
    """Raises Conflict for the own account: whoever holds a session of staff must not free it from its second factor."""
    if person.pk == asked.member.pk:
        raise Conflict(_("This is your own account. Please ask another super administrator to reset it."))
    reset_factors(user_id=person.pk, reason=asked.reason, by=asked.member.pk)


def _has_factors(person: User) -> bool:
    standing = standing_of(person.pk)
    return person.is_active and bool(standing.factors)


def _has_open_sessions(person: User) -> bool:
    return person.sso_sessions.filter(ended_at=None).exists()


class PersonRows(Rows):
    """Accounts. Whoever knows an identifier finds its account; nobody can read one off a page."""

    heading = gettext_lazy("People")
    list_display = ("id", "email_masked", "phone_masked", "role", "is_active", "erasure_due_at", "is_staff", "created_at")
    list_filter = ("is_active", "is_staff", "role", "auth_provider", "email_verified", "phone_number_verified")
    ordering = ("-created_at",)
    facts = (
        "id", "email_masked", "email_verified", "email_verified_at", "phone_masked", "phone_number_verified",
        "phone_number_verified_at", "role", "is_active", "is_staff", "auth_provider", "member_id", "locale", "zoneinfo",
        "erasure_due_at", "restricted_at", "marketing_allowed",
        "created_at", "updated_at",
    )  # fmt: skip
    acts = (
        Act(
            name="disable",
            label=gettext_lazy("Disable this account"),
            question=gettext_lazy("The person is signed out everywhere, and every token of theirs ends at once."),
            done=gettext_lazy("The account is disabled, and everything it had open has ended."),
            applies=lambda person: person.is_active,
            run=_disable,
        ),
        Act(
            name="enable",
            label=gettext_lazy("Enable this account"),
            question=gettext_lazy("The person can sign in again. What was ended before stays ended."),
            done=gettext_lazy("The account is enabled."),
            applies=lambda person: not person.is_active,
            run=lambda person, _asked: set_active(user_id=person.pk, active=True),
        ),
        Act(
            name="end-sessions",
            label=gettext_lazy("End all sessions"),
            question=gettext_lazy("The person is signed out in every browser and app, and can sign in again."),
            done=gettext_lazy("All sessions of this account have ended."),
            applies=_has_open_sessions,
            run=lambda person, _asked: end_user_sessions(user_id=person.pk, reason=EndReason.REVOKED),
        ),
        Act(
            name="reset-factors",
            label=gettext_lazy("Reset second factors"),
            question=gettext_lazy(
                "Authenticator apps, passkeys and recovery codes are removed, and the person is signed out everywhere and told. "
                "Only do this once you are sure who is asking."
            ),
            done=gettext_lazy("The second factors are gone. The next sign-in sets up new ones where the role needs them."),
            applies=_has_factors,
            run=_reset_factors,
            asks_reason=True,
        ),
    )

    @admin.display(description=gettext_lazy("email"))
    def email_masked(self, person: User) -> str:
        """Enough to recognise it."""
        return masked_email(person.email)

    @admin.display(description=gettext_lazy("phone"))
    def phone_masked(self, person: User) -> str:
        """Enough to recognise it."""
        return masked_phone(person.phone_number)

    def person_of(self, row: User) -> uuid.UUID:
        """The row itself."""
        return row.pk

    def links(self, row: User) -> list[tuple[Text, str]]:
        """What else is known about the person."""
        pseudonym = pseudonym_of(row.pk)
        pages = (
            (_("Sessions"), "login_ssosession", "user", row.pk),
            (_("Consents"), "oidc_consent", "user", row.pk),
            (_("Refresh tokens"), "oidc_refreshtoken", "user", row.pk),
            (_("Access tokens"), "oidc_accesstoken", "user", row.pk),
            (_("What happened to this account"), "audit_securityevent", "pseudonym", pseudonym),
            (_("What this person did as staff"), "audit_securityevent", "detail__by", pseudonym),
        )
        return [(label, f"{reverse(f'admin:{slug}_changelist')}?{column}={key}") for label, slug, column, key in pages]

    # --- Finding by identifier: posted, so that no address is ever part of a URL ------------------------------------------
    def get_urls(self) -> list[URLPattern]:
        """A search page beside the usual ones."""
        find = path("find", staff_only(self.find_view, methods=("GET", "HEAD", "POST")), name=f"{self.slug}_find")
        return [find, *super().get_urls()]

    def above_list(self, request: HttpRequest) -> dict[str, Any]:
        """The way to the search page."""
        return {"template": "admin/above_people.html", "find_url": reverse(f"admin:{self.slug}_find")}

    def find_view(self, request: HttpRequest) -> HttpResponse:
        """Ask for an e-mail address or phone number, and go to its account."""
        refused, status = "", 200
        if request.method == "POST":
            try:
                person = find_user(parse_identifier(request.POST.get("identifier", "")))
            except ValueError as unreadable:
                refused, status = str(unreadable), 400
            else:
                if person is not None:
                    return SeeOther(self.address_of(person))
                refused, status = _("No account has this email address or phone number. Please check the spelling."), 404
        # Asked, or nobody found: the page; what was typed is not shown again.
        heading = _("Find a person")
        context = {
            "page": {"title": heading, "heading": heading, "intro": _("By the whole email address or phone number.")},
            "alert": {"kind": "error", "text": refused} if refused else None,
            "back_url": reverse(f"admin:{self.slug}_changelist"),
        }
        return render(request, "admin/find.html", context, status=status)


class SessionRows(Rows):
    """Who is or was signed in where."""

    heading = gettext_lazy("Sessions")
    list_display = ("id", "user_id", "standing", "user_agent", "auth_time", "last_seen_at")
    list_filter = ("end_reason", "acr")
    linked_filters = ("user",)
    ordering = ("-id",)
    facts = (
        "id", "user_id", "standing", "user_agent", "auth_time", "acr", "amr", "created_at", "last_seen_at", "expires_at",
        "ended_at", "end_reason",
    )  # fmt: skip
    acts = (
        Act(
            name="end",
            label=gettext_lazy("End this session"),
            question=gettext_lazy("The browser is signed out, and every token of this session ends at once."),
            done=gettext_lazy("The session has ended."),
            # An expired one too: tokens with offline access outlive it.
            applies=lambda session: session.ended_at is None,
            run=lambda session, _asked: end_session(sid=session.pk, reason=EndReason.REVOKED),
        ),
    )

    def person_of(self, row: SsoSession) -> uuid.UUID:
        """Who was signed in."""
        return row.user_id

    @admin.display(description=gettext_lazy("state"))
    def standing(self, session: SsoSession) -> str:
        """Live, expired or ended."""
        if session.ended_at is not None:
            return _("ended")
        return _("live") if session.is_live(clock.now()) else _("expired")


class ConsentRows(Rows):
    """Who allowed what to whom."""

    heading = gettext_lazy("Consents")
    list_display = ("id", "user_id", "client", "scopes", "granted_at", "withdrawn_at")
    list_filter = ("client",)
    linked_filters = ("user",)
    list_select_related = ("client",)
    ordering = ("-granted_at",)
    facts = ("id", "user_id", "client", "scopes", "granted_at", "withdrawn_at")
    acts = (
        Act(
            name="withdraw",
            label=gettext_lazy("Withdraw this consent"),
            question=gettext_lazy("The application loses every token it holds for this person, and has to ask again."),
            done=gettext_lazy("The consent is withdrawn, and the application's tokens for this person have ended."),
            applies=lambda consent: consent.withdrawn_at is None,
            run=lambda consent, _asked: withdraw_consent(user_id=consent.user_id, client=consent.client),
        ),
    )

    def person_of(self, row: Consent) -> uuid.UUID:
        """Who allowed it."""
        return row.user_id

    def get_queryset(self, request: HttpRequest) -> QuerySet[Consent]:
        """With the client, whose name each row shows."""
        rows: QuerySet[Consent] = super().get_queryset(request).select_related("client")
        return rows
