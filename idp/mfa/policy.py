"""Who must have a second factor, whatever they would like themselves. Pure."""

from idp.accounts.roles import Role, roles_of, works_for_platform
from idp.core.specs import implements


@implements("OWASP ASVS 5.0", "6.3.3")
def must_have_second_factor(role: str) -> bool:
    """Whether accounts of this role sign in with two factors only.

    Whoever sells here, and everybody who works for the platform: each of them sees other people's data on the staff pages.
    """
    return works_for_platform(role) or Role.VENDOR in roles_of(role)
