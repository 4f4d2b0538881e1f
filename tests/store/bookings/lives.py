"""Random lives of a studio: whatever is booked, moved and missed, in whatever order, nobody is booked twice unseen.

Each deed is chosen with a number from which it draws whom, what and when; what the studio refuses in one sentence is
refused, and anything else that goes wrong is a fault. What is booked without force is looked at again, minute by
minute.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import Any

from bookkeeper_tui.errors import BookkeeperError
from bookkeeper_tui.formats import local_time
from bookkeeper_tui.store import bookables, bookings, customers, packages, services, shifts, timers
from bookkeeper_tui.store.bookables import Bookable, Hours, NewBookable
from bookkeeper_tui.store.bookings import Booking, Busy
from bookkeeper_tui.store.desk import Desk
from bookkeeper_tui.store.services import NewService
from tests.store.bookings.studio import ZONE, Studio

MINUTE = 60_000_000
HOUR = 60 * MINUTE
CHANGES_OF_THE_CLOCK = (("2026-10-25", "00:30"), ("2027-03-28", "00:30"), ("2027-10-31", "00:30"))


@dataclass
class Life:
    """A studio, how many deeds were done and refused, and what was found wrong."""

    studio: Studio
    done: dict[str, int] = field(default_factory=dict)
    refused: dict[str, int] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)

    def do(self, deed: str, number: int) -> None:
        """Does one deed, as far as the studio lets it."""
        self.studio.at += 1_000_000
        try:
            DEEDS[deed](self, Random(number), self.studio.desk)
        except BookkeeperError as error:
            if isinstance(error, Busy):
                self._look_at_offers(error)
            self.refused[deed] = self.refused.get(deed, 0) + 1
        else:
            self.done[deed] = self.done.get(deed, 0) + 1

    def booking(self, draw: Random, test: str = "1") -> Booking:
        """Some booking; refuses when there is none."""
        return bookings.get(self.studio.desk, self.one_of(draw, "booking", test))

    def one_of(self, draw: Random, table: str, test: str = "1") -> int:
        """The id of some row, the newest more often; refuses when there is none."""
        sql = f"SELECT id FROM {table} WHERE {test} ORDER BY id DESC LIMIT ?"
        rows = self.studio.desk.database.execute_sql(sql, (draw.choice((1, 4, 50)),)).fetchall()
        if not rows:
            raise BookkeeperError(f"There is no {table}")
        return int(draw.choice(rows)[0])

    def look_at(self, booking: Booking) -> None:
        """Looks at a booking that was just put where it is without force."""
        if booking.forced or not booking.is_live:
            self.faults.append(f"{booking.number} is {booking.state}, forced: {booking.forced}")
        for fault in faults_of(self.studio.desk, booking):
            self.faults.append(f"{booking.number}: {fault}")

    def _look_at_offers(self, busy: Busy) -> None:
        if not busy.reasons:
            self.faults.append("a refusal without a reason")
        if len(busy.free) > 3 or any(free.starts + MINUTE <= self.studio.at for free in busy.free):
            self.faults.append(f"offered {busy.free}")


def faults_of(desk: Desk, booking: Booking) -> list[str]:
    """What is wrong with where a booking stands, found the long way."""
    rows = desk.database.execute_sql("SELECT id FROM booking WHERE id <> ?", (booking.id,)).fetchall()
    others = [one for row in rows if (one := bookings.get(desk, row[0])).is_live]
    faults = [
        f"its customer has {one.number}"
        for one in others
        if one.customer_id == booking.customer_id and one.starts < booking.ends and booking.starts < one.ends
    ]
    for kind in ("trainer", "resource"):
        bookable_id = getattr(booking, f"{kind}_id")
        if bookable_id is None:
            continue
        who = bookables.read(desk.database, bookable_id)
        same = [
            one for one in others
            if getattr(one, f"{kind}_id") == bookable_id
            and one.blocked_from < booking.blocked_to and booking.blocked_from < one.blocked_to
        ]  # fmt: skip
        faults += crowd(who, booking, same)
        faults += absence(desk, who, booking)
    return faults


def crowd(who: Bookable, booking: Booking, same: list[Booking]) -> list[str]:
    """Who is too many in the time of a booking, minute by minute."""
    if who.kind == "trainer" and any(
        (one.service_id, one.starts, one.ends) != (booking.service_id, booking.starts, booking.ends) for one in same
    ):
        return [f"{who.name} gives something else then"]
    for at in range(booking.blocked_from, booking.blocked_to, MINUTE):
        together = sum(one.blocked_from <= at < one.blocked_to for one in same)
        if together >= who.capacity:
            return [f"{who.name} has {together} of {who.capacity} besides"]
    return []


def absence(desk: Desk, who: Bookable, booking: Booking) -> list[str]:
    """When one is not there during a booking, minute by minute on the shop's clock."""
    hours = bookables.hours_of(desk.database, who.id)
    for at in range(booking.starts, booking.ends, MINUTE):
        moment = local_time(at, ZONE)
        date, minute = moment.date().isoformat(), moment.hour * 60 + moment.minute
        if who.left_on and date >= who.left_on:
            return [f"{who.name} left"]
        if bookables.days_off_of(desk.database, who.id, date, date):
            return [f"{who.name} is off"]
        if hours and not any(
            one.weekday == moment.weekday() and one.start_minute <= minute < one.end_minute for one in hours
        ):
            return [f"{who.name} does not work at {moment}"]
    return [] if not who.service_ids or booking.service_id in who.service_ids else [f"{who.name} cannot"]


