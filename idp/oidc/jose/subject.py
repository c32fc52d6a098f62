"""Who a token speaks of. One function, so that ID token, UserInfo and introspection can never disagree (OIDC Core §2 `sub`)."""

from idp.accounts.models import User
from idp.oidc.models import Client


def subject_for(user: User, client: Client) -> str:
    """The `sub` of this person towards this client: the account's own id, the same for every client (subject type public)."""
    return str(user.pk)
