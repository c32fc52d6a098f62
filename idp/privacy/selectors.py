"""Reading what is held about a person. Each part names its columns, so that a new column is never told by accident."""

from idp.accounts.models import User
from idp.accounts.selectors import links_of
from idp.audit.selectors import list_events
from idp.authenticators.selectors import authenticators_of
from idp.core import clock
from idp.privacy import schemas, texts

# Of the account everything but the password's hash, the indexes that serve look-up, and Django's own machinery.
PROFILE = (
    "email", "email_verified", "email_verified_at", "phone_number", "phone_number_verified", "phone_number_verified_at",
    "role", "is_active", "is_staff", "auth_provider", "member_id", "name", "given_name", "family_name", "middle_name", "nickname",
    "preferred_username", "profile", "picture", "website", "gender", "birthdate", "zoneinfo", "locale", "address", "created_at",
    "updated_at",
)  # fmt: skip


def privacy_of(user: User) -> schemas.Privacy:
    """Where the account stands: one query beside the account's own."""
    said = user.consent_records.order_by("at", "id")
    return schemas.Privacy(
        erasure_due_at=user.erasure_due_at,
        restricted_at=user.restricted_at,
        marketing_allowed=user.marketing_allowed,
        marketing_text=str(texts.MARKETING_TEXT),
        marketing_text_version=texts.MARKETING_VERSION,
        said=tuple(schemas.Said(purpose=row.purpose, given=row.given, text_version=row.text_version, at=row.at) for row in said),
    )


def export_of(user: User) -> schemas.Export:
    """Everything about this person."""
    return schemas.Export(
        exported_at=clock.now(),
        sub=user.pk,
        profile={name: getattr(user, name) for name in PROFILE},
        privacy=privacy_of(user),
        authenticators=authenticators_of(user),
        sign_in_services=_services(user),
        consents=_consents(user),
        sessions=_sessions(user),
        known_devices=tuple(user.known_devices.order_by("last_used_at").values_list("last_used_at", flat=True)),
        remembered_devices=_remembered(user),
        offline_access=_offline_access(user),
        security_events=_events(user),
    )


def _services(user: User) -> tuple[schemas.SignInService, ...]:
    return tuple(schemas.SignInService(provider=link.get_provider_display(), since=link.created_at) for link in links_of(user))


def _consents(user: User) -> tuple[schemas.AllowedClient, ...]:
    return tuple(
        schemas.AllowedClient(
            client_id=row.client.client_id,
            name=row.client.name,
            scopes=tuple(row.scopes),
            claims=tuple(row.claims),
            granted_at=row.granted_at,
            withdrawn_at=row.withdrawn_at,
        )
        for row in user.consents.select_related("client").order_by("granted_at")
    )


def _sessions(user: User) -> tuple[schemas.SignedIn, ...]:
    return tuple(
        schemas.SignedIn(
            sid=row.pk,
            # The device and, where they are kept, its place and kind.
            user_agent=row.user_agent,
            place=row.place,
            fingerprint=row.fingerprint,
            auth_time=row.auth_time,
            acr=row.acr,
            amr=tuple(row.amr),
            created_at=row.created_at,
            last_seen_at=row.last_seen_at,
            expires_at=row.expires_at,
            ended_at=row.ended_at,
            end_reason=row.end_reason,
        )
        for row in user.sso_sessions.order_by("created_at")
    )


def _remembered(user: User) -> tuple[schemas.Remembered, ...]:
    return tuple(
        schemas.Remembered(
            user_agent=row.user_agent,
            created_at=row.created_at,
            expires_at=row.expires_at,
            last_used_at=row.last_used_at,
        )
        for row in user.remembered_devices.order_by("created_at")
    )


def _offline_access(user: User) -> tuple[schemas.OfflineAccess, ...]:
    rows = user.oidc_refreshtoken.select_related("application").order_by("created")
    return tuple(
        schemas.OfflineAccess(
            client_id=row.application.client_id,
            scope=row.scope,
            created_at=row.created,
            expires_at=row.expires,
            revoked_at=row.revoked,
        )
        for row in rows
    )


def _events(user: User) -> tuple[schemas.Happened, ...]:
    """Who of the staff acted is about somebody else, and left out."""
    return tuple(
        schemas.Happened(
            event=row.event,
            at=row.at,
            client_id=row.client_id,
            sid=row.sid,
            detail={name: value for name, value in row.detail.items() if name not in {"by", "because"}},
        )
        for row in list_events(user_id=user.pk, limit=None)
    )
