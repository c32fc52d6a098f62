"""The plan of `make run`: ports, addresses, and who is given which secret."""

import socket
import stat
from pathlib import Path

import pytest

from tools.demo_plan import Plan, PlanRefused, make_plan

SECRET = "DEMO_API_CLIENT_SECRET"
EVENTS_SECRET = "DEMO_API_EVENTS_SECRET"


@pytest.fixture
def ports() -> dict[str, str]:
    """Three ports that were free a moment ago."""
    with socket.socket() as one, socket.socket() as two, socket.socket() as three:
        for probe in (one, two, three):
            probe.bind(("127.0.0.1", 0))
        names = ("PORT", "DEMO_API_PORT", "DEMO_SPA_PORT")
        return {name: str(probe.getsockname()[1]) for name, probe in zip(names, (one, two, three), strict=True)}


@pytest.fixture
def environ(tmp_path: Path, ports: dict[str, str]) -> dict[str, str]:
    return {"IDP_STATE_DIR": str(tmp_path / "state"), **ports}


def program(plan: Plan, name: str) -> dict[str, str]:
    """What this program's environment holds, shared part included."""
    (found,) = (item for item in (plan.preparation, *plan.programs) if item.name == name)
    return {**plan.environ, **found.environ}


def test_addresses_follow_from_the_ports(environ: dict[str, str], ports: dict[str, str]) -> None:
    plan = make_plan(environ)
    assert plan.issuer == f"http://localhost:{ports['PORT']}"
    assert plan.api_origin == f"http://localhost:{ports['DEMO_API_PORT']}"
    assert plan.spa_origin == f"http://localhost:{ports['DEMO_SPA_PORT']}"
    for name in ("preparation", "provider", "example-backend", "demo-spa"):
        given = program(plan, name)
        assert (given["IDP_MODE"], given["HOST"], given["IDP_ISSUER"]) == ("demo", "127.0.0.1", plan.issuer)
    assert program(plan, "example-backend")["PORT"] == ports["DEMO_API_PORT"]


def test_each_program_gets_the_secrets_it_needs(environ: dict[str, str]) -> None:
    plan = make_plan(environ)
    for variable in (SECRET, EVENTS_SECRET):
        secret = program(plan, "preparation")[variable]
        assert len(secret) > 32
        assert program(plan, "example-backend")[variable] == secret
        for name in ("provider", "demo-spa"):
            assert secret not in program(plan, name).values()


def test_secrets_are_made_once_and_kept_from_others(environ: dict[str, str], tmp_path: Path) -> None:
    assert make_plan(environ) == make_plan(environ)
    assert stat.S_IMODE((tmp_path / "state" / "demo-secrets.json").stat().st_mode) == 0o600


def test_a_secret_of_the_environment_stands(environ: dict[str, str]) -> None:
    assert program(make_plan({**environ, SECRET: "given"}), "preparation")[SECRET] == "given"


@pytest.mark.parametrize("name", ["PORT", "DEMO_API_PORT", "DEMO_SPA_PORT"])
def test_a_taken_port_is_one_sentence_naming_the_variable(environ: dict[str, str], name: str) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        with pytest.raises(PlanRefused, match=rf"^Port {port} is taken.* make run {name}="):
            make_plan({**environ, name: port})


@pytest.mark.parametrize("text", ["0", "65536", "http", "-1", "٨٠٠٠"])
def test_a_port_is_a_number(environ: dict[str, str], text: str) -> None:
    with pytest.raises(PlanRefused, match="PORT must be"):
        make_plan({**environ, "PORT": text})


def test_ports_differ(environ: dict[str, str]) -> None:
    with pytest.raises(PlanRefused, match="different"):
        make_plan({**environ, "DEMO_SPA_PORT": environ["PORT"]})
