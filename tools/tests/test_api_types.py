"""The account API's types for the console: what each kind of schema becomes, and what is left out."""

from typing import Any

import pytest

from tools.api_types import LEFT_OUT, PREFIX, files


def answer(model: str) -> dict[str, Any]:
    return {"200": {"content": {"application/json": {"schema": {"$ref": f"#/components/schemas/{model}"}}}}}


def envelope(data: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": {"data": data}, "required": ["data"]}


THING = {
    "description": "Something.",
    "type": "object",
    "properties": {
        "id": {"type": "string", "format": "uuid"},
        "kind": {"$ref": "#/components/schemas/Kind"},
        "many": {"type": "array", "items": {"anyOf": [{"type": "integer"}, {"type": "null"}]}},
        "is": {"const": True, "type": "boolean"},
        "free": {"type": "object", "additionalProperties": {"type": "array", "items": {"type": "string"}}},
        "any": {"type": "object"},
        "left_out": {"type": "boolean", "default": False},
    },
    "required": ["id", "kind", "many", "is", "free", "any"],
}
DOCUMENT: dict[str, Any] = {
    "paths": {
        f"{PREFIX}/things/{{id}}": {
            "put": {
                "requestBody": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Wish"}}}},
                "responses": answer("ThingAnswer"),
            },
            "delete": {"responses": answer("NothingAnswer")},
        },
        f"{LEFT_OUT}totp": {"get": {"responses": answer("SecretAnswer")}},
    },
    "components": {
        "schemas": {
            "Thing": THING,
            "Kind": {"type": "string", "enum": ["one", "other"]},
            "Wish": {"type": "object", "properties": {"kind": {"$ref": "#/components/schemas/Kind"}}, "required": ["kind"]},
            "Secret": {"type": "object", "properties": {}},
            "Failure": {"type": "object", "properties": {"code": {"type": "string"}}, "required": ["code"]},
            "ThingAnswer": envelope({"$ref": "#/components/schemas/Thing"}),
            "NothingAnswer": envelope({"type": "null"}),
            "SecretAnswer": envelope({"$ref": "#/components/schemas/Secret"}),
        }
    },
}


def test_calls_are_typed_with_body_and_data() -> None:
    text = files(DOCUMENT)["operations.ts"]
    assert '"PUT /things/{id}": { readonly body: Wish; readonly data: Thing };' in text
    assert '"DELETE /things/{id}": { readonly body: undefined; readonly data: null };' in text
    assert 'import type { Thing } from "./answers";' in text
    assert 'import type { Wish } from "./bodies";' in text


@pytest.mark.parametrize(
    "line",
    [
        "/** Something. */",
        "readonly id: string;",
        "readonly kind: Kind;",
        "readonly many: readonly (number | null)[];",
        "readonly is: true;",
        "readonly free: Readonly<Record<string, readonly string[]>>;",
        "readonly any: Readonly<Record<string, unknown>>;",
        "readonly left_out?: boolean;",
        'export type Kind = "one" | "other";',
        "export interface Failure {",
    ],
)
def test_answers_hold_every_kind_of_schema(line: str) -> None:
    assert line in files(DOCUMENT)["answers.ts"]


def test_what_bodies_share_with_answers_is_written_once() -> None:
    text = files(DOCUMENT)["bodies.ts"]
    assert 'import type { Kind } from "./answers";' in text
    assert "export type Kind" not in text


def test_factors_are_left_to_the_pages() -> None:
    assert "Secret" not in "".join(files(DOCUMENT).values())


def test_a_kind_that_nobody_knows_is_refused() -> None:
    schemas = {**DOCUMENT["components"]["schemas"], "Thing": {"type": "object", "properties": {"x": {"type": "tuple"}}}}
    with pytest.raises(KeyError):
        files({**DOCUMENT, "components": {"schemas": schemas}})
