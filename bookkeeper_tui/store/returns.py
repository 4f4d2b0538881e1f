"""Undoing sales: a void takes back a whole sale in its shift, a return gives back lines of any past sale, any time."""

from collections.abc import Mapping, Sequence

from peewee import SqliteDatabase

from bookkeeper_tui.errors import BadInput
from bookkeeper_tui.formats import harmless
from bookkeeper_tui.money import plain
from bookkeeper_tui.store import customer_accounts, ledger, loyalty, memberships, packages, refunds, sales, shifts
from bookkeeper_tui.store.desk import AlreadyDone, Change, Desk
from bookkeeper_tui.store.refunds import Refund, ReturnableLine, Sold, Way
from bookkeeper_tui.store.sales import NewDiscount, NewLine, NewSale, NewTender
from bookkeeper_tui.store.shifts import Shift

LONGEST_NOTE = 200


def returnable(desk: Desk, sale_id: int) -> list[ReturnableLine]:
    """The lines of a sale and how much of each can still be returned.

    Raises BadInput when there is no such sale, and when it is itself a return.
    """
    sold = refunds.read_sold(desk.require("sale.viewed"), sale_id)
    _refuse_return(sold)
    return list(sold.lines)


def preview(desk: Desk, sale_id: int, lines: Mapping[int, int]) -> Refund:
    """What would go back for lines (number to thousandths), and by which tenders. Raises BadInput as `give_back`."""
    return _refund(desk, desk.require("sale.viewed"), sale_id, lines)


def give_back(
    desk: Desk,
    sale_id: int,
    lines: Mapping[int, int],
    tenders: Sequence[NewTender] | None = None,
    once: str | None = None,
    *,
    note: str = "",
) -> int:
    """Returns lines (line number to thousandths) of any past sale and answers the id of the return.

    `tenders` are positive minor units that come to the refund's `due`; without them it goes back as it was paid. What
    was paid with points goes back as points by itself, and cash is rounded to the shop's coins. Needs an open shift.
    Raises BadInput for a line that cannot be returned so often, and for a tender that did not pay so much.
    """
    try:
        with desk.change("sale.returned", once=once) as change:
            refund = _refund(desk, change.database, sale_id, lines)
            return_id = _give_back(change, refund, lines, tenders, harmless(note.strip())[:LONGEST_NOTE])
            change.result = str(return_id)
            return return_id
    except AlreadyDone as done:
        return int(done.result)


def void_refusal(desk: Desk, sale_id: int) -> str:
    """Why a sale cannot be voided at this terminal now, as one sentence; empty when it can."""
    database = desk.require("sale.viewed")
    try:
        _check_void(database, refunds.read_sold(database, sale_id), shifts.current(desk))
    except BadInput as refused:
        return str(refused)
    return ""


def void(desk: Desk, sale_id: int, once: str | None = None, *, note: str = "") -> int:
    """Takes back a whole sale of the shift that is open at this terminal, and answers the id of the void.

    The entry is the reversal of the sale's, what moved the sale to another customer is reversed too, and its points
    are undone. A layaway's pick-up is returned and not voided: its deposits were taken in other shifts. Raises
    BadInput saying why a sale cannot be voided.
    """
    try:
        with desk.change("sale.voided", once=once) as change:
            shift = shifts.require_open(change)
            sold = refunds.read_sold(change.database, sale_id)
            _check_void(change.database, sold, shift)
            void_id = _void(change, sold, shift, harmless(note.strip())[:LONGEST_NOTE])
            change.result = str(void_id)
            return void_id
    except AlreadyDone as done:
        return int(done.result)


def _refund(desk: Desk, database: SqliteDatabase, sale_id: int, lines: Mapping[int, int]) -> Refund:
    sold = refunds.read_sold(database, sale_id)
    _refuse_return(sold)
    packages.refuse_touched(database, sale_id, [line_no for line_no, quantity in lines.items() if quantity])
    return refunds.refund_of(database, sold, lines, desk.store.settings.cash_rounding)


def _refuse_return(sold: Sold) -> None:
    if sold.kind != "sale":
        raise BadInput(f"{sold.number} is itself a return: nothing of it can be returned")


