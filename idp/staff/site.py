"""The staff site: its front page and the tables it shows. Django's own sign-in, sign-out and password pages are left out."""

from typing import Any

from django.contrib.admin import AdminSite
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, URLResolver, include, path, reverse
from django.utils.translation import gettext as _

from idp.staff.acts import SUPER_ADMINISTRATORS
from idp.staff.gate import may_change, member_of_staff, staff_only
from idp.staff.rows import Rows
from idp.user_admin.authority import ADMINISTRATORS


class StaffSite(AdminSite):
    """Every address under `/admin/`, each behind the gate."""

    def get_urls(self) -> list[URLPattern | URLResolver]:
        """The front page and one folder of addresses per table."""
        tables = [path(f"{model._meta.model_name}/", include(rows.get_urls())) for model, rows in self._registry.items()]
        return [path("", staff_only(self.front_page), name="index"), *tables]

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:  # noqa: ANN401, FBT001, FBT002 - Django's signature
        """What Django wraps a view of its own in, should one ever be routed: the same gate."""
        return staff_only(view)

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        """What every staff page shows: where else to go."""
        tables = [rows for rows in self._registry.values() if isinstance(rows, Rows)]
        addresses = {reverse(f"admin:{rows.slug}_changelist"): rows.heading for rows in tables}
        sections = [{"label": label, "url": url, "here": request.path.startswith(url)} for url, label in addresses.items()]
        return {"sections": sections, "sign_out_url": reverse("oidc:end_session")}

    def front_page(self, request: HttpRequest) -> HttpResponse:
        """What there is, and whether the person may change anything."""
        heading = _("Staff pages")
        member = member_of_staff(request)
        if may_change(member, SUPER_ADMINISTRATORS):
            intro = _("You may look at everything here, disable accounts and clients, end sessions and withdraw consents.")
        elif may_change(member, ADMINISTRATORS):
            intro = _("You may look at everything here, and act on people's accounts. The rest is for super administrators.")
        else:
            intro = _("You may look at everything here. Changes are for super administrators.")
        page = {"title": heading, "heading": heading, "intro": intro}
        return render(request, "admin/front.html", {**self.each_context(request), "page": page, "alert": None})


site = StaffSite(name="admin")
