"""A cashier's time at a drawer: a float comes from the safe, what is counted goes back, and the ledger knows it all."""

from collections.abc import Callable

import pytest

from bookkeeper_tui.errors import BadInput, NotAllowed
from bookkeeper_tui.formats import now_us
from bookkeeper_tui.store import drawer, ledger, shifts
from bookkeeper_tui.store.desk import Approval, Desk
from tests.store.floor import Floor

HOUR = 3_600_000_000


def account(desk: Desk, name: str) -> int:
    sql = "SELECT COALESCE(SUM(amount), 0) FROM posting WHERE account_id = (SELECT id FROM account WHERE name = ?)"
    return int(desk.database.execute_sql(sql, (name,)).fetchone()[0])


def at_another_time(desk: Desk, at: int) -> Desk:
    """The same person at the same till, by a clock that stands still elsewhere."""
    return Desk(desk.store, desk.staff, desk.terminal, lambda: at)


def expected(desk: Desk) -> int:
    shift = shifts.current(desk)
    assert shift is not None
    return shifts.expected_cash(desk.database, shift.id)


def test_a_float_comes_from_the_safe_and_opens_the_day(desk: Desk) -> None:
    assert shifts.current(desk) is None
    shift = shifts.open_shift(desk, 15000)
    assert shifts.current(desk) == shift
    assert (shift.number, shift.terminal, shift.closed_at) == ("SH-000001", "till-1", None)
    assert (account(desk, ledger.DRAWER), account(desk, ledger.SAFE)) == (15000, -15000)
    days = desk.database.execute_sql("SELECT date, closed_at FROM business_day").fetchall()
    assert days == [(shift.business_date, None)]


def test_a_till_has_one_shift_and_two_tills_have_two(desk: Desk, desk_of: Callable[..., Desk]) -> None:
    shifts.open_shift(desk, 15000)
    with pytest.raises(BadInput, match=r"SH-000001 of .* is open at till-1"):
        shifts.open_shift(desk, 10000)
    other = desk_of("cashier", "till-2")
    assert shifts.open_shift(other, 10000).number == "SH-000002"
    assert [shift.terminal for shift in shifts.open_anywhere(desk.database)] == ["till-1", "till-2"]


def test_a_shift_with_no_float_begins_at_nothing(desk: Desk) -> None:
    shifts.open_shift(desk, 0)
    assert expected(desk) == 0
    with pytest.raises(BadInput, match=r"-0\.01 cannot be"):
        shifts.open_shift(desk, -1)


def test_what_moves_in_the_drawer_stands_in_the_ledger(desk: Desk) -> None:
    shift = shifts.open_shift(desk, 15000)
    drawer.pay_in(desk, 2000, "coins")
    drawer.pull_out(desk, 5000)
    drawer.petty(desk, 750, "Post & parcels", "stamps")
    drawer.no_sale(desk, "change for a guest")
    assert expected(desk) == 15000 + 2000 - 5000 - 750 == account(desk, ledger.DRAWER)
    assert account(desk, "Expenses:Petty:Post-Parcels") == 750
    assert [(m.kind, m.amount, m.category) for m in drawer.movements(desk, shift.id)] == [
        ("float", 15000, ""),
        ("pay-in", 2000, ""),
        ("pull-out", -5000, ""),
        ("petty", -750, "Post & parcels"),
        ("no sale", 0, ""),
    ]
    assert drawer.petty_categories(desk) == ["Post & parcels"]


def test_no_more_leaves_the_drawer_than_lies_in_it(desk: Desk) -> None:
    shifts.open_shift(desk, 1000)
    with pytest.raises(BadInput, match=r"10\.01 is more than lies in the drawer"):
        drawer.pull_out(desk, 1001)
    with pytest.raises(BadInput, match="more than 0"):
        drawer.petty(desk, 0, "Cleaning")
    with pytest.raises(BadInput, match="more than 0"):
        drawer.pay_in(desk, -5)
    with pytest.raises(BadInput, match="needs a category"):
        drawer.petty(desk, 100, "  ")
    assert expected(desk) == 1000


