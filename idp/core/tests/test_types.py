"""`types`: text is cleaned once; what could lie about itself is refused."""

import pytest
from pydantic import ValidationError

from idp.core.types import CleanText, Schema


class Named(Schema):
    """One clean text."""

    name: CleanText


def test_text_is_trimmed_and_composed() -> None:
    assert Named(name="  Ame\u0301lie ").name == "Am\u00e9lie"


@pytest.mark.parametrize("name", ["a\x00b", "a\nb", "a\x1bb", "a\u202eb", "a\u2066b", "a\ud800b"])
def test_controls_overrides_and_surrogates_are_refused(name: str) -> None:
    with pytest.raises(ValidationError):
        Named(name=name)


@pytest.mark.parametrize("value", [1, b"ada", None, ["ada"], True])
def test_nothing_is_turned_into_text(value: object) -> None:
    with pytest.raises(ValidationError):
        Named.model_validate({"name": value})


def test_schemas_are_frozen_and_refuse_unknown_fields() -> None:
    with pytest.raises(ValidationError):
        Named.model_validate({"name": "Ada", "admin": True})
    with pytest.raises(ValidationError):
        Named(name="Ada").name = "Bola"
