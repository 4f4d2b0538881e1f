"""The shop's days: opened with the first shift, closed with a Z report that is frozen together with its proof."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from peewee import SqliteDatabase

from bookkeeper_tui.errors import BadInput, BookkeeperError
from bookkeeper_tui.store import day_proof, loyalty, memberships, packages, seals, shifts, takings, tiers
from bookkeeper_tui.store.day_proof import DayProof
from bookkeeper_tui.store.desk import Actor, Desk
from bookkeeper_tui.store.permissions import OWNER
from bookkeeper_tui.store.takings import Figures


class OfShift(NamedTuple):
    """A shift as the Z report names it: its cashier's staff number, and its count in minor units."""

    number: str
    terminal: str
    cashier: str
    expected: int
    counted: int


@dataclass(frozen=True, slots=True)
class DayReport:
    """A day's figures. One that is closed has a Z number, and stands as it was frozen, with its proof.

    Instants are microseconds UTC, `names` the staff's by number. `imported` are sales of that date that went over no
    till: how many, and minor units. `unsealed` says why the audit log could not be sealed at this
    closing.
    """

    date: str
    opened_at: int
    closed_at: int | None
    closed_by: str
    z_number: int | None
    shifts: tuple[OfShift, ...]
    figures: Figures
    imported: tuple[int, int]
    proof: DayProof | None
    names: Mapping[str, str]
    unsealed: str = ""


class Day(NamedTuple):
    """A day in the list of days; `z_number` is None while it is open."""

    date: str
    opened_at: int
    closed_at: int | None
    z_number: int | None


class Opened(NamedTuple):
    """What opening a day did: whether it was new, points expired, tiers changed, freezes ended, and packages lapsed."""

    date: str
    is_new: bool
    points_expired: int
    tiers_changed: int
    freezes_ended: int = 0
    packages_lapsed: int = 0


def open(desk: Desk, date: str = "") -> Opened:
    """Opens a business date (ISO; today's when empty): points past their time expire, and tiers are reviewed.

    Freezes whose last day is over end, and packages past their last day lapse.

    A second run finds nothing to do. Raises BadInput for a date that is closed or has not come, or comes before one
    that was opened.
    """
    date = date or desk.today()
    tiers.check_date(date)
    if date > desk.today():
        raise BadInput(f"{date} has not come yet: a day is opened when it begins")
    is_new = False
    with desk.change("day.opened", subject=date) as change:
        is_new = shifts.open_day(change, date)
        if not is_new:
            change.drop()
    by_itself = Desk(desk.store, Actor(None, "", "the opening of the day", OWNER), desk.terminal, desk.now)
    thawed = memberships.turn_day(by_itself, date)
    expired, changed = loyalty.expire(by_itself, date).points, tiers.review(by_itself, date).changed
    turned = packages.turn_day(by_itself, date)
    return Opened(date, is_new, expired, changed, thawed + turned.thawed, turned.lapsed)


def to_close(desk: Desk) -> str:
    """The business date that closing would close: the oldest that is open. Raises BadInput when none is."""
    return _to_close(desk.require("day.closed"), "")


