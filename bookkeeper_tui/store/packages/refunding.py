"""Refunding what is unused of a package: money back by a tender, points by the share that they paid of its sale."""

from typing import NamedTuple

from peewee import SqliteDatabase

from bookkeeper_tui.errors import BadInput, Conflict
from bookkeeper_tui.store import customer_accounts, ledger, loyalty, points_ledger, sales, shifts
from bookkeeper_tui.store.baskets.basket import rounded_to_coin
from bookkeeper_tui.store.baskets.tenders import cleaned_reference
from bookkeeper_tui.store.desk import AlreadyDone, Change, Desk
from bookkeeper_tui.store.packages import events
from bookkeeper_tui.store.packages.events import NewEvent
from bookkeeper_tui.store.packages.package import Package, read
from bookkeeper_tui.store.sales import NewLine, NewSale, NewTender
from bookkeeper_tui.store.shifts import Shift

TENDERS = ("cash", "card", "store credit", "account")


class RefundPreview(NamedTuple):
    """What refunding a package would give back, in minor units, tax included.

    `amount` is what the unused `sessions` are worth; `by_points` of it goes back as points, by the share that they paid
    of the sale, and `due` by a tender: in cash that is `cash`, in the shop's coins. `points` go back to who bought it,
    and `points_taken` were earned by it and go.
    """

    package_id: int
    number: str
    sessions: int
    amount: int
    tax: int
    by_points: int
    due: int
    cash: int
    points: int
    points_taken: int


class _SoFar(NamedTuple):
    """The sale behind a package: how much of it is back, what points paid of it and brought, minor units and points.

    `tax_rate` is that of the package's own line. Of what is back `cash_gone` went in cash, by `cash_given` in coins.
    """

    entry_id: int
    total: int
    back: int
    paid_by_points: int
    tax_rate: int | None
    earned: int
    redeemed: int
    cash_gone: int
    cash_given: int


def refund_preview(desk: Desk, package_id: int) -> RefundPreview:
    """What refunding a package would give back now. Raises BadInput for one of which nothing can be."""
    database = desk.require("package.viewed")
    package = read(database, package_id)
    return _preview(desk, package, _so_far(database, package))


def refund(
    desk: Desk,
    package_id: int,
    tender: str,
    reference: str = "",
    reason: str = "",
    once: str | None = None,
    *,
    seen_amount: int | None = None,
) -> int:
    """Gives back what is unused of a package by cash, card, store credit or account; answers the id of the return.

    Needs an open shift. Raises BadInput without a reason, for one that is expired, used up or given back already, and
    for an account that the customer does not have. `seen_amount` is what was shown beforehand, in minor units: when it
    is another by now, because somebody used a session meanwhile, Conflict is raised.
    """
    try:
        with desk.change("package.refunded", once=once) as change:
            shift = shifts.require_open(change)
            words = events.cleaned(reason, "A reason to refund a package", needed=True)
            package = read(change.database, package_id)
            so_far = _so_far(change.database, package)
            found = _preview(desk, package, so_far)
            _refuse_expired(change, package, shift.business_date)
            _refuse_other(change, found, seen_amount)
            tenders = _tenders(change, package, found, tender, cleaned_reference(reference))
            refund_id = sales.post(change, _return(change, shift, package, found, so_far, tenders, words))
            _undo_points(change, package, found, so_far, refund_id, shift.business_date)
            _settle(change, package, so_far, refund_id)
            after = package.standing._replace(state="refunded", refund_id=refund_id, frozen_since="", frozen_until="")
            events.add(change, package, NewEvent("refund", remarks=words, day=shift.business_date), after)
            change.concerns(subject=package.number, customer_id=package.customer_id)
            change.note(amount=found.amount, tender=tender, sessions=found.sessions, sale=refund_id)
            change.result = str(refund_id)
            return refund_id
    except AlreadyDone as done:
        return int(done.result)


def _preview(desk: Desk, package: Package, so_far: _SoFar) -> RefundPreview:
    events.refuse_gone(package)
    if not package.remaining:
        raise BadInput(f"Nothing is left of {package.number}: all of its sessions ({package.sessions}) are used")
    if package.state == "lapsed":
        ended = desk.store.conventions.date(package.expires_on)
        raise BadInput(f"{package.number} expired on {ended}: extend it first, if anything is to go back")
    amount, after = package.unused(), so_far.back + package.unused()
    by_points = _part(so_far.paid_by_points, after, so_far) - _part(so_far.paid_by_points, so_far.back, so_far)
    due = amount - by_points
    return RefundPreview(
        package.id,
        package.number,
        package.remaining,
        amount,
        package.tax - package.tax_of(package.used),
        by_points,
        due,
        _cash_of(due, so_far, desk.store.settings.cash_rounding),
        _part(so_far.redeemed, after, so_far) - _part(so_far.redeemed, so_far.back, so_far),
        _part(so_far.earned, after, so_far) - _part(so_far.earned, so_far.back, so_far),
    )


def _part(whole: int, back: int, so_far: _SoFar) -> int:
    return points_ledger.part(whole, min(back, so_far.total), so_far.total)


