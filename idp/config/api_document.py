"""drf-spectacular's settings: what the document of the account API says of itself (`/api/v1/schema`)."""

from typing import Any

ACCOUNT_API_DOCUMENT: dict[str, Any] = {
    "TITLE": "Fashionistar account API",
    "DESCRIPTION": "What a signed-in person reads and changes about their own account. Every answer has the same envelope.",
    "VERSION": "1",
    # The version whose schemas are JSON Schema itself, as pydantic writes it.
    "OAS_VERSION": "3.1.0",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "COMPONENT_SPLIT_PATCH": False,
    # What is there is what the URL map says, whoever reads it.
    "SERVE_PUBLIC": True,
}
