"""What is laid down before the last tender: part of the price by card, in points, as store credit."""

from bookkeeper_tui.errors import BadInput
from bookkeeper_tui.formats import harmless
from bookkeeper_tui.store import loyalty, store_credit
from bookkeeper_tui.store.baskets.basket import Basket, changing, read
from bookkeeper_tui.store.customers import WALK_IN_ID
from bookkeeper_tui.store.desk import Change, Desk

KINDS = ("cash", "card", "account", "store credit", "points")
OF_CUSTOMER = frozenset({"account", "store credit", "points"})
_LONGEST_REFERENCE = 60


def lay_down(desk: Desk, basket_id: int, kind: str, amount: int, reference: str = "", points: int = 0) -> Basket:
    """Lays a tender down, in minor units; `points` says how many where it is points, and what they are worth counts.

    Points laid down are reserved. Raises BadInput when it is more than is still to be paid or than there is.
    """
    reference = cleaned_reference(reference)
    if points and kind != "points":
        raise BadInput(f"Only points pay by points: {harmless(kind)} has none")
    with changing(desk, "sale.paid", basket_id) as change:
        basket = read(desk.store, desk.terminal, basket_id)
        if kind == "points":
            amount = loyalty.value_of(change.database, points)
        check_tender(basket.customer_id, kind, amount)
        if amount > basket.to_pay:
            write = desk.store.conventions
            raise BadInput(f"{write.amount(amount)} is more than the {write.amount(basket.to_pay)} still to be paid")
        _check_available(change, basket, kind, amount, points)
        change.note(laid_down=kind, amount=amount)
        change.database.execute_sql(INSERT, (basket_id, basket_id, kind, amount, reference, points))
    return read(desk.store, desk.terminal, basket_id)


def take_up(desk: Desk, basket_id: int, line_no: int) -> Basket:
    """Takes back a tender that was laid down. Raises BadInput when there is none of this number."""
    with changing(desk, "sale.paid", basket_id) as change:
        found = change.database.execute_sql(SELECT, (basket_id, line_no)).fetchone()
        if found is None:
            raise BadInput(f"Nothing is laid down under the number {line_no}")
        change.note(taken_up=found[0], amount=found[1])
        change.database.execute_sql(
            "DELETE FROM basket_tender WHERE basket_id = ? AND line_no = ?", (basket_id, line_no)
        )
    return read(desk.store, desk.terminal, basket_id)


def check_tender(customer_id: int, kind: str, amount: int, *, least: int = 1) -> None:
    """Raises BadInput for a kind that is none, an amount below `least`, or a customer's tender from the walk-in."""
    if kind not in KINDS:
        raise BadInput(f"“{harmless(kind)}” is no way to pay here: known are {', '.join(KINDS)}")
    if amount < least:
        raise BadInput(f"A tender is more than nothing: the {kind} is not")
    if kind in OF_CUSTOMER and customer_id == WALK_IN_ID:
        raise BadInput(f"Paying by {kind} needs a customer: choose one first")


def _check_available(change: Change, basket: Basket, kind: str, amount: int, points: int) -> None:
    """Raises BadInput when the customer has fewer points or less store credit than is to be laid down here."""
    database, write = change.database, change.desk.store.conventions
    if kind == "points":
        besides = sum(tender.points for tender in basket.tenders)
        left = loyalty.available(database, basket.customer_id, besides_basket=basket.id) - besides
        if points > left:
            raise BadInput(f"{write.count(points)} points are more than the {write.count(max(left, 0))} there are")
    elif kind == "store credit":
        besides = sum(tender.amount for tender in basket.tenders if tender.kind == kind)
        credit = store_credit.balance(database, basket.customer_id) - besides
        if amount > credit:
            raise BadInput(f"{write.amount(amount)} is more than the store credit of {write.amount(max(credit, 0))}")


def cleaned_reference(reference: str) -> str:
    """A tender's reference as it may be drawn and printed. Raises BadInput when it is too long."""
    cleaned = " ".join(harmless(reference).split())
    if len(cleaned) > _LONGEST_REFERENCE:
        raise BadInput(f"A reference holds {_LONGEST_REFERENCE} letters, this one has {len(cleaned)}")
    return cleaned


INSERT = """
INSERT INTO basket_tender (basket_id, line_no, kind, amount, reference, points)
VALUES (?, (SELECT COALESCE(MAX(line_no), 0) + 1 FROM basket_tender WHERE basket_id = ?), ?, ?, ?, ?)
"""
SELECT = "SELECT kind, amount FROM basket_tender WHERE basket_id = ? AND line_no = ?"
