"""The trail taken along: a file, the public keys and one program say whether it is whole; and so does the command."""

import hashlib
import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from idp.audit import verifier
from idp.audit.export import export_lines
from idp.audit.models import AuditSeal, SecurityEvent
from idp.audit.verifier import Verifier, content_digest, next_head, parsed_kept
from idp.oidc.jose.audit_seal import seal_keys


def command(*arguments: str) -> str:
    out = StringIO()
    call_command(*arguments, stdout=out)
    return out.getvalue()


def test_the_program_needs_the_file_and_the_keys_and_nothing_of_ours(trail: list[SecurityEvent], tmp_path: Path) -> None:
    (tmp_path / "verifier.py").write_bytes(Path(verifier.__file__).read_bytes())
    (tmp_path / "keys.json").write_text(command("export_audit", "--keys"))
    (tmp_path / "trail.jsonl").write_text(command("export_audit"))

    def run(*more: str) -> tuple[int, str]:
        arguments = [sys.executable, "verifier.py", "trail.jsonl", "keys.json", *more]
        done = subprocess.run(arguments, cwd=tmp_path, capture_output=True, text=True, check=False)
        return done.returncode, done.stdout + done.stderr

    head = AuditSeal.objects.get(number=2).head
    code, said = run("--kept", f"2:{head}")
    assert code == 0, said
    assert said.splitlines()[0] == "2 seals over 7 events; 0 wait for the next seal."
    assert f"--kept 2:{head}" in said

    text = (tmp_path / "trail.jsonl").read_text()
    (tmp_path / "trail.jsonl").write_text(text.replace('"web1"', '"webX"', 1))
    code, said = run()
    assert (code, "Position 3" in said, "NOT whole: 1 problem" in said) == (1, True, True)


@pytest.mark.parametrize("lost", [1, 3])
def test_a_file_that_ends_too_early_is_no_whole_trail(trail: list[SecurityEvent], lost: int) -> None:
    reader = Verifier(seal_keys(), {})
    reader.read(list(export_lines())[:-lost])
    assert "The export ends too early: its last line is missing." in reader.problems


@pytest.mark.parametrize("line", ["", "null", "[]", "{}", "7", '{"kind": "event"}', '{"kind": "other"}', "[" * 5000])
def test_a_line_that_makes_no_sense_is_a_problem_and_no_crash(trail: list[SecurityEvent], line: str) -> None:
    reader = Verifier(seal_keys(), {})
    reader.read([*list(export_lines())[:-1], line, '{"kind": "end"}'])
    assert len(reader.problems) == 1


def test_the_command_says_whether_it_is_whole_and_what_to_keep(trail: list[SecurityEvent], tmp_path: Path) -> None:
    head = AuditSeal.objects.get(number=2).head
    assert f"Keep this elsewhere, for the next time: --kept 2:{head}" in command("verify_audit", f"--kept=2:{head}")
    (tmp_path / "keys.json").write_text(command("export_audit", "--keys"))
    assert "is whole" in command("verify_audit", f"--keys={tmp_path / 'keys.json'}")
    with pytest.raises(CommandError, match="NOT whole: 1 problems"):
        command("verify_audit", f"--kept=3:{head}")
    (tmp_path / "keys.json").write_text('{"keys": []}')
    with pytest.raises(CommandError, match="NOT whole: 2 problems"):
        command("verify_audit", f"--keys={tmp_path / 'keys.json'}")


def test_bad_arguments_get_a_sentence(trail: list[SecurityEvent], tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="write a seal as NUMBER:HEAD"):
        command("verify_audit", "--kept=nonsense")
    for text in ("nonsense", "[]", '{"keys": 7}'):
        (tmp_path / "keys.json").write_text(text)
        with pytest.raises(CommandError, match="no key set that can be read"):
            command("verify_audit", f"--keys={tmp_path / 'keys.json'}")
    with pytest.raises(CommandError, match="no key set that can be read"):
        command("verify_audit", f"--keys={tmp_path / 'none.json'}")


def test_the_heads_are_computed_as_written_down() -> None:
    """Fixed for ever: whoever kept a head must be able to check it."""
    event = {"id": "x", "detail": {"b": "é", "a": "\x01\n"}, "sid": None}
    assert content_digest(event) == content_digest(dict(reversed(event.items())))
    written = '{"detail":{"a":"\\u0001\\n","b":"é"},"id":"x","sid":null}'
    assert content_digest(event) == hashlib.sha256(written.encode()).hexdigest()
    assert next_head("a", 1, "b") == hashlib.sha256(b"a:1:b").hexdigest()
    assert parsed_kept(f"812:{'f' * 64}\n") == (812, "f" * 64)
