"""The sales go out as a table, a row each, and no spreadsheet runs a cell of it."""

import csv
import io
import json

import pytest

from bookkeeper_tui.errors import BadInput
from bookkeeper_tui.store import audit
from bookkeeper_tui.store.exporting.tables import defused
from bookkeeper_tui.store.reports import Question, export
from bookkeeper_tui.store.shop import branch_id
from tests.store.floor import Floor


@pytest.fixture
def sold(floor: Floor) -> Floor:
    """Three sales on three days, one of them a return at a branch with a hostile name."""
    with floor.desk.change("import.sales") as change:
        hostile = branch_id(change.database, '=HYPERLINK("x")')
    floor.post(
        floor.sale(day="2026-11-18"),
        floor.sale(floor.line("100", -1800, pieces=-1), day="2026-11-19", kind="return")._replace(branch_id=hostile),
        floor.sale(day="2026-11-20"),
    )
    return floor


def test_one_row_a_sale_with_amounts_as_decimal_strings(sold: Floor) -> None:
    file = io.StringIO()
    assert export(sold.desk, Question("sales"), "csv", file) == 3
    rows = list(csv.DictReader(io.StringIO(file.getvalue())))
    assert [row["sale_no"] for row in rows] == ["S-0000001", "S-0000002", "S-0000003"]
    assert (rows[0]["total"], rows[0]["branch"], rows[0]["currency"]) == ("18.00", "Main St", "EUR")
    assert rows[0]["customer_no"].startswith("C-")
    assert rows[0]["sold_at"] == "2026-11-18T13:00:00+01:00"
    assert (rows[1]["total"], rows[1]["branch"]) == ("-18.00", '\'=HYPERLINK("x")')


def test_json_holds_the_same_rows_undisguised(sold: Floor) -> None:
    file = io.StringIO()
    assert export(sold.desk, Question("sales", {"since": "2026-11-19", "until": "2026-11-19"}), "json", file) == 1
    (row,) = json.loads(file.getvalue())
    assert (row["sale_no"], row["total"], row["branch"]) == ("S-0000002", "-18.00", '=HYPERLINK("x")')


@pytest.mark.parametrize("format", ["csv", "json"])
def test_no_sales_are_a_table_without_rows(floor: Floor, format: str) -> None:
    file = io.StringIO()
    assert export(floor.desk, Question("sales"), format, file) == 0
    read = json.loads(file.getvalue()) if format == "json" else list(csv.DictReader(io.StringIO(file.getvalue())))
    assert read == []


def test_filter_and_row_count_stand_in_the_audit_log(sold: Floor) -> None:
    export(sold.desk, Question("sales", {"since": "2026-11-19"}, ("sale_no", "total")), "csv", io.StringIO())
    done, begun = audit.rows_before(sold.desk.database, action="export.sales")
    asked = {"format": "csv", "columns": ["sale_no", "total"], "filter": {"since": "2026-11-19"}}
    assert begun.detail == asked | {"state": "begun"}
    assert done.detail == asked | {"state": "done", "rows": 2}


def test_an_unknown_format_is_refused_before_anything_is_written(sold: Floor) -> None:
    file = io.StringIO()
    with pytest.raises(BadInput, match="“xls” is no format"):
        export(sold.desk, Question("sales"), "xls", file)
    assert file.getvalue() == ""


@pytest.mark.parametrize("cell", ["=1+1", "+cmd", "-2+3", "@SUM(A1)", "\t=1", "-", "+", "＝1+1", "\n=1"])
def test_a_cell_that_would_run_is_defused(cell: str) -> None:
    assert defused(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["-12.00", "+5", "12", "a=1", "", "'x", 7])
def test_numbers_and_plain_text_stay_as_they_are(cell: str | int) -> None:
    assert defused(cell) == cell