@pytest.mark.parametrize(("counted", "over"), [(15000, 0), (15220, 220), (14900, -100)])
def test_a_count_goes_to_the_safe_and_what_it_is_off_by_to_over_and_short(desk: Desk, counted: int, over: int) -> None:
    shift = shifts.open_shift(desk, 15000)
    end = shifts.end(desk, {10000: 1, 1: counted - 10000})
    assert (end.expected, end.counted, end.difference) == (15000, counted, over)
    assert account(desk, ledger.DRAWER) == 0
    assert account(desk, ledger.OVER_SHORT) == -over
    assert account(desk, ledger.SAFE) == over
    assert shifts.current(desk) is None
    assert shifts.get(desk, shift.id).difference == over
    with pytest.raises(BadInput, match="No shift is open"):
        shifts.end(desk, {})


def test_a_count_that_cannot_be_is_refused(desk: Desk) -> None:
    shifts.open_shift(desk, 0)
    for counts in ({500: -1}, {500: 10**6}, {0: 1}, {-5: 1}):
        with pytest.raises(BadInput, match="count them again"):
            shifts.end(desk, counts)
    assert shifts.current(desk) is not None


def test_a_command_that_arrives_twice_counts_once(desk: Desk) -> None:
    assert shifts.open_shift(desk, 15000, "a") == shifts.open_shift(desk, 15000, "a")
    assert drawer.pull_out(desk, 5000, once="b") == drawer.pull_out(desk, 5000, once="b")
    assert drawer.no_sale(desk, once="c") == drawer.no_sale(desk, once="c")
    assert expected(desk) == 10000
    assert shifts.end(desk, {5000: 2}, "d") == shifts.end(desk, {5000: 2}, "d")


def test_nothing_moves_without_a_shift(desk: Desk) -> None:
    for act in (lambda: drawer.pull_out(desk, 100), lambda: drawer.no_sale(desk), lambda: drawer.pay_in(desk, 100)):
        with pytest.raises(BadInput, match="F8 opens one"):
            act()


def test_a_shift_left_open_over_night_must_be_ended_first(desk: Desk) -> None:
    shifts.open_shift(desk, 15000)
    next_day = at_another_time(desk, now_us() + 21 * HOUR)
    with pytest.raises(BadInput, match="open for more than 20 hours"):
        drawer.pay_in(next_day, 100)
    assert shifts.end(next_day, {5000: 3}).difference == 0


def test_the_clock_set_back_opens_no_earlier_day(desk: Desk) -> None:
    today = shifts.open_shift(desk, 0).business_date
    shifts.end(desk, {})
    yesterday = at_another_time(desk, now_us() - 25 * HOUR)
    with pytest.raises(BadInput, match=f"but {today} was opened already: set the clock right"):
        shifts.open_shift(yesterday, 0)


def test_the_clock_set_back_within_a_shift_turns_no_time_around(desk: Desk) -> None:
    shift = shifts.open_shift(desk, 1000)
    drawer.no_sale(at_another_time(desk, shift.opened_at - HOUR))
    shifts.end(at_another_time(desk, shift.opened_at - HOUR), {1000: 1})
    assert all(movement.at >= shift.opened_at for movement in drawer.movements(desk, shift.id))
    assert shifts.get(desk, shift.id).closed_at == shift.opened_at


def test_another_ends_a_shift_only_with_the_permission(desk_of: Callable[..., Desk]) -> None:
    cashier, other, supervisor = desk_of("cashier"), desk_of("cashier"), desk_of("supervisor", "till-2")
    shift = shifts.open_shift(cashier, 1000)
    assert shifts.ending_permission(cashier) == "shift.closed"
    with pytest.raises(NotAllowed, match=r"shift\.closed_for_other"):
        shifts.end(other, {1000: 1})
    backed = other.backed_by(Approval(supervisor.staff, "shift.closed_for_other"))
    assert shifts.end(backed, {1000: 1}).shift_id == shift.id
    second = shifts.open_shift(cashier, 500)
    assert shifts.end(supervisor, {500: 1}, shift_id=second.id).difference == 0
    with pytest.raises(BadInput, match="ended already"):
        shifts.end(supervisor, {500: 1}, shift_id=second.id)


def test_the_owner_at_the_shell_has_no_drawer(shell: Desk) -> None:
    with pytest.raises(BadInput, match="belongs to a member of staff"):
        shifts.open_shift(shell, 100)


def test_cash_sold_is_expected(floor: Floor, desk: Desk) -> None:
    shift = shifts.open_shift(desk, 1000)
    floor.post(
        floor.sale(day=shift.business_date)._replace(shift_id=shift.id),
        floor.sale(floor.line("100", -900), kind="return", day=shift.business_date)._replace(shift_id=shift.id),
        floor.sale(day=shift.business_date),
    )
    assert expected(desk) == 1000 + 1800 - 900
