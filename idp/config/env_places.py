"""The part of the environment that says what is kept of the device and the place of a sign-in: nothing, unless it is named here.

A base of `env.Environment`. Naming a source of places, or switching the fingerprint on, is the operator's decision that the
purpose is worth the personal data; `idp.core.place` and `idp.login.device_fingerprint` act on it.
"""

import re
from pathlib import Path
from typing import Annotated

from pydantic import BeforeValidator, Field
from pydantic_settings import BaseSettings

from idp.config import env_values as values
from idp.core.place_file import PlaceFile

_HEADER = re.compile(r"[A-Za-z0-9-]{1,64}")


def _file_of_places(text: str) -> Path:
    """The absolute path of a file that opens. Raises: ValueError."""
    path = values.existing_file(text)
    PlaceFile(path).close()
    return path


def _header_name(text: str) -> str:
    """Raises: ValueError."""
    if not _HEADER.fullmatch(text):
        raise ValueError("must be the name of a header, such as CloudFront-Viewer-Country: letters, digits and dashes")
    return text


class PlaceEnvironment(BaseSettings):
    """What is kept of a sign-in beyond what the browser calls itself."""

    place_file: Annotated[Path | None, BeforeValidator(_file_of_places)] = Field(None, validation_alias="IDP_PLACE_FILE")
    place_country_header: Annotated[str, BeforeValidator(_header_name)] = Field("", validation_alias="IDP_PLACE_COUNTRY_HEADER")
    place_city_header: Annotated[str, BeforeValidator(_header_name)] = Field("", validation_alias="IDP_PLACE_CITY_HEADER")
    device_fingerprint: Annotated[bool, BeforeValidator(values.on_off)] = Field(False, validation_alias="IDP_DEVICE_FINGERPRINT")
