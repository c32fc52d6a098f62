"""The sixteen roles of the platform: eight kinds of people, each with a `super_` twin that has more power."""

from django.db.models import TextChoices

_SUPER = "super_"


class Role(TextChoices):
    """What kind of account this is. The backend and the front end know roles by these words."""

    CLIENT = "client", "Client"
    VENDOR = "vendor", "Vendor"
    STAFF = "staff", "Staff"
    ADMIN = "admin", "Administrator"
    EDITOR = "editor", "Editor"
    SUPPORT = "support", "Support"
    ASSISTANT = "assistant", "Assistant"
    MODERATOR = "moderator", "Moderator"
    SUPER_CLIENT = "super_client", "Super client"
    SUPER_VENDOR = "super_vendor", "Super vendor"
    SUPER_STAFF = "super_staff", "Super staff"
    SUPER_ADMIN = "super_admin", "Super administrator"
    SUPER_EDITOR = "super_editor", "Super editor"
    SUPER_SUPPORT = "super_support", "Super support"
    SUPER_ASSISTANT = "super_assistant", "Super assistant"
    SUPER_MODERATOR = "super_moderator", "Super moderator"


# Those who buy and sell; everybody else works for the platform.
_CUSTOMERS = frozenset({"client", "vendor"})


def roles_of(role: str) -> tuple[str, ...]:
    """The role and, for a `super_` role, its plain twin: whoever may do more may do less."""
    twin = role.removeprefix(_SUPER)
    return (role,) if twin == role else (role, twin)


def rank_of(role: str) -> int:
    """How much power a role has over other accounts: nobody acts on, or makes, anybody above themselves.

    Customers have none, staff of every kind the same, their `super_` twins more; administrators stand above all of them.
    """
    if not works_for_platform(role):
        return 0
    return (1 if role.removeprefix(_SUPER) != Role.ADMIN else 3) + role.startswith(_SUPER)


def works_for_platform(role: str) -> bool:
    """Whether accounts of this role are staff (`is_staff`): everybody but clients and vendors."""
    return role.removeprefix(_SUPER) not in _CUSTOMERS
