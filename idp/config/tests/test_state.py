"""The state folder: owner-only, made once even when two processes start together, never trusted when open to others."""

import json
import multiprocessing
import stat
from pathlib import Path

import pytest

from idp.config.state import StateRefused, load_development_secrets, load_secrets, prepare_folder


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_folder_and_file_are_for_their_owner_only(tmp_path: Path) -> None:
    folder = tmp_path / "deep" / "state"
    load_development_secrets(folder)
    assert mode(folder) == 0o700
    assert mode(folder / "secrets.json") == 0o600


def test_nothing_but_the_file_is_left_behind(tmp_path: Path) -> None:
    load_development_secrets(tmp_path / "state")
    assert [path.name for path in (tmp_path / "state").iterdir()] == ["secrets.json"]


def test_two_installations_have_nothing_in_common(tmp_path: Path) -> None:
    one, two = (load_development_secrets(tmp_path / name) for name in ("one", "two"))
    assert one.keys() == two.keys()
    assert not set(one.values()) & set(two.values())
    assert all(value.startswith("development-") for value in one.values())


def _start(folder: Path, gate: "multiprocessing.synchronize.Barrier", answers: "multiprocessing.SimpleQueue[str]") -> None:
    gate.wait()
    answers.put(json.dumps(load_development_secrets(folder), sort_keys=True))


def test_processes_that_start_together_agree(tmp_path: Path) -> None:
    context = multiprocessing.get_context("fork")
    gate, answers = context.Barrier(8), context.SimpleQueue()
    starters = [context.Process(target=_start, args=(tmp_path / "state", gate, answers)) for _ in range(8)]
    for starter in starters:
        starter.start()
    seen = {answers.get() for _ in starters}
    for starter in starters:
        starter.join()
    assert len(seen) == 1
    assert len(list((tmp_path / "state").iterdir())) == 1


def test_the_loser_of_the_race_reads_the_winners_secrets(tmp_path: Path) -> None:
    path = tmp_path / "state" / "secrets.json"

    def generate_while_another_wins() -> dict[str, str]:
        load_secrets(path, lambda: {"who": "winner"})
        return {"who": "loser"}

    assert load_secrets(path, generate_while_another_wins) == {"who": "winner"}


def test_an_empty_folder_of_ours_is_taken_over(tmp_path: Path) -> None:
    folder = tmp_path / "state"
    folder.mkdir(mode=0o755)
    folder.chmod(0o755)
    prepare_folder(folder)
    assert mode(folder) == 0o700


@pytest.mark.parametrize("bits", [0o750, 0o705, 0o777])
def test_a_folder_others_can_look_into_is_refused(tmp_path: Path, bits: int) -> None:
    folder = tmp_path / "state"
    load_development_secrets(folder)
    folder.chmod(bits)
    with pytest.raises(StateRefused, match="chmod 700"):
        load_development_secrets(folder)


@pytest.mark.parametrize("bits", [0o640, 0o604, 0o666])
def test_a_file_others_can_read_is_refused(tmp_path: Path, bits: int) -> None:
    load_development_secrets(tmp_path / "state")
    (tmp_path / "state" / "secrets.json").chmod(bits)
    with pytest.raises(StateRefused, match="chmod 600"):
        load_development_secrets(tmp_path / "state")


def test_a_folder_of_another_user_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "state"
    prepare_folder(folder)
    real = folder.stat().st_uid
    monkeypatch.setattr("os.geteuid", lambda: real + 1)
    with pytest.raises(StateRefused, match="another user"):
        prepare_folder(folder)


def test_a_path_that_is_no_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StateRefused, match="cannot be used"):
        prepare_folder(tmp_path / "file")


@pytest.mark.parametrize("content", ["", "[]", '{"a": 1}', "{"])
def test_a_damaged_file_is_refused_and_kept(tmp_path: Path, content: str) -> None:
    load_development_secrets(tmp_path / "state")
    (tmp_path / "state" / "secrets.json").write_text(content)
    with pytest.raises(StateRefused, match="backup"):
        load_development_secrets(tmp_path / "state")
    assert (tmp_path / "state" / "secrets.json").read_text() == content
