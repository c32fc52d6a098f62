"""Files as they come: cut off, in another encoding, hostile. A row may be lost, and is told of; the others never are."""

import csv
import io
import json
import os
import stat
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from idp.joining.errors import SourceUnusable
from idp.joining.report import open_report
from idp.joining.schemas import COLUMNS
from idp.joining.source import LONGEST_ROW, open_source
from idp.joining.tests.people import person
from idp.joining.types import RawRow, Reason, Refusal

HEADER = "id,email,phone,password,role,auth_provider,is_active,is_verified\n"
LINE = "0190,a@example.com,,!,client,email,t,t\n"


def rows(folder: Path, content: str | bytes, *, name: str = "people.csv") -> list[RawRow]:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    source = open_source(path)
    found = list(source.rows())
    # A byte order mark is not counted.
    assert source.size - source.bytes_read in {0, 3}
    return found


def test_csv_and_json_say_the_same(tmp_path: Path) -> None:
    told = {"id": "0190", "email": "a@example.com", "password": "!", "role": "client", "auth_provider": "email"}
    flags = {"is_active": "t", "is_verified": "t"}
    assert rows(tmp_path, HEADER + LINE) == [RawRow(2, told | flags)]
    line = json.dumps({**told, "phone": None, "last_name": "", "is_active": True})
    assert rows(tmp_path, f"\n{line}\n\n", name="people.ndjson") == [RawRow(2, told | {"is_active": True})]


def test_what_spreadsheets_write_is_read(tmp_path: Path) -> None:
    """A byte order mark, ends of lines as on Windows, columns in another order, line ends in a value."""
    content = "\ufeffemail,id,phone,password,role,auth_provider,is_active,is_verified,first_name\r\n"
    content += 'a@example.com,0190,,!,client,email,t,t,"Ada\r\nLovelace"\r\n\r\nb@example.com,0191,,!,client,email,t,t,Bola\r\n'
    first, second = rows(tmp_path, content)
    assert (first.line, first.values["id"], first.values["first_name"]) == (2, "0190", "Ada\r\nLovelace")
    assert (second.line, second.values["id"]) == (5, "0191")


@pytest.mark.parametrize(
    ("header", "complaint"),
    [
        ("", "column 'id' missing"),
        (HEADER.replace("role", "rank"), "unknown column 'rank', column 'role' missing"),
        (HEADER.replace("phone", "email"), "column 'email' twice"),
        ('"id,email\n', "not a header"),
    ],
)
def test_a_header_that_does_not_fit_stops_the_import(tmp_path: Path, header: str, complaint: str) -> None:
    with pytest.raises(SourceUnusable, match=complaint):
        rows(tmp_path, header + LINE)


@pytest.mark.parametrize(
    ("broken", "fault"),
    [
        ("0190,a@example.com\n", "This row has 2 values, and the header names 8 columns."),
        ('0190,"a"@example.com,,!,client,email,t,t\n', "Lines 3 to 3 are not valid CSV; a quotation mark may be missing."),
        ("x" * (5 * LONGEST_ROW) + "\n", "This row is longer than 16384 characters."),
        ('0190,"' + "x" * (5 * LONGEST_ROW) + '"\n', "This row is longer than 16384 characters."),
    ],
)
def test_a_broken_row_of_csv_takes_none_along(tmp_path: Path, broken: str, fault: str) -> None:
    first, second, third = rows(tmp_path, HEADER + LINE + broken + LINE)
    assert (first.fault, second, third.fault, third.line) == ("", RawRow(3, {}, fault), "", 4)


def test_an_open_quotation_mark_takes_along_what_it_must_and_says_so(tmp_path: Path) -> None:
    first, second = rows(tmp_path, HEADER + LINE + '0190,"a@example.com,,!\n' + LINE * 3)
    assert (first.fault, second.line) == ("", 3)
    assert second.fault == "Lines 3 to 6 are not valid CSV; a quotation mark may be missing."


@pytest.mark.parametrize(
    ("broken", "fault"),
    [
        ("{", "This line is not valid JSON, or names a member twice."),
        ('{"id": "a", "id": "b"}', "This line is not valid JSON, or names a member twice."),
        ("[" * 5000, "This line is not valid JSON, or names a member twice."),
        ("[1]", "This line is not a JSON object."),
        ('{"id": "' + "x" * (5 * LONGEST_ROW) + '"}', "This row is longer than 16384 characters."),
    ],
)
def test_a_broken_line_of_json_takes_none_along(tmp_path: Path, broken: str, fault: str) -> None:
    found = rows(tmp_path, f'{{"id": "1"}}\n{broken}\n{{"id": "3"}}', name="people.jsonl")
    assert found == [RawRow(1, {"id": "1"}), RawRow(2, {}, fault), RawRow(3, {"id": "3"})]


