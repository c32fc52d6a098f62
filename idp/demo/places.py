"""What the demo's home page leads to, and the people one can sign in as."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

# Not a part of the provider: the launcher makes these people, so it says who they are. It imports nothing itself.
from tools.demo_people import PEOPLE


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One link, and why to follow it."""

    label: str
    url: str
    description: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """Links that belong together."""

    heading: str
    links: tuple[Place, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Someone:
    """Somebody to sign in as; the password is public, as everything of the demo."""

    name: str
    email: str
    password: str
    role: str
    words: str


def find_people() -> tuple[Someone, ...]:
    """The people of the demo, with what happens when one signs in as them."""
    words = {
        "client": _("Buys in the shop. Email and password are enough."),
        "vendor": _("Sells in the shop. The first sign-in sets up a second step."),
        "support": _("Looks at the staff pages and changes nothing there. Needs a second step."),
        "admin": _("Looks at the staff pages and changes nothing there. Needs a second step."),
        "super_admin": _("May change things on the staff pages. Needs a second step."),
    }
    # A role without words here would fail at the first look at the page.
    return tuple(
        Someone(
            name=str(person.profile["name"]),
            email=person.email,
            password=person.password,
            role=person.role,
            words=words[person.role],
        )
        for person in PEOPLE
    )


def find_places() -> tuple[Places, ...]:
    """All links, the ones to start with first."""
    return (
        Places(heading=_("Start here"), links=tuple(_starts())),
        Places(heading=_("Look behind it"), links=tuple(_insides())),
        Places(heading=_("Read about it"), links=tuple(_readings())),
    )


def _starts() -> Iterator[Place]:
    environment = settings.ENVIRONMENT
    yield _place(_("Demo shop"), environment.demo_spa_origin, _("Sign in as a shopper would, come back, call the API, sign out."))
    yield _place(_("Demo API"), environment.demo_api_origin, _("The service behind the shop, which checks its tokens."))
    account = reverse("self_service:overview")
    yield _place(_("Your account"), account, _("Password, second step, devices, applications, your data."))
    yield _place(_("Account console"), reverse("self_service:console"), _("The same in one page that answers at once."))


def _insides() -> Iterator[Place]:
    yield _place(_("Inbox"), reverse("demo:inbox"), _("Every mail and text message that was written so far."))
    staff = _("People, sessions, clients, keys and events. Sign in as support, admin or super administrator.")
    yield _place(_("Staff pages"), reverse("admin:index"), staff)
    calls = reverse("admin:drf_api_logger_apilogsmodel_changelist")
    yield _place(_("Request log"), calls, _("Which API was called when, how it ended and how long it took. For staff."))


def _readings() -> Iterator[Place]:
    yield _place(_("All screens"), reverse("demo:styleguide"), _("Every page, mail and text message, side by side."))
    yield _place(_("Guide"), reverse("demo:guide"), _("AUTH.md: journeys, contracts, architecture, decisions, recipes."))
    yield _place(_("Account API"), reverse("api_docs"), _("Each call, what goes in and what comes out."))
    metadata = _("What OpenID Connect libraries read to connect an application.")
    yield _place(_("Provider metadata"), reverse("oidc:discovery"), metadata)


def _place(label: str, url: str, description: str) -> Place:
    return Place(label=label, url=url, description=description)
