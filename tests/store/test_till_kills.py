"""Power lost while paying: at whatever statement the process dies, the sale is whole or not at all, and can be paid."""

import multiprocessing
import os
import signal
from collections.abc import Sequence
from typing import Any

from bookkeeper_tui.store import baskets
from bookkeeper_tui.store import till as room
from bookkeeper_tui.store.desk import Actor, Desk
from bookkeeper_tui.store.opening import Store, open_store
from bookkeeper_tui.store.till import Tendered
from tests.store.tills import Till

_FORK = multiprocessing.get_context("fork")
MOST_STATEMENTS = 300


def pay_and_die(
    store: Store, staff: Actor, terminal: str, basket_id: int, tenders: Sequence[Tendered], statement: int
) -> None:
    """Pays, and is killed when SQLite is about to run that statement."""
    desk = Desk(open_store(store.directory, store.keys_directory), staff, terminal)
    seen = 0

    def count(_: str) -> None:
        nonlocal seen
        seen += 1
        if seen == statement:
            os.kill(os.getpid(), signal.SIGKILL)

    connection: Any = desk.database.connection()
    connection.set_trace_callback(count)
    room.pay(desk, basket_id, tenders)


def test_a_sale_killed_at_any_statement_is_whole_or_absent_and_still_there_to_be_paid(till: Till) -> None:
    till.give_points(200)
    till.give_credit(300)
    till.give_account(100_000)
    basket = till.rung("2*100", "102", customer=till.ana)
    baskets.lay_down(till.desk, basket.id, "points", 0, points=100)
    basket = baskets.lay_down(till.desk, basket.id, "card", 500, "4242")
    tenders = [Tendered("store credit", 300), Tendered("account", 1000), Tendered("cash", 50_000)]
    for statement in range(1, MOST_STATEMENTS):
        before = till.desk.store.engine.audit_head()
        values = (till.desk.store, till.desk.staff, till.desk.terminal, basket.id, tenders, statement)
        process = _FORK.Process(target=pay_and_die, args=values)
        process.start()
        process.join(60)
        if till.count("sale"):
            break
        assert process.exitcode == -signal.SIGKILL
        assert till.desk.store.engine.audit_head() == before
        assert [row.id for row in baskets.unfinished(till.desk)] == [basket.id]
        assert baskets.get(till.desk, basket.id) == basket
        assert till.floor.failing() == {}
    assert 30 < statement < MOST_STATEMENTS - 1
    paid = room.pay(till.desk, basket.id, tenders)
    assert (till.count("sale"), paid.total, paid.open_amount) == (1, basket.total, 1000)
    assert baskets.unfinished(till.desk) == []
    assert till.points() == 100 + paid.points_earned
    assert till.floor.failing() == {}
