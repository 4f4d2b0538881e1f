"""`bookkeeper day`: opened, closed and reported from the server's shell."""

import json
from pathlib import Path
from typing import Any

import pytest

from bookkeeper_tui.store import drawer, shifts
from bookkeeper_tui.store.desk import Actor, Desk
from bookkeeper_tui.store.opening import open_store
from tests.test_cli import Shop, shop

__all__ = ["shop"]


@pytest.fixture
def worked(shop: Shop) -> Shop:
    """A shop with a shift of today that is over, two euros short."""
    store = open_store(shop.store, shop.keys)
    desk = Desk(store, Actor(1, "101", "Ana Reyes", "manager"), "till-1")
    shifts.open_shift(desk, 10000)
    drawer.petty(desk, 1250, "Cleaning")
    shifts.end(desk, {50: 171})
    store.close()
    return shop


def test_a_day_is_opened_and_can_be_opened_again(shop: Shop) -> None:
    first, again = shop.json("day", "open"), shop.json("day", "open")
    assert isinstance(first, dict)
    assert isinstance(again, dict)
    assert (first["is_new"], again["is_new"]) == (True, False)
    assert (first["points_expired"], first["tiers_changed"]) == (0, 0)
    done = "was open already: 0 points expired, 0 tiers changed, 0 freezes ended, 0 packages lapsed\n"
    assert done in shop.run("day", "open")[1]
    (shop.store / "settings.toml").write_text("services = false\n", encoding="utf-8")
    assert "0 tiers changed\n" in shop.run("day", "open")[1], "nothing is said of what it does not sell"


def test_a_day_is_closed_and_its_report_is_shown(worked: Shop) -> None:
    status, out, _ = worked.run("day", "close")
    assert status == 0
    assert "Z REPORT 1" in out
    assert "DOES NOT HOLD" not in out
    lines = [line.split() for line in out.splitlines()]
    assert ["Expected", "87,50"] in lines
    assert ["Short", "−2,00"] in lines
    found: Any = worked.json("day", "report")
    assert (found["z_number"], found["proof"]["holds"]) == (1, True)
    assert found["figures"]["drawer"]["counted"] == "85.50"
    assert found["figures"]["petty"] == [{"name": "Cleaning", "times": 1, "amount": "12.50"}]
    assert found["shifts"] == [
        {"number": "SH-000001", "terminal": "till-1", "cashier": "101", "expected": "87.50", "counted": "85.50"}
    ]
    assert worked.run("day", "report")[1] == out


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("close",), "No day is open"),
        (("report",), "No day has been opened yet"),
        (("report", "--date", "2020-01-01"), "The shop did not open on 2020-01-01"),
        (("open", "--date", "2999-01-01"), "2999-01-01 has not come yet"),
        (("open", "--date", "yesterday"), "“yesterday” is not a date"),
    ],
)
def test_what_cannot_be_is_one_sentence(shop: Shop, words: tuple[str, ...], sentence: str) -> None:
    status, out, err = shop.run("day", *words)
    assert (status, out) == (2, "")
    assert sentence in err
    assert err.count("\n") == 1


def test_a_proof_that_does_not_hold_is_exit_1(worked: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    store = open_store(worked.store, worked.keys)
    with store.engine.write() as database:
        database.execute_sql("DROP TRIGGER audit_no_update")
        database.execute_sql("UPDATE audit SET who = 'nobody' WHERE action = 'drawer.petty'")
    store.close()
    status, out, err = worked.run("day", "close")
    assert (status, err) == (1, "The figures do not all hold.\n")
    assert "!! audit rows" in out
    assert json.loads(worked.run("day", "report", "--json")[1])["proof"]["holds"] is False


def test_a_date_may_be_named(worked: Shop, tmp_path: Path) -> None:
    store = open_store(worked.store, worked.keys)
    date = Desk.shell(store).today()
    store.close()
    found: Any = worked.json("day", "report", "--date", date)
    assert (found["date"], found["z_number"], found["proof"]) == (date, None, None)
