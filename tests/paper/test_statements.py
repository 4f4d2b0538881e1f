"""What a statement says on paper: a table on a sheet, two lines a document on a roll, totals and aging on both."""

import pytest

from bookkeeper_tui.errors import BadInput
from bookkeeper_tui.paper.plain import as_text
from bookkeeper_tui.paper.statements import save_statement, statement_page
from bookkeeper_tui.store.desk import Desk
from bookkeeper_tui.store.statements import OPEN_ITEM, TRANSACTIONS, Statement, statement
from tests.store.accounts_floor import charge
from tests.store.floor import Floor


@pytest.fixture
def seen(floor: Floor) -> Statement:
    """October of a customer who began it owing 30.00."""
    ana = floor.customers[0]
    charge(floor.desk, ana, 3000, "2026-09-10", due="2026-09-25")
    charge(floor.desk, ana, 123456, "2026-10-05")
    charge(floor.desk, ana, -2000, "2026-10-20")
    return statement(floor.desk, ana, "2026-10-01", "2026-10-31")


def lines_of(desk: Desk, seen: Statement, columns: int) -> list[str]:
    return as_text(statement_page(desk, seen, columns=columns), columns).splitlines()


def test_a_wide_statement_is_a_table_of_eighty_columns(floor: Floor, seen: Statement) -> None:
    lines = lines_of(floor.desk, seen, 80)
    assert max(map(len, lines)) == 80
    table = [line.split() for line in lines if line.startswith(("01/10", "05/10", "20/10"))]
    assert table[0][1:] == ["Opening", "balance", "30,00"]
    assert table[1][2:] == ["Sale", "1.234,56", "1.264,56"]
    assert table[2][2:] == ["Return", "20,00", "1.244,56"]


def test_totals_and_aging_stand_below(floor: Floor, seen: Statement) -> None:
    said = [" ".join(line.split()) for line in lines_of(floor.desk, seen, 80)]
    assert "Closing balance 1.244,56" in said
    assert "1-30 days overdue 1.234,56" in said
    assert "31-60 days overdue 10,00" in said


def test_a_roll_gets_two_lines_a_document(floor: Floor, seen: Statement) -> None:
    lines = lines_of(floor.desk, seen, 42)
    assert max(map(len, lines)) == 42
    said = [" ".join(line.split()) for line in lines]
    assert "Sale = 1.264,56" in said
    assert "Return = 1.244,56" in said


def test_open_items_say_when_they_are_due(floor: Floor, seen: Statement) -> None:
    of = statement(floor.desk, seen.customer_id, "2026-10-01", "2026-10-31", OPEN_ITEM)
    row = next(line for line in lines_of(floor.desk, of, 80) if line.startswith("10/09/2026"))
    assert row.split()[1] == "25/09/2026"
    assert row.split()[-2:] == ["10,00", "10,00"]


def test_transactions_say_what_is_open_of_each(floor: Floor, seen: Statement) -> None:
    of = statement(floor.desk, seen.customer_id, "2026-10-01", "2026-10-31", TRANSACTIONS)
    for columns in (80, 42):
        said = [" ".join(line.split()) for line in lines_of(floor.desk, of, columns)]
        assert sum(" open, due " in line for line in said) == 1, columns
        assert "1.234,56 open, due" in " ".join(said)


def test_a_saved_statement_leads_nowhere_else(floor: Floor, seen: Statement) -> None:
    saved = save_statement(floor.desk, seen, "../../.ssh/authorized_keys.csv")
    assert saved.parent == floor.desk.store.directory / "paper"
    again = save_statement(floor.desk, seen, saved.name)
    assert again != saved
    for wrong in ("statement", "statement.exe", ".csv", "   "):
        with pytest.raises(BadInput, match="no name for a file"):
            save_statement(floor.desk, seen, wrong)
