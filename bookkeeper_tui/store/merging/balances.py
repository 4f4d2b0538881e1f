"""What a customer owes and has to their good becomes another's by entries; nothing that was posted is touched.

Each open item goes over by an entry of its own, so that it is due when it was. Undoing reverses those entries.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

from peewee import SqliteDatabase

from bookkeeper_tui.errors import BadInput
from bookkeeper_tui.store import customer_accounts, ledger, open_items, points_ledger, store_credit
from bookkeeper_tui.store.customer_accounts import FROM_DOCUMENT, REFERENCE
from bookkeeper_tui.store.desk import Change
from bookkeeper_tui.store.ledger import Posting, RawEntry, RawPosting
from bookkeeper_tui.store.merging import belongings
from bookkeeper_tui.store.packages import events, keeping, package
from bookkeeper_tui.store.packages.events import NewEvent
from bookkeeper_tui.store.points_ledger import Carried, Cause


class Merge(NamedTuple):
    """A merge as its parts need it: its id, who became whom, the business date (ISO), and the words for the books."""

    id: int
    old: int
    new: int
    day: str
    words: str


def carry_over(change: Change, merge: Merge) -> dict[str, Any]:
    """Moves receivables, store credit, deposits, packages and points; answers what undoing has to know of them.

    To be called once the layaways are the new customer's.
    """
    _items_over(change, merge)
    _credit_over(change, merge)
    _deposits_over(change, merge, merge.old, merge.new)
    packages = [row[0] for row in change.database.execute_sql(PACKAGES, (merge.old,)).fetchall()]
    belongings.remember(change, merge.id, "package", packages)
    _packages(change, packages, merge.old, merge.new, merge.words)
    carried = points_ledger.carry_over(
        change, merge.old, merge.new, Cause("adjust", merge.day, reason=f"{merge.words}: merged")
    )
    return {"lots": list(carried.lots), "taken": list(carried.taken)}


def carry_back(change: Change, merge: Merge, said: dict[str, Any]) -> None:
    """Undoes `carry_over`, once the layaways are the old customer's again.

    Raises BadInput when store credit that came with the old customer is spent.
    """
    for entry_id in belongings.remembered(change.database, merge.id, "item"):
        _item_back(change, merge, entry_id)
    for entry_id in belongings.remembered(change.database, merge.id, "credit"):
        _credit_back(change, merge, entry_id)
    _deposits_over(change, merge, merge.new, merge.old)
    packages = belongings.remembered(change.database, merge.id, "package")
    _packages(change, packages, merge.new, merge.old, f"{merge.words} undone")
    cause = Cause("adjust", merge.day, reason=f"{merge.words}: undone")
    points_ledger.carry_back(change, merge.old, merge.new, Carried(said["lots"], said["taken"]), cause)


def _items_over(change: Change, merge: Merge) -> None:
    database = change.database
    charges = open_items.open_charges(database, merge.old)
    items = [*charges, *open_items.open_credits(database, merge.old)]
    if not items:
        return
    receivables, first = ledger.account_id(change, ledger.RECEIVABLES), ledger.next_entry_id(change)
    entries = []
    for place, item in enumerate(items):
        (reference,) = database.execute_sql(REFERENCE_OF_ITEM, (item.id,)).fetchone()
        postings = [
            RawPosting(receivables, merge.new, item.open),
            RawPosting(receivables, merge.old, -item.open),
        ]
        due = item.due if item.open > 0 else ""
        staff_id = change.desk.staff.staff_id
        entries.append(
            RawEntry(first + place, merge.day, "merge", "merge", merge.id, staff_id, postings, reference, None, due)
        )
    ledger.write(change, entries)
    for entry, item in zip(entries, items, strict=True):
        gone = open_items.item_of_entry(database, entry.id, merge.old)
        assert gone is not None
        open_items.spread(change, gone, [item])
    belongings.remember(change, merge.id, "item", [entry.id for entry in entries])


def _item_back(change: Change, merge: Merge, entry_id: int) -> None:
    came = open_items.item_of_entry(change.database, entry_id, merge.new)
    assert came is not None
    due = came.due if came.amount > 0 else ""
    back = ledger.reverse(change, entry_id, date=merge.day, kind="merge undone", memo=merge.words, due=due)
    if came.open != came.amount:
        customer_accounts.settle(change, back, merge.new, first=[entry_id])
        return
    # What nobody touched since is undone by itself, without looking at all the others.
    undone = open_items.item_of_entry(change.database, back, merge.new)
    assert undone is not None
    open_items.spread(change, undone, [came])


def _credit_over(change: Change, merge: Merge) -> None:
    amount = store_credit.balance(change.database, merge.old)
    if amount:
        entry_id = _post(change, merge, ledger.STORE_CREDIT, amount, merge.old, merge.new)
        belongings.remember(change, merge.id, "credit", [entry_id])


def _credit_back(change: Change, merge: Merge, entry_id: int) -> None:
    row = change.database.execute_sql(CREDITED, (entry_id, merge.new)).fetchone()
    amount, left = -int(row[0]), store_credit.balance(change.database, merge.new)
    if amount > left:
        write = change.desk.store.conventions.amount
        raise BadInput(
            f"{write(amount)} of store credit came with the merge and {write(left)} is left: it cannot be undone"
        )
    ledger.reverse(change, entry_id, date=merge.day, kind="merge undone", memo=merge.words)


def _deposits_over(change: Change, merge: Merge, giver: int, taker: int) -> None:
    """What was paid on the layaways of this merge that are the taker's now, and open."""
    (paid,) = change.database.execute_sql(DEPOSITS, (merge.id, taker)).fetchone()
    if paid:
        _post(change, merge, ledger.LAYAWAY_DEPOSITS, paid, giver, taker)


