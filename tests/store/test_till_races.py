"""Tills at one thing at the same instant: one sale, no point spent twice, no limit passed."""

from collections.abc import Sequence
from typing import Any

from bookkeeper_tui.errors import BadInput, BookkeeperError
from bookkeeper_tui.store import baskets, shifts
from bookkeeper_tui.store import till as room
from bookkeeper_tui.store.desk import Actor, Desk
from bookkeeper_tui.store.till import Paid, Tendered
from tests.store.test_races import CONSOLES, at_once
from tests.store.tills import Till, beside


def tills(till: Till) -> list[Desk]:
    """A desk for each console, at a till with an open shift."""
    found = [beside(till.desk, f"till-{place}0") for place in range(CONSOLES)]
    for desk in found:
        shifts.open_shift(desk, 0)
    return found


def at_till(desk: Desk, place: int, staff: Actor) -> Desk:
    return Desk(desk.store, staff, f"till-{place}0")


def pay_so(
    desk: Desk, place: int, staff: Actor, basket_ids: Sequence[int], tenders: Sequence[Tendered]
) -> tuple[str, Any]:
    try:
        return "paid", room.pay(at_till(desk, place, staff), basket_ids[place], tenders).sale_id
    except BadInput as refused:
        return "refused", str(refused)


def pay_one(desk: Desk, place: int, staff: Actor, basket_id: int, terminal: str) -> Paid:
    return room.pay(Desk(desk.store, staff, terminal), basket_id, [Tendered("cash", 2000)])


def resume_one(desk: Desk, place: int, staff: Actor, basket_id: int) -> str:
    try:
        return baskets.resume(at_till(desk, place, staff), basket_id).terminal
    except BookkeeperError as refused:
        return str(refused)


def test_enter_from_eight_consoles_is_one_sale(till: Till) -> None:
    basket = till.rung("100", customer=till.ana)
    answers = at_once(till.desk.store, pay_one, till.desk.staff, basket.id, till.desk.terminal)
    assert len({answer.sale_id for answer in answers}) == 1
    assert all(answer == answers[0] for answer in answers)
    assert till.count("sale") == 1
    assert till.floor.failing() == {}


def test_the_last_points_are_spent_once(till: Till) -> None:
    points = 1800
    till.give_points(points)
    worth = room.loyalty.value_of(till.desk.database, points)
    ids = []
    for desk in tills(till):
        basket = baskets.start(desk, till.ana)
        basket = baskets.ring_other(desk, basket.id, "Something dear", worth, sure=True)
        ids.append(basket.id)
    answers = at_once(till.desk.store, pay_so, till.desk.staff, ids, [Tendered("points", 0, points=points)])
    assert sorted(what for what, _ in answers) == ["paid"] + ["refused"] * (CONSOLES - 1)
    assert {said for what, said in answers if what == "refused"} == {"1.800 points are more than the 0 there are"}
    assert till.points() == 0
    assert till.floor.failing() == {}


def test_the_limit_is_reached_once(till: Till) -> None:
    till.give_account(2500)
    ids = []
    for desk in tills(till):
        basket = baskets.start(desk, till.ana)
        ids.append(baskets.ring(desk, basket.id, "101").id)
    answers = at_once(till.desk.store, pay_so, till.desk.staff, ids, [Tendered("account", 900)])
    assert sorted(what for what, _ in answers) == ["paid"] * 2 + ["refused"] * (CONSOLES - 2)
    assert {said for what, said in answers if what == "refused"} == {
        "9,00 on account is above the limit: 7,00 are still available"
    }
    owes = till.desk.database.execute_sql("SELECT owes FROM standing WHERE customer_id = ?", (till.ana,)).fetchone()[0]
    assert owes == 1800
    assert till.floor.failing() == {}


def test_the_last_store_credit_is_spent_once(till: Till) -> None:
    till.give_credit(900)
    ids = []
    for desk in tills(till):
        basket = baskets.start(desk, till.ana)
        ids.append(baskets.ring(desk, basket.id, "101").id)
    answers = at_once(till.desk.store, pay_so, till.desk.staff, ids, [Tendered("store credit", 900)])
    assert sorted(what for what, _ in answers) == ["paid"] + ["refused"] * (CONSOLES - 1)
    assert till.floor.failing() == {}


def test_a_parked_sale_is_resumed_at_one_till(till: Till) -> None:
    tills(till)
    basket = till.rung("100")
    baskets.park(till.desk, basket.id)
    answers = at_once(till.desk.store, resume_one, till.desk.staff, basket.id)
    winners = {answer for answer in answers if answer.startswith("till-")}
    assert len(winners) == 1
    told = [answer for answer in answers if answer not in winners]
    assert told == [f"This sale is open at {winners.pop()}, with {till.desk.staff.who}"] * (CONSOLES - 1)
