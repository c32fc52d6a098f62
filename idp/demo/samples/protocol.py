"""Samples of what stands between an application and the provider: consent, choice of account, answer, sign-out, errors."""

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from idp.core.error_page import page_context
from idp.core.errors import DisplayedError, IdpError, NotFound, RateLimited, Unavailable, Unexpected
from idp.demo.samples.sample import APPLICATION, NAME, NOWHERE, Sample, page
from idp.login.errors import LoginExpired, WrongBrowser
from idp.oidc.authorize.permissions import permissions_of

_SCOPES = ("profile", "email", "orders", "offline_access")
_REFERENCE = "01a2b3c4d5e6"
_UNKNOWN = _("The application that sent you here is not known to us. Please go back and tell its makers.")
_STRANGER = _(
    "The application asked us to send you to an address that is not registered for it, so we stopped here. "
    "Please go back and tell its makers."
)


def protocol_samples() -> Iterator[Sample]:
    """Between sign-in and application, and at the end."""
    scopes = [{"name": one.name, "title": one.sentence, "description": ""} for one in permissions_of(scopes=_SCOPES)]
    asking = {"account": NAME, "redirect_host": "tailor.example", "scopes": scopes}
    yield page("consent", "oidc/consent.html", _("Allow access"), asking, client_name="Lagos Tailor Finder")
    # One who is signed in here already, and the application.
    choice = {"account": NAME}
    yield page("choose-account", "oidc/select_account.html", _("Choose an account"), choice, client_name=APPLICATION)
    answer = {"redirect_uri": NOWHERE, "members": {}}
    intro = _("We are taking you back to the application.")
    yield page("answer", "oidc/form_post.html", _("One moment"), answer, intro=intro)
    ask = _("Do you want to sign out of Fashionistar in this browser?")
    yield page("sign-out", "oidc/logout_confirm.html", _("Sign out"), {"account": NAME, "stay_url": NOWHERE}, intro=ask)
    done = {"return_url": NOWHERE, "return_label": ""}
    yield page("signed-out", "oidc/signed_out.html", _("You are signed out"), done, intro=_("You can close this page."))
    links = [{"label": APPLICATION, "url": NOWHERE, "description": _("Sign in as a shopper would.")}]
    yield page("start", "home.html", _("Fashionistar accounts"), {"links": links})


def error_samples() -> Iterator[Sample]:
    """What a person reads when something cannot be done, in the words of the errors themselves."""
    # The two that its check words, then those that say it themselves.
    unknown = DisplayedError("unknown_client", str(_UNKNOWN))
    stranger = DisplayedError("invalid_redirect_uri", str(_STRANGER))
    errors: tuple[IdpError, ...] = (
        unknown, stranger, LoginExpired(), WrongBrowser(), NotFound(), RateLimited(), Unavailable(), Unexpected(),
    )  # fmt: skip
    for error in errors:
        slug = f"error-{error.public_code.replace('_', '-')}"
        yield Sample(slug=slug, label=error.public_code, template="errors/error.html", context=page_context(error, _REFERENCE))
