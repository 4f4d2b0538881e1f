"""Layaways: goods set aside for a customer against deposits, and handed over when nothing is outstanding.

Deposits are a liability; revenue comes at pick-up. What is paid and what is outstanding are always the total, less what
was cancelled.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from peewee import SqliteDatabase

from bookkeeper_tui.dates import is_date
from bookkeeper_tui.errors import BadInput
from bookkeeper_tui.formats import harmless
from bookkeeper_tui.money import plain
from bookkeeper_tui.store import (
    baskets,
    ledger,
    loyalty,
    membership_plans,
    memberships,
    package_plans,
    packages,
    payments,
    sales,
    shifts,
    till,
)
from bookkeeper_tui.store.baskets.basket import refuse_elsewhere
from bookkeeper_tui.store.customer_rows import WALK_IN_ID
from bookkeeper_tui.store.desk import AlreadyDone, Change, Desk
from bookkeeper_tui.store.ledger import Posting
from bookkeeper_tui.store.sales import NewDiscount, NewLine, NewSale, NewTender

TENDERS = ("cash", "card", "store credit")
LONGEST_NOTE = 500


@dataclass(frozen=True, slots=True)
class Layaway:
    """A layaway. Money in minor units, instants in microseconds UTC, `due` and `business_date` ISO dates.

    `state` is open, picked up or cancelled; `paid` is what its deposits come to now, less refunds and the fee. `lines`
    are as they will be sold, and `descriptions` what each is called.
    """

    id: int
    number: str
    customer_id: int
    customer_number: str
    customer_name: str
    state: str
    total: int
    paid: int
    fee: int
    due: str
    opened_at: int
    business_date: str
    branch: str
    staff: str
    closed_at: int | None
    sale_id: int | None
    sale_number: str
    note: str
    lines: tuple[NewLine, ...]
    descriptions: tuple[str, ...]

    @property
    def outstanding(self) -> int:
        """What is still to be paid, in minor units; nothing once it is picked up or cancelled."""
        return self.total - self.paid if self.state == "open" else 0

    def is_overdue(self, today: str) -> bool:
        """Whether it should have been picked up before `today`, an ISO date."""
        return self.state == "open" and self.due < today


class Deposit(NamedTuple):
    """A deposit, or a refund of one (negative), as it is read back: minor units, microseconds UTC."""

    number: str
    at: int
    tender: str
    reference: str
    amount: int
    staff: str


def open_layaway(
    desk: Desk,
    basket_id: int,
    *,
    due: str,
    deposit: int = 0,
    tender: str = "cash",
    reference: str = "",
    note: str = "",
    once: str | None = None,
) -> Layaway:
    """Sets a basket aside for its customer until a day, with a first deposit in minor units.

    The prices are those of now. Raises BadInput for the walk-in, an empty basket, a basket that is paid or set aside
    already, a date that is none or past, or a deposit below nothing or above the total.
    """
    try:
        with desk.change("layaway.opened", once=once) as change:
            shift = shifts.require_open(change)
            basket = baskets.get(desk, basket_id)
            _check_basket(basket, due, shift.business_date)
            refuse_elsewhere(change, basket_id, basket.state, basket.terminal, "open", "parked")
            sold = [(line.product_id, line.quantity) for line in basket.lines]
            package_plans.check_sale(change.database, basket.customer_id, sold)
            membership_plans.check_sale(change.database, basket.customer_id, sold)
            number = f"L-{change.next_number('layaway'):07d}"
            lines = till.new_lines(basket)
            total = sum(line.amount for line in lines)
            row = change.database.execute_sql(
                INSERT,
                (number, basket.customer_id, basket_id, total, due, change.at, shift.business_date, shift.branch_id,
                 desk.staff.staff_id, json.dumps(lines), harmless(note)[:LONGEST_NOTE]),
            ).fetchone()  # fmt: skip
            layaway_id = int(row[0])
            change.database.execute_sql(SET_BASKET, ("layaway", change.at, None, basket_id))
            change.concerns(subject=number, customer_id=basket.customer_id)
            change.note(total=total, due=due, deposit=deposit)
            if deposit:
                _take(change, _read(change.database, layaway_id), deposit, tender, reference)
            change.result = str(layaway_id)
    except AlreadyDone as done:
        layaway_id = int(done.result)
    return get(desk, layaway_id)


def take_deposit(
    desk: Desk, layaway_id: int, amount: int, *, tender: str = "cash", reference: str = "", once: str | None = None
) -> Layaway:
    """Takes a deposit in minor units. Raises BadInput unless it is open and no less than that is outstanding."""
    try:
        with desk.change("layaway.deposited", once=once) as change:
            layaway = _must_be_open(change.database, layaway_id)
            change.concerns(subject=layaway.number, customer_id=layaway.customer_id)
            change.note(amount=amount, tender=tender)
            _take(change, layaway, amount, tender, reference)
    except AlreadyDone:
        pass
    return get(desk, layaway_id)


def pick_up(desk: Desk, layaway_id: int) -> int:
    """Hands the goods over and posts their sale, paid by the deposits; answers its id, the same one when asked twice.

    Raises BadInput while anything is outstanding.
    """
    try:
        with desk.change("layaway.picked_up", once=f"pick up:{layaway_id}") as change:
            layaway = _must_be_open(change.database, layaway_id)
            shift = shifts.require_open(change)
            if layaway.outstanding:
                raise BadInput(f"{layaway.number} has {_plain(desk, layaway.outstanding)} outstanding: take it first")
            sale_id = sales.post(
                change,
                NewSale(
                    till.moment(change, shift), shift.business_date, shift.branch_id, layaway.customer_id,
                    layaway.lines, [NewTender("deposit", layaway.total, layaway.number)], terminal=desk.terminal,
                    staff_id=desk.staff.staff_id, note=layaway.note, shift_id=shift.id,
                ),
            )  # fmt: skip
            packages.grant(change, sale_id)
            memberships.grant(change, sale_id)
            loyalty.settle_sale(change, sale_id)
            change.database.execute_sql(CLOSE, ("picked up", change.at, sale_id, 0, layaway_id))
            change.database.execute_sql(SET_BASKET_OF, ("paid", change.at, sale_id, layaway_id))
            change.concerns(subject=layaway.number, customer_id=layaway.customer_id)
            change.note(sale=sale_id, total=layaway.total)
            change.result = str(sale_id)
    except AlreadyDone as done:
        return int(done.result)
    return sale_id


def cancel(
    desk: Desk, layaway_id: int, *, fee: int = 0, tender: str = "cash", reason: str = "", once: str | None = None
) -> Layaway:
    """Gives the goods up: the deposits go back by a tender (cash, card or store credit), less a fee in minor units.

    Raises BadInput unless it is open, and when the fee is more than was paid.
    """
    try:
        with desk.change("layaway.cancelled", once=once) as change:
            layaway = _must_be_open(change.database, layaway_id)
            shift = shifts.require_open(change)
            if not 0 <= fee <= layaway.paid:
                raise BadInput(
                    f"The fee of {_plain(desk, fee)} is not between nothing and the {_plain(desk, layaway.paid)} paid"
                )
            if layaway.paid > fee:
                _give(change, layaway, fee - layaway.paid, tender, "")
            if fee:
                postings = [
                    Posting(ledger.LAYAWAY_DEPOSITS, fee, layaway.customer_id),
                    Posting(ledger.LAYAWAY_FEES, -fee),
                ]
                ledger.post(
                    change, date=shift.business_date, kind="layaway fee", document_kind="layaway",
                    document_id=layaway_id, postings=postings, memo=layaway.number,
                )  # fmt: skip
            change.database.execute_sql(CLOSE, ("cancelled", change.at, None, fee, layaway_id))
            change.database.execute_sql(SET_BASKET_OF, ("dropped", change.at, None, layaway_id))
            change.concerns(subject=layaway.number, customer_id=layaway.customer_id)
            change.note(fee=fee, refunded=layaway.paid - fee)
            change.personal(reason=harmless(reason)[:LONGEST_NOTE])
    except AlreadyDone:
        pass
    return get(desk, layaway_id)


def get(desk: Desk, layaway_id: int) -> Layaway:
    """A layaway with its lines. Raises BadInput when there is none with this id."""
    return _read(desk.require("layaway.viewed"), layaway_id)


def of_customer(desk: Desk, customer_id: int, *, before: int | None = None, limit: int = 50) -> list[Layaway]:
    """A customer's layaways, newest first; `before` is the id that the last page ended with."""
    database = desk.require("layaway.viewed")
    ids = database.execute_sql(IDS_OF_CUSTOMER, (customer_id, before or 1 << 62, limit)).fetchall()
    return _read_all(database, [row[0] for row in ids])


