"""What looks unusual: each kind at its threshold and not below it, and the line that finds the rows behind it."""

from collections.abc import Callable

import pytest

from bookkeeper_tui.errors import BadInput, NotAllowed
from bookkeeper_tui.store import customers, log_search, notes, shifts, unusual
from bookkeeper_tui.store.customer_fields import CustomerFields
from bookkeeper_tui.store.desk import Actor, Desk


@pytest.fixture
def people(shell: Desk) -> list[int]:
    names = [f"Customer {place:03d}" for place in range(40)]
    return [customers.create(shell, CustomerFields(name=name)).id for name in names]


@pytest.fixture
def cashier(desk_of: Callable[[str], Desk], desk: Desk) -> Desk:
    """A cashier on a day that is open."""
    shifts.open_shift(desk, 10000)
    return desk_of("cashier")


def found(desk: Desk, kind: str = "") -> list[unusual.Finding]:
    today = desk.today()
    return [one for one in unusual.findings(desk, today, today) if kind in ("", one.kind)]


def look(desk: Desk, customer_id: int) -> None:
    desk.look("customer.viewed", customer_id=customer_id)


def test_an_ordinary_day_shows_nothing(desk: Desk, cashier: Desk, people: list[int]) -> None:
    for customer_id in people[: unusual.MOST_PROFILES]:
        look(cashier, customer_id)
        look(cashier, customer_id)
    assert not found(desk)


def test_many_profiles_without_a_sale(desk: Desk, cashier: Desk, people: list[int]) -> None:
    for customer_id in people[: unusual.MOST_PROFILES + 1]:
        look(cashier, customer_id)
    (one,) = found(desk)
    assert (one.kind, one.count, one.over) == (unusual.PROFILES, unusual.MOST_PROFILES + 1, unusual.MOST_PROFILES)
    assert one.who == cashier.staff.who
    rows = list(log_search.all_rows(desk, log_search.parse(desk, one.asked)))
    assert {row.customer_id for row in rows} == set(people[: unusual.MOST_PROFILES + 1])
    notes.add(cashier, people[0], "Asked for a larger size.")
    assert not found(desk), "something was done for one of them"


def test_ones_own_surname(desk: Desk, cashier: Desk, shell: Desk) -> None:
    assert cashier.staff.name == "Test cashier"
    cousin = customers.create(shell, CustomerFields(name="Luísa Cashíer Pons"))
    first_name_alone = customers.create(shell, CustomerFields(name="Test Person"))
    look(cashier, cousin.id)
    look(cashier, first_name_alone.id)
    (one,) = found(desk)
    assert one.kind == unusual.SURNAME
    assert cousin.number in one.told
    assert {row.customer_id for row in log_search.all_rows(desk, log_search.parse(desk, one.asked))} == {cousin.id}


def test_looks_while_no_day_is_open(desk: Desk, desk_of: Callable[[str], Desk], people: list[int]) -> None:
    cashier = desk_of("cashier")
    look(cashier, people[0])
    (before,) = found(desk)
    assert before.kind == unusual.AFTER_HOURS
    assert "not opened" in before.told
    shifts.open_shift(desk, 10000)
    look(cashier, people[1])
    (one,) = found(desk)
    assert one.count == 1
    assert "before the day was opened" in one.told
    rows = list(log_search.all_rows(desk, log_search.parse(desk, one.asked)))
    assert people[0] in {row.customer_id for row in rows}


def test_repeated_reveals_of_one_customer(desk: Desk, cashier: Desk, people: list[int]) -> None:
    for _ in range(unusual.MOST_REVEALS):
        cashier.look("customer.revealed", customer_id=people[0])
    assert not found(desk, unusual.REVEALS)
    cashier.look("customer.revealed", customer_id=people[0])
    (one,) = found(desk, unusual.REVEALS)
    assert one.count == unusual.MOST_REVEALS + 1
    assert len(list(log_search.all_rows(desk, log_search.parse(desk, one.asked)))) == one.count


def test_reveals_of_many_customers(desk: Desk, cashier: Desk, people: list[int]) -> None:
    for customer_id in people[: unusual.MOST_REVEALED + 1]:
        cashier.look("customer.revealed", customer_id=customer_id)
    (one,) = found(desk, unusual.REVEALS)
    assert one.count == unusual.MOST_REVEALED + 1


def test_days_outside_the_period_are_left_out(desk: Desk, desk_of: Callable[[str], Desk], people: list[int]) -> None:
    look(desk_of("cashier"), people[0])
    assert not unusual.findings(desk, "2020-01-01", "2020-01-31")
    for first, last in (("2020-02-01", "2020-01-01"), ("2019-01-01", "2021-01-01")):
        with pytest.raises(BadInput, match=first):
            unusual.findings(desk, first, last)


def test_it_is_for_managers_and_auditors(desk: Desk) -> None:
    cashier = Desk(desk.store, Actor(1, "101", "Eve", "cashier"), "till-1")
    with pytest.raises(NotAllowed):
        unusual.findings(cashier, desk.today(), desk.today())
