"""The API described: `/api/v1/schema` for programs (OpenAPI 3), `/api/v1/docs` for people, both from the code that answers.

The page is our own template: no script, nothing from another site, so the policy of every other page holds for it too.
"""

import functools
import json
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from drf_spectacular.generators import SchemaGenerator

from idp.core.boundary import Skin, speaks

_REFERENCE = "#/components/schemas/"


@functools.cache
def document() -> dict[str, Any]:
    """The OpenAPI document; it changes only with the code."""
    generator = SchemaGenerator()  # type: ignore[no-untyped-call]  # drf-spectacular has no annotations
    described: dict[str, Any] = generator.get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
    return {**described, "servers": [{"url": settings.IDP_ISSUER}]}


@speaks(Skin.ENVELOPE)
@require_safe
def api_schema(request: HttpRequest) -> HttpResponse:
    """The document itself; OpenAPI prescribes its shape, so there is no envelope round it."""
    return HttpResponse(json.dumps(document(), indent=2), content_type="application/vnd.oai.openapi+json")


@speaks(Skin.PAGE)
@require_safe
def api_docs(request: HttpRequest) -> HttpResponse:
    """The same as a page."""
    described = document()
    page = {"title": described["info"]["title"], "heading": described["info"]["title"], "intro": described["info"]["description"]}
    context = {"page": page, "client_name": "", "alert": None, "operations": _operations(described), "models": _models(described)}
    return render(request, "api/docs.html", context)


def _operations(described: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [
        {
            "method": method.upper(),
            "path": path,
            "summary": operation.get("summary", ""),
            "description": operation.get("description", ""),
            "takes": _model_of(operation.get("requestBody", {})),
            "answers": [(status, _model_of(answer)) for status, answer in operation["responses"].items()],
            "callers": [", ".join(way) for way in operation.get("security", [])],
        }
        for path, operations in described["paths"].items()
        for method, operation in operations.items()
    ]


def _models(described: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [
        {"name": name, "description": model.get("description", ""), "members": _members(model)}
        for name, model in described["components"]["schemas"].items()
    ]


def _members(model: Mapping[str, Any]) -> list[dict[str, Any]]:
    required = model.get("required", ())
    return [
        {"name": name, "kind": _kind(member), "required": name in required, "description": member.get("description", "")}
        for name, member in model.get("properties", {}).items()
    ]


def _model_of(holder: Mapping[str, Any]) -> str:
    """The model's name of a body or an answer in JSON, "" without one."""
    reference: str = holder.get("content", {}).get("application/json", {}).get("schema", {}).get("$ref", "")
    return reference.removeprefix(_REFERENCE)


def _kind(member: Mapping[str, Any]) -> str:
    """What a member holds, in words."""
    if "$ref" in member:
        return str(member["$ref"]).removeprefix(_REFERENCE)
    if "anyOf" in member:
        return _(" or ").join(_kind(choice) for choice in member["anyOf"])
    if "const" in member:
        return json.dumps(member["const"])
    return str(member.get("format") or member.get("type", "any"))
