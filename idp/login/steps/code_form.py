"""The one field of every page that takes a code."""

from typing import Annotated

from django.utils.translation import gettext_lazy as _
from pydantic import AfterValidator, SecretStr

from idp.core.types import Schema

_LONGEST = 64


def _given(code: SecretStr) -> SecretStr:
    """Whether it is a code is for its factor to say. Raises ValueError."""
    if not code.get_secret_value().strip() or len(code.get_secret_value()) > _LONGEST:
        raise ValueError(_("Please enter the code."))
    return code


class CodeForm(Schema):
    """A code as typed; never shown again, never logged."""

    code: Annotated[SecretStr, AfterValidator(_given)]
