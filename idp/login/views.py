"""The HTTP of a sign-in: loading, browser check, redirects and rendering, the same for every step.

CSRF is Django's middleware, cookies are `browser_session.py`, the order is `orchestrator.py`, the content is `steps/`.
"""

from typing import Any, NoReturn

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.encoding import iri_to_uri
from django.views import View

from idp.accounts.errors import NotHashed
from idp.accounts.selectors import sign_in_name
from idp.core.api_ingress import single_valued
from idp.core.browser import browser_key
from idp.core.client_address import address_bucket
from idp.core.clock import now
from idp.core.errors import AuthenticationFailed, IdpError, InvalidInput, MethodNotAllowed, RateLimited
from idp.core.http import SeeOther, is_local_path
from idp.core.language import speak
from idp.core.place import place_of
from idp.core.specs import implements
from idp.login import browser_session, device_cookie
from idp.login.addresses import forgotten_path, step_path
from idp.login.current import current_session
from idp.login.device_fingerprint import traits_of
from idp.login.errors import LoginExpired
from idp.login.limits import recovery_forms, sign_in_forms, sign_up_forms
from idp.login.orchestrator import next_step, open_steps
from idp.login.requirement import LoginRequirement
from idp.login.services.begin_login import begin_login, new_login_uid
from idp.login.services.establish_session import Device
from idp.login.state import Facts, LoginState, finished_target, keep_facts, open_login
from idp.login.step_up import still_carried
from idp.login.steps.complete import complete
from idp.login.steps.page import StepPage
from idp.login.steps.table import PAGES
from idp.login.types import StepName
from idp.mfa.webauthn.attestation import AuthenticatorRefused
from idp.mfa.webauthn.errors import PasskeyUnknown

_RECOVERY = (StepName.FORGOTTEN_PASSWORD, StepName.CHECK_MESSAGES, StepName.NEW_PASSWORD)
_LIMITS = {StepName.SIGN_UP: sign_up_forms, **dict.fromkeys(_RECOVERY, recovery_forms)}
_HOME = "/"
_LONGEST_NEXT = 2000
_MAY_RESTART = {StepName.IDENTIFIER, StepName.PASSKEY, StepName.SIGN_UP, StepName.FORGOTTEN_PASSWORD}
_LONGEST_ECHO = 254
_LONGEST_USER_AGENT = 200


@implements("RFC 9700", "4.12")
class StepView(View):
    """One step of one sign-in. A POST ends in a 303, or in the same page with what was wrong."""

    http_method_names = ["get", "head", "post"]

    def dispatch(self, request: HttpRequest, *args: Any, uid: str, **kwargs: Any) -> HttpResponseBase:  # noqa: ANN401 - Django's signature
        """A button pressed twice, or Back: a sign-in this browser has finished leads where it was going, and grants nothing."""
        try:
            return super().dispatch(request, *args, uid=uid, **kwargs)
        except LoginExpired:
            target = finished_target(uid=uid, browser=browser_key(request))
            if target is None:
                raise
            return SeeOther(target)

    def get(self, request: HttpRequest, *, uid: str, step: str) -> HttpResponse:
        """Show the step, or go to the one that is due; changes nothing. Raises Http404 and as `open_login`."""
        state, steps = _opened(request, uid=uid, step=step)
        # Signed in meanwhile in another tab: nothing is left to ask.
        if not state.facts.recovery_key and _is_met_already(request, state.requirement):
            return SeeOther(state.requirement.return_to)
        if step not in steps:
            return SeeOther(step_path(uid, steps[0]))
        return _rendered(request, state, PAGES[StepName(step)].show(state))

    def post(self, request: HttpRequest, *, uid: str, step: str) -> HttpResponse:
        """Take the form of a step that is open; of any other nothing is read. Raises Http404 and as `open_login`."""
        state, steps = _opened(request, uid=uid, step=step)
        if step not in steps:
            return SeeOther(step_path(uid, steps[0]))
        page = PAGES[StepName(step)]
        try:
            _LIMITS.get(StepName(step), sign_in_forms).hit(address_bucket(request))
            return advanced(request, state, page.submit(state, _fields(request)))
        except (InvalidInput, AuthenticationFailed, AuthenticatorRefused, RateLimited, NotHashed) as refused:
            # 400 for a form that cannot be right, 401 for a password that is not, whatever the reason. Not 200, because
            # password managers take that for success and offer to remember what failed. No WWW-Authenticate: there is no
            # HTTP scheme to retry with, and a scheme that browsers know would open their own dialog over this page.
            # 429 and 503 keep the page too: what was typed so far is not lost, and the sentence says when to go on.
            return _rendered(request, state, page.show(state), refused)

    def http_method_not_allowed(self, request: HttpRequest, *_args: Any, **_kwargs: Any) -> NoReturn:  # noqa: ANN401 - as above
        """A page instead of Django's empty answer. Raises `MethodNotAllowed`."""
        raise MethodNotAllowed(detail=str(request.method), headers={"Allow": "GET, HEAD, POST"})


