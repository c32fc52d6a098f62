"""Reads registrations from a TOML folder, a TOML file, or a JSON file; names file, client and field of what is wrong."""

import json
import os
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import SecretStr, ValidationError

from idp.core.api_ingress import unique_members
from idp.oidc.provider.scopes import known_scopes
from idp.oidc.registry import members, uris
from idp.oidc.registry.event_receiver import EventReceiverRegistration
from idp.oidc.registry.schema import ClientRegistration

_VARIABLE = re.compile(r"\$\{([A-Z][A-Z0-9_]*)\}")
# Values that come from the deployment; anything else in ${…} is a mistake, not an empty string.
_INTERPOLATED = ("IDP_ISSUER", "DEMO_SPA_ORIGIN", "DEMO_API_ORIGIN")


class RegistrationRefused(Exception):
    """One or more entries are bad; `problems` has a sentence each, naming file, client and field."""

    def __init__(self, problems: list[str]) -> None:
        """Keep the sentences."""
        self.problems = problems
        super().__init__("\n".join(problems))


def read_registrations(path: Path, variables: Mapping[str, str]) -> list[ClientRegistration]:
    """Every registration of one folder (not of folders in it) or file. Raises `RegistrationRefused` when any is bad."""
    return read_all([path], variables)


def read_all(paths: Sequence[Path], variables: Mapping[str, str]) -> list[ClientRegistration]:
    """Every registration of several folders or files, judged together. Raises `RegistrationRefused` when any is bad."""
    problems: list[str] = []
    registrations: list[ClientRegistration] = []
    for source, entry in (found for path in paths for found in _entries(path)):
        try:
            registrations.append(_registration(entry, variables))
        except _Bad as bad:
            problems += [f"{source}: client {_name_of(entry)}: {problem}" for problem in bad.problems]
    names = [registration.client_id for registration in registrations]
    where = ", ".join(map(str, paths))
    problems += [f"{where}: client {name!r} is registered twice" for name in sorted(set(names)) if names.count(name) > 1]
    if problems:
        raise RegistrationRefused(problems)
    return registrations


class _Bad(Exception):
    """What is wrong with one entry."""

    def __init__(self, *problems: str) -> None:
        self.problems = problems
        super().__init__(*problems)


def _entries(path: Path) -> Iterator[tuple[Path, Any]]:
    """Each raw entry with the file it stands in. Raises `RegistrationRefused`."""
    if path.is_dir():
        files = sorted(path.glob("*.toml"))
        if not files:
            raise RegistrationRefused([f"{path}: this folder holds no .toml file"])
        for file in files:
            yield file, _loaded(file)
        return
    content = _loaded(path)
    clients = content.get("clients") if isinstance(content, dict) and "clients" in content else None
    entries = clients if clients is not None else content
    for entry in entries if isinstance(entries, list) else [entries]:
        yield path, entry


def _loaded(file: Path) -> Any:  # noqa: ANN401 - any JSON or TOML value
    """The parsed file. Raises `RegistrationRefused`."""
    try:
        text = file.read_text(encoding="utf-8")
        # TOML itself refuses a member that stands there twice; JSON readers take the last, whatever the reviewer read.
        return json.loads(text, object_pairs_hook=unique_members) if file.suffix == ".json" else tomllib.loads(text)
    except (OSError, UnicodeDecodeError, ValueError, RecursionError) as exc:
        raise RegistrationRefused([f"{file}: cannot be read: {exc}"]) from exc


def _registration(entry: Any, variables: Mapping[str, str]) -> ClientRegistration:  # noqa: ANN401 - judged here
    """One validated registration with its secret. Raises `_Bad`."""
    if not isinstance(entry, dict):
        raise _Bad("an entry must be a table of members")
    acted_upon = {name: _interpolated(value, variables) for name, value in entry.items() if not members.is_set_aside(name)}
    unknown = sorted(set(acted_upon) - set(ClientRegistration.model_fields) | ({"metadata"} & set(acted_upon)))
    refused = [f"{name}: this member is not supported by this provider" for name in unknown]
    if refused := [*refused, *members.find_problems(entry)]:
        raise _Bad(*refused)
    content = json.dumps({**acted_upon, "metadata": members.kept_of(entry)}, default=str)
    try:
        registration = ClientRegistration.model_validate_json(content)
    except ValidationError as exc:
        raise _Bad(*_complaints(exc)) from exc
    _refuse_our_own_resource(registration, variables.get("IDP_ISSUER", ""))
    return _with_event_secret(_with_secret(_with_known_scopes(registration), variables), variables)


