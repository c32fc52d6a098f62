"""`api_ingress`: forms, queries and JSON are read strictly, and every complaint is a sentence."""

import io
import json

import pytest
from django.http import QueryDict
from django.test import RequestFactory
from pydantic import SecretStr

from idp.core import api_ingress
from idp.core.api import StrictJSONParser
from idp.core.errors import InvalidInput
from idp.core.types import CleanText, Schema

FACTORY = RequestFactory()


class Inner(Schema):
    """Something inside something."""

    street: CleanText


class Person(Schema):
    """A form with one field of each kind."""

    name: CleanText
    password: SecretStr | None = None
    age: int | None = None
    inner: Inner | None = None


def json_request(body: str | bytes) -> Person:
    return api_ingress.parsed(StrictJSONParser().parse(io.BytesIO(body.encode() if isinstance(body, str) else body)), Person)


def test_a_form_is_read_without_its_csrf_field() -> None:
    request = FACTORY.post("/", {"name": " Ada ", "csrfmiddlewaretoken": "x"})
    assert api_ingress.form(request, Person) == Person(name="Ada")


@pytest.mark.spec("RFC 6749", "3.1")
def test_a_parameter_sent_twice_is_refused_and_named_in_the_log_only() -> None:
    with pytest.raises(InvalidInput) as caught:
        api_ingress.single_valued(QueryDict("a=1&b=2&a=3&c=&c="))
    assert caught.value.detail == "repeated: a, c"
    assert "a, c" not in str(caught.value.message)


def test_single_parameters_come_back_as_a_plain_dict() -> None:
    assert api_ingress.single_valued(QueryDict("a=1&b=")) == {"a": "1", "b": ""}


def test_json_is_read() -> None:
    assert json_request('{"name": "Ada", "age": 36, "inner": {"street": "Broad Street"}}').age == 36


@pytest.mark.parametrize(
    "body",
    [
        " ",
        "{",
        "{'name': 'Ada'}",
        '{"name": "Ada", "name": "Bola"}',
        '{"inner": {"a": 1, "a": 2}}',
        b"\xff\xfe\xff",
        '{"name": "Ada", "age": NaN}',
        "[" * 100_000,
    ],
)
def test_what_is_not_plain_json_is_one_sentence(body: str | bytes) -> None:
    with pytest.raises(InvalidInput) as caught:
        json_request(body)
    assert str(caught.value.message) == "That is not valid JSON. Please correct it and try again."


@pytest.mark.parametrize("body", ["[]", "null", '"Ada"', "7"])
def test_json_that_is_no_object_is_refused(body: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        json_request(body)
    assert list(caught.value.fields) == ["non_field_errors"]


@pytest.mark.parametrize(
    ("values", "field", "sentence"),
    [
        ({}, "name", "This field is required."),
        ({"name": 7}, "name", "This must be text."),
        ({"name": "Ada", "admin": True}, "admin", "This field is not known here."),
        ({"name": "Ada", "age": "36"}, "age", "This must be a whole number."),
        ({"name": "Ada", "inner": {}}, "inner.street", "This field is required."),
        ({"name": "a\x00"}, "name", "control characters are not allowed"),
    ],
)
def test_each_field_gets_its_sentence(values: dict[str, object], field: str, sentence: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        api_ingress.parsed(values, Person)
    assert {name: [str(text) for text in texts] for name, texts in caught.value.fields.items()} == {field: [sentence]}


def test_all_failing_fields_are_reported_at_once() -> None:
    with pytest.raises(InvalidInput) as caught:
        api_ingress.parsed({"age": "x", "z": 1}, Person)
    assert set(caught.value.fields) == {"name", "age", "z"}


def test_the_log_names_fields_and_kinds_never_values() -> None:
    with pytest.raises(InvalidInput) as caught:
        api_ingress.parsed({"name": "Ada", "password": 123456789, "age": "canary-7f3a"}, Person)
    assert caught.value.detail == "password: string_type; age: int_type"
    assert "123456789" not in json.dumps({k: [str(t) for t in v] for k, v in caught.value.fields.items()})


@pytest.mark.parametrize(
    ("content_type", "is_form"),
    [
        ("application/x-www-form-urlencoded; charset=utf-8", True),
        ("multipart/form-data; boundary=x", False),
        ("text/plain", False),
    ],
)
def test_only_a_urlencoded_body_is_an_oauth_form(content_type: str, *, is_form: bool) -> None:
    assert api_ingress.is_form(FACTORY.post("/", b"a=1", content_type=content_type)) is is_form