def _time(life: Life, draw: Random) -> int:
    """Mostly a time of the next few days in working hours; sometimes any."""
    now = local_time(life.studio.at, ZONE)
    day = (now.date().toordinal() + draw.choice((0, 0, 1, 1, 2, 7, 8))) - now.date().toordinal()
    minute = draw.choice((9, 10, 10, 11, 12, 16, 17, 0, 2, 23)) * 60 + draw.choice((0, 0, 15, 30, 50))
    midnight = life.studio.at - (now.hour * 60 + now.minute) * MINUTE - life.studio.at % MINUTE
    return midnight + (day * 1440 + minute) * MINUTE


def _whom(life: Life, draw: Random, service_id: int) -> dict[str, int | None]:
    studio = life.studio
    if service_id == studio.yoga:
        return {"trainer_id": draw.choice((studio.joan, studio.joan, None)), "resource_id": studio.hall}
    return {
        "trainer_id": draw.choice((studio.marta, studio.marta, studio.pau, studio.joan, None)),
        "resource_id": draw.choice((studio.room, studio.other_room, None)),
    }


def _wish(life: Life, draw: Random) -> tuple[tuple[Desk, int, int, int], dict[str, Any]]:
    studio = life.studio
    service_id = draw.choice((studio.massage, studio.yoga, studio.yoga))
    asked = (studio.desk, draw.choice(studio.people), service_id, _time(life, draw))
    return asked, dict(_whom(life, draw, service_id))


def book(life: Life, draw: Random, desk: Desk) -> None:
    """Books something, with a package where there is one."""
    asked, more = _wish(life, draw)
    usable = packages.usable_for(desk.database, asked[1], asked[2], local_time(life.studio.at, ZONE).date().isoformat())
    if usable and draw.random() < 0.3:
        more["package_id"] = usable[-1].id
    if draw.random() < 0.2:
        more["minutes"] = draw.choice((5, 30, 90, 720))
    life.look_at(bookings.book(*asked, **more))


def book_by_force(life: Life, draw: Random, desk: Desk) -> None:
    """Books over whatever is in the way."""
    asked, more = _wish(life, draw)
    bookings.book(*asked, **more, force=True, reason="it has to be")


def book_weekly(life: Life, draw: Random, desk: Desk) -> None:
    """Books some weeks, and leaves out what cannot be had."""
    asked, more = _wish(life, draw)
    series = bookings.book_weekly(*asked, draw.randint(2, 4), **more, skip_busy=draw.random() < 0.7)
    for booking in series.booked:
        life.look_at(booking)


def move(life: Life, draw: Random, desk: Desk) -> None:
    """Moves an open booking in time or to others, sometimes by force."""
    booking = life.booking(draw, "state IN ('booked', 'checked in')")
    starts = draw.choice((booking.starts, booking.starts + 30 * MINUTE, _time(life, draw)))
    whom: dict[str, Any] = dict(_whom(life, draw, booking.service_id)) if draw.random() < 0.5 else {}
    force = draw.random() < 0.2
    moved = bookings.move(desk, booking.id, booking.version, starts, **whom, force=force, reason="asked to")
    if not force and moved.version != booking.version:
        life.look_at(moved)


