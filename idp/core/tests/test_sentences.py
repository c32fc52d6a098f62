"""Every complaint pydantic can make about a schema of ours has a sentence written for people.

Instead of guessing which complaints may occur, the test reads the compiled schema of every `Schema` in every app and derives
them. A new kind of field fails here until it is listed with its complaints, and those have sentences.
"""

import datetime as dt
import importlib
import json
import pkgutil
import uuid
from collections.abc import Callable, Iterator
from functools import partial

import pytest
from django.apps import apps
from pydantic import ConfigDict, TypeAdapter, ValidationError

from idp.core.api_ingress import SENTENCES
from idp.core.types import Schema

# What each node of a strict core schema may complain about.
COMPLAINTS: dict[str, set[str]] = {
    "str": {"string_type"},
    "bool": {"bool_type"},
    "int": {"int_type"},
    "literal": {"literal_error"},
    "enum": {"enum"},
    "list": {"list_type"},
    "tuple": {"tuple_type"},
    "dict": {"dict_type"},
    "date": {"date_type", "date_parsing"},
    "datetime": {"datetime_type", "datetime_parsing"},
    "uuid": {"is_instance_of", "uuid_type", "uuid_parsing"},
    "url": {"url_type", "url_parsing"},
    "model": {"model_type"},
    "model-fields": {"missing", "extra_forbidden"},
    "is-instance": {"is_instance_of"},
}
SILENT = {
    "default", "nullable", "model-field", "definitions", "definition-ref", "any", "none", "union", "lax-or-strict",
    "json-or-python", "chain", "to-string-ser", "function-ser", "computed-field", "none-required",
}  # fmt: skip
CONSTRAINTS = {
    ("str", "min_length"): "string_too_short",
    ("str", "max_length"): "string_too_long",
    ("str", "pattern"): "string_pattern_mismatch",
    ("list", "min_length"): "too_short",
    ("list", "max_length"): "too_long",
    ("tuple", "min_length"): "too_short",
    ("tuple", "max_length"): "too_long",
    ("int", "ge"): "greater_than_equal",
    ("int", "gt"): "greater_than",
    ("int", "le"): "less_than_equal",
    ("int", "lt"): "less_than",
}
# Functions of pydantic's own that stand for a constraint placed behind a validator.
CONSTRAINING = {"max_length_validator": "too_long", "min_length_validator": "too_short"}


def every_schema() -> list[type[Schema]]:
    """All schemas of the installed apps; tests may declare what they like."""
    for config in apps.get_app_configs():
        if config.name.startswith("idp."):
            for module in pkgutil.walk_packages(config.module.__path__ if config.module else [], f"{config.name}."):
                if ".tests" not in module.name and ".migrations" not in module.name:
                    importlib.import_module(module.name)
    return sorted((s for s in subclasses(Schema) if ".tests" not in s.__module__), key=lambda s: s.__qualname__)


def subclasses(base: type[Schema]) -> Iterator[type[Schema]]:
    for child in base.__subclasses__():
        yield child
        yield from subclasses(child)


def complaints_of(node: object) -> Iterator[str]:
    """Every complaint the nodes below may make. Raises AssertionError for a kind of node nobody listed."""
    if isinstance(node, list | tuple):
        for item in node:
            yield from complaints_of(item)
    if not isinstance(node, dict):
        return
    kind = node.get("type")
    if isinstance(kind, str) and kind.startswith("function-"):
        yield complaint_of(node["function"]["function"])
    elif isinstance(kind, str):
        assert kind in COMPLAINTS or kind in SILENT, f"list what a {kind!r} field may complain about, with its sentences"
        yield from COMPLAINTS.get(kind, ())
        yield from (name for (of, option), name in CONSTRAINTS.items() if of == kind and node.get(option) is not None)
    for key, value in node.items():
        # These hold no validators: values, serialisers, and pydantic's own notes.
        if key not in {"metadata", "serialization", "default", "function", "expected", "members", "config", "cls", "custom_init"}:
            yield from complaints_of(value)


def complaint_of(function: Callable[..., object]) -> str:
    """What a validating function complains about: ours raise ValueError, pydantic's stand for a constraint."""
    plain = getattr(function, "func", function)
    if plain.__module__.startswith("pydantic.") and plain.__name__.endswith("_validator"):
        return CONSTRAINING[plain.__name__]
    return "value_error"


def test_there_are_schemas_to_check() -> None:
    assert {"NewUser", "Profile", "Credentials"} <= {schema.__name__ for schema in every_schema()}


def test_every_complaint_has_a_sentence() -> None:
    missing = {
        (schema.__name__, complaint)
        for schema in every_schema()
        for complaint in complaints_of(schema.__pydantic_core_schema__)
        if complaint not in SENTENCES
    }
    assert not missing


def test_a_field_nobody_foresaw_is_noticed() -> None:
    with pytest.raises(AssertionError, match="complex"):
        list(complaints_of({"type": "model-fields", "fields": {"z": {"type": "complex"}}}))


@pytest.mark.parametrize("sentence", [str(text) for text in SENTENCES.values()])
def test_sentences_are_sentences(sentence: str) -> None:
    assert sentence[0].isupper()
    assert sentence.endswith(".")


@pytest.mark.parametrize("value", ["x", "", 7, 1.5, True, None, [], {}, "2026-01-01", "2026-01-01T10:00:00"])
@pytest.mark.parametrize("kind", [str, bool, int, list[int], tuple[int, ...], dict[str, int], dt.date, dt.datetime, uuid.UUID])
def test_the_list_of_complaints_is_what_pydantic_really_says(kind: type, value: object) -> None:
    adapter: TypeAdapter[object] = TypeAdapter(kind, config=ConfigDict(strict=True))
    attempts = (partial(adapter.validate_python, value), partial(adapter.validate_json, json.dumps(value)))
    for attempt in attempts:
        try:
            attempt()
        except ValidationError as exc:
            said = {error["type"] for error in exc.errors()}
            assert said <= set(complaints_of(adapter.core_schema))
            assert said <= SENTENCES.keys()
