"""What single reports say: what is owed by how long it is due, what is left of packages, what was done."""

import csv
import io

import pytest

from bookkeeper_tui.store import customer_accounts, packages, statements
from bookkeeper_tui.store.desk import Desk
from bookkeeper_tui.store.reports import Question, export
from bookkeeper_tui.store.sales import NewTender
from tests.store.floor import Floor
from tests.store.packages.conftest import studio
from tests.store.packages.studio import Studio

__all__ = ["studio"]


def rows_of(desk: Desk, kind: str, **filters: str) -> list[dict[str, str]]:
    file = io.StringIO()
    export(desk, Question(kind, filters), "csv", file)
    return list(csv.DictReader(io.StringIO(file.getvalue())))


def test_the_buckets_of_each_customer_sum_to_what_they_owe_that_day(floor: Floor) -> None:
    ana, bruno, _ = floor.customers
    floor.post(
        floor.sale(day="2026-08-01", tenders=[NewTender("account", 1800)]),
        floor.sale(day="2026-11-10", tenders=[NewTender("account", 1800)]),
        floor.sale(day="2026-11-18", customer=bruno, tenders=[NewTender("account", 1800)]),
    )
    rows = rows_of(floor.desk, "statements", until="2026-11-20")
    assert [(row["customer_no"], row["balance"]) for row in rows] == [("C-000001", "36.00"), ("C-000002", "18.00")]
    assert (rows[0]["days_1_30"], rows[0]["days_91_120"]) == ("18.00", "18.00")
    for row, customer in zip(rows, (ana, bruno), strict=True):
        aging = statements.aging(floor.desk, customer, "2026-11-20")
        assert float(row["balance"]) == aging.balance / 100
    assert [row["balance"] for row in rows_of(floor.desk, "statements", until="2026-08-31")] == ["18.00", "0.00"]
    assert len(rows_of(floor.desk, "statements", until="2026-08-31", owing="yes")) == 1
    assert [row["customer_no"] for row in rows_of(floor.desk, "statements", customer="2")] == ["C-000002"]


def test_the_account_stands_beside_its_balance(floor: Floor, desk: Desk) -> None:
    customer_accounts.open_account(desk, floor.customers[0], credit_limit=50_000, terms_days=30)
    floor.post(floor.sale(tenders=[NewTender("account", 1800)]))
    (row,) = rows_of(floor.desk, "statements")
    assert (row["status"], row["limit"]) == ("active", "500.00")


def test_what_is_left_of_each_package(studio: Studio) -> None:
    ten, three = studio.bought("TEN"), studio.bought("THREE", customer=studio.bruno)
    packages.use(studio.desk, ten.id, 4, trainer_id=studio.ids["Marta"])
    packages.use(studio.desk, three.id, 3, trainer_id=studio.ids["Marta"], service_id=studio.ids["Yoga"])
    rows = rows_of(studio.desk, "packages")
    assert [(row["package_no"], row["used"], row["remaining"], row["status"]) for row in rows] == [
        (ten.number, "4", "6", "live"), (three.number, "3", "0", "used up"),
    ]  # fmt: skip
    for row in rows:
        assert float(row["recognised"]) + float(row["deferred"]) == pytest.approx(float(row["net"]))
    assert len(rows_of(studio.desk, "packages", left="yes")) == 1
    assert [row["package_no"] for row in rows_of(studio.desk, "packages", status="used up")] == [three.number]


def test_the_log_is_narrowed_by_who_what_where_and_when(floor: Floor, desk: Desk) -> None:
    desk.look("customer.viewed", subject="C-000001", customer_id=floor.customers[0])
    everything = rows_of(floor.desk, "audit")
    assert [int(row["seq"]) for row in everything] == list(range(1, len(everything) + 1)), "also that it is exported"
    (seen,) = rows_of(floor.desk, "audit", action="customer.viewed")
    assert (seen["who"], seen["terminal"], seen["customer_no"]) == (desk.staff.who, "till-1", "C-000001")
    assert rows_of(floor.desk, "audit", staff=desk.staff.number)[0]["seq"] == seen["seq"]
    assert {row["action"] for row in rows_of(floor.desk, "audit", action="export.")} == {"export.audit"}
    assert rows_of(floor.desk, "audit", until="2020-01-01") == []
    assert rows_of(floor.desk, "audit", terminal="TILL-1") == [seen]
