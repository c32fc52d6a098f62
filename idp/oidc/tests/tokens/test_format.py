"""What codes and tokens look like, and that no other text passes for one."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest_django.fixtures import Settings

from idp.oidc.tokens.format import Kind, checksum, client_handle, is_ours, mint

HANDLE = client_handle("demo-spa")


@pytest.mark.spec("RFC 6749", "10.10")
@pytest.mark.parametrize("kind", Kind)
def test_a_value_has_prefix_handle_256_random_bits_and_a_tag(kind: Kind) -> None:
    value = mint(kind, handle=HANDLE)
    assert re.fullmatch(rf"{kind}{HANDLE}[A-Za-z0-9_-]{{43}}[A-Za-z0-9_-]{{16}}", value)
    assert is_ours(value, kind)
    assert not any(is_ours(value, other) for other in Kind if other is not kind)


def test_values_never_repeat_and_handles_always_do() -> None:
    values = {mint(Kind.ACCESS_TOKEN, handle=HANDLE) for _ in range(1000)}
    assert len(values) == 1000
    assert client_handle("demo-spa") == HANDLE != client_handle("demo-api")
    assert re.fullmatch(r"[a-z2-7]{8}", HANDLE)


@given(st.integers(min_value=0, max_value=73), st.characters(codec="ascii"))
def test_a_value_with_one_character_changed_is_not_ours(place: int, char: str) -> None:
    value = mint(Kind.ACCESS_TOKEN, handle=HANDLE)
    changed = value[:place] + char + value[place + 1 :]
    assert is_ours(changed, Kind.ACCESS_TOKEN) == (changed == value)


@given(st.text(max_size=120))
def test_no_other_text_is_ours(text: str) -> None:
    assert not is_ours(text, Kind.ACCESS_TOKEN)
    assert not is_ours(Kind.ACCESS_TOKEN + text, Kind.ACCESS_TOKEN)
    assert re.fullmatch(r"[0-9a-f]{64}", checksum(text.encode("utf-8", "replace").decode()))


def test_another_installation_does_not_mint_ours(settings: Settings) -> None:
    from idp.core import crypto

    value = mint(Kind.ACCESS_TOKEN, handle=HANDLE)
    settings.IDP_LOOKUP_KEY = b"x" * 32
    crypto.derived_key.cache_clear()
    assert not is_ours(value, Kind.ACCESS_TOKEN)
