"""What a caller may ask for."""

import pytest
from pydantic import ValidationError

from idp.login.requirement import LoginRequirement

UID = "u" * 32


@pytest.mark.spec("RFC 9700", "4.11")
@pytest.mark.parametrize(
    "target",
    [
        "",
        "evil.example",
        "//evil.example",
        "/\\evil.example",
        "\\/evil",
        "https://evil.example/",
        "javascript:alert(1)",
        "/a\r\nSet-Cookie: x=y",
        "/a\tb",
        "/a b",
        "/a\x00",
        "/ünïcode",
        "///evil.example",
    ],
)
def test_a_sign_in_ends_on_this_host_only(target: str) -> None:
    with pytest.raises(ValidationError):
        LoginRequirement(uid=UID, return_to=target)


def test_a_level_that_nobody_can_reach_is_refused() -> None:
    with pytest.raises(ValidationError):
        LoginRequirement(uid=UID, return_to="/", acr="aal9")


@pytest.mark.parametrize("uid", ["", "short", "u" * 129, "u" * 16 + "/", "u" * 16 + "\n", "ü" * 20])
def test_a_uid_fits_into_an_address_as_it_is(uid: str) -> None:
    with pytest.raises(ValidationError):
        LoginRequirement(uid=uid, return_to="/")
