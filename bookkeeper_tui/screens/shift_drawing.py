"""How the shift screen draws a shift: what stands above the lists, and their rows."""

from __future__ import annotations

from bookkeeper_tui.formats import Conventions, local_time
from bookkeeper_tui.paper.shift_reports import over_or_short
from bookkeeper_tui.store import days, shifts
from bookkeeper_tui.store.desk import Desk
from bookkeeper_tui.store.drawer import DrawerMovement
from bookkeeper_tui.store.shifts import Shift, ShiftEnd
from bookkeeper_tui.widgets.hot_list import Row
from bookkeeper_tui.widgets.pieces import Line, Piece

KINDS = {
    "float": "Float", "pull-out": "Pulled out", "petty": "Petty expense", "pay-in": "Paid in",
    "no sale": "Opened, no sale", "over": "Over", "short": "Short", "counted out": "To the safe",
}  # fmt: skip


def open_lines(shift: Shift, desk: Desk, conventions: Conventions) -> list[Line]:
    """What stands above an open shift's movements."""
    opened = conventions.instant(shift.opened_at, desk.store.shop.time_zone)
    minutes = max(0, desk.now() - shift.opened_at) // 60_000_000
    dot = "-" if conventions.ascii else "·"
    lines: list[Line] = [
        (
            Piece(f"Shift {shift.number}", "strong"),
            Piece(f"  {shift.staff} {dot} {shift.terminal} {dot} {shift.branch}"),
        ),
        (Piece(f"Open since {opened}, for {minutes // 60} h {minutes % 60:02d}", "quiet"),),
    ]
    if minutes * 60_000_000 > shifts.LONGEST_US:
        lines.append((Piece("! It was left open: count and end it before anything else is sold here", "warn"),))
    elif shift.staff_id != desk.staff.staff_id:
        lines.append((Piece(f"It is {shift.staff}'s: you sell into the same drawer", "quiet"),))
    else:
        lines.append(())
    return lines


def closed_lines(ended: ShiftEnd | None, day: days.Day | None, desk: Desk, conventions: Conventions) -> list[Line]:
    """What stands above the shifts when none is open here: how the day stands, and how the last one here ended."""
    today, unclosed = conventions.date(desk.today()), days.unclosed(desk)
    lines: list[Line] = [(Piece(f"No shift is open at {desk.terminal}", "strong"),)]
    if unclosed and unclosed < desk.today():
        lines.append((Piece(f"! {conventions.date(unclosed)} was never closed: z closes it", "warn"),))
    elif day is None:
        lines.append((Piece(f"{today} is not opened yet: the first shift opens it", "quiet"),))
    elif day.z_number is not None:
        lines.append((Piece(f"{today} is closed with Z report {day.z_number}", "quiet"),))
    else:
        lines.append((Piece(f"{today} is open; z closes it after its last shift", "quiet"),))
    if ended is not None:
        amount = conventions.amount
        off = over_or_short(ended.difference)
        lines.append((
            Piece(f"{ended.number}: counted {amount(ended.counted)}, expected {amount(ended.expected)}, "),
            Piece(f"{off.lower()} {amount(ended.difference)}" if ended.difference else "exact",
                  "warn" if ended.difference else "good"),
        ))  # fmt: skip
    else:
        lines.append(())
    return lines


def movement_row(moved: DrawerMovement, conventions: Conventions, time_zone: str) -> Row:
    """A movement in the list."""
    what = "  ".join(part for part in (moved.category, moved.reason) if part)
    cells = (
        f"{local_time(moved.at, time_zone):%H:%M}",
        KINDS[moved.kind],
        what,
        moved.staff,
        conventions.amount(moved.amount) if moved.amount else "",
    )
    return Row(moved.id, cells)


def shift_row(shift: Shift, conventions: Conventions, may_see: bool) -> Row:
    """A shift in the list; what it was off by is for who may see it."""
    if shift.closed_at is None:
        off, role = "open", "strong"
    elif not may_see:
        off, role = "ended", "quiet"
    else:
        amount = f" {conventions.amount(shift.difference)}" if shift.difference else ""
        off, role = over_or_short(shift.difference) + amount, "warn" if shift.difference else "plain"
    cells = (shift.number, conventions.date(shift.business_date), shift.terminal, shift.staff, off)
    return Row(shift.id, cells, ("plain", "plain", "plain", "plain", role))
