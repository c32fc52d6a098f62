"""The one kind of staff page: a list of rows, the facts of one row, and its acts. Nothing can be added, edited or deleted.

A subclass names what is shown; a column nobody named is on no page, can be sorted by on none and filtered by on none. Django
would let any column of the table be filtered by (`?password__startswith=…`), which answers questions about what is not shown.
"""

import uuid
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, cast

from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.utils import display_for_field, display_for_value, label_for_field, lookup_field, quote, unquote
from django.contrib.admin.views.main import ChangeList
from django.db import models
from django.forms import Media
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _

from idp.audit.actor import acting
from idp.core.errors import Action, InvalidInput, Text
from idp.core.http import SeeOther
from idp.core.specs import implements
from idp.staff.acts import Act, Asked, asked_by
from idp.staff.gate import changing_member, may_change, member_of_staff, sign_in_of, staff_only, to_sign_in
from idp.staff.looks import record_listing, record_row
from idp.user_admin.authority import is_fresh

if TYPE_CHECKING:
    ModelAdmin = admin.ModelAdmin[Any]
else:
    # Generic for type checkers only.
    ModelAdmin = admin.ModelAdmin

_COMPARISONS = ("", "__exact", "__gte", "__lt", "__isnull", "__id__exact")
_NOTHING = "–"


