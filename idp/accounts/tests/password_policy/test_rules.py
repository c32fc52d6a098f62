"""What a new password may be: the rules, each by what it refuses and what it lets pass."""

import pytest
from pydantic import SecretStr
from pytest_django import Settings

from idp.accounts.errors import PasswordRefused
from idp.accounts.password_policy import strength
from idp.accounts.password_policy.rules import complaint_about, require_acceptable
from idp.accounts.services.passwords import MAX_BYTES
from idp.conftest import PASSWORD

ADA = ("ada.okafor@example.com", "Ada Okafor", "+2348012345678")


def said(raw: str, words: tuple[str, ...] = ()) -> str:
    """What is wrong with it, "" when nothing is."""
    return str(complaint_about(SecretStr(raw), words) or "")


# --- Length -----------------------------------------------------------------------------------------------------------
@pytest.mark.spec("OWASP ASVS 5.0", "6.2.1")
def test_shorter_than_the_setting_is_refused_and_the_sentence_counts(settings: Settings) -> None:
    assert "at least 8 characters" in said("kn7!rQz")
    assert said("kn7!rQzw") == ""
    settings.IDP_PASSWORD_MIN_LENGTH = 15
    assert "at least 15 characters" in said("kn7!rQzwo2#pLm")
    assert said("kn7!rQzwo2#pLmx") == ""


@pytest.mark.spec("NIST SP 800-63B-4", "3.1.1.2")
def test_long_ones_and_any_script_are_taken_as_they_are(settings: Settings) -> None:
    phrase = "obodo ọma na-echekwa ụmụ ya "
    for raw in (phrase, phrase * 5, "密码就是我家的猫和狗", " lead and trail ", "kn7!rQz\0wo2", "🦒🧵👗🪡🪕🥁🌍🎺", "ẹ̀kọ́ ilé ni"):
        assert said(raw) == "", raw
    assert len(phrase * 5) >= 128


@pytest.mark.spec("OWASP ASVS 5.0", "6.2.5")
def test_no_kind_of_character_is_asked_for() -> None:
    for raw in ("correct horse battery staple", "umbrellatractorviolin", "739201648205937418"):
        assert said(raw) == "", raw


def test_an_absurd_length_is_refused_before_anything_is_computed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("zxcvbn.zxcvbn", None)
    for raw in ("x" * (MAX_BYTES + 1), "ẹ" * MAX_BYTES, "x" * 5_000_000, "fine words but \ud800"):
        assert said(raw) == "This password is too long."
    assert said("") == "Please enter a password."


# --- Known to attackers -----------------------------------------------------------------------------------------------
@pytest.mark.spec("OWASP ASVS 5.0", "6.2.4")
def test_common_passwords_are_refused_in_any_case() -> None:
    for raw in ("iloveyou", "PASSWORD1", "qwertyuiop", "1234567890", "Football"):
        assert "Many people use this password" in said(raw), raw


@pytest.mark.spec("OWASP ASVS 5.0", "6.2.11")
def test_names_and_addresses_are_no_password() -> None:
    for raw in (
        "Ada.Okafor1990",
        "okafor@example",
        "fashionistar!",
        "Fashionistar26",
        "2348012345678",
        "ada-okafor-ada",
        "OKAFOR12345",
    ):
        assert "mostly your name" in said(raw, ADA), raw
    # Somebody else's name in it, or one's own among other words, is no reason.
    assert said("Ada.Okafor1990") == ""
    assert said("okafor sails at seven", ADA) == ""


@pytest.mark.spec("OWASP ASVS 5.0", "6.2.11")
def test_a_name_in_full_width_letters_is_still_the_name() -> None:
    assert "mostly your name" in said("ｏｋａｆｏｒ2024", ADA)


# --- Guessable --------------------------------------------------------------------------------------------------------
def test_what_is_quickly_guessed_is_refused() -> None:
    for raw in ("P@ssw0rd123", "iloveyou2!", "aaaaaaaaaaaaaaaa" * 4, "abcdefghijkl", "zxcvbnm,./12"):
        assert "easily guessed" in said(raw), raw


def test_a_hostile_text_of_disguises_is_scored_by_its_beginning(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []

    def scored(text: str, user_inputs: list[str]) -> dict[str, int]:
        seen.append(text)
        return {"score": 3}

    monkeypatch.setattr("zxcvbn.zxcvbn", scored)
    strength.score_of("4@8({[<369&#!1|0$5+7%2" * 30)
    strength.score_of("q" * 4000)
    assert [len(text) for text in seen] == [8, 48]


def test_the_refusal_stands_at_the_field_that_was_filled() -> None:
    require_acceptable(password=SecretStr(PASSWORD))
    with pytest.raises(PasswordRefused) as refused:
        require_acceptable(password=SecretStr("short"), field="new_password")
    assert list(refused.value.fields) == ["new_password"]
