"""`roles`: the sixteen roles of the platform and their twins."""

import pytest

from idp.accounts.roles import Role, roles_of, works_for_platform

PLAIN = ("client", "vendor", "staff", "admin", "editor", "support", "assistant", "moderator")


def test_there_are_sixteen() -> None:
    assert set(Role.values) == {*PLAIN, *(f"super_{role}" for role in PLAIN)}


@pytest.mark.parametrize("role", PLAIN)
def test_a_super_role_includes_its_twin_and_no_other(role: str) -> None:
    assert roles_of(role) == (role,)
    assert roles_of(f"super_{role}") == (f"super_{role}", role)


def test_everybody_but_buyers_and_sellers_works_for_the_platform() -> None:
    assert {role for role in Role.values if not works_for_platform(role)} == {
        "client", "vendor", "super_client", "super_vendor",
    }  # fmt: skip