def close(desk: Desk, date: str = "") -> DayReport:
    """Closes a day for ever (the oldest open one when no date is given) and freezes its Z report with the proof.

    Raises BadInput while a shift is open anywhere, a sale is being paid, or an earlier day is open.
    """
    database = desk.require("day.closed")
    since = day_proof.last_closed(database)
    # What takes longest is proved before the lock is taken; inside it only what came meanwhile.
    proved = day_proof.prove(database, desk.store.keys, since)
    with desk.change("day.closed") as change:
        date = _to_close(change.database, date)
        _refuse_while_open(change.database)
        proved = day_proof.prove(change.database, desk.store.keys, proved)
        z_number = change.next_number("z")
        found = _figures_of(change.database, date)
        frozen = json.dumps(_plain(found, proved), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        change.database.execute_sql(
            "UPDATE business_day SET closed_at = ?, closed_by = ?, z_number = ?, report = ? WHERE date = ?",
            (change.at, desk.staff.who, z_number, frozen, date),
        )
        change.concerns(subject=date)
        change.note(z=z_number, total=found.figures.total, report_sha256=hashlib.sha256(frozen.encode()).hexdigest())
    return replace(_read(desk.database, date), unsealed=_seal(desk))


def report(desk: Desk, date: str = "") -> DayReport:
    """A day's report (the newest opened day's when no date is given): frozen when closed, else as it stands now.

    It is recorded that it was looked at. Raises BadInput for a date on which the shop did not open.
    """
    database = desk.require("takings.viewed")
    if not date:
        row = database.execute_sql("SELECT MAX(date) FROM business_day").fetchone()
        if row[0] is None:
            raise BadInput("No day has been opened yet: the first shift opens one")
        date = str(row[0])
    found = _read(database, date)
    desk.look("takings.viewed", subject=date)
    return found


def state(desk: Desk, date: str = "") -> Day | None:
    """Whether a date (today's when empty) was opened, and closed; None when it was not opened."""
    database = desk.require("shift.viewed")
    row = database.execute_sql(f"{SELECT_DAYS} WHERE date = ?", (date or desk.today(),)).fetchone()
    return None if row is None else Day(*row)


def unclosed(desk: Desk) -> str:
    """The oldest business date that was opened and not closed; empty when all are closed."""
    return _oldest_open(desk.require("shift.viewed"))


def days(desk: Desk, limit: int = 60) -> list[Day]:
    """The newest days on which the shop opened, newest first."""
    database = desk.require("takings.viewed")
    return [Day(*row) for row in database.execute_sql(f"{SELECT_DAYS} ORDER BY date DESC LIMIT ?", (limit,))]


def _seal(desk: Desk) -> str:
    """A day that is closed stays closed, also where its seal cannot be written."""
    by_itself = Desk(desk.store, Actor(None, "", "the closing of the day", OWNER), desk.terminal, desk.now)
    try:
        seals.make(by_itself)
    except BookkeeperError as error:
        return str(error)
    return ""


def _to_close(database: SqliteDatabase, date: str) -> str:
    oldest = _oldest_open(database)
    if date:
        row = database.execute_sql("SELECT z_number FROM business_day WHERE date = ?", (date,)).fetchone()
        if row is None:
            raise BadInput(f"The shop did not open on {date}, so there is nothing to close")
        if row[0] is not None:
            raise BadInput(f"{date} is closed already, with Z report {row[0]}")
    if not oldest:
        raise BadInput("No day is open, so there is nothing to close")
    if date and oldest < date:
        raise BadInput(f"{oldest} is still open: close it before {date}")
    return date or oldest


def _oldest_open(database: SqliteDatabase) -> str:
    sql = "SELECT COALESCE(MIN(date), '') FROM business_day WHERE z_number IS NULL"
    return str(database.execute_sql(sql).fetchone()[0])


def _refuse_while_open(database: SqliteDatabase) -> None:
    still = shifts.open_anywhere(database)
    if still:
        named = ", ".join(f"{shift.number} at {shift.terminal}" for shift in still)
        raise BadInput(f"A day closes when its shifts are over, and still open is: {named}")
    row = database.execute_sql(BEING_PAID).fetchone()
    if row is not None:
        raise BadInput(f"A sale at {row[0]} is being paid: finish it, or take up what was laid down, first")


def _read(database: SqliteDatabase, date: str) -> DayReport:
    row = database.execute_sql("SELECT report FROM business_day WHERE date = ?", (date,)).fetchone()
    if row is None:
        raise BadInput(f"The shop did not open on {date}")
    return _from_plain(database, date, json.loads(row[0])) if row[0] else _figures_of(database, date)


def _figures_of(database: SqliteDatabase, date: str) -> DayReport:
    of_day = shifts.of_day(database, date)
    imported = database.execute_sql(IMPORTED, (date,)).fetchone()
    figures = takings.figures(database, of_day)
    names = takings.staff_names(database)
    numbers = dict(database.execute_sql("SELECT id, number FROM staff").fetchall())
    named = tuple(
        OfShift(shift.number, shift.terminal, numbers[shift.staff_id], shift.expected or 0, shift.counted or 0)
        for shift in of_day
    )
    return DayReport(date, *_head(database, date), named, figures, (imported[0], imported[1]), None, names)


def _head(database: SqliteDatabase, date: str) -> tuple[int, int | None, str, int | None]:
    sql = "SELECT opened_at, closed_at, closed_by, z_number FROM business_day WHERE date = ?"
    opened_at, closed_at, closed_by, z_number = database.execute_sql(sql, (date,)).fetchone()
    return opened_at, closed_at, closed_by, z_number


def _plain(found: DayReport, proved: DayProof) -> dict[str, Any]:
    return {
        "figures": takings.plain_values(found.figures),
        "shifts": [list(shift) for shift in found.shifts],
        "imported": list(found.imported),
        "proof": day_proof.plain_values(proved),
    }


def _from_plain(database: SqliteDatabase, date: str, frozen: dict[str, Any]) -> DayReport:
    return DayReport(
        date,
        *_head(database, date),
        tuple(OfShift(*shift) for shift in frozen["shifts"]),
        takings.from_plain(frozen["figures"]),
        (frozen["imported"][0], frozen["imported"][1]),
        day_proof.from_plain(frozen["proof"]),
        takings.staff_names(database),
    )


SELECT_DAYS = "SELECT date, opened_at, closed_at, z_number FROM business_day"
IMPORTED = "SELECT COUNT(*), COALESCE(SUM(total), 0) FROM sale WHERE business_date = ? AND shift_id IS NULL"
BEING_PAID = """
SELECT basket.terminal FROM basket JOIN basket_tender ON basket_tender.basket_id = basket.id
WHERE basket.state IN ('open', 'parked') LIMIT 1
"""
