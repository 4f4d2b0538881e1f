"""Attaching a sale to a customer afterwards: never repriced, only whose it is, with its points and its receivable."""

from typing import NamedTuple

from peewee import SqliteDatabase

from bookkeeper_tui.errors import BadInput
from bookkeeper_tui.formats import harmless
from bookkeeper_tui.store import customer_accounts, ledger, loyalty, memberships, packages, shifts, standing
from bookkeeper_tui.store.customer_rows import WALK_IN_ID
from bookkeeper_tui.store.desk import AlreadyDone, Change, Desk
from bookkeeper_tui.store.gone import same_person
from bookkeeper_tui.store.ledger import Posting

LONGEST_WHY = 200
STAYS_WITH_ITS_CUSTOMER = {
    "store credit": "store credit",
    "points": "points",
    "deposit": "a layaway's deposit",
}


class Side(NamedTuple):
    """One of the two customers, before and after: points, and what they owe in minor units."""

    customer_id: int
    number: str
    name: str
    points_before: int
    points_after: int
    owes_before: int
    owes_after: int


class AttachPreview(NamedTuple):
    """What attaching would do: who has the sale and who would get it; `refusal` says why it cannot be, else empty.

    `total` and `on_account` are minor units; `permission` is what doing it takes.
    """

    sale_id: int
    number: str
    total: int
    on_account: int
    old: Side
    new: Side
    permission: str
    refusal: str


def last_walk_in(desk: Desk) -> int | None:
    """The newest sale of the shift open at this terminal that is still the walk-in customer's; None when there is none.

    Voided sales and those given back in part are passed over.
    """
    database = desk.require("sale.attached")
    row = database.execute_sql(LAST_WALK_IN, (desk.terminal, WALK_IN_ID)).fetchone()
    return int(row[0]) if row else None


def preview(desk: Desk, sale_id: int, customer_id: int) -> AttachPreview:
    """What attaching the sale to this customer would do now. Raises BadInput when there is no such sale or customer."""
    return _preview(desk, desk.require("sale.attached"), sale_id, customer_id)


def attach(desk: Desk, sale_id: int, customer_id: int, why: str, once: str | None = None) -> AttachPreview:
    """Makes a sale this customer's: figures, points and what stands on account follow; answers what was done.

    From the walk-in it is `sale.attached`, from another customer `sale.moved`. A second arrival answers what stands
    then. Raises BadInput without a reason, and for what `preview` refuses.
    """
    seen = preview(desk, sale_id, customer_id)
    try:
        with desk.change(seen.permission, subject=seen.number, customer_id=customer_id, once=once) as change:
            found = _preview(desk, change.database, sale_id, customer_id)
            words = harmless(why.strip())[:LONGEST_WHY]
            if not words:
                raise BadInput(f"{found.number} is attached to somebody for a reason: say which")
            if found.old.customer_id != seen.old.customer_id:
                raise BadInput(f"{found.number} is {found.old.name}'s since a moment ago: look again")
            if found.refusal:
                raise BadInput(found.refusal)
            _move(change, found, words)
            return found
    except AlreadyDone:
        return preview(desk, sale_id, customer_id)


def move_entries(database: SqliteDatabase, sale_id: int) -> list[int]:
    """The ledger entries of a sale's moves that are not reversed, the newest first: what a void has to reverse too."""
    return [int(row[0]) for row in database.execute_sql(ENTRIES_OF_MOVES, (sale_id,))]