def newer_of_customer(desk: Desk, customer_id: int, *, after: int = 0, limit: int = 50) -> list[Layaway]:
    """The customer's layaways that come before the id `after` in the list, newest first."""
    database = desk.require("layaway.viewed")
    ids = database.execute_sql(IDS_NEWER, (customer_id, after, limit)).fetchall()
    return _read_all(database, [row[0] for row in reversed(ids)])


def count_of_customer(desk: Desk, customer_id: int) -> int:
    """How many layaways a customer has or had."""
    database = desk.require("layaway.viewed")
    return int(database.execute_sql("SELECT COUNT(*) FROM layaway WHERE customer_id = ?", (customer_id,)).fetchone()[0])


def open_ones(desk: Desk, *, after: tuple[str, int] = ("", 0), limit: int = 50) -> list[Layaway]:
    """The shop's open layaways, first due first; `after` is the due date and id that the last page ended with."""
    database = desk.require("layaway.viewed")
    ids = database.execute_sql(IDS_OPEN, (*after, limit)).fetchall()
    return _read_all(database, [row[0] for row in ids])


def deposits(desk: Desk, layaway_id: int) -> list[Deposit]:
    """What was paid on a layaway and given back, oldest first."""
    database = desk.require("layaway.viewed")
    return [Deposit(*row) for row in database.execute_sql(SELECT_DEPOSITS, (layaway_id,))]