def test_another_encoding_is_no_end(tmp_path: Path) -> None:
    [found] = rows(tmp_path, b'{"first_name": "Ad\xe9"}', name="people.jsonl")
    assert found.values == {"first_name": "Ad\udce9"}


def test_the_format_is_told_where_the_name_does_not(tmp_path: Path) -> None:
    path = tmp_path / "people.txt"
    path.write_text("{}\n", "utf-8")
    assert open_source(path, format="jsonl").format == "jsonl"
    with pytest.raises(SourceUnusable, match="neither"):
        open_source(path)
    with pytest.raises(SourceUnusable, match="not there"):
        open_source(tmp_path / "absent.csv")
    with pytest.raises(SourceUnusable, match="cannot be written"), open_report(tmp_path / "absent" / "report"):
        pass


def test_a_file_that_goes_away_is_told_of(tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    path.write_text(HEADER, "utf-8")
    source = open_source(path)
    path.unlink()
    with pytest.raises(SourceUnusable, match="cannot be read: No such file"):
        list(source.rows())
    with pytest.raises(SourceUnusable, match="cannot be read: No such file"):
        _ = source.size


# --- The command line ---------------------------------------------------------------------------------------------------
def refusal(*arguments: str) -> str:
    with pytest.raises(CommandError) as caught:
        call_command("import_users", *arguments)
    assert caught.value.returncode == 1
    return str(caught.value)


def test_the_command_refuses_what_would_do_harm(tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    path.write_text(HEADER, "utf-8")
    assert "would overwrite the file" in refusal(str(path), "--report", str(path))
    assert "1 to 2000" in refusal(str(path), "--batch", "0")
    assert "not there" in refusal(str(tmp_path / "absent.csv"))
    assert path.read_text("utf-8") == HEADER


@pytest.mark.parametrize("spelling", ["another way", "link", "second name"])
def test_the_file_is_not_overwritten_by_whatever_name(tmp_path: Path, spelling: str) -> None:
    path = tmp_path / "people.csv"
    path.write_text(HEADER, "utf-8")
    report = {"another way": f"{tmp_path}/../{tmp_path.name}/people.csv"}.get(spelling, f"{tmp_path}/report")
    if spelling == "link":
        Path(report).symlink_to(path)
    elif spelling == "second name":
        Path(report).hardlink_to(path)
    assert "would overwrite the file" in refusal(str(path), "--report", report)
    assert path.read_text("utf-8") == HEADER


def test_a_report_that_others_could_read_is_its_owners_alone(tmp_path: Path) -> None:
    path = tmp_path / "report.jsonl"
    path.write_text("of the last run", "utf-8")
    path.chmod(0o644)
    with open_report(path):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert path.read_text("utf-8") == ""


def test_a_report_may_go_to_a_program_whose_pipe_is_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "report"
    os.mkfifo(path)
    path.chmod(0o644)
    reader = os.open(path, os.O_RDWR)
    with open_report(path) as report:
        report.add(Refusal(7, "email", Reason.TAKEN_HERE, "Taken."))
    assert json.loads(os.read(reader, 1000))["line"] == 7
    os.close(reader)
    assert stat.S_IMODE(path.stat().st_mode) == 0o644


class Terminal(io.StringIO):
    """Somebody watches."""

    def isatty(self) -> bool:
        return True


@pytest.mark.django_db
def test_whoever_watches_sees_how_far_it_is(tmp_path: Path) -> None:
    path = tmp_path / "people.jsonl"
    path.write_text(json.dumps(person(0, password="!")) + "\n", "utf-8")
    screen = Terminal()
    call_command("import_users", str(path), stdout=io.StringIO(), stderr=screen)
    assert screen.getvalue().endswith("] 100%  1 rows\n")


def test_the_sample_in_the_documents_fits(tmp_path: Path) -> None:
    from idp.joining.schemas import ImportRow

    folder = Path(__file__).resolve().parents[3] / "docs"
    for line in (folder / "import-sample.jsonl").read_text("utf-8").splitlines():
        ImportRow.model_validate(json.loads(line))
    told: Any = (folder / "import-users.md").read_text("utf-8")
    assert [name for name in COLUMNS if f"`{name}`" not in told] == []
    assert csv.field_size_limit() > LONGEST_ROW
