"""`serializers`: a pydantic model is a DRF serializer, and drf-spectacular documents it."""

from typing import ClassVar

import pytest
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.utils import extend_schema
from drf_spectacular.validation import validate_schema
from pydantic import BaseModel
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from idp.core.serializers import SchemaSerializer
from idp.core.types import CleanText, Schema


class Street(Schema):
    """A model inside a model."""

    street: CleanText


class Parcel(Schema):
    """What the API of these tests takes."""

    to: CleanText
    street: Street
    weight: int = 1


class ParcelSerializer(SchemaSerializer[Parcel]):
    """Named as an API app would name it."""

    schema: ClassVar[type[BaseModel]] = Parcel


class ParcelView(APIView):
    """Takes and returns a parcel."""

    permission_classes = (AllowAny,)

    @extend_schema(request=ParcelSerializer, responses=ParcelSerializer)
    def post(self, request: Request) -> Response:
        return Response()


VALUES = {"to": " Ada ", "street": {"street": "Broad Street"}}


def test_valid_data_becomes_the_frozen_model() -> None:
    serializer = ParcelSerializer(data=VALUES)
    assert serializer.is_valid()
    assert serializer.validated_data == Parcel(to="Ada", street=Street(street="Broad Street"))


def test_a_model_is_rendered_as_json_ready_values() -> None:
    parcel = Parcel(to="Ada", street=Street(street="Broad Street"))
    assert ParcelSerializer(parcel).data == {"to": "Ada", "street": {"street": "Broad Street"}, "weight": 1}


@pytest.mark.parametrize(
    ("data", "errors"),
    [
        ({"street": {"street": "B"}}, {"to": ["This field is required."]}),
        (VALUES | {"weight": "2"}, {"weight": ["This must be a whole number."]}),
        (VALUES | {"gift": True}, {"gift": ["This field is not known here."]}),
        (VALUES | {"street": {}}, {"street.street": ["This field is required."]}),
    ],
)
def test_invalid_data_is_explained_per_field(data: dict[str, object], errors: dict[str, list[str]]) -> None:
    serializer = ParcelSerializer(data=data)
    assert not serializer.is_valid()
    assert serializer.errors == errors


def test_the_api_document_describes_the_model_and_what_it_holds() -> None:
    from django.urls import path

    patterns = [path("parcels", ParcelView.as_view())]
    generator = SchemaGenerator(patterns=patterns)  # type: ignore[no-untyped-call]  # drf-spectacular has no annotations
    document = generator.get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
    validate_schema(document)  # type: ignore[no-untyped-call]
    components = document["components"]["schemas"]
    assert components["Parcel"]["additionalProperties"] is False
    assert components["Parcel"]["required"] == ["to", "street"]
    assert components["Parcel"]["properties"]["street"] == {"$ref": "#/components/schemas/Street"}
    assert components["Street"]["properties"]["street"]["type"] == "string"
    body = document["paths"]["/parcels"]["post"]["requestBody"]["content"]["application/json"]["schema"]
    assert body == {"$ref": "#/components/schemas/Parcel"}
