"""Tell an account's owner of a sign-in in a browser that is not known as theirs, with a link to answer: it was not me."""

from django.conf import settings
from django.utils import translation

from idp.accounts.identifiers import Email, index_of
from idp.accounts.models import User
from idp.accounts.services.tell import news_address
from idp.audit.services import record
from idp.audit.types import Event
from idp.core.clock import now, seconds
from idp.core.language import language_of
from idp.core.specs import implements
from idp.login.device_label import device_label
from idp.login.models import SignInNotice, SsoSession
from idp.login.notice_key import LINK, digest_of, new_key
from idp.login.place_label import place_label
from idp.outbox.services.send import send_mail, send_text

LIFETIME_SECONDS = 7 * 24 * 3600


@implements("OWASP ASVS 5.0", "6.3.5")
def tell_of_new_device(*, user: User, session: SsoSession) -> None:
    """An audit event, and one message where there is a proven address; both in the caller's transaction."""
    record(event=Event.NEW_DEVICE, user_id=user.pk, sid=session.pk, browser=session.browser)
    to = news_address(user)
    if to is None:
        return
    until = now() + seconds(LIFETIME_SECONDS)
    key = new_key()
    SignInNotice.objects.create(session=session, digest=digest_of(key), told_index=index_of(to), expires_at=until)

    # What it says: when, on what, from where if that is known, and the link.
    with translation.override(language_of(user.locale)):
        device = device_label(session.user_agent)
        place = place_label(session.place)
    context = {
        "when": f"{session.auth_time:%Y-%m-%d %H:%M} UTC",
        "device": device,
        "place": place,
        "link": f"{settings.IDP_ISSUER}{LINK}{key}",
    }
    send = send_mail if isinstance(to, Email) else send_text
    send(to=to.value, template="new_device", context=context, language=user.locale, useful_until=until)
