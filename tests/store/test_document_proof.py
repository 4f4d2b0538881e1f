"""Proof across documents: whatever is changed behind the store's back on one side is named by the other."""

import sqlite3

import pytest

from bookkeeper_tui.store import attaching, customer_accounts, days, layaways, returns, shifts
from bookkeeper_tui.store.till import Tendered
from tests.store.tills import Till

ENTRIES = "entries have the document they stand for"
PAYMENTS = "payments are whose the ledger says"
DATES = "what was done at a till has its shift's date"
LINES = "lines cost what their price says"
LAYAWAYS = "layaways are as their baskets and fees say"
REPORTS = "Z reports stand as they were frozen"


@pytest.fixture
def closed(till: Till) -> Till:
    """A day with one of each, closed with its Z report."""
    till.give_account(50_000)
    till.give_account(50_000, till.floor.customers[1])
    charged = till.pay(till.rung("100", customer=till.ana), Tendered("account", 1800))
    attaching.attach(till.desk, charged.sale_id, till.floor.customers[1], "it was Bruno's")
    customer_accounts.take_payment(till.desk, till.ana, "card", 700)
    sold = till.pay(till.rung("2*100", customer=till.ana))
    returns.give_back(till.desk, sold.sale_id, {1: 1000})
    aside = layaways.open_layaway(till.desk, till.rung("101", customer=till.ana).id, due="2099-01-01", deposit=500)
    layaways.cancel(till.desk, aside.id, fee=100)
    layaways.open_layaway(till.desk, till.rung("101", customer=till.ana).id, due="2099-01-01", deposit=500)
    shifts.end(till.desk, {1: shifts.expected_cash(till.desk.database, 1)})
    days.close(till.desk)
    return till


def damage(till: Till, statement: str) -> None:
    """Changes rows behind the store's back, triggers aside for once."""
    connection = sqlite3.connect(till.desk.store.engine.path)
    triggers = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
    for name, _ in triggers:
        connection.execute(f"DROP TRIGGER {name}")
    for one in (statement, *(sql for _, sql in triggers)):
        connection.execute(one)
    connection.commit()
    connection.close()


def test_a_closed_day_is_sound(closed: Till) -> None:
    assert closed.floor.failing() == {}


@pytest.mark.parametrize(
    ("statement", "check"),
    [
        ("DELETE FROM payment WHERE number = 'P-0000001'", ENTRIES),
        ("DELETE FROM drawer_movement WHERE kind = 'counted out'", ENTRIES),
        ("DELETE FROM sale_move", ENTRIES),
        ("DELETE FROM layaway WHERE state = 'cancelled'", ENTRIES),
        ("DELETE FROM entry WHERE kind = 'float'", ENTRIES),
        ("UPDATE payment SET customer_id = 3 WHERE number = 'P-0000001'", PAYMENTS),
        ("UPDATE payment SET kind = 'deposit' WHERE number = 'P-0000001'", PAYMENTS),
        ("UPDATE payment SET business_date = '2020-01-01' WHERE number = 'P-0000001'", DATES),
        ("UPDATE sale SET business_date = '2020-01-01' WHERE id = 1", DATES),
        ("UPDATE entry SET date = '2020-01-01' WHERE kind = 'float'", DATES),
        ("DELETE FROM shift", DATES),
        ("UPDATE account_item SET date = '2020-01-01' WHERE id = 1", "account items have their entry's date"),
        ("DELETE FROM returned_line", "returns say what they give back"),
        ("UPDATE sale_line SET price = price - 1 WHERE sale_id = 1", LINES),
        ("UPDATE points_lot SET expires_on = '2099-12-31'", "lots last as long as they were given"),
        ("UPDATE layaway SET state = 'picked up' WHERE state = 'cancelled'", LAYAWAYS),
        ("UPDATE layaway SET fee = 0", LAYAWAYS),
        ("UPDATE layaway SET customer_id = 3 WHERE state = 'open'", LAYAWAYS),
        ("UPDATE layaway SET frozen = replace(frozen, '900', '901')", LAYAWAYS),
        ("UPDATE business_day SET report = replace(report, '1800', '1700')", REPORTS),
        ("UPDATE business_day SET z_number = 7", REPORTS),
        ("DELETE FROM business_day", REPORTS),
    ],
)  # fmt: skip
def test_what_was_changed_behind_the_store_is_named(closed: Till, statement: str, check: str) -> None:
    damage(closed, statement)
    failing = closed.floor.failing()
    assert failing.get(check), failing