def _give_back(
    change: Change, refund: Refund, lines: Mapping[int, int], tenders: Sequence[NewTender] | None, note: str
) -> int:
    shift = shifts.require_open(change)
    back = _checked(change, refund, refund.as_paid() if tenders is None else tenders)
    sale = _new_return(change, shift, refund.customer_id, refund.lines, _tenders(refund, back), note)
    return_id = sales.post(change, sale._replace(discounts=refund.discounts, added_tax=refund.added_tax))
    _link(change, return_id, refund.sale_id, {line_no: lines[line_no] for line_no in sorted(lines) if lines[line_no]})
    packages.take_back(change, refund.sale_id, [line_no for line_no in lines if lines[line_no]], return_id)
    memberships.take_back(change, refund.sale_id, [line_no for line_no in lines if lines[line_no]], return_id)
    if refund.of > 0:
        loyalty.undo_part(change, refund.sale_id, return_id, refund.returned, refund.of, shift.business_date)
    if any(tender.kind == "account" for tender in back):
        customer_accounts.settle(
            change, _entry_of(change, return_id), refund.customer_id, first=_charges(change, refund.sale_id)
        )
    change.concerns(subject=_number_of(change, return_id), customer_id=refund.customer_id)
    change.note(of=refund.number, total=refund.total, tenders={way.kind: way.amount for way in sale.tenders})
    return return_id


def _checked(change: Change, refund: Refund, tenders: Sequence[NewTender]) -> list[NewTender]:
    """The tenders that go back, one a way, each within what it paid and together what is due."""
    exponent = change.desk.store.shop.exponent
    together: dict[Way, int] = {}
    for tender in tenders:
        way = _way(refund, tender)
        together[way] = together.get(way, 0) + tender.amount
        if tender.amount < 0 or together[way] > way.most:
            raise BadInput(
                f"{plain(together[way], exponent)} cannot go back by {way.kind} for {refund.number}: "
                f"at most {plain(way.most, exponent)} can"
            )
    chosen = sum(together.values())
    if chosen != refund.due:
        raise BadInput(f"{plain(chosen, exponent)} is to go back, but {plain(refund.due, exponent)} is due")
    return [NewTender(way.kind, amount, way.reference) for way, amount in together.items() if amount]


def _way(refund: Refund, tender: NewTender) -> Way:
    ways = [way for way in refund.ways if way.kind == tender.kind]
    exact = [way for way in ways if way.reference == tender.reference]
    if exact or (len(ways) == 1 and not tender.reference):
        return (exact or ways)[0]
    if tender.kind == "store credit":
        raise BadInput(f"Store credit needs a customer: {refund.number} is the walk-in customer's")
    by = f"{tender.kind} {tender.reference}".strip()
    raise BadInput(f"Nothing can go back by {harmless(by)[:60]} for {refund.number}: it was not paid so")


def _tenders(refund: Refund, back: Sequence[NewTender]) -> list[NewTender]:
    """The tenders of the return, negative: cash in coins with its rounding beside it, and what goes back as points."""
    tenders = []
    for kind, amount, reference in back:
        given = refund.cash_of(amount) if kind == "cash" else amount
        if given:
            tenders.append(NewTender(kind, -given, reference))
        if amount != given:
            tenders.append(NewTender("rounding", given - amount))
    if refund.by_points:
        tenders.append(NewTender("points", -refund.by_points))
    return tenders or [NewTender("cash", 0)]


def _check_void(database: SqliteDatabase, sold: Sold, shift: Shift | None) -> None:
    row = database.execute_sql(UNDONE_BY, (sold.id,)).fetchone()
    layaway = database.execute_sql("SELECT number FROM layaway WHERE sale_id = ?", (sold.id,)).fetchone()
    if sold.kind != "sale":
        raise BadInput(f"{sold.number} is a return: only a sale can be voided")
    if row is not None and row[1] == sold.id:
        raise BadInput(f"{sold.number} is voided already, by {row[0]}")
    if row is not None:
        raise BadInput(f"Something of {sold.number} came back already, by {row[0]}: return the rest of it instead")
    if sold.imported:
        raise BadInput(f"{sold.number} was imported: return its lines instead")
    if layaway is not None:
        raise BadInput(f"{sold.number} picked up layaway {layaway[0]}: return its lines instead")
    merged = database.execute_sql(MERGED_SINCE, (sold.id,)).fetchone()
    if merged is not None:
        raise BadInput(f"{sold.number} was sold to {merged[0]}, who was merged into another since: return its lines")
    if shift is None:
        raise BadInput("No shift is open at this till: F8 opens one")
    if sold.shift_id != shift.id:
        raise BadInput(f"{sold.number} was not sold in this till's open shift: return its lines instead")
    packages.refuse_touched(database, sold.id)


