"""Shifts: a cashier's time at a drawer, from its float over what moves in it to the blind count at its end.

The drawer's account holds exactly what the open shifts hold: a float comes from the safe, and what is counted at the
end goes back there, so that a shift that is over leaves nothing behind.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from peewee import SqliteDatabase

from bookkeeper_tui.errors import BadInput
from bookkeeper_tui.formats import harmless
from bookkeeper_tui.money import plain
from bookkeeper_tui.store import ledger
from bookkeeper_tui.store.desk import AlreadyDone, Change, Desk
from bookkeeper_tui.store.ledger import Posting
from bookkeeper_tui.store.shop import branch_id

LONGEST_US = 20 * 3600 * 1_000_000
LARGEST = 10**12
MOST_PIECES = 100_000


@dataclass(frozen=True, slots=True)
class Shift:
    """A shift: instants in microseconds UTC, money in minor units.

    `closed_at`, `expected` and `counted` are None while it is open; `staff` is the name of whose it is.
    """

    id: int
    number: str
    business_date: str
    branch_id: int
    branch: str
    terminal: str
    staff_id: int
    staff: str
    opened_at: int
    closed_at: int | None
    expected: int | None
    counted: int | None

    @property
    def difference(self) -> int:
        """What was counted beyond what was expected, in minor units: negative when short, 0 while it is open."""
        return (self.counted or 0) - (self.expected or 0)


class ShiftEnd(NamedTuple):
    """How a shift ended, in minor units: `difference` is positive when there was too much."""

    shift_id: int
    number: str
    expected: int
    counted: int
    difference: int


def current(desk: Desk) -> Shift | None:
    """The shift that is open at this terminal, if one is."""
    return open_at(desk.require("shift.viewed"), desk.terminal)


def require_open(change: Change) -> Shift:
    """The shift open at the terminal of a change, which whatever takes money there belongs to.

    Raises BadInput when none is open, and when it has been open for so long that it was forgotten.
    """
    shift = open_at(change.database, change.desk.terminal)
    if shift is None:
        raise BadInput("No shift is open at this till: F8 opens one")
    if change.at - shift.opened_at > LONGEST_US:
        raise BadInput(
            f"Shift {shift.number} of {shift.business_date} has been open for more than "
            f"{LONGEST_US // 3_600_000_000} hours: F8 counts and ends it, then opens another"
        )
    return shift


def posting_date(change: Change) -> str:
    """The business date of what is done at this terminal now: that of its open shift, else the shop's own date."""
    shift = open_at(change.database, change.desk.terminal)
    return shift.business_date if shift else change.today


def open_shift(desk: Desk, float_amount: int, once: str | None = None) -> Shift:
    """Opens a shift at this terminal with a float (minor units) from the safe; the first of a date opens the day.

    Raises BadInput when one is open here, when the date is closed already, and when the clock stands before the
    newest day that was opened.
    """
    try:
        with desk.change("shift.opened", once=once) as change:
            shift_id = _open(change, float_amount)
            change.result = str(shift_id)
    except AlreadyDone as done:
        shift_id = int(done.result)
    return get(desk, shift_id)


def expected_cash(database: SqliteDatabase, shift_id: int) -> int:
    """What should lie in a shift's drawer, in minor units: float, cash of sales and payments, and what moved."""
    return int(database.execute_sql(EXPECTED_CASH, {"shift": shift_id}).fetchone()[0])


def end(desk: Desk, counts: Mapping[int, int], once: str | None = None, shift_id: int | None = None) -> ShiftEnd:
    """Ends a shift by a blind count: pieces of each denomination (minor units). What was counted goes to the safe.

    It is the one open at this terminal, or `shift_id`, open anywhere. Ending another's needs the permission
    `shift.closed_for_other`. Over and short go to the ledger. Raises BadInput for a count that cannot be, and while a
    sale of that till has money laid down that is not paid yet.
    """
    action = ending_permission(desk, shift_id)
    try:
        with desk.change(action, once=once) as change:
            shift = _to_end(change, shift_id)
            if action == "shift.closed" and shift.staff_id != desk.staff.staff_id:
                raise BadInput(f"Shift {shift.number} is not yours any more: look at it again (F5)")
            _end(change, shift, counts)
            change.result = str(shift.id)
            ended = shift.id
    except AlreadyDone as done:
        ended = int(done.result)
    found = read(desk.database, ended)
    return ShiftEnd(found.id, found.number, found.expected or 0, found.counted or 0, found.difference)