def _packages(change: Change, package_ids: Sequence[int], giver: int, taker: int, words: str) -> None:
    for package_id in package_ids:
        one = package.read(change.database, package_id)
        if one.customer_id == giver:
            postings = keeping.moved_deferred(change, one, taker)
            after = one.standing._replace(customer_id=taker)
            events.add(change, one, NewEvent("transfer", remarks=words), after, postings)


def _post(change: Change, merge: Merge, account: str, amount: int, giver: int, taker: int) -> int:
    """An entry that makes what the shop owes one customer another's."""
    return ledger.post(
        change,
        date=merge.day,
        kind="merge",
        document_kind="merge",
        document_id=merge.id,
        postings=[Posting(account, amount, giver), Posting(account, -amount, taker)],
        memo=merge.words,
    )


def owed_by_account(database: SqliteDatabase, customer_id: int) -> list[tuple[str, int]]:
    """What stands for a customer on each account where something does, in minor units."""
    return [(name, amount) for name, amount in database.execute_sql(BALANCES_OF, (customer_id,))]


REFERENCE_OF_ITEM = f"SELECT {REFERENCE} FROM account_item AS item {FROM_DOCUMENT} WHERE item.id = ?"
PACKAGES = "SELECT id FROM package WHERE customer_id = ? ORDER BY id"
CREDITED = "SELECT amount FROM posting WHERE entry_id = ? AND customer_id = ?"
DEPOSITS = """
SELECT COALESCE(SUM(payment.amount), 0) FROM payment JOIN layaway ON layaway.id = payment.document_id
WHERE payment.kind = 'deposit' AND layaway.state = 'open' AND layaway.id IN (
    SELECT row_id FROM customer_merge_row WHERE merge_id = ? AND kind = 'layaway') AND layaway.customer_id = ?
"""
BALANCES_OF = """
SELECT account.name, SUM(posting.amount) FROM posting JOIN account ON account.id = posting.account_id
WHERE posting.customer_id = ? GROUP BY account.id HAVING SUM(posting.amount) <> 0 ORDER BY account.name
"""
