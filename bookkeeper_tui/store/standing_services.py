"""How somebody stands with what the shop gives by the hour: sessions left, bookings of today, memberships, cards."""

from dataclasses import dataclass
from typing import NamedTuple

from peewee import SqliteDatabase

from bookkeeper_tui.dates import day_bounds
from bookkeeper_tui.formats import business_date
from bookkeeper_tui.store import membership_rows, timers
from bookkeeper_tui.store.desk import Desk
from bookkeeper_tui.store.membership_rows import Membership
from bookkeeper_tui.store.packages import package as package_rows
from bookkeeper_tui.store.packages.package import Package
from bookkeeper_tui.store.timers import Timer

AT_MOST = 50


class BookedTime(NamedTuple):
    """A time that is booked, or offered to who waits for one; `starts` in microseconds UTC."""

    starts: int
    service: str
    trainer: str
    state: str


class LostCard(NamedTuple):
    """A member's card that is reported lost and was not replaced."""

    member: str
    number: str


@dataclass(frozen=True, slots=True)
class ServicesGlance:
    """What of it matters at an instant (microseconds UTC) in the shop's time zone.

    `packages` have sessions left and were not given back; of the memberships none was ended. What somebody may not
    see is empty.
    """

    at: int
    time_zone: str
    packages: tuple[Package, ...] = ()
    bookings: tuple[BookedTime, ...] = ()
    offers: tuple[BookedTime, ...] = ()
    timers: tuple[Timer, ...] = ()
    memberships: tuple[Membership, ...] = ()
    lost_cards: tuple[LostCard, ...] = ()

    @property
    def today(self) -> str:
        """The shop's date at that instant (ISO)."""
        return business_date(self.at, self.time_zone)

    @property
    def sessions_left(self) -> int:
        """How many sessions may still be used: not of what has expired, nor of what is frozen now."""
        usable = (package for package in self.packages if package.status(self.today) in ("live", "not begun"))
        return sum(package.remaining for package in usable)


def services_at_a_glance(desk: Desk, customer_id: int) -> ServicesGlance | None:
    """What is read of a customer's services whenever their profile is shown: five bounded looks into indexes at most.

    None where the shop sells no services.
    """
    database, store = desk.require("package.viewed"), desk.store
    if not store.settings.services:
        return None
    at, zone = desk.now(), store.shop.time_zone
    return ServicesGlance(
        at,
        zone,
        _packages(database, customer_id),
        *(_times(database, customer_id, at, zone) if desk.may("booking.viewed") else ((), ())),
        tuple(timers.running_of(database, customer_id)) if desk.may("timer.viewed") else (),
        _memberships(database, customer_id) if desk.may("membership.viewed") else (),
        _lost_cards(database, customer_id) if desk.may("member.viewed") else (),
    )


def _packages(database: SqliteDatabase, customer_id: int) -> tuple[Package, ...]:
    rows = database.execute_sql(package_rows.SELECT + WITH_SESSIONS_LEFT, (customer_id, AT_MOST))
    return tuple(Package(*row) for row in rows)


def _times(
    database: SqliteDatabase, customer_id: int, at: int, time_zone: str
) -> tuple[tuple[BookedTime, ...], tuple[BookedTime, ...]]:
    """What is booked for today, and what is offered to who waits."""
    rows = database.execute_sql(
        TIMES, (customer_id, *day_bounds(business_date(at, time_zone), time_zone), at, AT_MOST)
    ).fetchall()
    found = [BookedTime(*row) for row in rows]
    return (
        tuple(one for one in found if one.state != "offered"),
        tuple(one for one in found if one.state == "offered"),
    )


def _memberships(database: SqliteDatabase, customer_id: int) -> tuple[Membership, ...]:
    rows = database.execute_sql(membership_rows.SELECT + NOT_ENDED, (customer_id, AT_MOST))
    return tuple(Membership(*row) for row in rows)


def _lost_cards(database: SqliteDatabase, customer_id: int) -> tuple[LostCard, ...]:
    return tuple(LostCard(*row) for row in database.execute_sql(LOST, (customer_id, AT_MOST)))


WITH_SESSIONS_LEFT = """
WHERE package.customer_id = ? AND package.state IN ('live', 'lapsed') AND package.used < package.sessions
ORDER BY package.id DESC LIMIT ?
"""
TIMES = """
SELECT booking.starts, service.name, COALESCE(trainer.name, ''), booking.state
FROM booking JOIN service ON service.id = booking.service_id
LEFT JOIN bookable AS trainer ON trainer.id = booking.trainer_id
WHERE booking.customer_id = ?1 AND booking.starts >= ?2 AND booking.starts < ?3
  AND booking.state IN ('booked', 'checked in')
UNION ALL
SELECT waiting.offered_starts, service.name, COALESCE(trainer.name, ''), waiting.state
FROM waiting JOIN service ON service.id = waiting.service_id
LEFT JOIN bookable AS trainer ON trainer.id = waiting.offered_trainer_id
WHERE waiting.customer_id = ?1 AND waiting.state = 'offered' AND waiting.offered_starts > ?4
ORDER BY 1 LIMIT ?5
"""
NOT_ENDED = "WHERE membership.customer_id = ? AND ended_on = '' ORDER BY membership.id DESC LIMIT ?"
LOST = """
SELECT member.name, card.number
FROM membership JOIN member ON member.membership_id = membership.id
JOIN member_card AS card ON card.member_id = member.id
WHERE membership.customer_id = ? AND membership.ended_on = '' AND member.until = '' AND card.state = 'lost'
ORDER BY card.id LIMIT ?
"""
