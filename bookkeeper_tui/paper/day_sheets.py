"""The day's sheet: whom each trainer, or each resource, expects on a day, to hang up or to carry along."""

from bookkeeper_tui.dates import read_iso
from bookkeeper_tui.paper.page import GAP, RULE, Page, PaperLine
from bookkeeper_tui.paper.receipts import head
from bookkeeper_tui.store import bookings
from bookkeeper_tui.store.bookings import Column, Entry, Schedule, clock
from bookkeeper_tui.store.desk import Desk

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
BOX = {"booked": "[ ]", "checked in": "[+]", "done": "[x]"}


def day_sheet(desk: Desk, date: str, kind: str = "trainer") -> Page:
    """The sheet of a day (ISO date) by trainers or by resources. Raises BadInput for what is no date or kind."""
    found = bookings.day(desk, date, kind)
    conventions, zone = desk.store.conventions, desk.store.shop.time_zone
    lines = [
        *head(desk),
        PaperLine(WEEKDAYS[read_iso(date).weekday()], conventions.date(date), strong=True),
        PaperLine(f"{len(found.bookings)} booked", conventions.instant(desk.now(), zone)),
    ]
    for column in found.columns:
        lines += _of_one(found, column, date, zone)
    if without := found.of(None):
        lines += [RULE, PaperLine(f"Without a {kind}", strong=True), *_entries(without, kind, zone)]
    if missed := [one for one in found.freed if one.state == "no-show"]:
        lines += [RULE, PaperLine("Did not come", strong=True), *_entries(missed, kind, zone)]
    return Page("day sheet", date, tuple(lines))


def _of_one(found: Schedule, column: Column, date: str, zone: str) -> list[PaperLine]:
    mine = found.of(column.bookable_id)
    lines = [RULE, PaperLine(column.name, _hours(column, date, zone), strong=True)]
    return lines + (_entries(mine, column.kind, zone) if mine else [PaperLine("Nothing is booked.")])


def _hours(column: Column, date: str, zone: str) -> str:
    """When they are there that day."""
    if date in column.off:
        return f"off {column.off[date]}".strip()
    spans = [span for span in column.hours[date] if (span.start_minute, span.end_minute) != (0, 1440)]
    if not spans:
        return "" if column.hours[date] else "not there"
    return " ".join(f"{clock(span.starts, zone)}-{clock(span.ends, zone)}" for span in spans)


def _entries(entries: tuple[Entry, ...] | list[Entry], kind: str, zone: str) -> list[PaperLine]:
    lines: list[PaperLine] = []
    for one in entries:
        where = one.resource if kind == "trainer" else one.trainer
        forced = " !" if one.forced else ""
        times = f"{clock(one.starts, zone)}-{clock(one.ends, zone)}"
        lines.append(PaperLine(f"{BOX.get(one.state, '[-]')} {times} {one.customer}{forced}"))
        lines.append(PaperLine(f"    {', '.join(part for part in (one.service, where) if part)}", one.number))
        if one.note:
            lines.append(PaperLine(f"    {one.note}"))
    return [*lines, GAP]
