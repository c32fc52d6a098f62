"""An account for somebody whom another service knows: made, proven by what it verified, and linked, or nothing of it."""

from django.db import transaction
from django.utils.translation import get_language

from idp.accounts.errors import AccountExists
from idp.accounts.models import AuthProvider
from idp.accounts.roles import Role
from idp.accounts.schemas import NewUser, Profile
from idp.accounts.services.create_user import create_user
from idp.accounts.services.upstream_links import link_upstream
from idp.audit.services import record
from idp.audit.types import Event
from idp.login.errors import AddressTaken
from idp.login.services.prove_upstream import known_by
from idp.login.state import Facts, LoginState


@transaction.atomic
def open_with_upstream(*, state: LoginState, given_name: str, family_name: str, role: str) -> Facts:
    """Known by the other service alone: the account has no password. Raises `AddressTaken`."""
    identity = state.facts.upstream
    assert identity is not None
    # Only an address that was verified there leads to the page that asks.
    assert identity.email_verified
    names = Profile(given_name=given_name, family_name=family_name, locale=get_language() or "")
    new = NewUser(email=identity.email, email_verified=True, role=Role(role), profile=names)
    try:
        user = create_user(new=new, provider=AuthProvider(identity.provider))
    except AccountExists as exc:
        raise AddressTaken(detail="an account was made with this address meanwhile") from exc
    record(event=Event.CONTACT_VERIFIED, user_id=user.pk, browser=state.browser, detail={"via": identity.provider})
    link = link_upstream(user=user, identity=identity, via="sign-up")
    if link is None:
        raise AddressTaken(detail="linked to another account meanwhile")
    return known_by(user, link)
