"""`GET /recover/KEY`: the link of a mail. It leads to the page for a new password, and the key into the sealed sign-in.

Nothing is spent here, whoever follows the link: a mail scanner, a preview, the person. The address with the key in it is left at
once, is kept by no cache, and is told to nobody (OWASP ASVS 5.0 V14.2.1).
"""

from django.http import HttpRequest, HttpResponse

from idp.core.browser import browser_key
from idp.core.errors import MethodNotAllowed
from idp.core.http import SeeOther
from idp.core.specs import implements
from idp.login.addresses import step_path
from idp.login.services.recover_account import resume_recovery
from idp.login.types import StepName
from idp.recovery.services.recover import pending_recovery


@implements("OWASP ASVS 5.0", "14.2.1")
def recovery_link(request: HttpRequest, *, key: str) -> HttpResponse:
    """A redirect to a clean address. Raises `RecoveryOver`, `MethodNotAllowed`, `Unavailable`."""
    if request.method not in {"GET", "HEAD"}:
        raise MethodNotAllowed(detail=str(request.method), headers={"Allow": "GET, HEAD"})
    state = resume_recovery(key=key, pending=pending_recovery(key=key), browser=browser_key(request))
    answer = SeeOther(step_path(state.requirement.uid, StepName.NEW_PASSWORD))
    answer["Referrer-Policy"] = "no-referrer"
    return answer
