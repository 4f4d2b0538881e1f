"""Paying at the till: tenders, change, the sale in the books, points and credit, all in one change or not at all."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any, NamedTuple

from peewee import SqliteDatabase

from bookkeeper_tui.dates import is_date
from bookkeeper_tui.errors import BadInput, Conflict
from bookkeeper_tui.formats import harmless
from bookkeeper_tui.store import (
    customer_accounts,
    loyalty,
    membership_plans,
    memberships,
    package_plans,
    packages,
    sales,
    shifts,
    store_credit,
)
from bookkeeper_tui.store.baskets import basket as basket_room
from bookkeeper_tui.store.baskets.basket import Basket, rounded_to_coin
from bookkeeper_tui.store.baskets.tenders import check_tender, cleaned_reference
from bookkeeper_tui.store.customers import WALK_IN_ID
from bookkeeper_tui.store.desk import AlreadyDone, Change, Desk
from bookkeeper_tui.store.sales import NewLine, NewSale, NewTender
from bookkeeper_tui.store.shifts import Shift


class Tendered(NamedTuple):
    """What somebody pays with: cash, card, account, store credit or points, in minor units.

    Cash is what is handed over, change included. Points say how many in `points`; the amount may then be left at 0.
    """

    kind: str
    amount: int
    reference: str = ""
    points: int = 0


class PaidTender(NamedTuple):
    """A tender as the sale keeps it: minor units net of change, and what it refers to."""

    kind: str
    amount: int
    reference: str


@dataclass(frozen=True, slots=True)
class Paid:
    """A paid sale: minor units, points, and the ISO date by which `open_amount` on the account is due, if one is."""

    sale_id: int
    number: str
    total: int
    tenders: tuple[PaidTender, ...]
    change_due: int
    points_earned: int
    points_balance: int
    open_amount: int
    due: str


def pay(
    desk: Desk,
    basket_id: int,
    tenders: Sequence[Tendered],
    *,
    due: str = "",
    seen_total: int | None = None,
) -> Paid:
    """Sells what is in a basket, paid with `tenders` and those laid down before; a second call answers the same.

    Only cash may be more than what is to be paid: the rest is change. What is to be paid later is a tender "account",
    by `due` (ISO) or after the customer's terms. `seen_total` is the total that the cashier saw, in minor units.
    Raises BadInput, charging nothing, when the tenders fall short or are too many, when no shift is open, when the
    customer may not pay so, or when the total is no longer the one that was seen.
    """
    try:
        with desk.change("sale.paid", subject=basket_room.subject_of(basket_id), once=f"pay:{basket_id}") as change:
            basket = basket_room.read(desk.store, desk.terminal, basket_id)
            basket_room.refuse_elsewhere(change, basket_id, basket.state, basket.terminal)
            paid = _settle(change, basket, tenders, due=due, seen_total=seen_total)
            change.result = _kept(paid)
    except AlreadyDone as done:
        return _remembered(done.result)
    return paid


def check(desk: Desk, basket_id: int) -> None:
    """Raises BadInput for what cannot be paid in any way: a package or a membership for somebody unknown."""
    _check_lines(desk.require("sale.paid"), basket_room.read(desk.store, desk.terminal, basket_id))


def change_given(database: SqliteDatabase, sale_id: int) -> int:
    """What was handed back when a sale was paid at a till, in minor units; 0 for any other sale."""
    row = database.execute_sql(RESULT_OF_SALE, (sale_id,)).fetchone()
    return _remembered(row[0]).change_due if row else 0


def _settle(
    change: Change,
    basket: Basket,
    tenders: Sequence[Tendered],
    *,
    due: str = "",
    seen_total: int | None = None,
) -> Paid:
    """Posts a basket as a sale, inside a change that checked where it is, and ends it; see `pay`."""
    if not basket.lines:
        raise BadInput("There is nothing to pay: ring something up first")
    if seen_total is not None and seen_total != basket.total:
        write = change.desk.store.conventions
        raise Conflict(
            f"The total is {write.amount(basket.total)} now, not {write.amount(seen_total)}: look at it again"
        )
    shift = shifts.require_open(change)
    _refuse_no_date(due, shift)
    basket_room.refuse_absent(change.database, basket.customer_id)
    _check_lines(change.database, basket)
    laid_down = [Tendered(tender.kind, tender.amount, tender.reference, tender.points) for tender in basket.tenders]
    valued = [_valued(change, basket, tender) for tender in (*laid_down, *tenders)]
    kept, change_due = _net(change, basket, valued)
    _check_means(change, basket, valued)
    sale_id = sales.post(change, _sale(change, basket, shift, kept, due))
    packages.grant(change, sale_id)
    memberships.grant(change, sale_id)
    return _finish(change, basket, shift, sale_id, kept, valued, change_due)


def _check_lines(database: SqliteDatabase, basket: Basket) -> None:
    sold = [(line.product_id, line.quantity) for line in basket.lines]
    package_plans.check_sale(database, basket.customer_id, sold)
    membership_plans.check_sale(database, basket.customer_id, sold)


def _valued(change: Change, basket: Basket, tender: Tendered) -> Tendered:
    """A tender with its amount: points are worth what the shop says now."""
    reference = cleaned_reference(tender.reference)
    if tender.kind == "points":
        worth = loyalty.value_of(change.database, tender.points)
        if tender.amount not in (0, worth):
            raise BadInput(f"{tender.points} points are worth {change.desk.store.conventions.amount(worth)} now")
        tender = tender._replace(amount=worth)
    check_tender(basket.customer_id, tender.kind, tender.amount, least=0 if tender.kind == "cash" else 1)
    return tender._replace(reference=reference)


def _refuse_no_date(due: str, shift: Shift) -> None:
    if not due:
        return
    if not is_date(due):
        raise BadInput(f"“{harmless(due[:20])}” is no date to pay by")
    if due < shift.business_date:
        raise BadInput(f"{due} is over: the rest can be due on {shift.business_date} or later")


def _net(change: Change, basket: Basket, tenders: Sequence[Tendered]) -> tuple[list[PaidTender], int]:
    """What the sale keeps of the tenders, rounding included, and the change to hand back."""
    write = change.desk.store.conventions
    cash = sum(tender.amount for tender in tenders if tender.kind == "cash")
    by_cash = any(tender.kind == "cash" for tender in tenders)
    if cash > shifts.LARGEST:
        raise BadInput(f"{write.amount(cash)} in cash cannot be: count it again")
    rest = basket.total - sum(tender.amount for tender in tenders if tender.kind != "cash")
    if rest < 0:
        raise BadInput(f"That is {write.amount(-rest)} more than there is to pay: only cash gives change")
    cash_due = rounded_to_coin(rest, basket.coin) if by_cash else rest
    if cash < cash_due:
        raise BadInput(f"{write.amount(cash_due - cash)} is still to be paid: take it, or put it on the account")
    kept = [PaidTender(kind, amount, reference) for kind, amount, reference, _ in tenders if kind != "cash"]
    if cash_due:
        kept.append(PaidTender("cash", cash_due, ""))
    if rest != cash_due:
        kept.append(PaidTender("rounding", rest - cash_due, ""))
    return kept or [PaidTender("cash", 0, "")], cash - cash_due


def _check_means(change: Change, basket: Basket, tenders: Sequence[Tendered]) -> None:
    """Raises BadInput when the customer's account, store credit or points do not suffice, under the lock."""
    database, write = change.database, change.desk.store.conventions
    amounts = dict[str, int]()
    for tender in tenders:
        amounts[tender.kind] = amounts.get(tender.kind, 0) + tender.amount
    if charged := amounts.get("account", 0):
        customer_accounts.check_charge(database, basket.customer_id, charged, write)
    if spent := amounts.get("store credit", 0):
        credit = store_credit.balance(database, basket.customer_id)
        if spent > credit:
            raise BadInput(f"{write.amount(spent)} is more than the store credit of {write.amount(max(credit, 0))}")
    if points := sum(tender.points for tender in tenders if tender.kind == "points"):
        left = loyalty.available(database, basket.customer_id, besides_basket=basket.id)
        if points > left:
            raise BadInput(f"{write.count(points)} points are more than the {write.count(left)} there are")


