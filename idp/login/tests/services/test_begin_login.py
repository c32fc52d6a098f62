"""Beginning, and beginning again."""

import pytest

from idp.login.errors import WrongBrowser
from idp.login.requirement import LoginRequirement
from idp.login.services.begin_login import begin_login, new_login_uid
from idp.login.state import Facts, logins, open_login

HERE, ELSEWHERE = "a" * 64, "b" * 64


def _wish(**wishes: object) -> LoginRequirement:
    return LoginRequirement.model_validate({"uid": "u" * 32, "return_to": "/next", **wishes})


def test_it_leads_to_the_first_page() -> None:
    assert begin_login(requirement=_wish(), browser=HERE) == f"/login/{'u' * 32}/identifier"


def test_beginning_again_keeps_what_was_said() -> None:
    begin_login(requirement=_wish(), browser=HERE)
    logins.put("u" * 32, open_login(uid="u" * 32, browser=HERE).with_facts(Facts(identifier="ada@example.com")))
    assert begin_login(requirement=_wish(), browser=HERE) == f"/login/{'u' * 32}/password"


def test_another_wish_under_the_same_name_starts_over() -> None:
    begin_login(requirement=_wish(), browser=HERE)
    logins.put("u" * 32, open_login(uid="u" * 32, browser=HERE).with_facts(Facts(identifier="ada@example.com")))
    assert begin_login(requirement=_wish(return_to="/other"), browser=HERE) == f"/login/{'u' * 32}/identifier"
    assert open_login(uid="u" * 32, browser=HERE).requirement.return_to == "/other"


@pytest.mark.spec("RFC 9700", "4.7")
def test_a_name_taken_by_another_browser_stays_theirs() -> None:
    begin_login(requirement=_wish(), browser=HERE)
    with pytest.raises(WrongBrowser):
        begin_login(requirement=_wish(return_to="/other"), browser=ELSEWHERE)
    assert open_login(uid="u" * 32, browser=HERE).requirement.return_to == "/next"


def test_names_are_never_the_same_and_fit() -> None:
    names = {new_login_uid() for _ in range(100)}
    assert len(names) == 100
    assert all(_wish(uid=name).uid == name for name in names)
