"""Secrets, codes and the picture of a secret."""

import base64
import re

import pyotp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from idp.mfa.totp import secret as totp

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
NOW = 1_800_000_015


def code(at: int) -> str:
    return pyotp.TOTP(SECRET).at(at)


@pytest.mark.spec("RFC 6238", "5.2")
@pytest.mark.parametrize(("drift", "accepted"), [(-60, False), (-30, True), (0, True), (30, True), (60, False)])
def test_one_step_of_drift_each_way_and_no_more(drift: int, accepted: bool) -> None:  # noqa: FBT001
    step = totp.matching_step(secret=SECRET, code=code(NOW + drift), at=NOW)
    assert step == ((NOW + drift) // totp.STEP_SECONDS if accepted else None)


@pytest.mark.spec("RFC 6238", "5.2")
def test_only_ascii_digits_count() -> None:
    right = code(NOW)
    fullwidth = "".join(chr(0xFF10 + int(digit)) for digit in right)
    mathematical = "".join(chr(0x1D7CE + int(digit)) for digit in right)
    for dressed_up in (fullwidth, mathematical, f"+{right[1:]}", f"{right}\n0", right[:5], f"{right}0", "", "abcdef"):
        assert totp.matching_step(secret=SECRET, code=dressed_up, at=NOW) is None, dressed_up


def test_the_groups_an_app_shows_may_be_typed() -> None:
    right = code(NOW)
    for typed in (f"{right[:3]} {right[3:]}", f"{right[:3]}-{right[3:]}", f" {right} ", f"{right[:3]}\u00a0{right[3:]}"):
        assert totp.matching_step(secret=SECRET, code=typed, at=NOW) is not None, typed


@given(st.text(max_size=40))
def test_whatever_is_typed_is_an_answer_and_never_an_error(text: str) -> None:
    step = totp.matching_step(secret=SECRET, code=text, at=NOW)
    assert step is None or abs(step - NOW // totp.STEP_SECONDS) <= 1


@pytest.mark.spec("RFC 4226", "4")
def test_a_secret_holds_160_bits_and_is_new_each_time() -> None:
    secrets = {totp.new_secret() for _ in range(50)}
    assert len(secrets) == 50
    assert {len(base64.b32decode(secret)) for secret in secrets} == {20}


def test_the_address_names_issuer_and_account() -> None:
    uri = totp.enrolment_uri(secret=SECRET, account="ada@example.com", issuer="Fashionistar")
    assert uri.startswith("otpauth://totp/Fashionistar:ada%40example.com?")
    assert f"secret={SECRET}" in uri
    assert "issuer=Fashionistar" in uri


def test_the_picture_is_drawn_here_and_runs_nothing() -> None:
    svg = totp.qr_svg(totp.enrolment_uri(secret=SECRET, account="ada@example.com", issuer="Fashionistar"))
    assert set(re.findall(r"<(\w+)", svg)) == {"svg", "path"}
    # Colours are the style sheet's, and nothing is fetched.
    assert not set(re.findall(r" ([a-z:]+)=", svg)) & {"style", "href", "xlink:href", "onload"}