def _move(change: Change, found: AttachPreview, why: str) -> None:
    database, old, new = change.database, found.old.customer_id, found.new.customer_id
    day = shifts.posting_date(change)
    database.execute_sql("UPDATE sale SET customer_id = ? WHERE id = ?", (new, found.sale_id))
    standing.move_sale(database, found.sale_id, old, new)
    memberships.move_with_sale(change, found.sale_id, old, new)
    moved = loyalty.move_sale(change, found.sale_id, old, new, day)
    move_id = int(database.execute_sql("SELECT COALESCE(MAX(id), 0) + 1 FROM sale_move").fetchone()[0])
    prepaid = packages.move_with_sale(change, found.sale_id, old, new)
    entry_id = _move_balances(change, found, move_id, day, prepaid) if found.on_account or prepaid else None
    staff = change.desk.staff
    database.execute_sql(
        INSERT_MOVE, (move_id, found.sale_id, old, new, staff.staff_id, staff.who, why, change.at, entry_id)
    )
    change.note(old=found.old.number, new=found.new.number, points_taken=moved.taken, points_granted=moved.granted)
    if why:
        change.personal(why=why)
    if old != WALK_IN_ID:
        change.also("sale.moved", subject=found.number, customer_id=old, detail={"to": found.new.number})


def _move_balances(change: Change, found: AttachPreview, move_id: int, day: str, prepaid: list[Posting]) -> int:
    """What stands on account goes along, due when it was; what the old customer paid for it stays to their good.

    So does what is prepaid of packages.
    """
    database, old, new = change.database, found.old.customer_id, found.new.customer_id
    charged_by = [*move_entries(database, found.sale_id), _entry_of(database, found.sale_id)]
    due = database.execute_sql(DUE_OF_CHARGE, (charged_by[0], old)).fetchone()
    charged = (
        Posting(ledger.RECEIVABLES, found.on_account, new),
        Posting(ledger.RECEIVABLES, -found.on_account, old),
    )
    entry_id = ledger.post(
        change,
        date=day,
        kind="move",
        document_kind="move",
        document_id=move_id,
        postings=[*(charged if found.on_account else ()), *prepaid],
        memo=found.number,
        due=str(due[0]) if due else "",
    )
    customer_accounts.settle(change, entry_id, old, first=charged_by)
    customer_accounts.settle(change, entry_id, new)
    return entry_id


def _preview(desk: Desk, database: SqliteDatabase, sale_id: int, customer_id: int) -> AttachPreview:
    row = database.execute_sql(SELECT_SALE, (sale_id,)).fetchone()
    if row is None:
        raise BadInput(f"There is no sale {sale_id}")
    number, old, total, on_account, *_ = row
    granted = loyalty.earned_by(database, customer_id, loyalty.earning_amount(database, sale_id))
    return AttachPreview(
        sale_id,
        number,
        total,
        on_account,
        _side(database, old, -loyalty.earned_of_sale(database, sale_id, old), -on_account),
        _side(database, customer_id, granted, on_account),
        "sale.attached" if old == WALK_IN_ID else "sale.moved",
        _refusal(desk, database, sale_id, customer_id),
    )


def _side(database: SqliteDatabase, customer_id: int, points: int, owes: int) -> Side:
    row = database.execute_sql(SELECT_SIDE, (customer_id,)).fetchone()
    if row is None:
        raise BadInput(f"There is no customer with the id {customer_id}")
    number, name, owed = row
    has = loyalty.balance(database, customer_id)
    return Side(customer_id, number, harmless(name), has, has + points, owed, owed + owes)


def _refusal(desk: Desk, database: SqliteDatabase, sale_id: int, customer_id: int) -> str:
    """Why this sale cannot become this customer's, in one sentence; empty when it can."""
    row = database.execute_sql(SELECT_SALE, (sale_id,)).fetchone()
    number, old, _, on_account, kind, voided_by, is_returned = row
    (status,) = database.execute_sql("SELECT status FROM customer WHERE id = ?", (customer_id,)).fetchone()
    if kind != "sale":
        return f"{number} is a return: it stays with the sale that it gives back"
    if voided_by is not None:
        return f"{number} was voided by {voided_by}"
    if is_returned:
        return f"{number} was given back in part: it stays with its customer"
    if old == customer_id:
        return f"{number} is this customer's already"
    for tender, words in STAYS_WITH_ITS_CUSTOMER.items():
        if database.execute_sql(PAID_BY, (sale_id, tender)).fetchone() is not None:
            return f"{number} was paid with {words} of its customer: void it and ring it up again"
    if stays := memberships.refusal_to_move(database, sale_id):
        return stays
    if status != "active":
        return f"{number} cannot become the sale of a customer who is {status}"
    try:
        customer_accounts.check_charge(database, customer_id, on_account, desk.store.conventions)
    except BadInput as refused:
        return f"{number} stands on account. {refused}"
    return packages.move_refusal(database, sale_id, customer_id)


