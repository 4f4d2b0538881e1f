"""Many consoles at one act at the same instant: one wins, the others are told, and no number is left out."""

import multiprocessing
from collections.abc import Callable
from typing import Any

from bookkeeper_tui.errors import BadInput
from bookkeeper_tui.store import attaching, customers, loyalty, notes, store_credit
from bookkeeper_tui.store.customer_fields import CustomerFields
from bookkeeper_tui.store.customers import WALK_IN_ID, EditConflict
from bookkeeper_tui.store.desk import Desk
from bookkeeper_tui.store.opening import Store, open_store
from tests.store.floor import Floor

CONSOLES = 8
_FORK = multiprocessing.get_context("fork")


def one_console(store: Store, place: int, act: Callable[..., Any], values: tuple[Any, ...], ways: Any) -> None:
    at_once, answers = ways
    desk = Desk.shell(open_store(store.directory, store.keys_directory))
    at_once.wait(30)
    answers.put(act(desk, place, *values))


def at_once(store: Store, act: Callable[..., Any], *values: Any) -> list[Any]:
    """What each of the consoles, a process each, answers to the same act."""
    ways = (_FORK.Barrier(CONSOLES), _FORK.Queue())
    consoles = [_FORK.Process(target=one_console, args=(store, place, act, values, ways)) for place in range(CONSOLES)]
    for console in consoles:
        console.start()
    given = [ways[1].get(timeout=60) for _ in consoles]
    for console in consoles:
        console.join(10)
    return given


def take_on(desk: Desk, place: int) -> list[str]:
    """Ten customers each; every third wants a card that somebody else may have got first."""
    taken = []
    for number in range(10):
        card = f"CARD-{number}" if number % 3 == 0 else ""
        try:
            taken.append(customers.create(desk, CustomerFields(name=f"Ana {place} {number}", card=card)).number)
        except BadInput:
            continue
    return taken


def test_numbers_have_no_gaps_though_some_are_refused(store: Store, shell: Desk) -> None:
    taken = sorted(number for numbers in at_once(store, take_on) for number in numbers)
    assert len(taken) == CONSOLES * 6 + 4
    assert taken == [f"C-{number:06d}" for number in range(1, len(taken) + 1)]


def create_once(desk: Desk, place: int) -> int:
    return customers.create(desk, CustomerFields(name="Ana Reyes"), once="the same command").id


def note_once(desk: Desk, place: int, customer_id: int) -> int:
    return notes.add(desk, customer_id, "Allergic to nuts", once="the same note").id


def test_a_command_that_arrives_eight_times_at_once_counts_once(store: Store, shell: Desk) -> None:
    created = at_once(store, create_once)
    assert len(set(created)) == 1
    assert len(set(at_once(store, note_once, created[0]))) == 1
    assert notes.count(shell, created[0]) == 1
    assert store.database.execute_sql("SELECT count(*) FROM customer WHERE name = 'Ana Reyes'").fetchone()[0] == 1


def rename(desk: Desk, place: int, customer_id: int, version: int) -> tuple[str, str]:
    mine = f"Ana of till {place}"
    try:
        return "kept", customers.edit(desk, customer_id, {"name": mine}, version).name
    except EditConflict as conflict:
        seen, theirs, yours = conflict.changed["name"]
        return ("told", theirs) if (seen, yours) == ("Ana Reyes", mine) else ("wrong", f"{seen} {yours}")


def test_of_eight_who_edit_what_they_saw_one_wins_and_seven_are_shown_what_the_winner_wrote(
    store: Store, shell: Desk
) -> None:
    ana = customers.create(shell, CustomerFields(name="Ana Reyes"))
    answers = at_once(store, rename, ana.id, ana.version)
    now = customers.get(shell, ana.id)
    assert sorted(what for what, _ in answers) == ["kept"] + ["told"] * (CONSOLES - 1)
    assert {name for _, name in answers} == {now.name}
    assert now.version == ana.version + 1


def redeem_what_is_left(desk: Desk, place: int, customer_id: int) -> int:
    try:
        return loyalty.redeem_to_credit(desk, customer_id, 100, once=f"till {place}")
    except BadInput:
        return 0


def test_the_last_points_are_redeemed_at_one_till_only(store: Store, shell: Desk) -> None:
    ana = customers.create(shell, CustomerFields(name="Ana Reyes")).id
    loyalty.adjust(shell, ana, 250, "opening balance")
    assert sorted(at_once(store, redeem_what_is_left, ana)) == [0] * 6 + [100, 100]
    assert loyalty.balance(shell.database, ana) == 50
    assert store_credit.balance(shell.database, ana) == 200


def attach_to_one(desk: Desk, place: int, sale_id: int, people: list[int]) -> int:
    try:
        attaching.attach(desk, sale_id, people[place % 2], "said so")
    except BadInput:
        return 0
    return people[place % 2]


def test_a_sale_attached_at_many_consoles_ends_with_one_customer(store: Store, floor: Floor) -> None:
    people = list(floor.customers[:2])
    (sale_id,) = floor.post(floor.sale(customer=WALK_IN_ID))
    moved = [who for who in at_once(store, attach_to_one, sale_id, people) if who]
    (owner,) = floor.desk.database.execute_sql("SELECT customer_id FROM sale WHERE id = ?", (sale_id,)).fetchone()
    moves = floor.desk.database.execute_sql(
        "SELECT old_customer_id, new_customer_id FROM sale_move ORDER BY id"
    ).fetchall()
    assert len(moves) == len(moved) >= 1
    assert [old for old, _ in moves] == [WALK_IN_ID, *(new for _, new in moves[:-1])], (
        "each took it from the one before"
    )
    assert moves[-1][1] == owner
    assert floor.failing() == {}
