"""Proof finds every kind of damage and names the row; a shop that only sold is sound."""

import re
import sqlite3

import pytest

from bookkeeper_tui.store import audit, proof
from bookkeeper_tui.store.customers import WALK_IN_ID
from bookkeeper_tui.store.sales import NewDiscount, NewTender
from tests.store.floor import Floor


@pytest.fixture
def sold(floor: Floor) -> Floor:
    """Three sales: discounts, an account, a return, the walk-in; customers 2 and 3 have bought."""
    ana, bruno, _ = floor.customers
    line = floor.line("100", 1500, NewDiscount("retail", 300))
    floor.post(
        floor.sale(line, floor.line("101", 900), customer=ana, discounts=[NewDiscount("coupon", 100)]),
        floor.sale(customer=bruno, tenders=[NewTender("account", 1800)]),
        floor.sale(floor.line("100", -1500, pieces=-1), customer=ana, kind="return"),
        floor.sale(floor.line("X", 100), customer=WALK_IN_ID),
    )
    return floor


def damage(floor: Floor, *statements: str) -> None:
    """Changes rows behind the store's back, as no program of ours can: triggers and foreign keys aside for once."""
    connection = sqlite3.connect(floor.desk.store.engine.path)
    triggers = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
    for name, _ in triggers:
        connection.execute(f"DROP TRIGGER {name}")
    for statement in (*statements, *(sql for _, sql in triggers)):
        connection.execute(statement)
    connection.commit()
    connection.close()


def test_a_shop_that_only_sold_is_sound(sold: Floor) -> None:
    checks = list(proof.checks(sold.desk))
    assert [check.check for check in checks if not check.ok] == []
    checked = {check.check: check.checked for check in checks}
    assert checked["sales have their entry"] == checked["entries balance"] == 4
    assert checked["customers' visits, spend and debt are the ledger's"] == 4
    assert len(checked) == len(checks) > len(proof.SET_CHECKS)


def test_a_new_shop_is_sound(floor: Floor) -> None:
    assert floor.failing() == {}
    assert proof.snapshot(floor.desk).links.percent == 100


FIGURES = "customers' visits, spend and debt are the ledger's"
MONTHS = "customers' months are their sales'"
PRODUCTS = "customers' products are their lines'"
BRANDS = "customers' brands are their lines'"
ITEMS = "account items are the ledger's receivables"
AGINGS = "customers' agings sum to what they owe"


