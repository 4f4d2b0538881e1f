"""The shop's day: its Z report stands as it was frozen, and carries the proof."""

import json
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from bookkeeper_tui.errors import BadInput, NotAllowed
from bookkeeper_tui.formats import now_us
from bookkeeper_tui.store import day_proof, days, drawer, ledger, returns, shifts, takings
from bookkeeper_tui.store.desk import Approval, Desk
from bookkeeper_tui.store.sales import NewDiscount
from bookkeeper_tui.store.takings import Row
from tests.store.floor import Floor

DAY = 24 * 3_600_000_000


def sell(floor: Floor, desk: Desk, *amounts: int) -> None:
    """Sales of beans in cash, in the shift open at a desk."""
    shift = shifts.current(desk)
    assert shift is not None
    floor.post(
        *(
            floor.sale(floor.line("100", amount), day=shift.business_date)
            ._replace(shift_id=shift.id, staff_id=desk.staff.staff_id, terminal=desk.terminal)
            for amount in amounts
        )
    )  # fmt: skip


def a_day(floor: Floor, desk: Desk) -> days.DayReport:
    """A day with one shift: two sales, a return, a petty expense, ten cents short; closed."""
    shifts.open_shift(desk, 10000)
    sell(floor, desk, 1800, 900)
    returns.give_back(desk, 2, {1: 1000})
    drawer.petty(desk, 250, "Cleaning")
    shifts.end(desk, {1: 10000 + 1800 - 250 - 10})
    return days.close(desk)


def test_a_day_closes_with_a_z_report_that_proves_itself(floor: Floor, desk: Desk) -> None:
    found = a_day(floor, desk)
    assert found.z_number == 1
    assert [tuple(row) for row in found.figures.trade] == [("sales", 2, 2700), ("returns", 1, -900), ("voids", 0, 0)]
    assert found.figures.tenders == (Row("cash", 3, 1800),)
    assert found.figures.categories == (Row("Coffee", 1, 1800),)
    assert found.figures.cashiers == (Row(desk.staff.number, 3, 1800),)
    assert found.figures.petty == (Row("Cleaning", 1, 250),)
    assert (found.figures.drawer.expected, found.figures.drawer.difference) == (11550, -10)
    assert found.proof is not None
    assert found.proof.holds
    assert (found.proof.drawer, found.proof.tills) == (0, 0)
    assert found.proof.entries == 7
    assert found.proof.audit_mac
    assert floor.failing() == {}


def test_what_is_frozen_stays(floor: Floor, desk: Desk) -> None:
    found = a_day(floor, desk)
    assert days.report(desk, found.date) == found
    late = floor.sale(floor.line("100", 77700), day=found.date)
    floor.post(late)
    assert days.report(desk) == found


def test_the_report_is_named_in_the_audit_log_by_its_digest(floor: Floor, desk: Desk, shell: Desk) -> None:
    a_day(floor, desk)
    detail = desk.database.execute_sql("SELECT detail FROM audit WHERE action = 'day.closed'").fetchone()[0]
    assert json.loads(detail)["z"] == 1
    assert len(json.loads(detail)["report_sha256"]) == 64


def test_an_open_day_has_a_report_without_a_number(floor: Floor, desk: Desk) -> None:
    with pytest.raises(BadInput, match="No day has been opened"):
        days.report(desk)
    shifts.open_shift(desk, 5000)
    sell(floor, desk, 1800)
    found = days.report(desk)
    assert (found.z_number, found.proof, found.figures.total, found.figures.drawer.counted) == (None, None, 1800, None)
    assert found.figures.drawer.expected == 6800


def test_sales_that_went_over_no_till_are_told_apart(floor: Floor, desk: Desk) -> None:
    shift = shifts.open_shift(desk, 0)
    sell(floor, desk, 1800)
    floor.post(floor.sale(floor.line("100", 500), day=shift.business_date))
    found = days.report(desk)
    assert (found.figures.total, found.imported) == (1800, (1, 500))


def test_a_day_with_an_open_shift_is_not_closed(desk: Desk, desk_of: Callable[..., Desk]) -> None:
    shifts.open_shift(desk, 0)
    shifts.open_shift(desk_of("cashier", "till-2"), 0)
    with pytest.raises(BadInput, match="SH-000001 at till-1, SH-000002 at till-2"):
        days.close(desk)


