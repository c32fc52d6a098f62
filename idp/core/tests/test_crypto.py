"""`crypto`: what is sealed opens in its own place under its own key only, and digests need the key."""

import base64
import hmac
import os

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from idp.core import crypto

PLACE = "accounts_user.email.1"
TEXT = st.text(st.characters(exclude_categories=["Cs"]))


@given(TEXT)
def test_what_was_sealed_opens_in_its_place(text: str) -> None:
    assert crypto.unseal(crypto.seal(text, place=PLACE), place=PLACE) == text


def test_the_same_text_is_sealed_differently_every_time() -> None:
    assert crypto.seal("ada", place=PLACE) != crypto.seal("ada", place=PLACE)


@pytest.mark.parametrize("place", ["accounts_user.email.2", "accounts_user.phone_number.1", "other.email.1", ""])
def test_it_does_not_open_in_another_row_column_or_table(place: str) -> None:
    with pytest.raises(crypto.Unreadable):
        crypto.unseal(crypto.seal("ada", place=PLACE), place=place)


def test_no_changed_byte_goes_unnoticed() -> None:
    sealed = crypto.seal("ada", place=PLACE)
    head, _, body = sealed.rpartition(".")
    raw = base64.urlsafe_b64decode(body)
    for index in range(len(raw)):
        changed = raw[:index] + bytes([raw[index] ^ 1]) + raw[index + 1 :]
        with pytest.raises(crypto.Unreadable):
            crypto.unseal(f"{head}.{base64.urlsafe_b64encode(changed).decode()}", place=PLACE)


@pytest.mark.parametrize("text", ["", "v1", "v1.", "v1..", "ada@example.com", "v1.{key}.", "v1.{key}.AAAA", "v1.{key}.é"])
def test_what_was_never_sealed_is_unreadable_not_a_crash(text: str) -> None:
    with pytest.raises(crypto.Unreadable):
        crypto.unseal(text.format(key=crypto.active_key_id()), place=PLACE)


def test_another_version_is_unreadable() -> None:
    sealed = crypto.seal("ada", place=PLACE)
    with pytest.raises(crypto.Unreadable):
        crypto.unseal("v2" + sealed.removeprefix("v1"), place=PLACE)


def test_keys_rotate_without_losing_old_values(settings: Settings) -> None:
    old, new = os.urandom(32), os.urandom(32)
    settings.IDP_ENCRYPTION_KEYS = {"old": old}
    sealed = crypto.seal("ada", place=PLACE)

    settings.IDP_ENCRYPTION_KEYS = {"new": new, "old": old}
    assert crypto.unseal(sealed, place=PLACE) == "ada"
    assert crypto.sealing_key_id(sealed) == "old"
    assert crypto.sealing_key_id(crypto.seal("ada", place=PLACE)) == "new"

    settings.IDP_ENCRYPTION_KEYS = {"new": new}
    with pytest.raises(crypto.Unreadable):
        crypto.unseal(sealed, place=PLACE)


def test_a_value_cannot_be_passed_off_as_another_keys(settings: Settings) -> None:
    key = os.urandom(32)
    settings.IDP_ENCRYPTION_KEYS = {"a": key, "b": key}
    with pytest.raises(crypto.Unreadable):
        crypto.unseal(crypto.seal("ada", place=PLACE).replace("v1.a.", "v1.b."), place=PLACE)


def test_a_key_id_may_hold_dots(settings: Settings) -> None:
    settings.IDP_ENCRYPTION_KEYS = {"2026.11.prod": os.urandom(32)}
    sealed = crypto.seal("ada", place=PLACE)
    assert crypto.sealing_key_id(sealed) == "2026.11.prod"
    assert crypto.unseal(sealed, place=PLACE) == "ada"


def test_the_error_shows_neither_value_nor_key() -> None:
    sealed = crypto.seal("ada", place=PLACE)
    with pytest.raises(crypto.Unreadable) as caught:
        crypto.unseal(sealed, place="elsewhere")
    assert sealed not in caught.value.detail
    assert "ada" not in str(caught.value.message)


def test_a_blind_index_is_stable_keyed_and_bound_to_its_label(settings: Settings) -> None:
    first = crypto.blind_index("ada", label="accounts.email")
    assert first == crypto.blind_index("ada", label="accounts.email")
    assert len(first) == 64
    assert first != crypto.blind_index("ada", label="accounts.phone")
    assert first != crypto.blind_index("bola", label="accounts.email")

    settings.IDP_LOOKUP_KEY = os.urandom(32)
    crypto.derived_key.cache_clear()
    assert first != crypto.blind_index("ada", label="accounts.email")


def test_derived_keys_of_two_purposes_differ() -> None:
    keys = {crypto.derived_key(label) for label in ("a", "b", "blind-index:a")}
    assert len(keys) == 3
    assert {len(key) for key in keys} == {32}


def test_a_keyed_digest_is_the_hmac_of_its_purpose() -> None:
    # Twice each: what was begun for the first value serves the second.
    for value in (b"", b"ada", b"x" * 63, b"x" * 64, b"x" * 1000) * 2:
        for label in ("a", "b"):
            assert crypto.keyed_digest(value, label=label) == hmac.digest(crypto.derived_key(label), value, "sha256")
