"""The specification matrix: what counts as evidence, what is missing, and that the same source always gives the same text."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from idp.tests.source_tree import Source, of_kind
from tools import spec_table
from tools.spec_table import Evidence, Notes, matrix, problems, read_evidence, read_notes

CODE = """
@implements("RFC 1", "4.10")
def rule(): ...

class View:
    @implements("RFC 1", "4.9")
    def get(self): ...
"""
TESTS = """
pytestmark = [pytest.mark.django_db, pytest.mark.spec("RFC 2", "1")]

@pytest.mark.spec("RFC 1", "4.10")
@pytest.mark.parametrize("x", [pytest.param(1, marks=pytest.mark.spec("RFC 1", "4.9"))])
def test_it(): ...

@pytest.mark.spec("RFC 3", "A.1")
class TestGroup:
    def test_inside(self): ...
    def helper(self): ...
"""


@dataclass(frozen=True)
class Written(Source):
    """A source file that is not on disk."""

    content: str = ""

    @property
    def text(self) -> str:
        """What it holds."""
        return self.content


def evidence(*files: tuple[str, str]) -> Evidence:
    return read_evidence(Written(Path(path), content) for path, content in files)


NOTHING = Notes(held={}, refused=(), later=())
BOTH = (("idp/a.py", CODE), ("idp/tests/test_a.py", TESTS))


def test_code_and_tests_are_found_by_decorator_class_module_and_parameter() -> None:
    found = evidence(*BOTH)
    assert found.code == {("RFC 1", "4.10"): {"idp/a.py::rule"}, ("RFC 1", "4.9"): {"idp/a.py::get"}}
    test, inside = "idp/tests/test_a.py::test_it", "idp/tests/test_a.py::test_inside"
    assert found.tests == {
        ("RFC 1", "4.10"): {test},
        ("RFC 1", "4.9"): {test},
        ("RFC 2", "1"): {test, inside},
        ("RFC 3", "A.1"): {inside},
    }


def test_tests_of_relying_parties_prove_nothing_about_the_provider() -> None:
    found = evidence(("clients/python/tests/test_a.py", TESTS))
    assert not found.tests
    assert ("RFC 1", "4.10") in found.client_tests
    assert problems(found, NOTHING) == []


def test_every_gap_has_its_sentence() -> None:
    assert problems(evidence(BOTH[0]), NOTHING)[0].endswith("and no test is marked with it")
    unheld = problems(evidence(*BOTH), NOTHING)
    assert sorted(text.partition(":")[0] for text in unheld) == ["RFC 2 section 1", "RFC 3 section A.1"]
    held = Notes(held={("RFC 2", "1"): "Makefile", ("RFC 3", "A.1"): "README.md"}, refused=(), later=())
    assert problems(evidence(*BOTH), held) == []


@pytest.mark.parametrize(
    ("clause", "place", "complaint"),
    [
        (("RFC 9", "1"), "Makefile", "noted as held"),
        (("RFC 1", "4.9"), "Makefile", "so drop it"),
        (("RFC 2", "1"), "idp/nowhere.py", "there is no idp/nowhere.py"),
        (("RFC 2", "1"), "idp/core/clock.py::nothing", "there is no idp/core/clock.py::nothing"),
    ],
)
def test_a_note_that_is_not_true_any_more_is_a_problem(clause: tuple[str, str], place: str, complaint: str) -> None:
    notes = Notes(held={("RFC 2", "1"): "Makefile", ("RFC 3", "A.1"): "Makefile", clause: place}, refused=(), later=())
    assert [text for text in problems(evidence(*BOTH), notes) if complaint in text]


@pytest.mark.parametrize(("kind", "told"), [("refused", "why"), ("later", "until_then")])
def test_the_proof_of_a_refusal_must_exist(kind: str, told: str) -> None:
    refusal = {"what": "x", "clause": "y", told: "z", "tests": ["idp/tests/test_gone.py::test_gone"]}
    notes = Notes(held={}, refused=(refusal,) if kind == "refused" else (), later=(refusal,) if kind == "later" else ())
    assert problems(evidence(), notes) == ["specification-notes.toml: there is no idp/tests/test_gone.py::test_gone"]
    assert "| x | y | z | [tests/test_gone.py](../idp/tests/test_gone.py) test_gone |\n" in matrix(evidence(), notes)


def test_the_text_depends_on_the_source_alone_and_counts_as_people_do() -> None:
    notes = Notes(held={("RFC 2", "1"): "Makefile", ("RFC 3", "A.1"): "Makefile"}, refused=(), later=())
    text = matrix(evidence(*BOTH), notes)
    assert text == matrix(evidence(*reversed(BOTH)), notes)
    assert text.index("| 4.9 |") < text.index("| 4.10 |")
    assert "| 4.10 | [a.py](../idp/a.py) rule | [tests/test_a.py](../idp/tests/test_a.py) test_it |\n" in text


def test_the_command_writes_and_the_check_compares(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(spec_table, "ROOT", tmp_path)
    monkeypatch.setattr(spec_table, "MATRIX", tmp_path / "matrix.md")
    monkeypatch.setattr(spec_table, "read_notes", lambda: NOTHING)
    monkeypatch.setattr(spec_table, "of_kind", lambda _suffix: ())
    assert spec_table.main(["--check"]) == 1
    assert "out of date: run `make spec-table`" in capsys.readouterr().out
    assert (spec_table.main([]), spec_table.main(["--check"])) == (0, 0)


def test_the_projects_own_notes_fit_its_code() -> None:
    found = read_evidence(of_kind(".py"))
    assert len(found.code) > 40
    assert [text for text in problems(found, read_notes()) if text.startswith("specification-notes.toml")] == []
