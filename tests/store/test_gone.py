"""Customers who are gone: nothing is written to their names, and the sentence says why and what to do."""

from collections.abc import Callable

import pytest

from bookkeeper_tui.errors import BadInput
from bookkeeper_tui.store import baskets, customers, gone, loyalty, notes
from bookkeeper_tui.store.customer_fields import CustomerFields
from bookkeeper_tui.store.desk import Desk

ACTS: dict[str, Callable[[Desk, int], object]] = {
    "note": lambda desk, customer_id: notes.add(desk, customer_id, "likes the window"),
    "edit": lambda desk, customer_id: customers.edit(desk, customer_id, {"name": "Somebody"}, 1),
    "status": lambda desk, customer_id: customers.set_status(desk, customer_id, "active"),
    "points": lambda desk, customer_id: loyalty.adjust(desk, customer_id, 5, "a gift"),
    "sale": lambda desk, customer_id: baskets.start(desk, customer_id),
}


def lost(desk: Desk, why: str, into: int | None = None) -> int:
    """A customer who is gone."""
    customer = customers.create(desk, CustomerFields(name="Ana Reyes"))
    with desk.change("customer.status", customer_id=customer.id) as change:
        change.database.execute_sql(
            "UPDATE customer SET gone = ?, merged_into = ?, status = 'inactive' WHERE id = ?", (why, into, customer.id)
        )
    return customer.id


@pytest.mark.parametrize("act", ACTS)
def test_nothing_is_written_to_somebody_erased(shell: Desk, act: str) -> None:
    erased = lost(shell, "erased")
    with pytest.raises(BadInput, match="C-000001 was erased: nothing can be written"):
        ACTS[act](shell, erased)


@pytest.mark.parametrize("act", ACTS)
def test_somebody_merged_names_who_they_are_now(shell: Desk, act: str) -> None:
    survivor = customers.create(shell, CustomerFields(name="Ana Reyes García")).id
    merged = lost(shell, "merged", survivor)
    with pytest.raises(BadInput, match="C-000002 was merged into C-000001 Ana Reyes García: open that customer"):
        ACTS[act](shell, merged)


def test_the_survivor_is_found_through_several_merges(shell: Desk) -> None:
    last = customers.create(shell, CustomerFields(name="Ana Reyes García")).id
    first = lost(shell, "merged", lost(shell, "merged", last))
    assert gone.survivor(shell.database, first) == last == gone.survivor(shell.database, last)


def test_the_record_says_that_a_customer_is_gone(shell: Desk) -> None:
    there = customers.create(shell, CustomerFields(name="Ana Reyes García"))
    assert (there.gone, there.merged_into) == ("", None)
    merged = customers.get(shell, lost(shell, "merged", there.id))
    assert (merged.gone, merged.merged_into) == ("merged", there.id)