def come(life: Life, draw: Random, desk: Desk) -> None:
    """Somebody comes, and perhaps the session is given."""
    booking = life.booking(draw, "state = 'booked'")
    if draw.random() < 0.5:
        life.studio.at = max(life.studio.at, booking.starts)
    bookings.check_in(desk, booking.id)


def finish(life: Life, draw: Random, desk: Desk) -> None:
    """A session was given, from a package or none."""
    booking = life.booking(draw, "state IN ('booked', 'checked in')")
    life.studio.at = max(life.studio.at, booking.starts - 11 * HOUR)
    bookings.done(desk, booking.id, draw.choice((bookings.AUTO, bookings.AUTO, None)))


def cancel(life: Life, draw: Random, desk: Desk) -> None:
    """An open booking is cancelled, in time or late."""
    bookings.cancel(desk, life.booking(draw, "state IN ('booked', 'checked in')").id, "ill")


def miss(life: Life, draw: Random, desk: Desk) -> None:
    """Nobody comes."""
    booking = life.booking(draw, "state = 'booked'")
    if draw.random() < 0.7:
        life.studio.at = max(life.studio.at, booking.starts + 10 * MINUTE)
    bookings.no_show(desk, booking.id)


def put_back(life: Life, draw: Random, desk: Desk) -> None:
    """What became of a booking was wrong."""
    booking, force = life.booking(draw, "state <> 'booked'"), draw.random() < 0.2
    back = bookings.put_back(desk, booking.id, "wrong row", force=force)
    if not booking.is_live and not force:
        life.look_at(back)


def sell(life: Life, draw: Random, desk: Desk) -> None:
    """Sells a small package."""
    shift = shifts.current(desk)
    if shift is not None and life.studio.at - shift.opened_at > 12 * HOUR:
        shifts.end(desk, {1: shifts.expected_cash(desk.database, shift.id)})
    service = draw.choice((life.studio.massage, life.studio.yoga))
    life.studio.sell(draw.randrange(len(life.studio.people)), draw.choice((1, 2, 5)), service)


def tend_package(life: Life, draw: Random, desk: Desk) -> None:
    """A package is frozen or thawed, used, extended, given to somebody else or paid back; or a use of it taken back."""
    way = draw.randint(0, 8)
    if way == 0:
        packages.unfreeze(desk, life.one_of(draw, "package", "frozen_since <> ''"))
    elif way < 3:
        packages.restore(desk, life.one_of(draw, "package_event", "sessions > 0"), "by mistake")
    else:
        package_id = life.one_of(draw, "package", "state = 'live'")
        if way == 3:
            packages.freeze(desk, package_id, reason="holidays")
        elif way == 4:
            packages.transfer(desk, package_id, draw.choice(life.studio.people), "a present")
        elif way == 5:
            packages.refund(desk, package_id, "cash", reason="moved away")
        elif way == 6:
            later = local_time(life.studio.at + draw.randint(1, 200) * 24 * HOUR, ZONE)
            packages.extend(desk, package_id, later.date().isoformat(), "was ill")
        else:
            packages.use(desk, package_id)


def time_session(life: Life, draw: Random, desk: Desk) -> None:
    """A session is timed, or its timer stopped."""
    if draw.random() < 0.5:
        timers.stop(desk, life.one_of(draw, "session_timer", "stopped_at IS NULL"))
        return
    booking = life.booking(draw, "state IN ('booked', 'checked in', 'done')")
    life.studio.at = max(life.studio.at, booking.starts)
    timers.start(desk, booking_id=booking.id)


def wait(life: Life, draw: Random, desk: Desk) -> None:
    """Somebody waits for a time, often one that is taken."""
    asked, whom = _wish(life, draw)
    earliest = asked[3] if draw.random() < 0.4 else life.booking(draw).starts - HOUR
    bookings.wait(*asked[:3], earliest, earliest + draw.choice((1, 2, 24)) * HOUR, **whom)


