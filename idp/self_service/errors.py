"""What can go wrong for somebody who looks after their own account."""

from django.utils.translation import gettext_lazy as _

from idp.core.errors import Conflict, Expired, InvalidInput, NotFound


class NotYourPassword(InvalidInput):
    """The current password was not right; the field says so."""

    code = "not_your_password"
    sentence = _("That is not your current password. Nothing was changed. Please check it and try again.")


class NoSuchSession(NotFound):
    """No live session of this person has that id; whose it might be is nobody's business."""

    code = "no_such_session"
    sentence = _("You are not signed in there any more.")


class NoSuchDevice(NotFound):
    """The person is remembered in no browser of that id; whose it might be is nobody's business."""

    code = "no_such_device"
    sentence = _("That device is not remembered any more: your second step is asked for there.")


class NotConnected(NotFound):
    """The person allows nothing to an application of that name."""

    code = "not_connected"
    sentence = _("That application is not connected to your account any more.")


class NothingPending(Expired):
    """No change of an address waits for its code in this session, or not any more."""

    code = "nothing_pending"
    sentence = _("That took too long, or was done already. Nothing was changed. Please enter the new address once more.")


class AddressTakenMeanwhile(Conflict):
    """The address was proven, but another account got it a moment before."""

    code = "address_taken_meanwhile"
    sentence = _("Another account was given this address a moment ago, so nothing was changed.")
