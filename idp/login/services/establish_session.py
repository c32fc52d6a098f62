"""Write the session of a finished sign-in, with its audit row, in one transaction."""

import datetime as dt
import uuid
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction

from idp.accounts.selectors import hold_active_user, is_linked
from idp.audit.services import record
from idp.audit.types import Event
from idp.core import ids
from idp.core.clock import now, seconds
from idp.core.fields import sealed_for
from idp.core.place import Place
from idp.core.specs import implements
from idp.login.acr import meets
from idp.login.device_fingerprint import fingerprint
from idp.login.errors import CredentialsRefused, LoginExpired
from idp.login.models import SsoSession
from idp.login.services.end_session import end_session
from idp.login.services.remember_device import is_new_device, remember_device
from idp.login.services.tell_of_new_device import tell_of_new_device
from idp.login.state import Carried
from idp.login.strength import floor_of, may_be_remembered, ordinary_floor_of
from idp.login.types import EndReason, Proof
from idp.mfa.remembered_device.services.forget import forget_all
from idp.mfa.remembered_device.services.remember import note_use
from idp.mfa.standing import Standing, standing_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Authentication:
    """A finished proof: who, by what, how strongly, and in which sign-in."""

    user_id: uuid.UUID
    proofs: tuple[Proof, ...]
    acr: str
    login_uid: str
    password_mark: str
    factors: tuple[uuid.UUID, ...] = ()
    # The link to another service that is among the proofs.
    upstream_link: uuid.UUID | None = None
    # The session whose proofs are among these, in a step-up.
    carried: Carried | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Device:
    """The browser: its key, what it calls itself, and the session it holds already."""

    browser: str
    user_agent: str = ""
    session: SsoSession | None = None
    # The digest of the remembered device's secret, if the browser brought one.
    digest: str = ""
    # Where about it is and what tells its kind, both only where an operator switched that on.
    place: Place | None = None
    traits: str = ""


@transaction.atomic
def establish_session(*, authentication: Authentication, device: Device) -> SsoSession:
    """The session of this proof in this browser.

    The same person keeps their live session, so clients keep their `sid`; anybody else's session of this browser ends.
    Raises `CredentialsRefused` when the account was disabled since the proof, `LoginExpired` when the proof is enough no more
    or the session it rests on is gone.
    """
    moment = now()
    # The hash took its time outside this transaction; the account may have been disabled meanwhile.
    user = hold_active_user(authentication.user_id)
    if user is None:
        raise CredentialsRefused(detail="the account was disabled between proof and session")
    standing = _require_still_enough(authentication, device)
    _keep_memory_true(authentication, device, standing)

    session = _written(authentication, device, moment)
    is_new = is_new_device(user=user, browser=device.browser)
    remember_device(user=user, browser=device.browser)
    record(
        event=Event.LOGIN_SUCCEEDED,
        user_id=session.user_id,
        sid=session.id,
        browser=device.browser,
        detail={"acr": session.acr, "amr": " ".join(session.amr), **_coarse(session, device)},
    )
    if is_new:
        tell_of_new_device(user=user, session=session)
    return session


@implements("OWASP ASVS 5.0", "7.4.3")
def _require_still_enough(authentication: Authentication, device: Device) -> Standing:
    """The person's row is held, so no factor is added or removed meanwhile; what changed a moment ago is seen.

    What that change ended would otherwise come back by a sign-in that was judged before it. Raises `LoginExpired`.
    """
    standing = standing_of(authentication.user_id, device=device.digest)
    is_enough = meets(reached=authentication.acr, required=ordinary_floor_of(standing)) and not standing.is_unverified
    is_unchanged = authentication.password_mark == standing.password_mark and standing.factors.issuperset(authentication.factors)
    link = authentication.upstream_link
    is_linked_still = link is None or is_linked(user_id=authentication.user_id, link_id=link)
    if not (is_enough and is_unchanged and is_linked_still):
        raise LoginExpired(detail="password or factors changed between proof and session")
    return standing