class Rows(ModelAdmin):
    """One table for staff to look at."""

    # What the subclass says: its name, the facts on the page of one row (none: no such page), what may be done there, and
    # columns that links of ours filter by although no list of choices is offered. Whoever does not say that its rows tell
    # nothing of people has every look at its list on record.
    heading: Text = ""
    facts: tuple[str, ...] = ()
    acts: tuple[Act, ...] = ()
    linked_filters: tuple[str, ...] = ()
    is_about_people = True

    actions = None
    list_per_page = 50
    list_max_show_all = 0
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    preserve_filters = False
    empty_value_display = _NOTHING
    change_list_template = "admin/list.html"

    # --- Looking is all that Django's own machinery may do --------------------------------------------------------------
    def has_view_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        """Whoever passed the gate."""
        return member_of_staff(request).is_staff

    def has_module_permission(self, request: HttpRequest) -> bool:
        """The same."""
        return self.has_view_permission(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Nobody."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        """Nobody: changes are acts."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        """Nobody."""
        return False

    @implements("OWASP ASVS 5.0", "8.2.3")
    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest | None = None) -> bool:
        """Filters that a list offers, and those our links use, in one way that `looks.py` reads; no other column, no relation."""
        offered = (name for name in self.list_filter if isinstance(name, str))
        return lookup in {*self.linked_filters, *(f"{name}{comparison}" for name in offered for comparison in _COMPARISONS)}

    def get_changelist_instance(self, request: HttpRequest) -> ChangeList:
        """The list as filtered and ordered. Raises InvalidInput for a filter that is no value of its column."""
        try:
            return super().get_changelist_instance(request)
        except IncorrectLookupParameters as refused:
            raise InvalidInput(
                _("This list cannot be shown with these filters. Please open it afresh."),
                detail=str(refused),
                action=Action(label=_("Show the whole list"), url=request.path),
            ) from refused

    @property
    def media(self) -> Media:
        """No script and no style of Django's."""
        return Media()

    # --- Our pages ------------------------------------------------------------------------------------------------------
    @property
    def slug(self) -> str:
        """How names of its routes begin."""
        return f"{self.opts.app_label}_{self.opts.model_name}"

    def get_urls(self) -> list[URLPattern]:
        """The list; the row and its acts where there are any. None of Django's own."""
        urls = [path("", staff_only(self.changelist_view), name=f"{self.slug}_changelist")]
        if self.facts:
            urls.append(path("<str:key>", staff_only(self.row_view), name=f"{self.slug}_change"))
        if self.acts:
            act_view = staff_only(self.act_view, methods=("GET", "HEAD", "POST"))
            urls.append(path("<str:key>/<slug:act>", act_view, name=f"{self.slug}_act"))
        return urls

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The list. One of people, or of what is theirs, is recorded before it is shown."""
        if self.is_about_people:
            record_listing(request, what=str(self.opts.model_name))
        page = {"title": self.heading, "heading": self.heading, "intro": ""}
        context = {"page": page, "above": self.above_list(request), **(extra_context or {})}
        return super().changelist_view(request, extra_context=context)

    def above_list(self, request: HttpRequest) -> dict[str, Any]:
        """What a subclass shows above its list: `template`, and what that wants."""
        return {}

    def row_view(self, request: HttpRequest, key: str) -> HttpResponse:
        """The facts of one row, what may be done, and what was just done. A look at a person is recorded. Raises Http404."""
        row = self._row(request, key)
        record_row(request, self.person_of(row))
        done = next((act for act in self.acts if act.name == request.GET.get("done") and act.is_done(row)), None)
        context = {
            **self.admin_site.each_context(request),
            "page": {"title": self.heading, "heading": self.heading, "intro": ""},
            "alert": {"kind": "success", "text": done.done} if done else None,
            "facts": list(self._facts(row)),
            "links": self.links(row),
            "acts": list(self._buttons(request, row)),
            "list_url": reverse(f"admin:{self.slug}_changelist"),
        }
        return render(request, "admin/row.html", context)

    def person_of(self, row: Any) -> uuid.UUID | None:  # noqa: ANN401 - a row of whichever table
        """The account that a row is about, or None where it is about nobody."""
        return None

    def links(self, row: Any) -> list[tuple[Text, str]]:  # noqa: ANN401 - a row of whichever table
        """Where the page of a row leads: labels and addresses."""
        return []

    def act_view(self, request: HttpRequest, key: str, act: str) -> HttpResponse:
        """Ask, then do. Whoever signed in too long ago signs in again first. Raises Http404, Forbidden, and as the service."""
        chosen = next((known for known in self.acts if known.name == act), None)
        row = self._row(request, key)
        if chosen is None:
            raise Http404
        member, actor = changing_member(request, chosen.roles), sign_in_of(request)
        if not is_fresh(actor):
            return to_sign_in(request, fresh=True)
        asked = asked_by(actor, act=chosen, form=request.POST)
        if request.method != "POST":
            record_row(request, self.person_of(row))
            return self._question(request, row, chosen, asked)
        # Done in the name of who asked; a reason that the service refuses is asked for again.
        try:
            with acting(member.pk):
                outcome = chosen.run(row, asked)
        except InvalidInput as refused:
            if not chosen.asks_reason or "reason" not in refused.fields:
                raise
            return self._question(request, row, chosen, asked, errors=refused.fields["reason"])
        if chosen.shows_outcome:
            return self._outcome(request, row, chosen, cast("Sequence[tuple[Text, str]]", outcome))
        return SeeOther(f"{self.address_of(row)}?done={chosen.name}")

    def _question(
        self,
        request: HttpRequest,
        row: models.Model,
        act: Act,
        asked: Asked,
        *,
        errors: Sequence[Text] = (),
    ) -> HttpResponse:
        """The page that asks before an act; with the sentences on a reason that was refused."""
        context = {
            "page": {"title": act.label, "heading": act.label, "intro": act.question},
            "alert": None,
            "act": act,
            "reason": asked.reason,
            "reason_errors": errors,
            "options": act.options(row) if act.options else (),
            "back_url": self.address_of(row),
        }
        return render(request, "admin/ask.html", context, status=InvalidInput.status if errors else 200)

    def _outcome(self, request: HttpRequest, row: models.Model, act: Act, shown: Sequence[tuple[Text, str]]) -> HttpResponse:
        """What an act returns, as the answer to its form: at no address, and kept nowhere."""
        page = {"title": act.label, "heading": act.label, "intro": ""}
        told = {
            "alert": {"kind": "success", "text": act.done},
            "facts": shown,
            "is_outcome": True,
            "list_url": self.address_of(row),
        }
        return render(request, "admin/row.html", {**self.admin_site.each_context(request), "page": page, "facts": shown, **told})

    # --- What they are made of ------------------------------------------------------------------------------------------
    def address_of(self, row: models.Model) -> str:
        """The page of a row."""
        return reverse(f"admin:{self.slug}_change", args=(quote(row.pk),))

    def _row(self, request: HttpRequest, key: str) -> Any:  # noqa: ANN401 - a row of whichever table
        row = self.get_object(request, unquote(key))
        if row is None:
            raise Http404(f"no {self.opts.model_name} with this key")
        return row

    def _facts(self, row: models.Model) -> Iterator[tuple[str, object]]:
        """Label and text of each named fact."""
        for name in self.facts:
            field, _attribute, value = lookup_field(name, row, self)
            label = str(label_for_field(name, self.model, self))
            if field is None:
                yield label, display_for_value(value, _NOTHING)
            else:
                yield label, display_for_field(value, field, _NOTHING)

    def _buttons(self, request: HttpRequest, row: models.Model) -> Iterator[dict[str, object]]:
        """What this member of staff may do to this row now."""
        member = member_of_staff(request)
        for act in self.acts:
            if may_change(member, act.roles) and act.applies(row):
                yield {"label": act.label, "url": reverse(f"admin:{self.slug}_act", args=(quote(row.pk), act.name))}
