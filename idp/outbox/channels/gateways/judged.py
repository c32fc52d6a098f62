"""What the status of a gateway's answer means, alike for all of them. Their words stay out of it: they may quote the number."""

from idp.outbox.errors import TryLater, Undeliverable

# The call was understood and this very message refused, such as a number that does not exist.
_REFUSED = {400, 404, 422}


def judge(status: int, *, gateway: str) -> None:
    """Nothing for a message that was taken. Raises `TryLater`, `Undeliverable`.

    401 and 403 are the operator's to put right, so the message waits for it as it waits for a gateway that is down.
    """
    if 200 <= status < 300:
        return
    if status in _REFUSED:
        raise Undeliverable(f"{gateway} refuses this message ({status})")
    raise TryLater(f"{gateway} answered {status}")
