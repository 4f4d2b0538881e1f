"""The demo shop: what it promises to whoever tries the console for the first time."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bookkeeper_tui.formats import now_us
from bookkeeper_tui.resources import data_path
from bookkeeper_tui.store import customers, notes, proof
from bookkeeper_tui.store.demo import DemoShop, make_demo
from bookkeeper_tui.store.desk import Desk
from bookkeeper_tui.store.importing import import_files
from bookkeeper_tui.store.sign_in import sign_in


@pytest.fixture
def demo(tmp_path: Path, cheap_pins: None) -> Iterator[DemoShop]:
    """The demo shop, made."""
    shop = make_demo(tmp_path / "shop", tmp_path / "keys")
    yield shop
    shop.store.close()


def test_the_demo_shop_is_whole_and_proves_itself(demo: DemoShop) -> None:
    desk = Desk.shell(demo.store)
    for table, count in (("customer", 241), ("product", 310), ("sale", 6000), ("branch", 3)):
        assert desk.database.execute_sql(f"SELECT COUNT(*) FROM {table}").fetchone() == (count,)
    assert [check.check for check in proof.checks(desk) if not check.ok] == []
    assert now_us() > desk.database.execute_sql("SELECT MAX(sold_at) FROM sale").fetchone()[0]


def test_the_regular_customer_has_a_thick_history_and_a_pinned_note(demo: DemoShop) -> None:
    desk = Desk.shell(demo.store)
    maria = customers.by_number(desk, "C-000184")
    assert maria.name == "María Fernández"
    visits = desk.database.execute_sql("SELECT visits FROM standing WHERE customer_id = ?", (maria.id,)).fetchone()[0]
    assert visits > 850
    assert notes.page(desk, maria.id)[0].pinned


def test_its_files_are_refused_nothing_and_change_nothing_again(demo: DemoShop) -> None:
    desk = Desk.shell(demo.store)
    for kind, name in (("products", "products.csv"), ("customers", "customers.csv"), ("sales", "sales.csv.gz")):
        report = import_files(desk, kind, [data_path("demo") / name])  # type: ignore[arg-type]
        assert (report.added, report.changed, report.rejected) == (0, 0, 0)
        assert report.unchanged == report.read
        assert not [remark for remark in report.remarks if report.remarks[remark]]


def test_all_four_may_sign_in(demo: DemoShop) -> None:
    assert [one.role for one in demo.staff] == ["cashier", "supervisor", "manager", "auditor"]
    for one in demo.staff:
        desk = sign_in(demo.store, "till-1", one.number, one.pin).desk
        assert desk.staff.name == one.name
