"""A trainer's or resource's week for a calendar program (iCalendar, RFC 5545): an event a booking, and the days off."""

from __future__ import annotations

from datetime import UTC, date, timedelta
from typing import TYPE_CHECKING

from bookkeeper_tui.dates import day_bounds, read_iso
from bookkeeper_tui.errors import BadInput
from bookkeeper_tui.formats import harmless, local_time
from bookkeeper_tui.store import bookables
from bookkeeper_tui.store.bookables import Bookable, TimeOff
from bookkeeper_tui.store.bookings.booking import LIVE, Booking, read_all
from bookkeeper_tui.store.desk import Desk

if TYPE_CHECKING:
    from icalendar import Event

MAKER = "-//Bookkeeper//Schedule//EN"


def week_calendar(desk: Desk, bookable_id: int, monday: str) -> tuple[bytes, int]:
    """The week of a date (ISO), from its Monday, and how many bookings stand in it.

    An event keeps its name from one export to the next, so that a calendar that reads both moves it; what was
    cancelled or missed goes out as cancelled. Raises BadInput for what is no date, trainer or resource. It stands in
    the audit log.
    """
    from icalendar import Calendar

    database = desk.require("export.calendar")
    whose = bookables.read(database, bookable_id)
    day = read_iso(monday)
    first = day - timedelta(days=day.weekday())
    bounds = day_bounds(first, desk.store.shop.time_zone, 7)
    ids = [row[0] for row in database.execute_sql(IDS, (*bounds, bookable_id, bookable_id))]
    found = read_all(database, ids)
    live = sum(one.state in LIVE for one in found)
    desk.look("export.calendar", subject=whose.name, detail={"week": first.isoformat(), "rows": len(found)})
    calendar = Calendar()
    calendar.add("prodid", MAKER)
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", f"{desk.store.shop.name}: {whose.name}")
    for one in found:
        calendar.add_component(_event(desk, whose, one))
    for off in bookables.days_off_of(database, bookable_id, first.isoformat(), (first + timedelta(days=6)).isoformat()):
        calendar.add_component(_day_off(desk, whose, off))
    return calendar.to_ical(), live


def find(desk: Desk, name: str) -> Bookable:
    """The trainer of a name or its beginning, else the resource, whoever left included.

    Raises BadInput when it is none's, or several's.
    """
    wanted = name.strip().casefold()
    for kind in ("trainer", "resource"):
        known = bookables.list_bookables(desk, kind, also_left=True)
        exact = [one for one in known if one.name.casefold() == wanted]
        found = exact or [one for one in known if wanted and one.name.casefold().startswith(wanted)]
        if len(found) > 1:
            names = ", ".join(harmless(one.name) for one in found[:5])
            raise BadInput(f"“{harmless(name[:40])}” is the beginning of several names: {names}")
        if found:
            return found[0]
    raise BadInput(f"There is no trainer or resource “{harmless(name[:40])}”")


def _event(desk: Desk, whose: Bookable, one: Booking) -> Event:
    from icalendar import Event

    other = one.resource if whose.kind == "trainer" else one.trainer
    event = Event()
    event.add("uid", f"{one.number}.{desk.store.shop.created_at}@bookkeeper")
    event.add("sequence", one.version - 1)
    event.add("dtstamp", local_time(desk.now(), "UTC"))
    event.add("dtstart", local_time(one.starts, "UTC").astimezone(UTC))
    event.add("dtend", local_time(one.ends, "UTC").astimezone(UTC))
    event.add("summary", harmless(f"{one.service}: {one.customer_name}"))
    if other:
        event.add("location", harmless(other))
    note = f"\n{harmless(one.note)}" if one.note else ""
    event.add("description", f"{one.number}, {one.state}{note}")
    event.add("status", "CONFIRMED" if one.state in LIVE else "CANCELLED")
    event.add("transp", "OPAQUE" if one.state in LIVE else "TRANSPARENT")
    return event


def _day_off(desk: Desk, whose: Bookable, off: TimeOff) -> Event:
    from icalendar import Event

    event = Event()
    event.add("uid", f"off-{off.id}.{desk.store.shop.created_at}@bookkeeper")
    event.add("dtstamp", local_time(desk.now(), "UTC"))
    event.add("dtstart", date.fromisoformat(off.first_date))
    event.add("dtend", date.fromisoformat(off.last_date) + timedelta(days=1))
    event.add("summary", harmless(f"{whose.name}: {off.reason or 'off'}"))
    event.add("transp", "OPAQUE")
    return event


IDS = """
SELECT id FROM booking WHERE starts >= ? AND starts < ? AND (trainer_id = ? OR resource_id = ?) ORDER BY starts, id
"""
