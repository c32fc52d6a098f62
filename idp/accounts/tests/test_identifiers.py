"""`identifiers`: one account is one identifier, whatever spelling is typed; hostile text is refused at once."""

import unicodedata
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idp.accounts.identifiers import Email, PhoneNumber, index_of, parse_email, parse_identifier, parse_phone

ANY_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("ada@example.com", "ada@example.com"),
        ("  Ada.Lovelace+Shop@EXAMPLE.Com \n", "ada.lovelace+shop@example.com"),
        ("ADA@Bücher.example", "ada@xn--bcher-kva.example"),
        ("ada@xn--bcher-kva.example", "ada@xn--bcher-kva.example"),
        ("ame\u0301lie@example.com", "am\u00e9lie@example.com"),
        ("STRASSE@example.com", "strasse@example.com"),
        ("straße@example.com", "strasse@example.com"),
        ("ΣΊΣΥΦΟΣ@example.com", "σίσυφοσ@example.com"),
        ("ada@straße.example", "ada@xn--strae-oqa.example"),
        ("ada@ex\uff41mple\u3002com", "ada@example.com"),
        ("a@b.c", "a@b.c"),
        ("!#$%&'*+-/=?^_`{|}~@example.com", "!#$%&'*+-/=?^_`{|}~@example.com"),
    ],
)
def test_an_address_has_one_spelling(typed: str, stored: str) -> None:
    assert parse_identifier(typed) == Email(stored)


@pytest.mark.parametrize(
    "text",
    [
        "", "@", "a@", "@b.c", "a@b", "a@localhost", "a@@b.c", "a b@c.de", "a@b c.de", ".a@b.cd", "a.@b.cd", "a..b@c.de",
        '"a"@b.cd', "a@b.cd.", "a@.b.cd", "a@b..cd", "a@-b.cd", "a@b_c.de", "a@[127.0.0.1]", "a@127.0.0.1", "a@b.1", "a\x00@b.cd",
        "a\u200b@b.cd", "a\u202e@b.cd", "a\n@b.cd", "a@b.cd\nBcc: x@y.z", "<a@b.cd>", "a@b.cd,c@d.ef", "😀@b.cd", "a@xn--a.com",
        "a\ud800@b.cd", f"{'a' * 65}@b.cd", f"{'ß' * 33}@b.cd", f"a@{'b' * 64}.cd", f"a@{'b.' * 126}cd", "Ada <a@b.cd>",
        "a@b.c\ud800",
    ],
)  # fmt: skip
def test_what_is_no_address_is_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(ValueError, match=r"valid email address, such as name@example\.com"):
        parse_email(text)


def test_the_longest_address_is_taken_and_one_more_is_not() -> None:
    longest = f"{'a' * 64}@{'b' * 63}.{'c' * 63}.{'d' * 57}.ef"
    assert len(longest) == 254 - 1
    assert parse_email(longest).value == longest
    assert parse_email(longest.replace(".ef", ".efg")).value.endswith(".efg")
    with pytest.raises(ValueError, match="valid email"):
        parse_email(longest.replace(".ef", ".efgh"))


@pytest.mark.spec("OWASP ASVS 5.0", "1.3.12")
@pytest.mark.parametrize(
    "text", ["a" * 100_000 + "@b.cd", "a@" + "b." * 50_000, "@" * 100_000, "\u0345" * 100_000, "a@" + "\u0345" * 99_998]
)
def test_a_long_text_is_refused_before_any_work_is_done_on_it(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    import idna

    worked_on: list[int] = []
    normalize, encode = unicodedata.normalize, idna.encode

    def normalizing(form: Literal["NFC", "NFD"], given: str) -> str:
        worked_on.append(len(given))
        return normalize(form, given)

    def encoding(given: str, *, uts46: bool, std3_rules: bool) -> bytes:
        worked_on.append(len(given))
        return encode(given, uts46=uts46, std3_rules=std3_rules)

    monkeypatch.setattr(unicodedata, "normalize", normalizing)
    monkeypatch.setattr(idna, "encode", encoding)
    with pytest.raises(ValueError, match="Please enter"):
        parse_identifier(text)
    assert worked_on == []
    parse_email("a@b.cd")
    assert max(worked_on) == 4


@given(ANY_TEXT.map(lambda text: f"{text}@example.com") | st.emails() | ANY_TEXT)
def test_what_is_stored_is_read_as_itself(text: str) -> None:
    try:
        stored = parse_identifier(text)
    except ValueError:
        return
    assert parse_identifier(stored.value) == stored
    assert len(stored.value) <= 254


@given(st.emails())
def test_case_and_composition_never_make_a_second_account(text: str) -> None:
    try:
        stored = parse_email(text)
    except ValueError:
        return
    for variant in (text.upper(), text.lower(), text.swapcase(), unicodedata.normalize("NFD", text), f" {text}\t"):
        assert parse_email(variant) == stored


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("08012345678", "+2348012345678"),
        ("0801 234 5678", "+2348012345678"),
        ("+234 801 234 5678", "+2348012345678"),
        ("+234 (0) 801-234-5678", "+2348012345678"),
        ("2348012345678", "+2348012345678"),
        ("８０１２３４５６７８", "+2348012345678"),
        ("\u0668\u0660\u0661\u0662\u0663\u0664\u0665\u0666\u0667\u0668", "+2348012345678"),
        ("+2348012345678 ", "+2348012345678"),
        ("+44 20 7946 0018", "+442079460018"),
        ("+1 202-555-0123", "+12025550123"),
        # Numbers that keep a leading zero: Ivory Coast, Italy.
        ("+225 07 08 09 10 11", "+2250708091011"),
        ("+39 06 6982 1234", "+390669821234"),
    ],
)
def test_a_phone_number_has_one_spelling(typed: str, stored: str) -> None:
    assert parse_identifier(typed) == PhoneNumber(stored)


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "+", "0", "123", "0801234", "call 08012345678", "08012345678 ext 5", "08012345678;ext=5", "1-800-FLOWERS",
        "tel:+2348012345678", "+2348012345678,,1", "+999123456789", "0" * 33, "0" * 100_000, "+234801234567890123", "ada",
        "08012345678\x00", "08012345678\ud800", "+0000000000", "0801234567８\u200b",
    ],
)  # fmt: skip
def test_what_is_no_phone_number_is_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(ValueError, match=r"valid phone number, such as 0801 234 5678"):
        parse_phone(text)


@given(st.text(st.sampled_from("0123456789+-() "), max_size=32))
def test_no_number_has_two_spellings(text: str) -> None:
    try:
        stored = parse_phone(text)
    except ValueError:
        return
    assert parse_phone(stored.value) == stored


@pytest.mark.parametrize("text", ["ada", "ada.example.com", "call me", "ada" * 100_000])
def test_words_are_asked_for_either_kind(text: str) -> None:
    with pytest.raises(ValueError, match=r"email address, such as name@example\.com, or a phone number"):
        parse_identifier(text)


def test_digits_are_asked_for_a_number() -> None:
    with pytest.raises(ValueError, match="valid phone number"):
        parse_identifier("0801 23")


def test_the_index_depends_on_value_and_kind_only() -> None:
    assert index_of(parse_email("ADA@example.com")) == index_of(parse_email("ada@example.com"))
    assert index_of(Email("ada@example.com")) != index_of(Email("bola@example.com"))
    assert index_of(Email("+2348012345678")) != index_of(PhoneNumber("+2348012345678"))