def ending_permission(desk: Desk, shift_id: int | None = None) -> str:
    """The permission that ending a shift takes: one's own, or somebody else's."""
    database = desk.require("shift.viewed")
    shift = open_at(database, desk.terminal) if shift_id is None else read(database, shift_id)
    own = shift is None or shift.staff_id == desk.staff.staff_id
    return "shift.closed" if own else "shift.closed_for_other"


def get(desk: Desk, shift_id: int) -> Shift:
    """A shift by its id. Raises BadInput when there is none."""
    return read(desk.require("shift.viewed"), shift_id)


def newest(desk: Desk, limit: int = 20) -> list[Shift]:
    """The newest shifts of all terminals, newest first."""
    database = desk.require("shift.viewed")
    return [Shift(*row) for row in database.execute_sql(f"{SELECT_SHIFT} ORDER BY shift.id DESC LIMIT ?", (limit,))]


def of_day(database: SqliteDatabase, date: str) -> list[Shift]:
    """The shifts of a business date, in the order they were opened."""
    sql = f"{SELECT_SHIFT} WHERE shift.business_date = ? ORDER BY shift.id"
    return [Shift(*row) for row in database.execute_sql(sql, (date,))]


def open_at(database: SqliteDatabase, terminal: str) -> Shift | None:
    """The shift open at a terminal, if one is."""
    row = database.execute_sql(f"{SELECT_SHIFT} WHERE shift.terminal = ? AND closed_at IS NULL", (terminal,)).fetchone()
    return None if row is None else Shift(*row)


def read(database: SqliteDatabase, shift_id: int) -> Shift:
    """A shift by its id, inside a change or for who may see it. Raises BadInput when there is none."""
    row = database.execute_sql(f"{SELECT_SHIFT} WHERE shift.id = ?", (shift_id,)).fetchone()
    if row is None:
        raise BadInput(f"There is no shift {shift_id}")
    return Shift(*row)


def open_anywhere(database: SqliteDatabase) -> list[Shift]:
    """Every shift that is open now."""
    return [Shift(*row) for row in database.execute_sql(f"{SELECT_SHIFT} WHERE closed_at IS NULL ORDER BY shift.id")]


def open_day(change: Change, date: str) -> bool:
    """Opens a business date inside a change, if nobody has; answers whether this did. Dates only go forward.

    Raises BadInput when the date is closed, and when a later one was opened: the clock has been set back.
    """
    day = change.database.execute_sql("SELECT z_number FROM business_day WHERE date = ?", (date,)).fetchone()
    if day is not None:
        if day[0] is not None:
            raise BadInput(f"{date} is closed with Z report {day[0]}: the next shift can be opened on the day after")
        return False
    newest_day = change.database.execute_sql("SELECT MAX(date) FROM business_day").fetchone()[0]
    if newest_day is not None and date < newest_day:
        raise BadInput(f"The clock says {date}, but {newest_day} was opened already: set the clock right first")
    change.database.execute_sql(
        "INSERT INTO business_day (date, opened_at, opened_by) VALUES (?, ?, ?)",
        (date, change.at, change.desk.staff.who),
    )
    return True


def _open(change: Change, float_amount: int) -> int:
    desk, database = change.desk, change.database
    if desk.staff.staff_id is None:
        raise BadInput("A shift belongs to a member of staff: sign in at a console to open one")
    if not 0 <= float_amount <= LARGEST:
        raise BadInput(f"A float of {_written(change, float_amount)} cannot be: count what lies in the drawer")
    already = open_at(database, desk.terminal)
    if already is not None:
        raise BadInput(f"Shift {already.number} of {already.business_date} is open at {desk.terminal}: end it first")
    date = change.today
    if open_day(change, date):
        change.also("day.opened", subject=date)
    number = f"SH-{change.next_number('shift'):06d}"
    branch = branch_id(database, desk.store.settings.branch_of(desk.terminal))
    cursor = database.execute_sql(
        "INSERT INTO shift (number, business_date, branch_id, terminal, staff_id, opened_at) VALUES (?, ?, ?, ?, ?, ?)",
        (number, date, branch, desk.terminal, desk.staff.staff_id, change.at),
    )
    shift_id = int(cursor.lastrowid)
    change.concerns(subject=number)
    change.note(float=float_amount, date=date)
    post_movement(change, read(database, shift_id), "float", float_amount, ledger.SAFE)
    return shift_id


