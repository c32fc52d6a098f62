"""Addresses of the sign-in: one path per step, and the entrance for our own pages.

`config.urls` includes them at the root. The pages may end at a client's address after redirects, so they send no
`form-action` (see `core.csp`).
"""

from django.urls import path, re_path

from idp.core.csp import may_end_at_client
from idp.login.not_me import not_me
from idp.login.notice_key import SHAPE as NOTICE_KEY
from idp.login.password_strength import password_strength
from idp.login.recovery_link import recovery_link
from idp.login.views import StepView, start_login
from idp.recovery.key import SHAPE

app_name = "login"

urlpatterns = [
    path("login", start_login, name="start"),
    re_path(rf"^recover/(?P<key>{SHAPE})$", recovery_link, name="recovery_link"),
    re_path(rf"^not-me/(?P<key>{NOTICE_KEY})$", not_me, name="not_me"),
    path("password-strength", password_strength, name="password_strength"),
    # The uid has the form `LoginRequirement` asks for; anything else is not found, and never reaches the cache.
    re_path(
        r"^login/(?P<uid>[A-Za-z0-9_-]{16,128})/(?P<step>[a-z-]{1,32})$",
        may_end_at_client(StepView.as_view()),
        name="step",
    ),
]