def _void(change: Change, sold: Sold, shift: Shift, note: str) -> int:
    moves = [row[0] for row in change.database.execute_sql(ENTRIES_OF_MOVES, (sold.id,))]
    undone = [ledger.reverse(change, moved, date=shift.business_date, memo=sold.number) for moved in moves]
    lines = [_negated(line) for line in sold.lines]
    tenders = [tender._replace(amount=-tender.amount) for tender in sold.tenders]
    sale = _new_return(change, shift, sold.customer_id, lines, tenders, note)
    discounts = [NewDiscount(kind, -amount) for kind, amount in sold.discounts]
    void_id = sales.post(change, sale._replace(discounts=discounts, added_tax=-sold.added_tax, voids=sold.id))
    _link(change, void_id, sold.id, {line.line_no: line.quantity for line in sold.lines if line.quantity > 0})
    packages.take_back(change, sold.id, [line.line_no for line in sold.lines], void_id)
    memberships.take_back(change, sold.id, [line.line_no for line in sold.lines], void_id)
    loyalty.undo_part(change, sold.id, void_id, 1, 1, shift.business_date)
    for entry_id in (*undone, _entry_of(change, void_id)):
        _settle_credits(change, entry_id, first=(*undone, *moves, sold.entry_id))
    change.concerns(subject=_number_of(change, void_id), customer_id=sold.customer_id)
    change.note(of=sold.number, total=sold.total)
    return void_id


def _settle_credits(change: Change, entry_id: int, first: Sequence[int]) -> None:
    """Sets what an entry credited to customers against what the entries `first` charged them."""
    for (customer_id,) in change.database.execute_sql(CREDITED_TO, (entry_id,)).fetchall():
        customer_accounts.settle(change, entry_id, customer_id, first=first)


def _negated(line: ReturnableLine) -> NewLine:
    return NewLine(
        line.product_id, -line.quantity, -line.pieces, -line.amount,
        [NewDiscount(kind, -amount) for kind, amount in line.discounts], -line.tax, line.own_code,
        line.own_description, line.price, line.list_price, line.tax_rate, None, line.account_id,
    )  # fmt: skip


def _new_return(
    change: Change,
    shift: Shift,
    customer_id: int,
    lines: Sequence[NewLine],
    tenders: Sequence[NewTender],
    note: str,
) -> NewSale:
    """A return of this shift, and not before its newest sale where the clock was set back."""
    newest = change.database.execute_sql(NEWEST_OF_SHIFT, (shift.id,)).fetchone()
    earliest = max(shift.opened_at, newest[0] + 1 if newest else 0)
    return NewSale(
        max(change.at, earliest), shift.business_date, shift.branch_id, customer_id, lines,
        tenders, kind="return", terminal=change.desk.terminal, staff_id=change.desk.staff.staff_id, note=note,
        shift_id=shift.id,
    )  # fmt: skip


def _link(change: Change, return_id: int, sale_id: int, quantities: Mapping[int, int]) -> None:
    """Says of each line that goes back which sold line it is: the trigger counts them together.

    A void's lines stand under the numbers that they were sold under.
    """
    is_void = change.database.execute_sql("SELECT voids FROM sale WHERE id = ?", (return_id,)).fetchone()[0] is not None
    for place, (sold_line_no, quantity) in enumerate(quantities.items(), 1):
        line_no = sold_line_no if is_void else place
        change.database.execute_sql(INTO_RETURNED, (return_id, line_no, sale_id, sold_line_no, quantity))


def _charges(change: Change, sale_id: int) -> list[int]:
    """The entries that charged a sale to its customer: its own, and that of its last move."""
    return [row[0] for row in change.database.execute_sql(ENTRIES_THAT_CHARGED, (sale_id, sale_id))]


def _entry_of(change: Change, sale_id: int) -> int:
    return int(change.database.execute_sql("SELECT entry_id FROM sale WHERE id = ?", (sale_id,)).fetchone()[0])


def _number_of(change: Change, sale_id: int) -> str:
    return str(change.database.execute_sql("SELECT number FROM sale WHERE id = ?", (sale_id,)).fetchone()[0])