def post_movement(
    change: Change, shift: Shift, kind: str, amount: int, against: str, *, category: str = "", reason: str = ""
) -> int:
    """A movement of a shift's drawer with its ledger entry, inside a change; answers the movement's id.

    The drawer stands on one side (minor units), the account `against` on the other; nothing has no entry.
    """
    if not amount:
        return record_movement(change, shift, kind, 0, category=category, reason=reason)
    if category:
        ledger.account_id(change, against, f"Petty: {category}")
    entry_id = ledger.post(
        change,
        date=shift.business_date,
        kind=kind,
        document_kind="shift",
        document_id=shift.id,
        postings=[Posting(ledger.DRAWER, amount), Posting(against, -amount)],
        memo=shift.number,
    )
    return record_movement(change, shift, kind, amount, category=category, reason=reason, entry_id=entry_id)


def record_movement(
    change: Change,
    shift: Shift,
    kind: str,
    amount: int,
    *,
    category: str = "",
    reason: str = "",
    entry_id: int | None = None,
) -> int:
    """Writes a movement (minor units, its effect on the drawer) inside a change; answers its id."""
    at = max(change.at, shift.opened_at)
    staff_id = change.desk.staff.staff_id
    cursor = change.database.execute_sql(
        INSERT_MOVEMENT, (shift.id, kind, amount, category, harmless(reason).strip(), staff_id, at, entry_id)
    )
    return int(cursor.lastrowid)


def _to_end(change: Change, shift_id: int | None) -> Shift:
    if shift_id is None:
        shift = open_at(change.database, change.desk.terminal)
        if shift is None:
            raise BadInput("No shift is open at this till, so there is none to end")
        return shift
    shift = read(change.database, shift_id)
    if shift.closed_at is not None:
        raise BadInput(f"Shift {shift.number} has been ended already")
    return shift


def _end(change: Change, shift: Shift, counts: Mapping[int, int]) -> None:
    database = change.database
    being_paid = database.execute_sql(BEING_PAID_AT, (shift.terminal,)).fetchone()
    if being_paid is not None:
        raise BadInput(f"A sale at {shift.terminal} is being paid: finish it, or take up what was laid down, first")
    for denomination, pieces in counts.items():
        if denomination <= 0 or not 0 <= pieces <= MOST_PIECES:
            raise BadInput(f"{pieces} pieces of {_written(change, denomination)} cannot be: count them again")
    counted = sum(denomination * pieces for denomination, pieces in counts.items())
    if counted > LARGEST:
        raise BadInput(f"{_written(change, counted)} in one drawer cannot be: count it again")
    expected = expected_cash(database, shift.id)
    difference = counted - expected
    if difference:
        post_movement(change, shift, "over" if difference > 0 else "short", difference, ledger.OVER_SHORT)
    post_movement(change, shift, "counted out", -counted, ledger.SAFE)
    for denomination, pieces in counts.items():
        if pieces:
            database.execute_sql(
                "INSERT INTO shift_count (shift_id, denomination, pieces) VALUES (?, ?, ?)",
                (shift.id, denomination, pieces),
            )
    database.execute_sql(
        "UPDATE shift SET closed_at = ?, closed_by = ?, expected = ?, counted = ? WHERE id = ?",
        (max(change.at, shift.opened_at), change.desk.staff.staff_id, expected, counted, shift.id),
    )
    change.concerns(subject=shift.number)
    change.note(expected=expected, counted=counted, difference=difference)


def _written(change: Change, amount: int) -> str:
    return plain(amount, change.desk.store.shop.exponent)


SELECT_SHIFT = """
SELECT shift.id, shift.number, shift.business_date, shift.branch_id, branch.name, shift.terminal, shift.staff_id,
       staff.name, shift.opened_at, shift.closed_at, shift.expected, shift.counted
FROM shift JOIN branch ON branch.id = shift.branch_id JOIN staff ON staff.id = shift.staff_id
"""
INSERT_MOVEMENT = """
INSERT INTO drawer_movement (shift_id, kind, amount, category, reason, staff_id, at, entry_id)
VALUES (?, ?, ?, ?, ?, ?, ?, ?)
"""
BEING_PAID_AT = """
SELECT basket.id FROM basket JOIN basket_tender ON basket_tender.basket_id = basket.id
WHERE basket.state IN ('open', 'parked') AND basket.terminal = ? LIMIT 1
"""
EXPECTED_CASH = """
SELECT COALESCE((SELECT SUM(amount) FROM drawer_movement WHERE shift_id = :shift), 0)
     + COALESCE((SELECT SUM(sale_tender.amount) FROM sale JOIN sale_tender ON sale_tender.sale_id = sale.id
                 WHERE sale.shift_id = :shift AND sale_tender.kind = 'cash'), 0)
     + COALESCE((SELECT SUM(amount) FROM payment WHERE shift_id = :shift AND tender = 'cash'), 0)
"""
