"""Let an account elsewhere sign its owner in here, or no more. Its person hears of both (`receivers`)."""

import uuid

from django.db import IntegrityError, transaction

from idp.accounts.models import UpstreamLink, User
from idp.accounts.upstream import UpstreamIdentity
from idp.audit.services import record
from idp.audit.types import Event


def link_upstream(*, user: User, identity: UpstreamIdentity, via: str) -> UpstreamLink | None:
    """The link, in the caller's transaction, who has judged that it may be; None when it is somebody's already."""
    try:
        with transaction.atomic():
            link = UpstreamLink.objects.create(user=user, provider=identity.provider, subject_index=identity.subject_index)
    except IntegrityError:
        # The unique columns decide, whoever else comes back at the same moment.
        return None
    record(event=Event.UPSTREAM_LINKED, user_id=user.pk, detail={"provider": identity.label, "via": via})
    return link


@transaction.atomic
def unlink_upstream(*, user_id: uuid.UUID, link_id: uuid.UUID) -> bool:
    """Whether there was such a link of this person. Whether it may go is judged before."""
    link = UpstreamLink.objects.select_for_update().filter(pk=link_id, user_id=user_id).first()
    if link is None:
        return False
    link.delete()
    record(event=Event.UPSTREAM_UNLINKED, user_id=user_id, detail={"provider": link.get_provider_display()})
    return True
