"""An access request gives everything: what was told, bought and written, where it came from, and who looked."""

import csv
import io
import json
from collections.abc import Callable
from typing import Any

import pytest

from bookkeeper_tui.errors import BadInput, NotAllowed
from bookkeeper_tui.store import audit_log, customers, merging
from bookkeeper_tui.store.customer_fields import CustomerFields
from bookkeeper_tui.store.customer_rows import WALK_IN_ID
from bookkeeper_tui.store.desk import Desk
from bookkeeper_tui.store.privacy import access
from bookkeeper_tui.store.privacy.log_words import in_words
from tests.store.memberships_floor import Club
from tests.store.privacy.persons import NEW, OLD, settled_customer


def exported(desk: Desk, who: int, format: str = "json") -> str:
    file = io.StringIO()
    access.export_customer(desk, who, format, file)
    return file.getvalue()


def as_json(desk: Desk, who: int) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(exported(desk, who))
    return found


def test_everything_that_is_held_is_given(club: Club) -> None:
    who = settled_customer(club)
    said = exported(club.desk, who)
    for text in (
        OLD, NEW, "633 111 999", "612 987 654", "Wilma@quartz.example", "QZ-7788", "1961-03-04", "X1234567L",
        "7 Sapphire Lane", "Moonstone House", "walnut-free", "41 cm round the knee", "She is allergic to walnuts",
        "read it on the phone", "rang us up herself", "engraved for her", "on behalf of her aunt",
        "Peregrine Quartzenberg", "644 222 888", "CARD-5567", "slip of Quartzenberg", "Cup for Wilhelmina",
    ):  # fmt: skip
        assert text in said, text


def test_each_row_says_what_it_belongs_to_in_words(club: Club) -> None:
    held = as_json(club.desk, settled_customer(club))["held"]
    assert [row["how_much"] for row in held["interests"]] == ["strong"]
    assert all(row["branch"] for row in held["worked_out_from_the_sales_by_month"])
    assert all(row["when"] for row in held["what_was_rung_up"])


def test_what_the_log_keeps_is_told_in_words(club: Club) -> None:
    kept = {
        "total": 8550, "tenders": {"cash": 500}, "basket": 44, "starts": 1_790_000_000_000_000, "given": True,
        "due": "2026-11-18", "state": ["", "done"], "channels": ["sms", "email"], "quiet from": ["", 1260],
    }  # fmt: skip
    shop = club.desk.store
    words = in_words(kept, shop.conventions, shop.shop.time_zone)
    assert words == (
        f"total: {shop.conventions.amount(8550)}, tenders: cash: {shop.conventions.amount(500)}, "
        f"starts: {shop.conventions.instant(1_790_000_000_000_000, shop.shop.time_zone)}, given: yes, "
        f"due: {shop.conventions.date('2026-11-18')}, state: nothing > done, channels: sms, email, "
        "quiet from: nothing > 21:00"
    )


def test_it_says_who_looked_and_where_it_came_from(club: Club, desk_of: Callable[[str], Desk]) -> None:
    who = settled_customer(club)
    looker = desk_of("cashier")
    looker.look("customer.viewed", customer_id=who)
    held = as_json(club.desk, who)["held"]
    looks = [row for row in held["who_looked_and_who_changed_what"] if row["what"] == "customer.viewed"]
    assert [(row["who"], row["role"]) for row in looks] == [(looker.staff.who, "cashier")]
    assert held["where_this_came_from"][0]["taken_on_by"] == club.desk.staff.who
    assert held["where_this_came_from"][0]["from"] == "this shop"


def test_who_asked_and_how_much_was_given_is_recorded(club: Club) -> None:
    who = settled_customer(club)
    access.held(club.desk, who)
    exported(club.desk, who, "csv")
    rows = audit_log.page(Desk.shell(club.desk.store), customer_id=who, limit=2)
    assert [row.action for row in rows] == ["export.customer", "access.viewed"]
    assert rows[0].detail["format"] == "csv"
    assert rows[0].detail["rows"] == rows[1].detail["rows"] + 1


def test_those_merged_into_them_are_given_with_them(club: Club) -> None:
    desk, who = club.desk, settled_customer(club)
    other = customers.create(desk, CustomerFields(name="W. Yellowfeather", phone="655 010 203"))
    merging.merge(desk, other.id, who, {}, "the same person")
    names = [row["number"] for row in as_json(desk, who)["held"]["the_customer"]]
    assert names == [customers.get(desk, who).number, other.number]
    assert as_json(desk, other.id)["customer"] == customers.get(desk, who).number


def test_no_cell_of_the_table_is_run_by_a_spreadsheet(club: Club) -> None:
    customer = customers.create(club.desk, CustomerFields(name="=HYPERLINK(1)", company="@SUM(A1)"))
    rows = list(csv.reader(io.StringIO(exported(club.desk, customer.id, "csv"))))
    assert rows[0] == ["section", "row", "what", "value"]
    assert ["The customer", "1", "Name", "'=HYPERLINK(1)"] in rows
    assert ["The customer", "1", "Company", "'@SUM(A1)"] in rows


def test_nothing_is_held_about_the_walk_in(shell: Desk) -> None:
    with pytest.raises(BadInput, match="walk-in"):
        access.held(shell, WALK_IN_ID)


def test_another_format_is_refused_before_anything_is_recorded(club: Club) -> None:
    before = club.desk.store.engine.audit_head()
    with pytest.raises(BadInput, match="“xls” is no format"):
        access.export_customer(club.desk, club.ana, "xls", io.StringIO())
    assert club.desk.store.engine.audit_head() == before


@pytest.mark.parametrize("role", ["cashier", "supervisor"])
def test_it_is_not_for_the_till(club: Club, desk_of: Callable[[str], Desk], role: str) -> None:
    with pytest.raises(NotAllowed):
        access.held(desk_of(role), club.ana)
    with pytest.raises(NotAllowed):
        access.recorded(desk_of(role), club.ana, "csv")


def test_a_role_that_may_not_see_every_field_gets_nothing(club: Club, desk_of: Callable[[str], Desk]) -> None:
    shell = Desk.shell(club.desk.store)
    with shell.change("permission.edited") as change:
        change.database.execute_sql("DELETE FROM role_permission WHERE role = 'auditor' AND permission = 'field.notes'")
    with pytest.raises(NotAllowed, match=r"field\.notes"):
        access.held(desk_of("auditor"), club.ana)
