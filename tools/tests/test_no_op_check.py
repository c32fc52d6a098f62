"""The no-op check: its list fits the code, covers what must be covered, and tells a rule that matters from one that does not."""

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from idp.oidc.authorize import policy
from idp.oidc.authorize.pipeline import ANSWER, REQUEST, TRUST
from tools import no_op_check
from tools.no_op_check import ROOT, Laboratory, Rule, read_rules
from tools.no_op_plugin import VARIABLE

MODULE = "tools/stamps.py"
TESTS = ("tools/tests/test_stamps.py",)


def rule(*, old: str, new: str, path: str = MODULE, tests: tuple[str, ...] = TESTS) -> Rule:
    return Rule(name="a rule", path=path, old=old, new=new, tests=tests)


def test_every_entry_fits_the_code() -> None:
    assert [entry.staleness for entry in read_rules() if entry.staleness] == []


def test_no_entry_stands_twice() -> None:
    rules = read_rules()
    assert len({(entry.path, entry.old, entry.new) for entry in rules}) == len(rules) > 100


# What is judged by a function of another module, or taken away by `test_checks_matter` alone, stands there.
@pytest.mark.parametrize("check", [check for check in TRUST + ANSWER + REQUEST if check.__name__ != "id_token_hint"])
def test_every_check_of_the_authorization_request_is_in_the_list(check: object) -> None:
    name = getattr(check, "__name__", "")
    assert f"idp/oidc/authorize/checks/{name}.py" in {entry.path for entry in read_rules()}


def test_every_reason_to_ask_the_person_is_in_the_list() -> None:
    taken_away = " ".join(entry.old for entry in read_rules() if entry.path.endswith("policy.py"))
    assert [holds.__name__ for holds, _need in policy._REASONS if f"({holds.__name__}, " not in taken_away] == []


@pytest.mark.parametrize(
    ("entry", "complaint"),
    [
        (rule(old="stands nowhere", new=""), "0 times"),
        (rule(old="import", new=""), "times instead of once"),
        (rule(old="x", new="", path="idp/gone.py"), "0 times"),
        (
            rule(
                old="def is_current",
                new="def",
            ),
            "no Python",
        ),
        (rule(old="_BUILT = {", new="_BUILT = {'x', ", tests=("tools/tests/test_gone.py",)), "no such tests"),
        (rule(old="_BUILT = {", new="_BUILT = {'x', ", tests=()), "no such tests"),
    ],
)
def test_an_entry_that_fits_no_longer_says_so(entry: Rule, complaint: str) -> None:
    assert complaint in entry.staleness


def test_only_a_failing_test_is_proof(tmp_path: Path) -> None:
    (tmp_path / "template").mkdir()
    laboratory = Laboratory(tmp_path, 1)
    needed = rule(old="def is_current(self) -> bool:", new="def is_current(self) -> bool:\n        return True")
    assert laboratory.noticed_by(needed).startswith("tools/tests/test_stamps.py::")
    # Neither a change that nothing depends on, nor one that does not even import.
    assert laboratory.noticed_by(rule(old='"test-results"}', new='"test-results", "x"}')) == ""
    assert laboratory.noticed_by(rule(old="import hashlib", new="import nothing_of_that_name")) == ""


def test_a_test_that_hangs_is_no_proof_and_the_run_with_every_rule_may_take_long(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(no_op_check, "_LONGEST_RUN_SECONDS", 0.001)
    laboratory = Laboratory(tmp_path, 1)
    assert laboratory.prepare(TESTS) == ""
    assert laboratory.noticed_by(rule(old="_BUILT = {", new="_BUILT = {'x', ")) == ""


def test_the_file_itself_is_never_changed() -> None:
    told = {"path": MODULE, "old": "_BUILT = {", "new": "_BUILT = {'changed', "}
    read = "import tools.no_op_plugin, tools.stamps; print('changed' in tools.stamps._BUILT)"
    before = (ROOT / MODULE).read_bytes()
    environ = {VARIABLE: json.dumps(told)}
    done = subprocess.run([sys.executable, "-c", read], cwd=ROOT, env=environ, capture_output=True, text=True, check=True)
    assert done.stdout == "True\n"
    assert (ROOT / MODULE).read_bytes() == before


class Untouched(Laboratory):
    """A laboratory that runs nothing: the tests are fine, and one entry of two is missed."""

    def prepare(self, tests: Sequence[str]) -> str:
        return ""

    def noticed_by(self, rule: Rule) -> str:
        return "" if rule.new else "a/test_file.py::test_it"


def test_the_command_fails_for_a_survivor_and_names_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    entries = [rule(old="import hashlib", new=""), rule(old="_BUILT = {", new="_BUILT = {'x', ")]
    monkeypatch.setattr(no_op_check, "Laboratory", Untouched)
    monkeypatch.setattr(no_op_check, "read_rules", lambda: entries[:1])
    assert no_op_check.main(["--jobs", "1"]) == 0
    monkeypatch.setattr(no_op_check, "read_rules", lambda: entries)
    assert no_op_check.main(["--jobs", "1"]) == 1
    said = capsys.readouterr().out
    assert ("test_file.py::test_it" in said, "NOTHING NOTICES" in said, "2 rules, 1 that nothing" in said) == (True, True, True)


def test_the_command_refuses_a_stale_list_and_a_word_that_names_nothing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert no_op_check.main(["no-rule-is-called-like-this"]) == 1
    monkeypatch.setattr(no_op_check, "read_rules", lambda: [rule(old="stands nowhere", new="")])
    assert no_op_check.main([]) == 1
    assert "instead of once" in capsys.readouterr().out
