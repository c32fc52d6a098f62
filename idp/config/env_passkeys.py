"""The part of the environment that says which pages, apps and authenticators passkeys are trusted with.

A base of `env.Environment`, which judges these variables with all others; `idp.mfa.webauthn` and the documents under
`/.well-known/` act on them. Everything here is empty unless an operator says otherwise.
"""

import re
import uuid
from pathlib import Path
from typing import Annotated, NamedTuple
from urllib.parse import urlsplit

from pydantic import BeforeValidator, Field
from pydantic_settings import BaseSettings

from idp.config import env_values as values

_ANDROID_PACKAGE = re.compile(r"[A-Za-z]\w*(\.[A-Za-z]\w*)+", re.ASCII)
_FINGERPRINT = re.compile(r"[0-9A-F]{2}(:[0-9A-F]{2}){31}")
_IOS_APP = re.compile(r"[A-Z0-9]{10}(\.[A-Za-z0-9-]+){2,}")
_LINK_PATH = re.compile(r"(/[A-Za-z0-9_.~-]+)+(/\*)?")
# Where sign-in itself happens: an app that took these addresses over would show its own pages in place of ours.
_PROVIDERS_OWN = frozenset({"oauth2", "interaction", "login", "account", "api", "admin", "static", ".well-known"})


class AndroidApp(NamedTuple):
    """An Android application: its package, and the SHA-256 fingerprint of the certificate it is signed with."""

    package: str
    fingerprint: str


def _secure_origins(text: str) -> tuple[str, ...]:
    """Https origins with commas between. Raises: ValueError."""
    found = tuple(values.origin(item) for item in values.items(text))
    if not all(urlsplit(item).scheme == "https" for item in found):
        raise ValueError("must hold https origins only: browsers offer passkeys nowhere else")
    return found


def _android_apps(text: str) -> tuple[AndroidApp, ...]:
    """`package=SHA256` with commas between, the fingerprint as `keytool` prints it. Raises: ValueError."""
    pairs = [item.partition("=") for item in values.items(text)]
    apps = tuple(AndroidApp(package, fingerprint.upper()) for package, _equals, fingerprint in pairs)
    if not all(_ANDROID_PACKAGE.fullmatch(app.package) and _FINGERPRINT.fullmatch(app.fingerprint) for app in apps):
        raise ValueError("must look like net.example.app=AB:CD:…, with the 32 bytes of a SHA-256 fingerprint")
    return apps


def _ios_apps(text: str) -> tuple[str, ...]:
    """`TEAM.bundle.id` with commas between. Raises: ValueError."""
    apps = tuple(values.items(text))
    if not all(_IOS_APP.fullmatch(app) for app in apps):
        raise ValueError("must look like ABCDE12345.net.example.app: the team's ten characters, then the bundle's id")
    return apps


def _link_paths(text: str) -> tuple[str, ...]:
    """Paths that open an app, perhaps ending in `/*`, with commas between. Raises: ValueError."""
    paths = tuple(values.items(text))
    if not all(_LINK_PATH.fullmatch(path) for path in paths):
        raise ValueError("must be paths such as /mobile/callback or /mobile/*")
    if any(path.split("/")[1] in _PROVIDERS_OWN for path in paths):
        raise ValueError("must not give an app the addresses where people sign in")
    return paths


def _aaguids(text: str) -> frozenset[uuid.UUID]:
    """AAGUIDs with commas between. Raises: ValueError."""
    try:
        found = frozenset(uuid.UUID(item) for item in values.items(text))
    except ValueError:
        raise ValueError("must be AAGUIDs with commas between, such as 2fc0579f-8113-47ea-b116-bb5a8db9202a") from None
    if uuid.UUID(int=0) in found:
        raise ValueError("must not hold the AAGUID of zeros: it is what authenticators say that do not tell their make")
    return found


class PasskeyEnvironment(BaseSettings):
    """Related pages and apps, and what staff may enrol."""

    passkey_related_origins: Annotated[tuple[str, ...], BeforeValidator(_secure_origins)] = Field(
        (), validation_alias="IDP_PASSKEY_RELATED_ORIGINS"
    )
    android_apps: Annotated[tuple[AndroidApp, ...], BeforeValidator(_android_apps)] = Field(
        (), validation_alias="IDP_ANDROID_APPS"
    )
    ios_apps: Annotated[tuple[str, ...], BeforeValidator(_ios_apps)] = Field((), validation_alias="IDP_IOS_APPS")
    app_link_paths: Annotated[tuple[str, ...], BeforeValidator(_link_paths)] = Field((), validation_alias="IDP_APP_LINK_PATHS")
    passkey_staff_aaguids: Annotated[frozenset[uuid.UUID], BeforeValidator(_aaguids)] = Field(
        frozenset(), validation_alias="IDP_PASSKEY_STAFF_AAGUIDS"
    )
    passkey_metadata_file: Annotated[Path | None, BeforeValidator(values.existing_file)] = Field(
        None, validation_alias="IDP_PASSKEY_METADATA_FILE"
    )
    passkey_metadata_root_file: Annotated[Path | None, BeforeValidator(values.existing_file)] = Field(
        None, validation_alias="IDP_PASSKEY_METADATA_ROOT_FILE"
    )
