"""Sales as they are rung up or imported: what a sale is made of, and the one path on which one or thousands are posted."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from bookkeeper_tui.errors import BadInput
from bookkeeper_tui.store import ledger, standing
from bookkeeper_tui.store.ledger import RawEntry, RawPosting

if TYPE_CHECKING:
    from bookkeeper_tui.store.desk import Change

TENDER_ACCOUNTS = {
    "cash": ledger.DRAWER,
    "card": ledger.CARD_CLEARING,
    "account": ledger.RECEIVABLES,
    "store credit": ledger.STORE_CREDIT,
    "points": ledger.POINTS,
    "imported": ledger.IMPORTED_CLEARING,
    "rounding": ledger.ROUNDING,
}
TENDERS_OF_CUSTOMER = frozenset({"account", "store credit"})


class NewDiscount(NamedTuple):
    """Something taken off: its kind ("retail", "coupon", a code) and minor units, positive on a sale."""

    kind: str
    amount: int


class NewLine(NamedTuple):
    """One line of a sale.

    `quantity` is thousandths as the source gave it, `pieces` what it counts (0 where it counts none). `amount` is what
    was paid for the line in minor units, its own tax included and its own discounts already taken off; all of them are
    negative on a return. `code` and `description` are kept only where no product says them.
    """

    product_id: int | None
    quantity: int
    pieces: int
    amount: int
    discounts: Sequence[NewDiscount] = ()
    tax: int = 0
    code: str | None = None
    description: str | None = None


class NewTender(NamedTuple):
    """How a sale, or a part of it, was paid: a kind of TENDER_ACCOUNTS, minor units net of change, and a reference.

    The kind "rounding" takes what no money moved for: cash rounded to the smallest coin, a foreign file's residue.
    """

    kind: str
    amount: int
    reference: str = ""


class NewSale(NamedTuple):
    """A sale ready to be posted.

    `sold_at` is microseconds UTC and `business_date` its ISO date in the shop's time zone. `discounts` are those on the
    whole sale, not yet in the lines' amounts; `added_tax` is tax known only for the whole sale, on top of the lines.
    So the total, and the sum of the tenders, is: amounts of the lines - whole-sale discounts + added tax.
    """

    sold_at: int
    business_date: str
    branch_id: int
    customer_id: int
    lines: Sequence[NewLine]
    tenders: Sequence[NewTender]
    discounts: Sequence[NewDiscount] = ()
    added_tax: int = 0
    kind: str = "sale"
    terminal: str = ""
    staff_id: int | None = None
    note: str = ""
    import_run_id: int | None = None
    source: str = ""
    source_ref: str = ""


def total_of(sale: NewSale) -> int:
    """What a sale comes to in minor units: its lines' amounts less whole-sale discounts, plus tax added on top."""
    return sum(line.amount for line in sale.lines) - sum(d.amount for d in sale.discounts) + sale.added_tax


def post_many(change: Change, sales: Sequence[NewSale]) -> range:
    """Posts sales, one or thousands, and answers their ids in the order given.

    Each gets the next number, a balanced ledger entry linked both ways, and its part in the customer's figures.
    Raises BadInput, naming the sale, when its tenders are not its total or it has no line, tender or known kind.
    """
    raise BadInput("not yet")