NEWEST_OF_SHIFT = "SELECT sold_at FROM sale WHERE shift_id = ? ORDER BY id DESC LIMIT 1"
UNDONE_BY = """
SELECT sale.number, sale.voids FROM returned_line JOIN sale ON sale.id = returned_line.return_id
WHERE returned_line.sale_id = ? ORDER BY sale.id LIMIT 1
"""
# A void undoes the very postings of its sale, and they are another's.
MERGED_SINCE = """
SELECT customer.number FROM customer_merge_row JOIN customer_merge ON customer_merge.id = merge_id
JOIN customer ON customer.id = from_id
WHERE customer_merge_row.kind = 'sale' AND row_id = ? AND undone_at IS NULL
"""
ENTRIES_OF_MOVES = "SELECT entry_id FROM sale_move WHERE sale_id = ? AND entry_id IS NOT NULL ORDER BY id DESC"
ENTRIES_THAT_CHARGED = """
SELECT entry_id FROM sale_move WHERE sale_id = ? AND entry_id IS NOT NULL
UNION ALL SELECT entry_id FROM sale WHERE id = ?
"""
CREDITED_TO = "SELECT customer_id FROM account_item WHERE entry_id = ? AND amount < 0"
INTO_RETURNED = """
INSERT INTO returned_line (return_id, line_no, sale_id, sold_line_no, quantity) VALUES (?, ?, ?, ?, ?)
"""

RETURNED_COUNTED = "SELECT COUNT(*) FROM returned_line"
RETURNED_TOO_OFTEN = """
SELECT returned_line.sale_id FROM returned_line
LEFT JOIN sale_line ON sale_line.sale_id = returned_line.sale_id AND sale_line.line_no = returned_line.sold_line_no
GROUP BY returned_line.sale_id, returned_line.sold_line_no
HAVING SUM(returned_line.quantity) > COALESCE(MAX(sale_line.quantity), 0)
"""
_SHARE = (
    "(CASE WHEN sold.{0} < 0 THEN -1 ELSE 1 END * ((2 * abs(sold.{0}) * {1} + sold.quantity) / (2 * sold.quantity)))"
)
_UNLIKE = "back.{0} <> " + _SHARE.format("{0}", "(so_far - gone.quantity)") + " - " + _SHARE.format("{0}", "so_far")
RETURNED_UNLIKE_SOLD = f"""
SELECT DISTINCT gone.return_id
FROM (SELECT return_id, line_no, sale_id, sold_line_no, quantity, SUM(quantity) OVER (
          PARTITION BY sale_id, sold_line_no ORDER BY return_id, line_no) AS so_far FROM returned_line) AS gone
JOIN sale ON sale.id = gone.return_id
LEFT JOIN sale_line AS back ON back.sale_id = gone.return_id AND back.line_no = gone.line_no
LEFT JOIN sale_line AS sold ON sold.sale_id = gone.sale_id AND sold.line_no = gone.sold_line_no
WHERE back.sale_id IS NULL OR sold.sale_id IS NULL OR back.quantity <> -gone.quantity
   OR back.product_id IS NOT sold.product_id OR {_UNLIKE.format("amount")} OR {_UNLIKE.format("tax")}
   OR sold.account_id IS NOT NULL AND back.account_id <> sold.account_id
"""
VOIDS_UNLIKE_SALES = """
SELECT sale.id FROM sale JOIN sale AS voided ON voided.id = sale.voids JOIN entry ON entry.id = sale.entry_id
WHERE sale.voids IS NOT NULL AND (
    entry.reverses IS NOT voided.entry_id OR sale.total <> -voided.total OR sale.shift_id IS NOT voided.shift_id
    OR sale.discount <> -voided.discount OR sale.tax <> -voided.tax
    OR EXISTS (SELECT 1 FROM posting WHERE entry_id IN (sale.entry_id, voided.entry_id)
               GROUP BY account_id, customer_id HAVING SUM(amount) <> 0))
"""
RETURNED_WHOLE_NOT_EVEN = """
SELECT sale.id FROM sale JOIN (
    SELECT returned_line.sale_id AS id, SUM(quantity) AS quantity FROM returned_line GROUP BY returned_line.sale_id
) AS gone ON gone.id = sale.id
WHERE gone.quantity = (SELECT SUM(abs(quantity)) FROM sale_line WHERE sale_id = sale.id)
  AND sale.total + (SELECT SUM(total) FROM sale AS back
                    WHERE back.id IN (SELECT return_id FROM returned_line WHERE sale_id = sale.id)) <> 0
"""
PROOFS: tuple[tuple[str, str, str], ...] = (
    ("lines are returned at most as often as sold", RETURNED_COUNTED, RETURNED_TOO_OFTEN),
    ("returned lines give back their share", RETURNED_COUNTED, RETURNED_UNLIKE_SOLD),
    ("voids undo their sale to the cent", "SELECT COUNT(*) FROM sale WHERE voids IS NOT NULL", VOIDS_UNLIKE_SALES),
    ("sales returned whole gave back their total", RETURNED_COUNTED, RETURNED_WHOLE_NOT_EVEN),
)
