"""`boundary.guard`: the same promise for code outside Django's handler, such as a worker's loop."""

import logging

import pytest
from django.db import OperationalError

from idp.core.boundary import guard
from idp.core.errors import Expired, IdpError, Unavailable, Unexpected


def outcome(error: IdpError, job: str) -> str:
    return f"{type(error).__name__} for {job}"


def run(job: str) -> str:
    if job == "known":
        raise Expired
    if job == "database":
        raise OperationalError("down")
    if job == "bug":
        raise KeyError("canary-7f3a")
    return f"done {job}"


def test_what_goes_well_is_passed_through() -> None:
    assert guard(run, on_error=outcome)("mail") == "done mail"


@pytest.mark.parametrize(("job", "kind"), [("known", Expired), ("database", Unavailable), ("bug", Unexpected)])
def test_what_fails_becomes_an_error_of_ours_and_is_logged_once(
    job: str, kind: type[IdpError], caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, logger="idp.boundary"):
        assert guard(run, on_error=outcome)(job) == f"{kind.__name__} for {job}"
    assert len(caplog.records) == 1
    assert (caplog.records[0].levelno == logging.ERROR) == (kind is not Expired)


def test_leaving_the_process_is_not_caught() -> None:
    def leave() -> str:
        raise SystemExit(3)

    with pytest.raises(SystemExit):
        guard(leave, on_error=lambda _error: "caught")()


def test_the_guarded_function_keeps_its_name() -> None:
    assert guard(run, on_error=outcome).__name__ == "run"
