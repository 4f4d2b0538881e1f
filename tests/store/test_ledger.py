"""Entries always balance, are never changed, and are undone at most once."""

import re
import sqlite3

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bookkeeper_tui.store import ledger
from bookkeeper_tui.store.desk import Desk
from bookkeeper_tui.store.ledger import AlreadyReversed, Posting, Unbalanced
from bookkeeper_tui.store.opening import create_store

# As beancount's lexer and hledger's manual have it: parts begin with a capital or a digit, and hold no space or mark.
LEGAL = re.compile(r"(Assets|Liabilities|Equity|Income|Expenses)(:[^\W_a-z][\w-]*)+")


def post(desk: Desk, amount: int, date: str = "2026-11-20", credit: str = "Income:Rounding") -> int:
    with desk.change("import.sales") as change:
        return ledger.post(
            change,
            date=date,
            kind="sale",
            document_kind="test",
            document_id=1,
            postings=[Posting(ledger.DRAWER, amount), Posting(credit, -amount)],
        )


def test_an_entry_that_does_not_balance_leaves_nothing_behind(shell: Desk) -> None:
    with pytest.raises(Unbalanced, match="sum to 1"), shell.change("import.sales") as change:
        ledger.post(
            change,
            date="2026-11-20",
            kind="sale",
            document_kind="test",
            document_id=7,
            postings=[Posting(ledger.DRAWER, 100), Posting(ledger.ROUNDING, -99)],
        )
    assert shell.database.execute_sql("SELECT COUNT(*) FROM entry").fetchone() == (0,)
    assert ledger.balances(shell) == []


def test_balances_are_those_at_the_end_of_a_day(shell: Desk) -> None:
    post(shell, 100, "2026-11-19")
    post(shell, 50, "2026-11-20")
    assert ledger.balances(shell) == [("Assets:Cash:Drawer", 150), ("Income:Rounding", -150)]
    assert ledger.balances(shell, "2026-11-19") == [("Assets:Cash:Drawer", 100), ("Income:Rounding", -100)]
    assert ledger.balances(shell, "2026-11-18") == []


def test_a_reversal_undoes_an_entry_once(shell: Desk) -> None:
    entry = post(shell, 100)
    with shell.change("import.sales") as change:
        undone = ledger.reverse(change, entry, date="2026-11-21", memo="rung up twice")
    assert [amount for _, amount in ledger.balances(shell)] == [0, 0]
    assert ledger.read_entry(shell.database, undone).reverses == entry
    with pytest.raises(AlreadyReversed, match=f"entry {undone}"), shell.change("import.sales") as change:
        ledger.reverse(change, entry, date="2026-11-21")


@pytest.mark.parametrize("sql", ["UPDATE posting SET amount = 1", "DELETE FROM entry", "UPDATE entry SET memo = 'x'"])
def test_the_database_itself_refuses_to_change_the_books(shell: Desk, sql: str) -> None:
    post(shell, 100)
    connection = sqlite3.connect(shell.store.engine.path)
    with pytest.raises(sqlite3.IntegrityError, match="reverse"):
        connection.execute(sql)
    connection.close()


def test_a_control_account_posted_without_a_customer_is_found(shell: Desk) -> None:
    post(shell, 100, credit=ledger.STORE_CREDIT)
    found = ledger.control_differences(shell.database)
    assert [(one.account, one.balance, one.of_customers) for one in found] == [("Liabilities:Store-Credit", -100, 0)]


def test_accounts_are_each_stores_own(shell: Desk, tmp_path_factory: pytest.TempPathFactory) -> None:
    place = tmp_path_factory.mktemp("other")
    other = Desk.shell(create_store(place / "shop", place / "keys", name="Other", currency="EUR", country="ES"))
    post(shell, 100)
    with other.change("import.sales") as change:
        ledger.account_id(change, "Income:Rounding")
    post(other, 70)
    assert ledger.balances(other) == [("Assets:Cash:Drawer", 70), ("Income:Rounding", -70)]
    assert ledger.balances(shell) == [("Assets:Cash:Drawer", 100), ("Income:Rounding", -100)]
    other.store.close()


@pytest.mark.parametrize(
    ("label", "name"),
    [
        ("DRUG GM", "Drug-Gm"),
        ("ELECT &PLUMBING", "Elect-Plumbing"),
        ("Café  crème", "Cafe-Creme"),
        ("2 for 1", "2-For-1"),
        ("?!", "Unnamed"),
        ("飲み物", "飲み物"),
    ],
)
def test_account_names_are_spelt_for_hledger_and_beancount(label: str, name: str) -> None:
    assert ledger.account_under("Income:Sales", label) == f"Income:Sales:{name}"


@given(st.text(max_size=80))
def test_any_label_makes_a_legal_account_name(label: str) -> None:
    assert LEGAL.fullmatch(ledger.account_under("Income:Sales", label))


def test_the_chart_that_ships_is_legal_and_has_the_accounts_that_sales_use() -> None:
    chart = ledger.default_chart()
    assert all(LEGAL.fullmatch(name) for name in chart)
    assert {name for name, line in chart.items() if line.control} == {
        "Assets:Receivables",
        "Liabilities:Layaway-Deposits",
        "Liabilities:Prepaid-Packages",
        "Liabilities:Store-Credit",
    }
    for name in (ledger.DRAWER, ledger.CARD_CLEARING, ledger.IMPORTED_CLEARING, ledger.VAT_PAYABLE, ledger.ROUNDING):
        assert name in chart