def test_a_day_is_not_closed_while_a_sale_is_being_paid(floor: Floor, desk: Desk) -> None:
    shifts.open_shift(desk, 0)
    with desk.change("sale.rung") as change:
        change.database.execute_sql(
            "INSERT INTO basket (customer_id, terminal, created_at, touched_at) VALUES (1, 'till-1', 1, 1)"
        )
        change.database.execute_sql(
            "INSERT INTO basket_tender (basket_id, line_no, kind, amount) VALUES (1, 1, 'cash', 5)"
        )
    with pytest.raises(BadInput, match="A sale at till-1 is being paid"):
        shifts.end(desk, {})
    with desk.change("sale.rung") as change:
        change.database.execute_sql("UPDATE basket SET terminal = 'till-9'")
    shifts.end(desk, {})
    with pytest.raises(BadInput, match="A sale at till-9 is being paid"):
        days.close(desk)


def test_a_closed_day_opens_no_more(desk: Desk) -> None:
    with pytest.raises(BadInput, match="No day is open"):
        days.close(desk)
    day = shifts.open_shift(desk, 0).business_date
    shifts.end(desk, {})
    days.close(desk)
    with pytest.raises(BadInput, match=f"{day} is closed with Z report 1"):
        shifts.open_shift(desk, 0)
    with pytest.raises(BadInput, match="closed with Z report 1"):
        days.open(desk, day)
    with pytest.raises(BadInput, match="closed already, with Z report 1"):
        days.close(desk, day)
    with pytest.raises(BadInput, match="did not open on 2020-01-01"):
        days.close(desk, "2020-01-01")


def test_days_close_in_their_order(desk: Desk) -> None:
    tomorrow = Desk(desk.store, desk.staff, desk.terminal, lambda: now_us() + DAY)
    first, second = days.open(desk).date, days.open(tomorrow).date
    assert date.fromisoformat(second) - date.fromisoformat(first) == timedelta(days=1)
    with pytest.raises(BadInput, match=f"{first} is still open"):
        days.close(tomorrow, second)
    assert [days.close(tomorrow).z_number, days.close(tomorrow).z_number] == [1, 2]
    assert [day.date for day in days.days(desk)] == [second, first]


def test_a_day_is_opened_once(desk: Desk) -> None:
    assert days.state(desk) is None
    assert days.open(desk).is_new
    assert not days.open(desk).is_new
    opened = days.state(desk)
    assert opened is not None
    assert opened.z_number is None


def test_a_cashier_opens_the_day_and_does_not_close_it(desk_of: Callable[..., Desk]) -> None:
    cashier = desk_of("cashier")
    assert days.open(cashier).is_new
    with pytest.raises(NotAllowed, match=r"day\.closed"):
        days.close(cashier)


def test_the_next_report_continues_the_proof(floor: Floor, desk: Desk) -> None:
    a_day(floor, desk)
    tomorrow = Desk(desk.store, desk.staff, desk.terminal, lambda: now_us() + DAY)
    shifts.open_shift(tomorrow, 500)
    sell(floor, tomorrow, 1800)
    shifts.end(tomorrow, {1: 2300})
    found = days.close(tomorrow)
    assert found.proof is not None
    assert found.proof.holds
    assert (found.proof.since_z, found.proof.entries) == (1, 3)
    assert found.proof.audit_rows < found.proof.audit_seq


def tampered(desk: Desk, trigger: str, sql: str) -> None:
    """What somebody with the database file could do."""
    with desk.store.engine.write() as database:
        kept = database.execute_sql("SELECT sql FROM sqlite_master WHERE name = ?", (trigger,)).fetchone()[0]
        database.execute_sql(f"DROP TRIGGER {trigger}")
        database.execute_sql(sql)
        database.execute_sql(kept)


@pytest.mark.parametrize(
    ("trigger", "sql", "wrong"),
    [
        ("posting_no_update", "UPDATE posting SET amount = amount + 1 WHERE entry_id = 2 AND line_no = 1", "ledger"),
        ("audit_no_update", "UPDATE audit SET who = 'nobody' WHERE seq = (SELECT MAX(seq) FROM audit)", "audit"),
        ("drawer_movement_no_update", "UPDATE drawer_movement SET amount = amount + 5 WHERE kind = 'petty'", "ledger"),
    ],
)
def test_the_proof_sees_what_was_changed(floor: Floor, desk: Desk, trigger: str, sql: str, wrong: str) -> None:
    shifts.open_shift(desk, 10000)
    sell(floor, desk, 1800)
    drawer.petty(desk, 250, "Cleaning")
    shifts.end(desk, {1: 11550})
    tampered(desk, trigger, sql)
    proof = days.close(desk).proof
    assert proof is not None
    assert not proof.holds
    assert proof.ledger_holds == (wrong != "ledger")
    assert bool(proof.audit_broken) == (wrong == "audit")