def start_login(request: HttpRequest) -> HttpResponse:
    """`GET /login?next=/path`: the entrance for our own pages; goes straight to `next` when somebody is signed in.

    With `fresh` whoever is signed in proves anew, and is named already in the first field.
    """
    if request.method not in {"GET", "HEAD"}:
        raise MethodNotAllowed(detail=str(request.method), headers={"Allow": "GET, HEAD"})
    fresh = "fresh" in request.GET
    session = current_session(request) if fresh else None
    requirement = LoginRequirement(
        uid=new_login_uid(),
        return_to=_local_next(request),
        fresh=fresh,
        strongest=fresh,
        login_hint="" if session is None else sign_in_name(session.user),
    )
    if _is_met_already(request, requirement):
        return SeeOther(requirement.return_to)
    first = begin_login(requirement=requirement, browser=browser_key(request))
    return SeeOther(forgotten_path(requirement.uid) if "forgotten" in request.GET else first)


def _opened(request: HttpRequest, *, uid: str, step: str) -> tuple[LoginState, tuple[StepName, ...]]:
    """The sign-in of this address and the steps that are open, the one that is due first.

    "Not you?" leads to `identifier?restart=1`. That GET stores nothing, so a prefetching browser or a planted link does no harm:
    it only looks at the sign-in as if nobody had been named. Its form, with the CSRF token, replaces the facts.
    """
    if step not in set(StepName):
        raise Http404
    state = open_login(uid=uid, browser=browser_key(request)).model_copy(update={"device": device_cookie.digest_in(request)})
    state = still_carried(state, current_session(request), now())
    speak(state.requirement.language)
    if step in _MAY_RESTART and "restart" in request.GET:
        state = state.forgetting()
    steps = open_steps(state.requirement, state.facts, state.standing)
    if steps[0] is StepName.COMPLETE:
        # Never stored: the request that brings the last proof ends the sign-in itself. Whoever asks again starts anew.
        raise LoginExpired(detail="a stored sign-in misses nothing")
    return state, steps


def _is_met_already(request: HttpRequest, requirement: LoginRequirement) -> bool:
    """Whether the session this browser holds is all that was asked for."""
    if requirement.fresh:
        return False
    session = current_session(request)
    return session is not None and session.meets(requirement.acr)


def advanced(request: HttpRequest, state: LoginState, facts: Facts) -> HttpResponse:
    """Store what is known and go to the next page; or, when nothing is missing, sign in and go back.

    Also for whoever brings a proof from elsewhere (`idp.federation`).
    """
    requirement = state.requirement
    due = next_step(requirement, facts, state.with_facts(facts).standing)
    if due is not StepName.COMPLETE:
        if not keep_facts(state.with_facts(facts)):
            raise LoginExpired(detail="finished by another request meanwhile")
        return SeeOther(step_path(requirement.uid, due))

    done = complete(state=state, facts=facts, device=_device(request, state))
    response = SeeOther(requirement.return_to)
    if done is not None:
        browser_session.sign_in(request, done.session)
        device_cookie.keep(response, done.secret)
    # After a parallel submit that was faster the way is the same and signs nobody in: whoever needs a login asks there.
    return response


def _rendered(request: HttpRequest, state: LoginState, page: StepPage, refused: IdpError | None = None) -> HttpResponse:
    """The page, with what was wrong if something was: the sentence as an alert, and what each field says."""
    typed = {name: request.POST.get(name, "")[:_LONGEST_ECHO] for name in page.echoed if name in request.POST}
    said = (("success", page.news), ("info", page.hint))
    notice = next(({"kind": kind, "text": text} for kind, text in said if text), None)
    context = {
        "page": {"title": page.title, "heading": page.heading, "intro": ""},
        "client_name": state.requirement.client_name,
        "alert": notice if refused is None else {"kind": "error", "text": refused.message},
        "values": {**page.values, **typed},
        "errors": {} if refused is None else dict(refused.fields),
        # For the browser, which may stop offering it (Signal API).
        "unknown_passkey": refused.credential_id if isinstance(refused, PasskeyUnknown) else "",
        **page.links,
        **page.parts,
    }
    response = render(request, page.template, context, status=200 if refused is None else refused.status)
    if refused is not None and refused.retry_after is not None:
        response["Retry-After"] = str(refused.retry_after)
    return response


def _fields(request: HttpRequest) -> dict[str, str]:
    """Everything that was sent but the CSRF token; a file counts as a field, which no form of ours has."""
    fields = single_valued(request.POST)
    fields.pop("csrfmiddlewaretoken", None)
    return {**fields, **dict.fromkeys(request.FILES, "")}


def _device(request: HttpRequest, state: LoginState) -> Device:
    """The browser this sign-in runs in and the session it holds."""
    user_agent = "".join(char for char in request.headers.get("User-Agent", "") if char.isprintable())
    return Device(
        browser=state.browser,
        user_agent=user_agent[:_LONGEST_USER_AGENT],
        session=current_session(request),
        digest=state.device,
        place=place_of(request),
        traits=traits_of(request),
    )


@implements("RFC 9700", "4.11")
def _local_next(request: HttpRequest) -> str:
    """Where to go afterwards: `next` if it is a path of ours, else the home page; never another site."""
    target = request.GET.get("next", "")
    if len(target) > _LONGEST_NEXT or not is_local_path(target):
        return _HOME
    return iri_to_uri(target)
