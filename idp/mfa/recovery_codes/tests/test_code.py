"""How a recovery code looks, and in how many ways it may be typed."""

import re
import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idp.mfa.recovery_codes.code import digest_of, new_code

PERSON = uuid.UUID("0193f0a2-7c1e-7b52-9d2f-5a1c6e0b4d77")
CODE = "0123AB-CDEFGH-JKMNPQ-RSTVWX"


@pytest.mark.spec("OWASP ASVS 5.0", "6.5.3")
def test_codes_are_long_random_and_without_look_alikes() -> None:
    codes = {new_code() for _ in range(200)}
    assert len(codes) == 200
    assert all(re.fullmatch(r"([0-9A-HJKMNP-TV-Z]{6}-){3}[0-9A-HJKMNP-TV-Z]{6}", code) for code in codes)


@pytest.mark.parametrize(
    "typed",
    [CODE.lower(), CODE.replace("-", ""), CODE.replace("-", " "), f"  {CODE}\n", CODE.replace("0", "o").replace("1", "l")],
)
def test_spelling_does_not_matter(typed: str) -> None:
    assert digest_of(typed, user_id=PERSON) == digest_of(CODE, user_id=PERSON) is not None


@pytest.mark.parametrize(
    "typed", ["", CODE[:-1], f"{CODE}0", CODE.replace("A", "U"), "٠" * 24, "0" * 65, CODE.replace("A", "Ａ")]
)
def test_what_cannot_be_a_code_has_no_digest(typed: str) -> None:
    assert digest_of(typed, user_id=PERSON) is None


def test_the_same_code_of_two_people_looks_different_in_the_table() -> None:
    assert digest_of(CODE, user_id=PERSON) != digest_of(CODE, user_id=uuid.uuid4())


@given(st.text(max_size=80))
def test_whatever_is_typed_is_an_answer_and_never_an_error(text: str) -> None:
    digest = digest_of(text, user_id=PERSON)
    assert digest is None or len(digest) == 64
