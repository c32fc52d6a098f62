"""The addresses that services name are those that `urls.py` routes."""

from urllib.parse import urlsplit

import pytest
from django.urls import resolve

from idp.login.addresses import restart_path, step_path
from idp.login.services.begin_login import new_login_uid
from idp.login.types import StepName


@pytest.mark.parametrize("step", list(StepName))
def test_every_step_has_a_path_of_its_own(step: StepName) -> None:
    uid = new_login_uid()
    match = resolve(step_path(uid, step))
    assert (match.view_name, match.kwargs) == ("login:step", {"uid": uid, "step": str(step)})


def test_starting_over_is_the_first_step() -> None:
    uid = new_login_uid()
    assert resolve(urlsplit(restart_path(uid)).path).kwargs == {"uid": uid, "step": "identifier"}
