"""What may be paid with, and the notes that a cashier is likely to be handed: figures for the pay dialog."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bookkeeper_tui.store import customer_accounts, loyalty, store_credit
from bookkeeper_tui.store.baskets import Basket
from bookkeeper_tui.store.customers import WALK_IN_ID
from bookkeeper_tui.store.desk import Desk

NAMES = {
    "cash": "Cash",
    "card": "Card",
    "account": "On account",
    "store credit": "Store credit",
    "points": "Points",
}
QUICK = 5


@dataclass(frozen=True, slots=True)
class Means:
    """What a customer has to pay with besides cash and card, less what is laid down already: minor units and points.

    `account` is what may still be charged, None for no account; `why_no_account` says "hold" or "closed".
    `point_value` is what one point pays.
    """

    account: int | None = None
    why_no_account: str = ""
    credit: int = 0
    points: int = 0
    point_value: int = 1
    terms_days: int = 0


def means_of(desk: Desk, basket: Basket) -> Means:
    """What the customer of a basket has to pay with."""
    if basket.customer_id == WALK_IN_ID:
        return Means()
    database = desk.require("account.viewed")
    account = customer_accounts.of(desk, basket.customer_id)
    laid = {kind: sum(tender.amount for tender in basket.tenders if tender.kind == kind) for kind in NAMES}
    points_laid = sum(tender.points for tender in basket.tenders)
    is_open = account.status == "active"
    return Means(
        account=max(0, account.available - laid["account"]) if is_open else None,
        why_no_account="" if account.status in ("none", "active") else account.status,
        credit=max(0, store_credit.balance(database, basket.customer_id) - laid["store credit"]),
        points=max(0, loyalty.available(database, basket.customer_id, basket.id) - points_laid),
        point_value=loyalty.value_of(database, 1),
        terms_days=account.terms_days,
    )


def kinds_offered(means: Means) -> list[str]:
    """The tenders that make sense for this customer, in the order shown."""
    offered = ["cash", "card"]
    if means.account is not None or means.why_no_account:
        offered.append("account")
    if means.credit:
        offered.append("store credit")
    if means.points:
        offered.append("points")
    return offered


def quick_amounts(due: int, notes: Sequence[int]) -> list[int]:
    """The exact amount, and what is handed over when nobody has it: the next multiples of the notes there are.

    Amounts in minor units; `notes` are denominations from the smallest that counts as one.
    """
    if due <= 0:
        return []
    rounded = sorted({-(-due // note) * note for note in notes if note} - {due})
    return [due, *rounded][:QUICK]
