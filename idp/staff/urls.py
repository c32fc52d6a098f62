"""Addresses of the staff pages, and which tables they show. `config.urls` includes them only where they may exist."""

from drf_api_logger.models import APILogsModel

from idp.accounts.models import User
from idp.audit.models import SecurityEvent
from idp.login.models import SsoSession
from idp.oidc.models import AccessToken, Client, Consent, RefreshToken, SigningKey
from idp.outbox.models import Message
from idp.staff.messages import MessageRows
from idp.staff.people import ConsentRows, PersonRows, SessionRows
from idp.staff.protocol import AccessTokenRows, ClientRows, EventRows, KeyRows, RefreshTokenRows
from idp.staff.request_log import RequestLogRows
from idp.staff.site import site

for _model, _rows in (
    (User, PersonRows),
    (SsoSession, SessionRows),
    (Consent, ConsentRows),
    (Client, ClientRows),
    (SigningKey, KeyRows),
    (RefreshToken, RefreshTokenRows),
    (AccessToken, AccessTokenRows),
    (SecurityEvent, EventRows),
    (Message, MessageRows),
    (APILogsModel, RequestLogRows),
):
    if not site.is_registered(_model):
        site.register(_model, _rows)

app_name = "admin"
urlpatterns = site.get_urls()
