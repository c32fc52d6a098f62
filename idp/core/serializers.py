"""The bridge that makes a pydantic model a DRF serializer, so that there is one schema language and DRF's structure stays.

Each API app has a `serializers.py` that names its request and response serializers:

    class NameSerializer(SchemaSerializer[NameSchema]):
        schema = NameSchema
"""

from typing import Any, ClassVar, Generic, TypeVar

from drf_spectacular.extensions import OpenApiSerializerExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import ResolvedComponent, build_basic_type
from pydantic import BaseModel
from rest_framework.serializers import BaseSerializer, ValidationError

from idp.core.api_ingress import parsed
from idp.core.errors import InvalidInput

Model = TypeVar("Model", bound=BaseModel)


class SchemaSerializer(BaseSerializer[Model], Generic[Model]):
    """Validates with pydantic (strict, unknown fields refused) and renders what pydantic dumps."""

    schema: ClassVar[type[BaseModel]]

    def to_internal_value(self, data: Any) -> Any:  # noqa: ANN401 - DRF's signature
        """The validated, frozen model. Raises DRF's ValidationError with our sentences per field."""
        try:
            return parsed(data, self.schema)
        except InvalidInput as exc:
            raise ValidationError({name: [str(text) for text in texts] for name, texts in exc.fields.items()}) from exc

    def run_validation(self, data: Any = None) -> Any:  # noqa: ANN401 - DRF's signature
        """Pydantic is the whole validation."""
        return self.to_internal_value(data)

    def to_representation(self, instance: Model) -> dict[str, Any]:
        """JSON-ready values."""
        return instance.model_dump(mode="json")


class SchemaSerializerExtension(OpenApiSerializerExtension):  # type: ignore[no-untyped-call]  # has no annotations
    """Teaches drf-spectacular to document a `SchemaSerializer` by its pydantic model."""

    target_class = SchemaSerializer
    match_subclasses = True

    def get_name(self, auto_schema: AutoSchema, direction: str) -> str:
        """The component's name in the OpenAPI document: the model's own."""
        return str(self.target.schema.__name__)

    def map_serializer(self, auto_schema: AutoSchema, direction: str) -> Any:  # noqa: ANN401 - drf-spectacular's signature
        """Pydantic's JSON schema, with nested models registered as components of their own."""
        mode = "validation" if direction == "request" else "serialization"
        schema = self.target.schema.model_json_schema(ref_template="#/components/schemas/{model}", mode=mode)
        for name, definition in schema.pop("$defs", {}).items():
            component = ResolvedComponent(  # type: ignore[no-untyped-call]  # has no annotations
                name=name, type=ResolvedComponent.SCHEMA, object=name, schema=definition or build_basic_type(dict)
            )
            auto_schema.registry.register_on_missing(component)
        return schema
