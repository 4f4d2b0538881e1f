"""The points ledger leaves as a table whose points add up to the balances."""

import csv
import io
import json

from bookkeeper_tui.store import loyalty
from bookkeeper_tui.store.exporting.loyalty import COLUMNS
from bookkeeper_tui.store.reports import Question, export
from tests.store.floor import Floor
from tests.store.test_loyalty import sell


def test_the_points_of_the_rows_are_the_balances(floor: Floor) -> None:
    ana, bruno, _ = floor.customers
    sell(floor, 5000)
    sell(floor, 3000, customer=bruno)
    sell(floor, 2000, points=25)
    loyalty.adjust(floor.desk, bruno, -5, "=mistake")
    file = io.StringIO()
    assert export(floor.desk, Question("loyalty"), "csv", file) == 5
    rows = list(csv.DictReader(io.StringIO(file.getvalue())))
    assert tuple(rows[0]) == COLUMNS
    assert sum(int(row["points"]) for row in rows if row["customer_no"] == "C-000001") == 44
    assert loyalty.balance(floor.desk.database, ana) == 44
    assert rows[-1]["reason"] == "'=mistake", "no spreadsheet runs it"


def test_one_customer_and_a_period_can_be_asked_for(floor: Floor) -> None:
    bruno = floor.customers[1]
    sell(floor, 5000)
    sell(floor, 3000, customer=bruno, day="2026-11-19")
    sell(floor, 3000, customer=bruno, day="2026-11-20")
    file = io.StringIO()
    question = Question("loyalty", {"customer": "C-000002", "since": "2026-11-20"})
    assert export(floor.desk, question, "json", file) == 1
    (row,) = json.loads(file.getvalue())
    assert (row["customer_no"], row["kind"], row["sale_no"]) == ("C-000002", "earn", "S-0000003")