def _complaints(exc: ValidationError) -> list[str]:
    errors = exc.errors(include_url=False, include_input=False)
    return [f"{'.'.join(map(str, error['loc'])) or 'entry'}: {error['msg'].removeprefix('Value error, ')}" for error in errors]


def _with_known_scopes(registration: ClientRegistration) -> ClientRegistration:
    unknown = sorted(set(registration.scope.split()) - set(known_scopes()))
    if unknown:
        raise _Bad(f"scope: unknown to this provider: {' '.join(unknown)}")
    return registration


def _refuse_our_own_resource(registration: ClientRegistration, issuer: str) -> None:
    """Every token with `openid` names the issuer in its audience: whoever answers for it could ask about all. Raises `_Bad`."""
    named = {
        "default_resource": (registration.default_resource,),
        "allowed_resources": registration.allowed_resources,
        "resource_identifiers": registration.resource_identifiers,
    }
    bad = [member for member, resources in named.items() if any(uris.is_root_of(uri, issuer) for uri in resources)]
    if bad:
        raise _Bad(*(f"{member}: {issuer} is this provider itself, not a resource of a client" for member in bad))


def _with_secret(registration: ClientRegistration, variables: Mapping[str, str]) -> ClientRegistration:
    """The secret named by `client_secret_env`, read from the environment and judged like a written one."""
    name = registration.client_secret_env
    if not name:
        return registration
    value = variables.get(name, "")
    if not value:
        raise _Bad(f"client_secret_env: the variable {name} is not set")
    try:
        return ClientRegistration.model_validate(
            {**registration.model_dump(), "client_secret": SecretStr(value), "client_secret_env": ""}
        )
    except ValidationError as exc:
        raise _Bad(*(f"client_secret_env {name}: {problem}" for problem in _complaints(exc))) from exc


def _with_event_secret(registration: ClientRegistration, variables: Mapping[str, str]) -> ClientRegistration:
    """The same for the secret that its event receiver asks of us. Raises `_Bad`."""
    receiver = registration.event_receiver
    if receiver is None or not receiver.secret_env:
        return registration
    value = variables.get(receiver.secret_env, "")
    if not value:
        raise _Bad(f"event_receiver: the variable {receiver.secret_env} is not set")
    try:
        told = {**receiver.model_dump(), "secret": SecretStr(value), "secret_env": ""}
        return registration.model_copy(update={"event_receiver": EventReceiverRegistration.model_validate(told)})
    except ValidationError as exc:
        raise _Bad(*(f"event_receiver: {receiver.secret_env}: {problem}" for problem in _complaints(exc))) from exc


def _interpolated(value: Any, variables: Mapping[str, str]) -> Any:  # noqa: ANN401 - any JSON value
    """Replace ${NAME} in every string. Raises `_Bad`."""
    if isinstance(value, list):
        return [_interpolated(item, variables) for item in value]
    if isinstance(value, dict):
        return {name: _interpolated(item, variables) for name, item in value.items()}
    return _VARIABLE.sub(lambda found: _variable(found[1], variables), value) if isinstance(value, str) else value


def _variable(name: str, variables: Mapping[str, str]) -> str:
    if name not in _INTERPOLATED or not variables.get(name):
        raise _Bad(f"${{{name}}}: only {', '.join(_INTERPOLATED)} can be used here")
    return variables[name]


def _name_of(entry: object) -> str:
    return repr(entry.get("client_id", "(no client_id)")) if isinstance(entry, dict) else "(not a table)"


def deployment_variables(origins: Mapping[str, str]) -> dict[str, str]:
    """The process environment, with the addresses this deployment actually uses on top."""
    return {**os.environ, **origins}