def free_for_who_waits(life: Life, draw: Random, desk: Desk) -> None:
    """Somebody waits for the time of a booking, and it is cancelled."""
    booking = life.booking(draw, f"state = 'booked' AND starts > {life.studio.at}")
    person = draw.choice(life.studio.people)
    bookings.wait(desk, person, booking.service_id, booking.starts, booking.ends, trainer_id=booking.trainer_id)
    bookings.cancel(desk, booking.id)


def accept(life: Life, draw: Random, desk: Desk) -> None:
    """An offer is taken."""
    life.look_at(bookings.accept(desk, life.one_of(draw, "waiting", "state = 'offered'")))


def give_up(life: Life, draw: Random, desk: Desk) -> None:
    """Somebody waits no more."""
    bookings.give_up(desk, life.one_of(draw, "waiting", "state IN ('waiting', 'offered')"))


def take_off(life: Life, draw: Random, desk: Desk) -> None:
    """Days off are given or taken back, somebody leaves or comes back."""
    studio = life.studio
    who = draw.choice((studio.marta, studio.pau, studio.joan, studio.room))
    day = local_time(studio.at + draw.choice((1, 3, 20)) * 24 * HOUR, ZONE).date().isoformat()
    way = draw.randint(0, 9)
    if way < 3:
        bookables.add_time_off(desk, who, day, day, "holidays")
    elif way < 6:
        bookables.remove_time_off(desk, life.one_of(draw, "time_off"))
    elif way == 6:
        bookables.leave(desk, who, day)
    else:
        bookables.come_back(desk, who)


def change_places(life: Life, draw: Random, desk: Desk) -> None:
    """A room takes more or fewer, a trainer works otherwise."""
    studio = life.studio
    who = bookables.read(desk.database, draw.choice((studio.joan, studio.hall, studio.room, studio.marta)))
    if draw.random() < 0.5:
        places = draw.choice((1, 2, 3, 6))
        bookables.edit(desk, who.id, NewBookable(who.kind, who.name, places, 0, None, who.service_ids))
    else:
        parts = draw.choice((((0, 1440),), ((9 * 60, 13 * 60), (16 * 60, 20 * 60)), ((10 * 60, 24 * 60),)))
        bookables.set_hours(desk, who.id, [Hours(day, *part) for day in range(7) for part in parts])


def change_service(life: Life, draw: Random, desk: Desk) -> None:
    """A service gets other buffers, another length or policy."""
    studio = life.studio
    service = services.read(desk.database, draw.choice((studio.massage, studio.yoga)))
    services.edit(
        desk, service.id,
        NewService(
            service.name, draw.choice((30, 45, 60)), draw.choice((0, 5, 30)), draw.choice((0, 10, 120)),
            draw.random() < 0.9, draw.random() < 0.9, draw.choice((0, 2, 24)), draw.randint(0, 1), draw.randint(0, 1),
        ),
    )  # fmt: skip


def change_customer(life: Life, draw: Random, desk: Desk) -> None:
    """A customer goes and comes back."""
    gone = desk.database.execute_sql("SELECT id FROM customer WHERE status = 'inactive'").fetchall()
    if gone:
        customers.set_status(desk, draw.choice(gone)[0], "active")
    else:
        customers.set_status(desk, draw.choice(life.studio.people), "inactive")


def move_clock(life: Life, draw: Random, desk: Desk) -> None:
    """Hours or days pass, or the night comes in which the clocks change."""
    if draw.random() < 0.2:
        nights = [life.studio.instant(time, date) for date, time in CHANGES_OF_THE_CLOCK]
        life.studio.at = next((at for at in nights if at > life.studio.at), life.studio.at)
    else:
        life.studio.at += draw.choice((1, 1, 2, 8, 24)) * HOUR
    packages.turn_day(desk, local_time(life.studio.at, ZONE).date().isoformat())


DEEDS: dict[str, Callable[[Life, Random, Desk], None]] = {
    "book": book, "book again": book, "book more": book, "book by force": book_by_force, "book weekly": book_weekly,
    "move": move, "come": come, "finish": finish, "cancel": cancel, "cancel again": cancel, "miss": miss,
    "put back": put_back, "sell": sell, "package": tend_package, "wait": wait, "wait again": wait, "accept": accept,
    "free": free_for_who_waits, "give up": give_up, "days off": take_off, "places": change_places,
    "service": change_service, "customer": change_customer, "clock": move_clock, "timer": time_session,
}  # fmt: skip
