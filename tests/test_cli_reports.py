"""`export customers|sales|…` and `export report NAME`: to standard output alone, or whole into a file."""

import csv
import io
import json
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from bookkeeper_tui.cli import main
from bookkeeper_tui.paper.reports import FORMATS
from bookkeeper_tui.store import audit, customers, saved_reports
from bookkeeper_tui.store.customer_fields import CustomerFields
from bookkeeper_tui.store.desk import Desk
from bookkeeper_tui.store.exporting import customers as customers_report
from bookkeeper_tui.store.reports import KINDS, Question, to_json


@pytest.fixture
def where(shell: Desk, tmp_path: Path) -> list[str]:
    """Where the shop of two customers is, one of them with a tag."""
    customers.create(shell, CustomerFields(name="Ana Reyes", phone="+34600111222", tags=("vip",)))
    customers.create(shell, CustomerFields(name="Bruno Díaz", phone="+34600111333"))
    return ["--store", str(tmp_path / "shop"), "--keys", str(tmp_path / "keys")]


def test_standard_output_holds_rows_and_nothing_else(
    where: list[str], capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    assert main(["export", "customers", "tag:vip", "--columns", "phone,name", *where]) == 0
    out, err = capfdbinary.readouterr()
    assert out.decode() == "phone,name\n+34600111222,Ana Reyes\n"
    assert err == b""


def test_a_search_of_several_words_needs_no_quotes(where: list[str], tmp_path: Path) -> None:
    path = tmp_path / "out.json"
    assert main(["export", "customers", "bruno", "visits<1", "--format", "json", "--to", str(path), *where]) == 0
    assert [row["name"] for row in json.loads(path.read_text(encoding="utf-8"))] == ["Bruno Díaz"]


@pytest.mark.parametrize("format", sorted(FORMATS.values()))
def test_every_kind_goes_into_a_file_of_every_format(
    where: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str], format: str
) -> None:
    for kind in KINDS:
        path = tmp_path / f"{kind.name}.out"
        assert main(["export", kind.name, "--format", format, "--to", str(path), *where]) == 0
        assert f"in {path}." in capsys.readouterr().out
        assert path.stat().st_size > 0
    assert not list(tmp_path.glob("*.part"))


def test_a_saved_report_runs_by_its_name(where: list[str], shell: Desk, tmp_path: Path) -> None:
    question = Question("customers", {"words": "tag:vip"}, ("customer_no", "tags"))
    saved_reports.save(shell, "Our VIPs", "customers", to_json(question))
    path = tmp_path / "vips.csv"
    assert main(["export", "report", "our vips", "--to", str(path), *where]) == 0
    assert list(csv.reader(io.StringIO(path.read_text()))) == [["customer_no", "tags"], ["C-000001", "vip"]]
    assert audit.rows_before(shell.database, action="export.customers")[0].who.startswith("shell:")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["customers", "spnd>5"], "cannot be searched for"),
        (["customers", "--columns", "shoes"], "there is no column “shoes”"),
        (["sales", "--since", "soon"], "“soon” after --since is not a date"),
        (["sales", "--customer", "999"], "There is no customer 999"),
        (["hours", "--staff", "999"], "There is no staff number “999”"),
        (["report", "Mondays"], "No report is saved as “Mondays”"),
        (["shoes"], "invalid choice"),
        ([], "arguments are required: WHAT"),
    ],
)
def test_a_mistake_is_one_sentence_and_no_file(
    where: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str], words: list[str], said: str
) -> None:
    path = tmp_path / "out.csv"
    to = ["--to", str(path)] if words else []
    try:
        status = main(["export", *words, *to, *(where if words else [])])
    except SystemExit as left:
        status = int(left.code or 0)
    assert status == 2
    assert said in capsys.readouterr().err
    assert not list(tmp_path.glob("out*"))


def test_ctrl_c_leaves_the_file_that_was_there(
    where: list[str], shell: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "people.csv"
    path.write_text("as it was")

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(customers_report._Reader, "rows", interrupted)
    assert main(["export", "customers", "--to", str(path), *where]) == 130
    assert path.read_text() == "as it was"
    assert not list(tmp_path.glob("*.part"))
    assert audit.rows_before(shell.database, action="export.customers")[0].detail["state"] == "stopped"


def test_a_closed_standard_output_loses_the_rows_and_says_nothing(where: list[str]) -> None:
    command = [sys.executable, "-m", "bookkeeper_tui", "export", "customers", *where]
    done = subprocess.run(["sh", "-c", f"{shlex.join(command)} >&-"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_nothing_is_written_before_a_mistake_is_told(where: list[str], capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["export", "hours", "--staff", "999", *where]) == 2
    assert capfd.readouterr().out == ""


def test_no_two_columns_of_a_table_are_called_the_same() -> None:
    for kind in KINDS:
        titles = [column.title for column in kind.columns]
        assert len(set(titles)) == len(titles), kind.name
