"""Reports as files: each ending its format, whole or not there at all, and never over another file."""

import io
import json
import re
import zlib
from pathlib import Path

import pytest

from bookkeeper_tui.errors import BadInput
from bookkeeper_tui.paper.printing import NotPrinted
from bookkeeper_tui.paper.reports import FORMATS, save_report, write_report
from bookkeeper_tui.store import customers
from bookkeeper_tui.store.customer_fields import CustomerFields
from bookkeeper_tui.store.desk import Desk
from bookkeeper_tui.store.exporting import tables
from bookkeeper_tui.store.reports import Progress, Question, Stopped

COLUMNS = ("name", "company", "phone")
QUESTION = Question("customers", {}, COLUMNS)


@pytest.fixture
def people(shell: Desk) -> Desk:
    """Three customers, one with letters that few fonts have and a company that is a formula."""
    for number, (name, company) in enumerate((("Ana Reyes", ""), ("李小龍", "=1+1"), ("Eve Novak", "x" * 90))):
        customers.create(shell, CustomerFields(name=name, company=company, phone=f"+3460011122{number}"))
    return shell


def directory(desk: Desk) -> Path:
    return desk.store.directory / desk.store.settings.printer_of(desk.terminal).path


def pdf_text(data: bytes) -> str:
    """What is written on the sheets, without how."""
    streams = re.findall(rb"stream\n(.*?)\nendstream", data, re.S)
    pages = b"\n".join(zlib.decompress(stream) for stream in streams)
    return "\n".join(found.decode("cp1252") for found in re.findall(rb"\((.*?)\) Tj", pages))


@pytest.mark.parametrize("ending", FORMATS)
def test_the_end_of_a_name_says_the_format(people: Desk, ending: str) -> None:
    path, rows = save_report(people, QUESTION, f"Our people{ending}")
    assert (path.name, rows) == (f"Our-people{ending}", 3)
    assert path.stat().st_mode & 0o077 == 0, "for nobody else on the server"
    data = path.read_bytes()
    if ending == ".pdf":
        assert data.startswith(b"%PDF-")
    elif ending == ".json":
        assert [row["company"] for row in json.loads(data)] == ["", "=1+1", "x" * 90]
    else:
        assert "李小龍" in data.decode("utf-8")
        assert "'=1+1" in data.decode("utf-8").replace("&#x27;", "'")


def test_a_pdf_has_every_letter_of_every_cell_and_its_heading_on_each_sheet(
    people: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(60):
        customers.create(people, CustomerFields(name=f"Person {number}", phone=f"+346002220{number:02d}"))
    file = io.BytesIO()
    assert write_report(people, QUESTION, "pdf", file) == 63
    text = pdf_text(file.getvalue())
    assert text.count("Name ") == 2
    assert "1 / 2" in text
    assert text.count("x") >= 90, "a long cell goes on in the next line"
    assert "Main St: Customers" in text
    assert "+34600222059" in text


def test_another_file_by_that_name_is_never_written_over(people: Desk) -> None:
    first, _ = save_report(people, QUESTION, "people.csv")
    before = first.read_bytes()
    second, _ = save_report(people, Question("customers", {"words": "ana"}, COLUMNS), "people.csv")
    assert (first.name, second.name) == ("people.csv", "people-2.csv")
    assert first.read_bytes() == before


@pytest.mark.parametrize("ending", FORMATS)
def test_what_was_stopped_leaves_nothing_behind(people: Desk, monkeypatch: pytest.MonkeyPatch, ending: str) -> None:
    from bookkeeper_tui.store.reports import running

    monkeypatch.setattr(running, "_BETWEEN_WORDS", 1)

    def told(progress: Progress) -> None:
        if progress.rows == 2:
            raise Stopped("Stopped")

    with pytest.raises(Stopped):
        save_report(people, QUESTION, f"people{ending}", told)
    assert list(directory(people).iterdir()) == []


def test_too_many_rows_for_a_sheet_leave_nothing_behind(people: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "MOST_ROWS", 2)
    for ending in (".pdf", ".html"):
        with pytest.raises(BadInput, match="More than 2 rows do not fit"):
            save_report(people, QUESTION, f"people{ending}")
    assert list(directory(people).iterdir()) == []


@pytest.mark.parametrize("name", ["people", "people.xls", ".csv", "", "../../.csv"])
def test_a_name_that_names_no_file_is_refused(people: Desk, name: str) -> None:
    with pytest.raises(BadInput, match=r"no name for a file that ends in \.csv, \.json"):
        save_report(people, QUESTION, name)


def test_a_name_leads_nowhere_else(people: Desk) -> None:
    path, _ = save_report(people, QUESTION, "../../etc/people.csv")
    assert path.parent == directory(people)


def test_a_directory_that_cannot_be_written_is_one_sentence(people: Desk) -> None:
    directory(people).parent.mkdir(parents=True, exist_ok=True)
    directory(people).write_text("in the way")
    with pytest.raises(NotPrinted, match="“people” cannot be written"):
        save_report(people, QUESTION, "people.csv")