def _entry_of(database: SqliteDatabase, sale_id: int) -> int:
    return int(database.execute_sql("SELECT entry_id FROM sale WHERE id = ?", (sale_id,)).fetchone()[0])


SELECT_SALE = """
SELECT sale.number, sale.customer_id, sale.total,
       COALESCE((SELECT SUM(amount) FROM sale_tender WHERE sale_id = sale.id AND kind = 'account'), 0),
       sale.kind, (SELECT void.number FROM sale AS void WHERE void.voids = sale.id),
       EXISTS (SELECT 1 FROM returned_line WHERE returned_line.sale_id = sale.id)
FROM sale WHERE sale.id = ?
"""
SELECT_SIDE = """
SELECT customer.number, customer.name, COALESCE(standing.owes, 0)
FROM customer LEFT JOIN standing ON standing.customer_id = customer.id WHERE customer.id = ?
"""
PAID_BY = "SELECT 1 FROM sale_tender WHERE sale_id = ? AND kind = ?"
LAST_WALK_IN = """
SELECT sale.id FROM shift JOIN sale ON sale.shift_id = shift.id
WHERE shift.terminal = ? AND shift.closed_at IS NULL AND sale.customer_id = ? AND sale.kind = 'sale'
  AND NOT EXISTS (SELECT 1 FROM sale AS void WHERE void.voids = sale.id)
  AND NOT EXISTS (SELECT 1 FROM returned_line WHERE returned_line.sale_id = sale.id)
ORDER BY sale.id DESC LIMIT 1
"""
ENTRIES_OF_MOVES = """
SELECT entry_id FROM sale_move WHERE sale_id = ? AND entry_id IS NOT NULL
  AND NOT EXISTS (SELECT 1 FROM entry WHERE entry.reverses = sale_move.entry_id)
ORDER BY id DESC
"""
DUE_OF_CHARGE = "SELECT due FROM account_item WHERE entry_id = ? AND customer_id = ?"
INSERT_MOVE = """
INSERT INTO sale_move (id, sale_id, old_customer_id, new_customer_id, staff_id, who, why, at, entry_id)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
"""

MOVED_ELSEWHERE = f"""
SELECT sale_move.sale_id FROM sale_move JOIN sale ON sale.id = sale_move.sale_id
WHERE sale_move.id = (SELECT MAX(id) FROM sale_move AS last WHERE last.sale_id = sale.id)
  AND sale.customer_id <> sale_move.new_customer_id
  AND NOT {same_person("sale.customer_id", "sale_move.new_customer_id")}
"""
MOVED_UNLIKE_CHARGED = """
SELECT sale_move.sale_id FROM sale_move
WHERE COALESCE((SELECT SUM(amount) FROM sale_tender WHERE sale_id = sale_move.sale_id AND kind = 'account'), 0)
   <> COALESCE((SELECT SUM(amount) FROM posting WHERE entry_id = sale_move.entry_id
                AND customer_id = sale_move.new_customer_id
                AND account_id = (SELECT id FROM account WHERE name = 'Assets:Receivables')), 0)
"""
MOVES_COUNTED = "SELECT COUNT(*) FROM sale_move"
PROOFS: tuple[tuple[str, str, str], ...] = (
    ("moved sales stand with whom they were moved to", MOVES_COUNTED, MOVED_ELSEWHERE),
    ("moved sales take along what stands on account", MOVES_COUNTED, MOVED_UNLIKE_CHARGED),
)