def _sale(change: Change, basket: Basket, shift: Shift, tenders: Sequence[PaidTender], due: str) -> NewSale:
    return NewSale(
        sold_at=moment(change, shift),
        business_date=shift.business_date,
        branch_id=shift.branch_id,
        customer_id=basket.customer_id,
        lines=new_lines(basket),
        tenders=[NewTender(*tender) for tender in tenders],
        terminal=change.desk.terminal,
        staff_id=change.desk.staff.staff_id,
        note=basket.note,
        shift_id=shift.id,
        due=due,
    )


def new_lines(basket: Basket) -> list[NewLine]:
    """A basket's lines as they are sold, priced as they stand."""
    lines = []
    for line in basket.lines:
        priced, listed = line.priced, line.product_id is not None
        lines.append(
            NewLine(
                product_id=line.product_id,
                quantity=line.quantity,
                pieces=1 if line.sold_by == "weight" else max(1, line.quantity // 1000),
                amount=priced.amount,
                discounts=priced.discounts,
                tax=priced.tax,
                code=None if listed else line.code or None,
                description=None if listed else line.description,
                price=line.price,
                list_price=line.list_price,
                tax_rate=priced.tax_rate,
                note=line.note or None,
            )
        )
    return lines


def moment(change: Change, shift: Shift) -> int:
    """When a sale is (microseconds UTC): now, or just after the shift's newest one where the clock was set back."""
    row = change.database.execute_sql(NEWEST_OF_SHIFT, (shift.id,)).fetchone()
    earliest = max(shift.opened_at, row[0] + 1 if row else 0)
    if change.at < earliest:
        change.note(clock_behind_us=earliest - change.at)
    return max(change.at, earliest)


def _finish(
    change: Change,
    basket: Basket,
    shift: Shift,
    sale_id: int,
    kept: Sequence[PaidTender],
    tenders: Sequence[Tendered],
    change_due: int,
) -> Paid:
    database = change.database
    database.execute_sql(END, (sale_id, change.at, basket.id))
    earned = left = 0
    if basket.customer_id != WALK_IN_ID:
        if points := sum(tender.points for tender in tenders if tender.kind == "points"):
            loyalty.redeem(change, basket.customer_id, points, sale_id=sale_id, business_date=shift.business_date)
        earned = loyalty.settle_sale(change, sale_id)
        left = loyalty.balance(database, basket.customer_id)
    number, due, entry_id = database.execute_sql(NUMBER_AND_DUE, (basket.customer_id, sale_id)).fetchone()
    open_amount = sum(tender.amount for tender in kept if tender.kind == "account")
    if open_amount:
        customer_accounts.settle(change, entry_id, basket.customer_id)
    change.concerns(subject=number, customer_id=basket.customer_id)
    change.note(basket=basket.id, total=basket.total, **({"open": open_amount} if open_amount else {}))
    return Paid(sale_id, number, basket.total, tuple(kept), change_due, earned, left, open_amount, due or "")


def _kept(paid: Paid) -> str:
    return json.dumps([getattr(paid, field.name) for field in fields(Paid)], ensure_ascii=False)


def _remembered(text: str) -> Paid:
    values: dict[str, Any] = dict(zip((field.name for field in fields(Paid)), json.loads(text), strict=True))
    return Paid(**{**values, "tenders": tuple(PaidTender(*tender) for tender in values["tenders"])})


NEWEST_OF_SHIFT = "SELECT sold_at FROM sale WHERE shift_id = ? ORDER BY id DESC LIMIT 1"
END = "UPDATE basket SET state = 'paid', sale_id = ?, touched_at = ?, version = version + 1 WHERE id = ?"
NUMBER_AND_DUE = """
SELECT number, (SELECT due FROM account_item WHERE entry_id = sale.entry_id AND customer_id = ?), entry_id
FROM sale WHERE id = ?
"""
RESULT_OF_SALE = """
SELECT command_key.result FROM basket JOIN command_key ON command_key.key = 'pay:' || basket.id
WHERE basket.sale_id = ?
"""
PAID_UNLIKE_THEIR_SALE = """
SELECT basket.id FROM basket LEFT JOIN sale ON sale.id = basket.sale_id
WHERE (basket.state = 'paid') <> (sale.id IS NOT NULL)
   OR sale.line_count <> (SELECT COUNT(*) FROM basket_line WHERE basket_id = basket.id)
"""
PROOFS: tuple[tuple[str, str, str], ...] = (
    ("paid baskets have their sale, line for line", "SELECT COUNT(*) FROM basket", PAID_UNLIKE_THEIR_SALE),
)