def test_a_log_that_was_cut_off_shows(floor: Floor, desk: Desk) -> None:
    a_day(floor, desk)
    known = day_proof.last_closed(desk.database)
    tampered(desk, "audit_no_delete", f"DELETE FROM audit WHERE seq >= {known.audit_seq}")
    assert day_proof.prove(desk.database, desk.store.keys, known).audit_broken == tuple(
        range(known.audit_seq, known.audit_seq + 3)
    )


def test_verify_names_the_shift_that_does_not_add_up(floor: Floor, desk: Desk) -> None:
    a_day(floor, desk)
    tampered(desk, "shift_closed", "UPDATE shift SET expected = expected + 1")
    assert floor.failing() == {"shifts ended with what moved in them": ("SH-000001",)}
    tampered(desk, "drawer_movement_no_update", "UPDATE drawer_movement SET amount = amount - 5 WHERE kind = 'petty'")
    assert set(floor.failing()) == {
        "shifts ended with what moved in them", "drawer movements are their entries",
        "the drawers hold what the tills say",
    }  # fmt: skip


def test_an_x_report_is_not_for_who_counts(floor: Floor, desk_of: Callable[..., Desk]) -> None:
    cashier, supervisor = desk_of("cashier"), desk_of("supervisor", "till-2")
    shift = shifts.open_shift(cashier, 1000)
    sell(floor, cashier, 1800)
    with pytest.raises(NotAllowed, match=r"takings\.viewed"):
        takings.x_report(cashier, shift.id)
    backed = cashier.backed_by(Approval(supervisor.staff, "takings.viewed"))
    found = takings.x_report(backed, shift.id)
    assert (found.figures.drawer.expected, found.figures.drawer.counted) == (2800, None)
    logged = cashier.database.execute_sql("SELECT subject FROM audit WHERE action = 'takings.viewed'").fetchall()
    assert logged == [("SH-000001",)]


def test_discounts_and_tax_stand_in_the_report_by_kind_and_rate(floor: Floor, desk: Desk) -> None:
    shift = shifts.open_shift(desk, 0)
    lines = [
        floor.line("100", 1210, NewDiscount("line", 100), tax=210)._replace(tax_rate=21000),
        floor.line("101", 550, tax=50)._replace(tax_rate=10000),
        floor.line("103", 100, NewDiscount("TEN", 11)),
    ]
    floor.post(floor.sale(*lines, day=shift.business_date)._replace(shift_id=shift.id))
    figures = takings.x_report(desk, shift.id).figures
    assert figures.discounts == (Row("line", 1, 100), Row("TEN", 1, 11))
    assert [tuple(row) for row in figures.tax] == [(21000, 1000, 210), (10000, 500, 50), (None, 100, 0)]
    assert figures.categories == (Row("Coffee", 2, 1760), Row("", 1, 100))
    assert (figures.first_sale, figures.last_sale) == ("S-0000001", "S-0000001")


def test_the_spot_check_goes_by_the_shops_own_hours(floor: Floor) -> None:
    # Noon UTC is one o'clock in Madrid in November.
    floor.post(*(floor.sale(minute=minute) for minute in (0, 59, 60)), floor.sale(day="2026-11-19"))
    found = takings.spot_check(floor.desk, "2026-11-20")
    assert (found.sales, found.returns, found.total) == (3, 0, 5400)
    assert [(hour, row.times, row.amount) for hour, row in found.hours] == [(13, 2, 3600), (14, 1, 1800)]
    assert found.tenders == (Row("cash", 3, 5400),)
    assert found.categories == (Row("Coffee", 3, 5400),)


def test_a_day_without_sales_has_figures_of_nothing(floor: Floor) -> None:
    found = takings.spot_check(floor.desk, "2026-11-20")
    assert (found.sales, found.total, found.hours, found.tenders) == (0, 0, (), ())


def test_frozen_figures_come_back_as_they_were(floor: Floor, desk: Desk) -> None:
    shift = shifts.open_shift(desk, 100)
    sell(floor, desk, 1800)
    found = takings.figures(desk.database, [shift])
    stored: dict[str, Any] = json.loads(json.dumps(takings.plain_values(found)))
    assert takings.from_plain(stored) == found
    assert ledger.control_differences(desk.database) == []
