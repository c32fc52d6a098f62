"""Who somebody is by what another service verified: the account it is linked to, one that may be linked, or nobody yet.

An e-mail address alone never leads to an account (OIDC Core §5.7): whoever has one here proves it here first, and is linked at
the end of that sign-in. The one exception is an account that was moved in without a password because that service was its
only way in (`accounts.selectors.waits_for`).
"""

from django.db import transaction

from idp.accounts.identifiers import Email
from idp.accounts.models import UpstreamLink, User
from idp.accounts.selectors import find_link, find_user, hold_active_user, password_mark, sign_in_name, waits_for
from idp.accounts.services.upstream_links import link_upstream
from idp.accounts.upstream import UpstreamIdentity
from idp.audit.services import record
from idp.audit.types import Event
from idp.core.specs import implements
from idp.login.errors import AccountShut
from idp.login.models import SsoSession
from idp.login.state import Facts, LoginState
from idp.login.types import Proof


@implements("OIDC Core", "5.7")
def prove_upstream(*, state: LoginState, identity: UpstreamIdentity) -> LoginState:
    """The sign-in as it goes on: known, about to join, or with a link that waits for a proof. Raises `AccountShut`."""
    link = find_link(identity)
    if link is not None:
        return state.forgetting().with_facts(_let_in(link, state.browser))
    if not identity.email_verified:
        # Whether there is an account with the address must not show: anybody can write any address into a profile.
        return state.forgetting().model_copy(update={"link": identity})
    user = find_user(Email(identity.email))
    if user is None:
        return state.forgetting().with_facts(Facts(identifier=identity.email, upstream=identity))
    link = _linked_at_first(user, identity)
    if link is not None:
        return state.forgetting().with_facts(known_by(link.user, link))
    return state.forgetting().with_facts(Facts(identifier=identity.email)).model_copy(update={"link": identity})


def known_by(user: User, link: UpstreamLink) -> Facts:
    """Known by the other service, which is one factor."""
    return Facts(
        identifier=sign_in_name(user),
        user_id=user.pk,
        proofs=(Proof.FED,),
        password_mark=password_mark(user),
        upstream_link=link.pk,
    )


def link_after_proof(*, session: SsoSession, identity: UpstreamIdentity) -> None:
    """In the transaction that makes the session: link what was waiting, if this is the account that has its address.

    Somebody else may have left it waiting in this browser: without the same proven address nothing is linked.
    """
    user = session.user
    if user.email and user.email_verified and user.email == identity.email:
        link_upstream(user=user, identity=identity, via="sign-in")


def _let_in(link: UpstreamLink, browser: str) -> Facts:
    if not link.user.is_active:
        record(
            event=Event.LOGIN_FAILED, user_id=link.user_id, browser=browser, detail={"reason": "disabled", "method": Proof.FED}
        )
        raise AccountShut(detail="the linked account is disabled")
    return known_by(link.user, link)


@transaction.atomic
def _linked_at_first(user: User, identity: UpstreamIdentity) -> UpstreamLink | None:
    """Judged with the row held: of two accounts there at the same moment one is the first."""
    held = hold_active_user(user.pk)
    if held is None or not waits_for(held, identity):
        return None
    return link_upstream(user=held, identity=identity, via="import")
