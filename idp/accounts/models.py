"""`User`: one person's account. Its id is the `sub` that clients know (OIDC Core §2), so it never changes.

E-mail and phone number lie encrypted; the blind indexes beside them serve look-up and uniqueness.
"""

from collections.abc import Iterable
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, PermissionsMixin
from django.db import models
from django.db.models import Q

from idp.accounts.fields import EmailAddressField, PhoneNumberField
from idp.accounts.identifiers import Email, PhoneNumber
from idp.accounts.roles import Role
from idp.copies.marks import mark_changed
from idp.core import clock, ids
from idp.core.fields import BlindIndexField

# Columns that are only true together: naming one in `update_fields` saves both.
_TOGETHER = ({"email", "email_index"}, {"phone_number", "phone_number_index"})


class AuthProvider(models.TextChoices):
    """How the account came about; it never changes."""

    EMAIL = "email", "E-mail"
    PHONE = "phone", "Phone"
    GOOGLE = "google", "Google"
    FACEBOOK = "facebook", "Facebook"


class UserQuerySet(models.QuerySet["User"]):
    """Reads, and updates of everything but identifiers: those need the row, so that value and index stay together."""

    def update(self, **values: Any) -> int:  # noqa: ANN401 - Django's signature
        """Raises TypeError for an identifier or its index."""
        refused = set().union(*_TOGETHER) & values.keys()
        if refused:
            raise TypeError(f"{', '.join(sorted(refused))}: save the instance, so that value and index stay together")
        # No answer to a client holds the password or anything made of it.
        if settings.IDP_COPIES and values.keys() != {"password"}:
            mark_changed("person", *self.values_list("pk", flat=True))
        return super().update(**values)


class User(AbstractBaseUser, PermissionsMixin):
    """A shopper, vendor or member of staff."""

    # The protocol's `auth_time` belongs to a session, not to a person, so Django's column is left out.
    last_login = None

    id = models.UUIDField(primary_key=True, default=ids.new_id, editable=False)

    # --- Identifiers: at least one, each unique, encrypted --------------------------------------------------------------
    email = EmailAddressField(null=True, blank=True)
    email_index = BlindIndexField(of="email", label=Email.label)
    email_verified = models.BooleanField(default=False)
    email_verified_at = models.DateTimeField(null=True, blank=True)
    phone_number = PhoneNumberField(null=True, blank=True)
    phone_number_index = BlindIndexField(of="phone_number", label=PhoneNumber.label)
    phone_number_verified = models.BooleanField(default=False)
    phone_number_verified_at = models.DateTimeField(null=True, blank=True)

    # --- Standing on the platform ---------------------------------------------------------------------------------------
    role = models.CharField(max_length=20, choices=Role.choices, default=Role.CLIENT)
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False)
    auth_provider = models.CharField(max_length=10, choices=AuthProvider.choices, default=AuthProvider.EMAIL)
    # Given out by the backend, which counts its members; null until it did.
    member_id = models.CharField(max_length=32, null=True, blank=True, unique=True)

    # --- What the person decided about their data (`idp.privacy`) --------------------------------------------------------
    # When the account is erased, if its owner asked for that; until then they may sign in here and keep it.
    erasure_due_at = models.DateTimeField(null=True, blank=True, db_index=True)
    # Since when the data is to be stored and not used beyond signing in.
    restricted_at = models.DateTimeField(null=True, blank=True)
    marketing_allowed = models.BooleanField(default=False)

    # --- Profile, by the names of the claims (OIDC Core §5.1) -----------------------------------------------------------
    name = models.CharField(max_length=255, blank=True)
    given_name = models.CharField(max_length=100, blank=True)
    family_name = models.CharField(max_length=100, blank=True)
    middle_name = models.CharField(max_length=100, blank=True)
    nickname = models.CharField(max_length=100, blank=True)
    preferred_username = models.CharField(max_length=100, blank=True)
    profile = models.CharField(max_length=2000, blank=True)
    picture = models.CharField(max_length=2000, blank=True)
    website = models.CharField(max_length=2000, blank=True)
    gender = models.CharField(max_length=50, blank=True)
    birthdate = models.CharField(max_length=10, blank=True)
    zoneinfo = models.CharField(max_length=64, blank=True)
    locale = models.CharField(max_length=35, blank=True)
    address = models.JSONField(default=dict, blank=True)

    created_at = models.DateTimeField(default=clock.now, editable=False)
    # The claim of this name: when the person's data last changed.
    updated_at = models.DateTimeField(default=clock.now, editable=False)

    USERNAME_FIELD = "id"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects = UserQuerySet.as_manager()

    class Meta:
        """Constraints hold whatever code writes: an account can be named, an index never stands alone."""

        constraints = [
            models.CheckConstraint(
                name="accounts_user_has_identifier",
                condition=Q(email_index__isnull=False) | Q(phone_number_index__isnull=False),
            ),
            models.CheckConstraint(
                name="accounts_user_email_with_index",
                condition=Q(email__isnull=True, email_index__isnull=True) | Q(email__isnull=False, email_index__isnull=False),
            ),
            models.CheckConstraint(
                name="accounts_user_phone_with_index",
                condition=Q(phone_number__isnull=True, phone_number_index__isnull=True)
                | Q(phone_number__isnull=False, phone_number_index__isnull=False),
            ),
            models.CheckConstraint(
                name="accounts_user_email_verified_is_there",
                condition=Q(email_verified=False) | Q(email_index__isnull=False),
            ),
            models.CheckConstraint(
                name="accounts_user_phone_verified_is_there",
                condition=Q(phone_number_verified=False) | Q(phone_number_index__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def is_verified(self) -> bool:
        """Whether at least one identifier was proven to be theirs; without that nobody finishes a sign-in."""
        return self.email_verified or self.phone_number_verified

    def save(self, *, update_fields: Iterable[str] | None = None, **options: Any) -> None:  # noqa: ANN401 - Django's signature
        """Keep `updated_at` true and save an identifier and its index together."""
        self.updated_at = clock.now()
        if update_fields is not None:
            named = {*update_fields, "updated_at"}
            update_fields = named.union(*(pair for pair in _TOGETHER if pair & named))
        if not self._state.adding:
            mark_changed("person", self.pk)
        super().save(update_fields=update_fields, **options)


class UpstreamLink(models.Model):
    """An account elsewhere (`core.upstreams`) that signs its owner in here. Known by who it is there, never by its e-mail."""

    id = models.UUIDField(primary_key=True, default=ids.new_id, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="upstream_links")
    provider = models.CharField(max_length=10, choices=AuthProvider.choices)
    # A keyed digest of the `sub` there: nobody who reads the table learns who somebody is at the other service.
    subject_index = models.CharField(max_length=64)
    created_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        """One account there signs in to one account here."""

        constraints = [models.UniqueConstraint(fields=["provider", "subject_index"], name="accounts_upstream_link_one_owner")]

    def __str__(self) -> str:
        return f"{self.provider} {self.pk}"