def _keep_memory_true(authentication: Authentication, device: Device, standing: Standing) -> None:
    """What is known of the remembered device after this sign-in."""
    if not may_be_remembered(standing):
        # They came to a role that shows its factor each time: should they leave it again, no older wish comes back to life.
        forget_all(user_id=authentication.user_id, why="role")
    elif not meets(reached=authentication.acr, required=floor_of(standing)):
        note_use(user_id=authentication.user_id, digest=device.digest)


def _written(authentication: Authentication, device: Device, moment: dt.datetime) -> SsoSession:
    """The row. Raises `LoginExpired`."""
    if authentication.carried is not None:
        return _stepped_up(authentication, authentication.carried, device, moment)
    return _renewed(authentication, device, moment) or _created(authentication, device, moment)


@implements("RFC 9470", "5")
def _stepped_up(authentication: Authentication, carried: Carried, device: Device, moment: dt.datetime) -> SsoSession:
    """The session whose proofs were carried over, as it was then and raised; no other. Raises `LoginExpired`.

    What they proved is as old as before: neither `auth_time` nor the absolute end moves.
    """
    proof = _proof(authentication, device, moment, sid=carried.sid)
    raised = {column: value for column, value in proof.items() if column not in {"auth_time", "expires_at"}}
    # Conditional: a sign-out, or another sign-in, in another tab took away what this one rests on.
    held = SsoSession.objects.filter(id=carried.sid, login_uid=carried.login_uid, user_id=authentication.user_id)
    is_held = device.session is not None and device.session.id == carried.sid and moment < carried.until
    if not (is_held and held.filter(ended_at__isnull=True).update(**raised)):
        raise LoginExpired(detail="the session that was to be raised is gone")
    return SsoSession.objects.get(id=carried.sid)


def _renewed(authentication: Authentication, device: Device, moment: dt.datetime) -> SsoSession | None:
    """The session of this browser, renewed if it is the same person's and still stands; ended if somebody else's."""
    held = device.session
    if held is None:
        return None
    if held.user_id != authentication.user_id:
        end_session(sid=held.id, reason=EndReason.OTHER_USER)
        return None
    # Conditional, so that a sign-out in another tab is not undone.
    standing = SsoSession.objects.filter(id=held.id, ended_at__isnull=True)
    return standing.get() if standing.update(**_proof(authentication, device, moment, sid=held.id)) else None


def _created(authentication: Authentication, device: Device, moment: dt.datetime) -> SsoSession:
    sid = ids.new_id()
    proof = _proof(authentication, device, moment, sid=sid)
    return SsoSession.objects.create(id=sid, user_id=authentication.user_id, created_at=moment, **proof)


def _proof(authentication: Authentication, device: Device, moment: dt.datetime, *, sid: uuid.UUID) -> dict[str, object]:
    """The columns a proof sets. A new proof starts both clocks anew (NIST SP 800-63B-4 §5.2)."""
    return {
        "auth_time": moment,
        "acr": authentication.acr,
        "amr": [str(proof) for proof in authentication.proofs],
        "login_uid": authentication.login_uid,
        "factors": [str(factor) for factor in authentication.factors],
        "password_mark": authentication.password_mark,
        "browser": device.browser,
        "user_agent": device.user_agent,
        "place": sealed_for(SsoSession, sid, "place", device.place.text) if device.place else None,
        "fingerprint": fingerprint(device.traits, of=authentication.user_id),
        "last_seen_at": moment,
        "expires_at": moment + seconds(settings.IDP_SESSION_ABSOLUTE_SECONDS),
    }


def _coarse(session: SsoSession, device: Device) -> dict[str, str]:
    """What the audit trail keeps of device and place. It outlives the account, so of a place it has the country alone."""
    kept = {"country": device.place.country if device.place else "", "device": session.fingerprint}
    return {name: value for name, value in kept.items() if value}
