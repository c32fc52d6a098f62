"""When a set-up step has nothing to do: only while contents, other facts and outputs are what they were."""

from pathlib import Path

import pytest

from tools.stamps import Stamp


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    (tmp_path / "source" / "deep").mkdir(parents=True)
    (tmp_path / "source" / "a.txt").write_text("a")
    (tmp_path / "source" / "deep" / "b.txt").write_text("b")
    (tmp_path / "built").mkdir()
    return tmp_path


def stamp(tree: Path, also: str = "") -> Stamp:
    return Stamp(file=tree / "stamps" / "s", inputs=(tree / "source",), outputs=(tree / "built",), also=also)


def test_a_step_is_done_once_it_is_stamped(tree: Path) -> None:
    assert not stamp(tree).is_current()
    stamp(tree).set()
    assert stamp(tree).is_current()


@pytest.mark.parametrize("change", ["edit", "add", "remove", "rename", "fact", "output"])
def test_any_change_makes_it_due_again(tree: Path, change: str) -> None:
    stamp(tree).set()
    deep = tree / "source" / "deep"
    match change:
        case "edit":
            (deep / "b.txt").write_text("c")
        case "add":
            (deep / "c.txt").write_text("")
        case "remove":
            (deep / "b.txt").unlink()
        case "rename":
            (deep / "b.txt").rename(deep / "c.txt")
        case "output":
            (tree / "built").rmdir()
    assert not stamp(tree, also="another" if change == "fact" else "").is_current()


def test_times_and_built_folders_do_not_count(tree: Path) -> None:
    stamp(tree).set()
    (tree / "source" / "a.txt").touch()
    (tree / "source" / "node_modules").mkdir()
    (tree / "source" / "node_modules" / "x.js").write_text("")
    assert stamp(tree).is_current()
