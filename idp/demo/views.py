"""The demo's pages: what they show is gathered by `places`, `guide`, `samples` and the outbox; here it becomes a page."""

from collections.abc import Mapping

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from idp.core.csp import frames_samples, is_sample
from idp.demo.guide import read_guide
from idp.demo.places import find_people, find_places
from idp.demo.samples.gallery import find_groups, get_sample
from idp.demo.samples.sample import render_sample
from idp.outbox.inbox import list_sent

_GUIDE = settings.BASE_DIR / "AUTH.md"


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Where a newcomer lands: where to go, and as whom to sign in."""
    intro = _("Everything of it runs on this machine and stays on it. Start with the shop, then look behind it.")
    context = {"places": find_places(), "people": find_people()}
    return _shown(request, "demo/home.html", _("Fashionistar accounts, on your machine"), intro, context)


@require_safe
def inbox(request: HttpRequest) -> HttpResponse:
    """Every mail and text message so far, in words; nothing of them is run or fetched."""
    intro = _("What would have been mailed or texted, the newest first. Nothing leaves this machine.")
    return _shown(request, "demo/inbox.html", _("Mail and text messages"), intro, {"messages": list_sent()})


@require_safe
def guide(request: HttpRequest) -> HttpResponse:
    """AUTH.md to read in the browser."""
    context = {"guide": read_guide(_GUIDE)}
    return _shown(request, "demo/guide.html", _("The guide"), "", context)


@require_safe
@frames_samples
def styleguide(request: HttpRequest) -> HttpResponse:
    """Every screen in a frame of its own, as on a phone."""
    intro = _("Every screen, mail and text message with made-up people in it. Nothing on them works, and nothing is sent.")
    return _shown(request, "demo/styleguide.html", _("All screens"), intro, {"groups": find_groups()})


@require_safe
@is_sample
def sample(_request: HttpRequest, slug: str) -> HttpResponse:
    """One screen. Raises `NotFound`."""
    return HttpResponse(render_sample(get_sample(slug)))


def _shown(request: HttpRequest, template: str, heading: str, intro: str, context: Mapping[str, object]) -> HttpResponse:
    """A page of the demo with its heading."""
    page = {"title": heading, "heading": heading, "intro": intro}
    return render(request, template, {"page": page, "client_name": "", "alert": None, **context})