def _check_basket(basket: baskets.Basket, due: str, today: str) -> None:
    if basket.state not in ("open", "parked"):
        raise BadInput(f"That sale is {basket.state} already: it cannot be set aside")
    if basket.customer_id == WALK_IN_ID:
        raise BadInput("A layaway needs a customer: choose one first")
    if not basket.lines:
        raise BadInput("There is nothing to set aside yet")
    if basket.tenders:
        raise BadInput("Something was paid already: take it up before setting the goods aside")
    if not is_date(due):
        raise BadInput(f"“{harmless(due[:20])}” is no date to pick up by")
    if due < today:
        raise BadInput(f"The goods cannot be due on {due}, which is past")


def _take(change: Change, layaway: Layaway, amount: int, tender: str, reference: str) -> None:
    if amount <= 0:
        raise BadInput(f"A deposit of {_plain(change.desk, amount)} is none")
    if amount > layaway.outstanding:
        raise BadInput(
            f"{layaway.number} has {_plain(change.desk, layaway.outstanding)} outstanding, "
            f"less than {_plain(change.desk, amount)}"
        )
    _give(change, layaway, amount, tender, reference)


def _give(change: Change, layaway: Layaway, amount: int, tender: str, reference: str) -> None:
    if tender not in TENDERS:
        raise BadInput(f"“{tender}” does not pay a deposit: known are {', '.join(TENDERS)}")
    payments.take(
        change, kind="deposit", customer_id=layaway.customer_id, tender=tender, amount=amount,
        against=ledger.LAYAWAY_DEPOSITS, document_id=layaway.id, reference=reference, note=layaway.number,
    )  # fmt: skip


def _must_be_open(database: SqliteDatabase, layaway_id: int) -> Layaway:
    layaway = _read(database, layaway_id)
    if layaway.state != "open":
        raise BadInput(f"{layaway.number} is {layaway.state} already")
    return layaway


def _read(database: SqliteDatabase, layaway_id: int) -> Layaway:
    found = _read_all(database, [layaway_id])
    if not found:
        raise BadInput(f"There is no layaway {layaway_id}")
    return found[0]


def _read_all(database: SqliteDatabase, layaway_ids: Sequence[int]) -> list[Layaway]:
    """The layaways with these ids, in their order; two queries however many."""
    marks = ", ".join("?" * len(layaway_ids))
    described: dict[int, list[str]] = {}
    for layaway_id, description in database.execute_sql(SELECT_DESCRIPTIONS.format(marks=marks), layaway_ids):
        described.setdefault(layaway_id, []).append(description)
    found = {}
    for row in database.execute_sql(SELECT.format(marks=marks), layaway_ids):
        values: list[Any] = [*row[:-1], _lines(row[-1]), tuple(described.get(row[0], ()))]
        found[row[0]] = Layaway(*values)
    return [found[layaway_id] for layaway_id in layaway_ids if layaway_id in found]