def _cash_of(due: int, so_far: _SoFar, coin: int) -> int:
    """What is due in coins, rounded with all that went back in cash of the sale: many parts give no coin more."""
    return max(0, rounded_to_coin(so_far.cash_gone + due, coin) - so_far.cash_given) if due else 0


def _so_far(database: SqliteDatabase, package: Package) -> _SoFar:
    values = {"sale": package.sale_id, "line": package.line_no}
    return _SoFar(*database.execute_sql(SO_FAR, values).fetchone())


def _refuse_expired(change: Change, package: Package, today: str) -> None:
    if package.status(today) == "expired":
        ended = change.desk.store.conventions.date(package.effective_end(today))
        raise BadInput(f"{package.number} expired on {ended}: extend it first, if anything is to go back")


def _refuse_other(change: Change, found: RefundPreview, seen_amount: int | None) -> None:
    if seen_amount is not None and seen_amount != found.amount:
        write = change.desk.store.conventions.amount
        raise Conflict(f"{write(found.amount)} of {found.number} goes back now, not {write(seen_amount)}: look again")


def _tenders(change: Change, package: Package, found: RefundPreview, tender: str, reference: str) -> list[NewTender]:
    """What the return is paid by, negative: cash in coins, with its rounding beside it."""
    if tender not in TENDERS:
        raise BadInput(f"“{tender}” does not refund a package: known are {', '.join(TENDERS)}")
    if tender == "account":
        account = customer_accounts.read(change.database, package.customer_id)
        if account.status == customer_accounts.NEVER_OPENED:
            raise BadInput(f"{package.customer_number} has no account to put it on: choose another way")
    given = found.cash if tender == "cash" else found.due
    tenders = [NewTender(tender, -given, reference)] if given else []
    if found.due != given:
        tenders.append(NewTender("rounding", given - found.due))
    if found.by_points:
        tenders.append(NewTender("points", -found.by_points))
    return tenders or [NewTender("cash", 0)]


def _return(
    change: Change,
    shift: Shift,
    package: Package,
    found: RefundPreview,
    so_far: _SoFar,
    tenders: list[NewTender],
    note: str,
) -> NewSale:
    newest = change.database.execute_sql(NEWEST_OF_SHIFT, (shift.id,)).fetchone()[0]
    line = NewLine(
        package.product_id, 0, 0, -found.amount, (), -found.tax, tax_rate=so_far.tax_rate,
        description=f"Refund of {found.sessions} of {package.sessions} sessions, {package.number}",
        account_id=ledger.account_id(change, ledger.PREPAID_PACKAGES),
    )  # fmt: skip
    return NewSale(
        max(change.at, shift.opened_at, newest + 1), shift.business_date, shift.branch_id, package.customer_id, [line],
        tenders, kind="return", terminal=change.desk.terminal, staff_id=change.desk.staff.staff_id, note=note,
        shift_id=shift.id,
    )  # fmt: skip


def _undo_points(
    change: Change, package: Package, found: RefundPreview, so_far: _SoFar, refund_id: int, day: str
) -> None:
    if so_far.total > 0:
        back = min(so_far.total, so_far.back + found.amount)
        loyalty.undo_part(change, package.sale_id, refund_id, back, so_far.total, day)


def _settle(change: Change, package: Package, so_far: _SoFar, refund_id: int) -> None:
    """What goes back on the account pays for the sale of the package first."""
    (entry_id,) = change.database.execute_sql("SELECT entry_id FROM sale WHERE id = ?", (refund_id,)).fetchone()
    customer_accounts.settle(change, entry_id, package.customer_id, first=[so_far.entry_id])


NEWEST_OF_SHIFT = "SELECT COALESCE(MAX(sold_at), 0) FROM sale WHERE shift_id = ?"
# Returned lines and refunded packages of a sale both count as what of it is back.
SO_FAR = """
WITH back (id) AS (
    SELECT return_id FROM returned_line WHERE sale_id = :sale
    UNION SELECT refund_id FROM package WHERE sale_id = :sale
)
SELECT entry_id, total,
       COALESCE((SELECT -SUM(total) FROM sale AS gone WHERE gone.id IN back), 0),
       COALESCE((SELECT SUM(amount) FROM sale_tender WHERE sale_id = :sale AND kind = 'points'), 0),
       (SELECT tax_rate FROM sale_line WHERE sale_id = :sale AND line_no = :line),
       COALESCE((SELECT points FROM points_entry WHERE sale_id = :sale AND customer_id = sale.customer_id
                 AND kind = 'earn' ORDER BY id DESC LIMIT 1), 0),
       COALESCE((SELECT -SUM(points) FROM points_entry WHERE sale_id = :sale AND kind = 'redeem'), 0),
       COALESCE((SELECT -SUM(amount) FROM sale_tender WHERE sale_id IN back AND kind IN ('cash', 'rounding')), 0),
       COALESCE((SELECT -SUM(amount) FROM sale_tender WHERE sale_id IN back AND kind = 'cash'), 0)
FROM sale WHERE id = :sale
"""
