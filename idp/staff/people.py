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
from idp.audit.selectors import pseudonym_of
from idp.core import clock
from idp.core.errors import Text
from idp.core.http import SeeOther
from idp.login.models import SsoSession
from idp.oidc.authorize.remembered_consent import withdraw_consent
from idp.oidc.models import Consent
from idp.staff.acts import Act
from idp.staff.gate import member_of_staff, staff_only
from idp.staff.person_acts import PERSON_ACTS, SESSION_ACTS
from idp.staff.rows import Rows
from idp.user_admin.masking import masked_email, masked_phone
from idp.user_admin.services.record_look import record_look


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
    acts = PERSON_ACTS

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
                    # The address of the answer says already whose this is.
                    record_look(member_id=member_of_staff(request).pk, user_id=person.pk)
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
    acts = SESSION_ACTS

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