def _lines(frozen: str) -> tuple[NewLine, ...]:
    return tuple(_line(fields) for fields in json.loads(frozen))


def _line(fields: Sequence[object]) -> NewLine:
    line = NewLine._make(fields)
    return line._replace(discounts=tuple(NewDiscount(*discount) for discount in line.discounts))


def _plain(desk: Desk, amount: int) -> str:
    return plain(amount, desk.store.shop.exponent)


INSERT = """
INSERT INTO layaway (number, customer_id, basket_id, total, due, opened_at, business_date, branch_id, staff_id, frozen,
                     note)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id
"""
CLOSE = "UPDATE layaway SET state = ?, closed_at = ?, sale_id = ?, fee = ? WHERE id = ?"
SET_BASKET = "UPDATE basket SET state = ?, touched_at = ?, sale_id = ?, version = version + 1 WHERE id = ?"
SET_BASKET_OF = f"{SET_BASKET[:-1]}(SELECT basket_id FROM layaway WHERE id = ?)"
SELECT = """
SELECT layaway.id, layaway.number, layaway.customer_id, customer.number, customer.name, layaway.state, layaway.total,
       CASE layaway.state WHEN 'cancelled' THEN 0 ELSE
           (SELECT COALESCE(SUM(amount), 0) FROM payment WHERE document_id = layaway.id AND kind = 'deposit') END,
       layaway.fee, layaway.due, layaway.opened_at, layaway.business_date, branch.name,
       COALESCE(staff.number || ' ' || staff.name, ''), layaway.closed_at, layaway.sale_id, COALESCE(sale.number, ''),
       layaway.note, layaway.frozen
FROM layaway JOIN customer ON customer.id = layaway.customer_id JOIN branch ON branch.id = layaway.branch_id
LEFT JOIN staff ON staff.id = layaway.staff_id LEFT JOIN sale ON sale.id = layaway.sale_id
WHERE layaway.id IN ({marks})
"""
SELECT_DESCRIPTIONS = """
SELECT layaway.id, basket_line.description
FROM layaway JOIN basket_line ON basket_line.basket_id = layaway.basket_id
WHERE layaway.id IN ({marks}) ORDER BY layaway.id, basket_line.line_no
"""
IDS_OF_CUSTOMER = "SELECT id FROM layaway WHERE customer_id = ? AND id < ? ORDER BY id DESC LIMIT ?"
IDS_NEWER = "SELECT id FROM layaway WHERE customer_id = ? AND id > ? ORDER BY id LIMIT ?"
IDS_OPEN = "SELECT id FROM layaway WHERE state = 'open' AND (due, id) > (?, ?) ORDER BY due, id LIMIT ?"
SELECT_DEPOSITS = """
SELECT payment.number, payment.at, payment.tender, payment.reference, payment.amount,
       COALESCE(staff.number || ' ' || staff.name, '')
FROM payment LEFT JOIN staff ON staff.id = payment.staff_id
WHERE payment.document_id = ? AND payment.kind = 'deposit' ORDER BY payment.id
"""
DEPOSITS_UNLIKE_THE_LEDGER = """
SELECT customer_id FROM (
    SELECT customer_id, -amount AS amount FROM posting
    WHERE customer_id IS NOT NULL
      AND account_id = (SELECT id FROM account WHERE name = 'Liabilities:Layaway-Deposits')
    UNION ALL
    SELECT layaway.customer_id, -payment.amount FROM payment JOIN layaway ON layaway.id = payment.document_id
    WHERE payment.kind = 'deposit' AND layaway.state = 'open'
) GROUP BY customer_id HAVING SUM(amount) <> 0
"""
RELEASED_UNPAID = """
SELECT layaway.id FROM layaway JOIN sale ON sale.id = layaway.sale_id
WHERE layaway.state = 'picked up' AND (sale.total <> layaway.total OR layaway.total <> (
    SELECT COALESCE(SUM(amount), 0) FROM payment WHERE document_id = layaway.id AND kind = 'deposit'))
"""
PROOFS = (
    (
        "layaway deposits are the ledger's",
        "SELECT COUNT(DISTINCT customer_id) FROM layaway",
        DEPOSITS_UNLIKE_THE_LEDGER,
    ),
    ("layaways picked up were paid", "SELECT COUNT(*) FROM layaway WHERE state = 'picked up'", RELEASED_UNPAID),
)