@pytest.mark.parametrize(
    ("statement", "failing"),
    [
        (
            "UPDATE posting SET amount = amount + 1 WHERE entry_id = 2 AND line_no = 1",
            {"entries balance": (2,), "sales have their entry": (2,), "the ledger sums to zero": ("off by 0.01",),
             FIGURES: (3,), ITEMS: (3,), AGINGS: (3,)},
        ),
        ("DELETE FROM posting WHERE entry_id = 4",
         {"entries balance": (4,), "sales have their entry": (4,), "sales come to their entries": (4,), FIGURES: (1,),
          "the drawers hold what the tills say": ("Assets:Cash:Drawer",)}),
        ("UPDATE entry SET document_id = 99 WHERE id = 2",
         {"sales have their entry": (2,), "entries of sales have their sale": (2,)}),
        ("INSERT INTO entry SELECT 9, date, kind, 'sale', 1, NULL, posted_at, NULL, '' FROM entry WHERE id = 1",
         {"entries balance": (9,), "entries of sales have their sale": (9,)}),
        ("UPDATE sale SET total = 1801 WHERE id = 2",
         {"sales come to their lines": (2,), "sales come to their tenders": (2,), "sales come to their entries": (2,),
          MONTHS: (3,)}),
        ("UPDATE sale SET discount = 0 WHERE id = 1", {"sales come to their lines": (1,)}),
        ("UPDATE sale_line SET amount = 901 WHERE sale_id = 1 AND line_no = 2",
         {"sales come to their lines": (1,), PRODUCTS: (2,), BRANDS: (2,)}),
        ("DELETE FROM sale_line WHERE sale_id = 4", {"sales come to their lines": (4,)}),
        ("UPDATE sale_line SET discount = 299 WHERE sale_id = 1 AND line_no = 1",
         {"lines come to their discounts": (1,)}),
        ("UPDATE sale_tender SET amount = 1 WHERE sale_id = 2", {"sales come to their tenders": (2,)}),
        ("UPDATE posting SET customer_id = NULL WHERE entry_id = 2",
         {"control accounts are the sum of their customers": ("Assets:Receivables",), FIGURES: (3,),
          ITEMS: (3,), AGINGS: (3,)}),
        ("UPDATE standing SET spend = spend - 1 WHERE customer_id = 2", {FIGURES: (2,)}),
        ("UPDATE standing SET owes = 0 WHERE customer_id = 3", {FIGURES: (3,)}),
        ("DELETE FROM standing WHERE customer_id = 3", {FIGURES: (3,)}),
        ("UPDATE standing SET visits = 1 WHERE customer_id = 4", {FIGURES: (4,)}),
        ("UPDATE customer_month SET visits = visits + 1 WHERE customer_id = 2", {MONTHS: (2,)}),
        ("UPDATE customer_product SET times = 0 WHERE customer_id = 3", {PRODUCTS: (3,)}),
        ("DELETE FROM customer_product WHERE customer_id = 3", {PRODUCTS: (3,)}),
        ("INSERT INTO customer_product VALUES (4, 1, 1, 1)", {PRODUCTS: (4,)}),
        ("UPDATE customer_brand SET spend = 1 WHERE customer_id = 3", {BRANDS: (3,)}),
        ("DELETE FROM search_entry WHERE customer_id = 3",
         {"search finds every customer": (3, "the index itself: rebuild it with bookkeeper rerank")}),
        ("UPDATE search_entry SET words = 'nobody' WHERE customer_id = 3",
         {"search finds every customer": (3, "the index itself: rebuild it with bookkeeper rerank")}),
        ("UPDATE customer SET name = 'Somebody Else' WHERE id = 3", {"search finds every customer": (3,)}),
        ("UPDATE audit SET subject = 'x' WHERE seq = 2", {"the audit chain holds": (2,)}),
        ("DELETE FROM audit WHERE seq = 3", {"the audit chain holds": (3,)}),
    ],
    ids=lambda value: re.sub(r"\W+", "-", value)[:60] if isinstance(value, str) else "",
)  # fmt: skip
def test_one_damaged_row_is_found_and_named(
    sold: Floor, statement: str, failing: dict[str, tuple[int | str, ...]]
) -> None:
    damage(sold, statement)
    found = sold.failing()
    if "the audit chain holds" in failing:
        found["the audit chain holds"] = found["the audit chain holds"][:1]
    assert found == failing


def test_a_trigger_that_is_gone_is_named(sold: Floor) -> None:
    damage(sold)
    assert not sold.failing()
    connection = sqlite3.connect(sold.desk.store.engine.path)
    connection.execute("DROP TRIGGER posting_no_update")
    connection.commit()
    assert sold.failing() == {"the schema is whole": ("trigger posting_no_update",)}


def test_the_snapshot_names_customers_and_sales_that_are_not_right(sold: Floor) -> None:
    damage(
        sold,
        "UPDATE standing SET spend = 0 WHERE customer_id = 2",
        "UPDATE customer_brand SET times = 7 WHERE customer_id = 2",
        "UPDATE entry SET document_id = 99 WHERE id = 4",
    )
    shown = proof.snapshot(sold.desk)
    assert (shown.accuracy.right, shown.accuracy.of, shown.accuracy.failing) == (3, 4, (2,))
    assert str(shown.accuracy.percent) == "75.00"
    assert (shown.links.right, shown.links.of, shown.links.failing) == (3, 4, (4,))
    assert shown.latency is None


def test_a_rate_short_of_all_is_never_shown_as_all() -> None:
    assert str(proof.Rate(999_999, 1_000_000, (1,)).percent) == "99.99"
    assert str(proof.Rate(0, 0, ()).percent) == "100.00"


def test_latency_is_what_consoles_measured(sold: Floor) -> None:
    for measured in range(1, 101):
        sold.desk.look("live.shown", detail={"latency_us": measured * 1000})
    assert proof.latency(sold.desk) == (51_000, 96_000, 100_000, 100)


def test_only_the_first_failing_ids_are_kept_and_all_are_counted(sold: Floor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(proof, "FAILING_KEPT", 2)
    damage(sold, "UPDATE sale_tender SET amount = amount + 1")
    check = next(check for check in proof.checks(sold.desk) if check.check == "sales come to their tenders")
    assert (check.failing, check.failing_total) == ((1, 2), 4)


def test_that_the_proof_was_run_stands_in_the_audit_log(sold: Floor) -> None:
    list(proof.checks(sold.desk))
    assert len(audit.rows_before(sold.desk.database, action="verify.run")) == 1
