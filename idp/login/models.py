"""`SsoSession`: one person signed in in one browser. Below it, what slows guessing: `AttemptCounter`, `KnownDevice`; and
`SignInNotice`, by which an owner answers that a sign-in was not theirs.

Its id is the `sid` that tokens carry (OIDC Back-Channel Logout §2.1). The browser's cookie leads to a Django session that
holds the `sid` and nothing else; this row is the truth about it and is read from SQL by every request that relies on a
login. A session is live, expired (out of time) or ended (by an act).
"""

import datetime as dt

from django.conf import settings
from django.db import models
from django.db.models import Q

from idp.core import ids
from idp.core.auth_context import AuthContext
from idp.core.clock import seconds
from idp.core.fields import EncryptedTextField
from idp.login.acr import acr_of_role, meets, stronger


class SsoSession(models.Model):
    """Who is signed in, since when, how strongly and by what means, until when."""

    # No secret: the cookie is. A UUIDv7, so that sessions of one hour lie together.
    id = models.UUIDField(primary_key=True, default=ids.new_id, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="sso_sessions")

    # The proof: renewed when the same person proves again in the same browser, while the sid stays.
    auth_time = models.DateTimeField()
    acr = models.CharField(max_length=32)
    amr = models.JSONField()
    login_uid = models.CharField(max_length=128)
    # What it rests on, for whoever asks more later: the factors that were shown, and the password as it was (`Facts`).
    factors = models.JSONField(default=list)
    password_mark = models.CharField(max_length=64, blank=True, default="")

    # The device: the hash of the browser cookie, and what the browser calls itself, for the owner to recognise it.
    browser = models.CharField(max_length=64)
    user_agent = models.CharField(max_length=200, blank=True, default="")

    # Kept only where an operator switched it on: where about the sign-in was (`core.place.Place.text`), and its device's traits.
    place = EncryptedTextField(null=True)
    fingerprint = models.CharField(max_length=8, blank=True, default="")

    # The life: idle end is `last_seen_at` plus IDP_SESSION_IDLE_SECONDS, absolute end is `expires_at`.
    created_at = models.DateTimeField()
    last_seen_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    end_reason = models.CharField(max_length=32, blank=True, default="")

    class Meta:
        """Ended means both: a moment and a reason."""

        constraints = [
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, end_reason="") | (Q(ended_at__isnull=False) & ~Q(end_reason="")),
                name="login_session_ended_with_reason",
            )
        ]

    def __str__(self) -> str:
        """The sid, which is no secret and no personal data."""
        return str(self.id)

    @property
    def context(self) -> AuthContext:
        """The sign-in as codes and tokens carry it."""
        return AuthContext(
            sid=self.id,
            user_id=self.user_id,
            auth_time=self.auth_time,
            acr=self.acr,
            amr=tuple(self.amr),
            login_uid=self.login_uid,
        )

    def meets(self, acr: str) -> bool:
        """Whether this sign-in reached that level, and the one its person's role asks for; loads the person."""
        return meets(reached=self.acr, required=stronger(acr, acr_of_role(self.user.role)))

    def is_live(self, now: dt.datetime) -> bool:
        """Whether it counts at this moment: neither ended nor expired. The account's own state is not looked at."""
        idle_end = self.last_seen_at + seconds(settings.IDP_SESSION_IDLE_SECONDS)
        return self.ended_at is None and now < idle_end and now < self.expires_at


class AttemptCounter(models.Model):
    """Password attempts at one identifier that were not followed by a success, and when the next one is taken.

    The key is a blind index, of an account's identifier or of one that nobody has: a row says nothing about which.
    """

    key = models.CharField(primary_key=True, max_length=64)
    failures = models.PositiveIntegerField(default=0)
    next_at = models.DateTimeField()
    last_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        """The key, which nobody can trace back."""
        return self.key


class KnownDevice(models.Model):
    """A browser in which the owner of an account signed in before: what strangers do to the account does not slow it.

    The digest is of browser and identifier together, the mark of browser and account, so equal browsers of two people cannot be
    linked by either.
    """

    digest = models.CharField(primary_key=True, max_length=64)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="known_devices")
    # The same under every identifier the account ever has; "" in rows of an older release.
    mark = models.CharField(max_length=64, blank=True, default="")
    last_used_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        """The digest, which nobody can trace back."""
        return self.digest


class SignInNotice(models.Model):
    """What an owner was told of a sign-in on a new device, with a link to answer: it was not me. Good once, until `expires_at`.

    Only a keyed digest of the key is stored. The blind index of the address that was written to tells whether the account has it
    still.
    """

    id = models.UUIDField(primary_key=True, default=ids.new_id, editable=False)
    session = models.ForeignKey(SsoSession, on_delete=models.CASCADE, related_name="notices")
    digest = models.CharField(max_length=64, unique=True)
    told_index = models.CharField(max_length=64)
    expires_at = models.DateTimeField(db_index=True)
    used_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return str(self.id)
