"""The container files agree with the project they start: targets, variables, files, secrets. No engine runs them here."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.test import Client

from idp.config import env

ROOT = Path(__file__).resolve().parents[2]
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text("utf-8"))
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = {name: service for name, service in SERVICES.items() if "build" in service}
DOCKERFILE = (ROOT / "Dockerfile").read_text("utf-8")
# One instruction a line: comments out, continued lines joined.
INSTRUCTIONS = [
    line.split(None, 1) for line in re.sub(r"\\\n", "", re.sub(r"(?m)^#.*\n", "", DOCKERFILE)).splitlines() if line.strip()
]
IGNORED = {line for line in (ROOT / ".dockerignore").read_text("utf-8").splitlines() if line and not line.startswith("#")}


def make_targets() -> set[str]:
    return set(re.findall(r"(?m)^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8")))


def arguments_of(instruction: str) -> list[str]:
    return [rest for name, rest in INSTRUCTIONS if name == instruction]


# --- docker-compose.yml -----------------------------------------------------------------------------------------------
def test_the_services_the_architecture_names() -> None:
    assert set(SERVICES) == {"idp", "worker", "postgres", "redis", "mailpit", "demo"}


@pytest.mark.parametrize("name", OURS)
def test_what_is_ours_is_started_by_a_make_target(name: str) -> None:
    program, target = OURS[name]["command"]
    assert program == "make"
    assert target in make_targets()


@pytest.mark.parametrize("name", OURS)
def test_every_variable_of_ours_is_one_that_the_provider_reads(name: str) -> None:
    unknown = set(OURS[name].get("environment", {})) - set(env.VARIABLES)
    assert not unknown


def test_server_and_worker_read_the_same_environment() -> None:
    assert OURS["idp"]["environment"] == OURS["worker"]["environment"]
    # The server brings no worker of its own, or mail would have two places to look for.
    assert OURS["idp"]["environment"]["IDP_WORKER"] == "off"


def test_the_environment_is_one_that_starts() -> None:
    plain = {name: re.sub(r"\$\{\w+:-([^}]*)\}", r"\1", value) for name, value in OURS["idp"]["environment"].items()}
    secrets = {
        "IDP_SECRET_KEY": "development-" + "x" * 40,
        "IDP_ENCRYPTION_KEYS": "development-a:" + "A" * 43,
        "IDP_LOOKUP_KEY": "development-b:" + "A" * 43,
    }
    read = env.load_environment(plain | secrets)
    assert (read.mode, read.issuer, read.run_worker) == ("local", "http://localhost:8000", False)
    assert not read.uses_sqlite
    assert read.uses_redis


@pytest.mark.parametrize("name", SERVICES)
def test_ports_are_published_on_this_machine_only(name: str) -> None:
    assert all(port.startswith("127.0.0.1:") for port in SERVICES[name].get("ports", []))


@pytest.mark.parametrize("name", SERVICES)
def test_images_are_pinned_and_volumes_declared(name: str) -> None:
    tag = SERVICES[name]["image"].partition(":")[2]
    assert tag not in {"", "latest"}
    named = {volume.split(":")[0] for volume in SERVICES[name].get("volumes", [])}
    assert named <= set(COMPOSE["volumes"])


@pytest.mark.parametrize("name", SERVICES)
def test_whoever_is_waited_for_can_say_that_they_are_ready(name: str) -> None:
    for awaited, how in SERVICES[name].get("depends_on", {}).items():
        assert how == {"condition": "service_healthy"}
        assert "healthcheck" in SERVICES[awaited] or (awaited in OURS and arguments_of("HEALTHCHECK"))


def test_the_demo_does_not_start_by_itself_and_listens_on_loopback_only() -> None:
    assert SERVICES["demo"]["profiles"] == ["demo"]
    assert "ports" not in SERVICES["demo"]
    assert "HOST" not in SERVICES["demo"].get("environment", {})


@pytest.mark.parametrize("name", SERVICES)
def test_no_secret_stands_in_the_file(name: str) -> None:
    given = SERVICES[name].get("environment", {})
    secret = {key: value for key, value in given.items() if re.search("SECRET|PASSWORD|_KEY", key)}
    assert all(value.startswith("${") for value in secret.values())


# --- Dockerfile and .dockerignore -------------------------------------------------------------------------------------
def test_nothing_is_run_as_root() -> None:
    commands = [name for name, _rest in INSTRUCTIONS]
    assert arguments_of("USER") == ["10001:10001"]
    assert commands.index("USER") < commands.index("CMD")
    assert commands.index("USER") < len(commands) - 1 - commands[::-1].index("RUN"), "packages are installed without root"


def test_the_base_images_are_pinned_and_new_enough() -> None:
    images = [image.split()[0] for image in arguments_of("FROM")]
    assert all(":" in image and not image.endswith(":latest") for image in images)
    node, python = (re.findall(r"\d+", image.partition(":")[2]) for image in images)
    assert int(node[0]) >= 20
    assert (int(python[0]), int(python[1])) >= (3, 11)


def test_the_image_is_built_and_started_by_make_targets() -> None:
    named = set(re.findall(r'make"?,? "?([a-z]+)', " ".join(arguments_of("RUN") + arguments_of("CMD")))) - {"python"}
    assert {"runtime", "serve"} <= named
    assert {"runtime", "serve"} <= make_targets()


@pytest.mark.django_db
def test_the_health_check_asks_a_page_that_exists(client: Client) -> None:
    asked = re.search(r"http://127\.0\.0\.1:8000(/\w+)", arguments_of("HEALTHCHECK")[0])
    assert asked is not None
    assert client.get(asked[1]).status_code != 404


@pytest.mark.parametrize("secret", [".env", ".state/", ".git/", "**/*.sqlite3"])
def test_no_secret_and_no_state_enters_the_image(secret: str) -> None:
    assert secret in IGNORED


def test_what_git_leaves_out_the_image_leaves_out_too() -> None:
    wanted = {line for line in (ROOT / ".gitignore").read_text("utf-8").splitlines() if line and not line.startswith("#")}
    # Reports of a test run are small and harmless; everything else must not be copied.
    reports = {"coverage/", "htmlcov/", "test-results/", ".coverage", ".coverage.*", ".import_linter_cache/"}
    assert {line for line in wanted - reports if line not in IGNORED and f"**/{line}" not in IGNORED} == set()
