"""The demo shop's studio: who and what is booked there, packages and memberships sold, and a full Saturday.

Its timetable is `data/demo/studio.csv`: who was booked when, and with a letter behind the customer's number what became
of it: n for a no-show, c cancelled in time, l cancelled late. One with an s came by being booked every week, one with a
w by the waiting list.
"""

import csv
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from functools import partial
from typing import NamedTuple

from bookkeeper_tui.resources import data_path
from bookkeeper_tui.store import (
    baskets,
    bookables,
    bookings,
    catalogue,
    member_cards,
    members,
    membership_plans,
    memberships,
    package_plans,
    packages,
    services,
    till,
    timers,
)
from bookkeeper_tui.store.bookables import Hours, NewBookable
from bookkeeper_tui.store.catalogue import NewProduct
from bookkeeper_tui.store.demo_tills import Weeks
from bookkeeper_tui.store.members import NewMember
from bookkeeper_tui.store.membership_plans import MembershipPlan
from bookkeeper_tui.store.services import NewService
from bookkeeper_tui.store.till import Tendered

LAST_DAY = date(2026, 11, 21)
MINUTE_US = 60_000_000
ACT_US = 15_000_000
"""How long anything takes at the desk."""
SERVICES = (
    NewService("Yoga class", 60, cancel_hours=4),
    NewService("Massage", 60, buffer_after=15),
    NewService("Physiotherapy", 45, buffer_after=15),
    NewService("Personal training", 60, cancel_hours=12, late_takes=0),
    NewService("Sauna", 90, needs_trainer=False, cancel_hours=1, late_takes=0, no_show_takes=0),
)
MINUTES = {service.name: service.minutes for service in SERVICES}
TRAINERS = (
    ("Luis Ortega", 8, 20_000, ("Yoga class",)),
    ("Irene Costa", 6, 20_000, ("Yoga class",)),
    ("Marta Gil", 1, 35_000, ("Massage",)),
    ("Elena Ruiz", 1, 35_000, ("Massage", "Physiotherapy")),
    ("Pau Serra", 1, 40_000, ("Personal training",)),
    ("Sonia Vega", 1, 35_000, ("Massage",)),
)
RESOURCES = (
    ("Hall", 10, ("Yoga class",)),
    ("Cabin 1", 1, ("Massage", "Physiotherapy")),
    ("Cabin 2", 1, ("Massage", "Physiotherapy")),
    ("Gym", 3, ("Personal training",)),
    ("Sauna", 4, ("Sauna",)),
)
WEEKDAYS, SATURDAY = ((540, 780), (960, 1230)), ((540, 840), (960, 1200))
TEN_PACKS_OF_BEFORE = ("12002", "12004", "12006", "12008", "12010")
"""What was sold as plain articles before the shop kept packages: no longer on sale."""
PACKAGES = (
    ("90010", "Yoga, 10 classes", 9_500, 10, 90, "Yoga class"),
    ("90003", "Week of yoga", 3_300, 3, 7, "Yoga class"),
    ("90005", "Massage, 5 hours", 22_500, 5, 180, "Massage"),
    ("90001", "Massage, one hour", 5_000, 1, 30, "Massage"),
    ("90011", "Training, 10 hours", 35_000, 10, 120, "Personal training"),
    ("90006", "Five of anything", 20_000, 5, 0, ""),
)
MEMBERSHIPS = (
    ("90101", "Family membership", 48_000, 12, 4, "from end", "CLUB5"),
    ("90102", "Gold membership", 30_000, 12, 1, "from end", ""),
    ("90103", "Gym, a month", 3_900, 1, 1, "from sale", ""),
)
SOLD = {
    "11-02": (("76", "90101"), ("19", "90103"), ("2", "90010"), ("5", "90010"), ("10", "90010"), ("12", "90005")),
    "11-03": (("71", "90102"), ("16", "90010"), ("19", "90010"), ("3", "90011"), ("67", "90010")),
    "11-04": (("184", "90010"), ("184", "90005"), ("28", "90102"), ("28", "90005"), ("25", "90010")),
    "11-05": (("62", "90103"), ("55", "90005"), ("23", "90011")),
    "11-06": (("33", "90010"), ("41", "90010"), ("17", "90006"), ("65", "90006"), ("27", "90011")),
    "11-09": (("8", "90003"), ("61", "90010")),
    "11-13": (("62", "90010"), ("63", "90010")),
    "11-18": (("60", "90001"), ("40", "90006")),
    "11-19": (("64", "90003"), ("68", "90006")),
    "11-21": (("69", "90001"), ("70", "90010")),
}
FAMILY = (
    ("Jorge Vidal", "husband", "8800000012"),
    ("Lucas Großmann", "son", "8800000013"),
    ("Clara Großmann", "daughter", "8800000014"),
)

Due = tuple[int, Callable[[], object]]


class Class(NamedTuple):
    """A line of the timetable; `people` are customers' numbers without leading zeros, each with its letter."""

    day: date
    time: str
    service: str
    trainer: str
    resource: str
    people: tuple[tuple[str, str], ...]


class Studio:
    """The studio beside the shop's tills, by the same clock: `plan` a day, then `until` an instant at a time."""

    def __init__(self, weeks: Weeks) -> None:
        self.weeks = weeks
        self.reception, self.supervisor = weeks.tills[0], weeks.supervisor[0]
        self.services = dict[str, int]()
        self.bookables = dict[str, int]()
        self.booked = dict[tuple[date, str, str], int]()
        self.timetable = tuple(_timetable())
        self._due = list[Due]()

    def prepare(self) -> None:
        """What the manager sets up: services, trainers, rooms, and the articles that are packages or memberships."""
        manager = self.weeks.manager
        for service in SERVICES:
            self.services[service.name] = services.add(manager, service).id
        for name, places, commission, skills in TRAINERS:
            self._take_on(NewBookable("trainer", name, places, commission, None, self._ids(skills)))
        for name, places, serves in RESOURCES:
            self._take_on(NewBookable("resource", name, places, service_ids=self._ids(serves)))
        bookables.add_time_off(manager, self.bookables["Pau Serra"], "2026-11-24", "2026-11-25", "A course")
        for sku in TEN_PACKS_OF_BEFORE:
            catalogue.set_status(manager, sku, "inactive")
        for sku, name, price, sessions, valid_days, of_service in PACKAGES:
            article = catalogue.create(manager, NewProduct(sku, name, category="Studio", price=price))
            package_plans.set_plan(manager, article.id, sessions, valid_days, self.services.get(of_service))
        for sku, name, price, months, people, renewal, code in MEMBERSHIPS:
            article = catalogue.create(manager, NewProduct(sku, name, category="Memberships", price=price))
            plan = MembershipPlan(article.id, months, people, renewal, discount_code=code)
            membership_plans.set_plan(manager, plan)

    def plan(self, day: date) -> None:
        """Lays out what happens on a day: what is sold, booked, given, and put right."""
        due: list[Due] = []
        for sold in SOLD.get(f"{day:%m-%d}", ()):
            due.append((self._at(day, "09:40"), partial(self._sell, *sold)))
        for one in self.timetable:
            if _booked_on(one.day) == day:
                due.append((self._at(day, "11:00"), partial(self._book, one)))
            if one.day == day:
                due += self._course(one)
        for time, deed in DEEDS.get(f"{day:%m-%d}", ()):
            due.append((self._at(day, time), partial(deed, self)))
        self._due = sorted(due, key=lambda one: one[0])

    def until(self, at: int) -> None:
        """Does all of the day's plan that is due by an instant (microseconds UTC)."""
        while self._due and self._due[0][0] <= at:
            instant, deed = self._due.pop(0)
            self.weeks.at = max(self.weeks.at + ACT_US, instant)
            deed()

    # What happens there.

    def customer(self, number: str) -> int:
        """A customer's id by their number without its letter and zeros."""
        return self.weeks.customer(f"C-{int(number):06d}")

    def package(self, number: str) -> int:
        """The id of the package of theirs that would be used next."""
        return packages.of_customer(self.reception, self.customer(number))[0].id

    def instant(self, day: str, time: str) -> int:
        """A time of a day of November."""
        return self._at(date.fromisoformat(f"2026-{day}"), time)

    def _sell(self, number: str, sku: str) -> None:
        desk = self.reception
        basket = baskets.ring(desk, baskets.start(desk, self.customer(number)).id, sku)
        till.pay(desk, basket.id, [Tendered("card", basket.total, "4410")])

    def _course(self, one: Class) -> Iterator[Due]:
        """What becomes of a class on its day."""
        starts = self._at(one.day, one.time)
        ends = starts + MINUTES[one.service] * MINUTE_US
        for number, letter in one.people:
            if letter == "l":
                yield self._at(one.day, "09:05"), self._act(bookings.cancel, one, number, "Has a cold")
            elif letter == "n":
                yield ends, self._act(bookings.no_show, one, number)
            elif letter != "c":
                if one.day == LAST_DAY:
                    yield starts - 5 * MINUTE_US, self._act(bookings.check_in, one, number)
                if one.day == LAST_DAY and one.trainer == "Marta Gil":
                    yield starts, partial(self._time, one, number)
                yield ends, self._act(bookings.done, one, number)

    def _act(self, act: Callable[..., object], one: Class, number: str, *more: object) -> Callable[[], object]:
        return lambda: act(self.reception, self.booked[one.day, one.time, number], *more)

    def _time(self, one: Class, number: str) -> None:
        timer = timers.start(self.reception, booking_id=self.booked[one.day, one.time, number])
        self._due.append((timer.ends_at - MINUTE_US, lambda: timers.stop(self.reception, timer.id)))
        self._due.sort(key=lambda due: due[0])

    def _book(self, one: Class) -> None:
        for number, letter in one.people:
            if letter not in ("s", "w"):
                self.weeks.at += ACT_US
                booking = bookings.book(
                    self.reception, self.customer(number), self.services[one.service], self._at(one.day, one.time),
                    trainer_id=self.bookables.get(one.trainer), resource_id=self.bookables[one.resource],
                )  # fmt: skip
                self.booked[one.day, one.time, number] = booking.id

    def _at(self, day: date, time: str) -> int:
        return bookings.local_instant(day.isoformat(), time, self.weeks.store.shop.time_zone)

    def _ids(self, names: tuple[str, ...]) -> frozenset[int]:
        return frozenset(self.services[name] for name in names)

    def _take_on(self, bookable: NewBookable) -> None:
        added = bookables.add(self.weeks.manager, bookable)
        self.bookables[bookable.name] = added.id
        if bookable.kind == "trainer":
            week = [Hours(day, *part) for day in range(5) for part in WEEKDAYS] + [Hours(5, *part) for part in SATURDAY]
            bookables.set_hours(self.weeks.manager, added.id, week)


def _family(studio: Studio) -> None:
    """Four people on one membership, the customer among them, each with a card."""
    (first,) = members.of_customer(studio.reception, studio.customer("76"))
    member_cards.give(studio.reception, first.id, "8800000011")
    for name, relation, card in FAMILY:
        member = members.add(studio.reception, first.membership_id, NewMember(name, relation))
        member_cards.give(studio.reception, member.id, card)


def _cards_lost(studio: Studio) -> None:
    """The son's card is lost; the husband's, lost too, is replaced."""
    for member in members.of_customer(studio.reception, studio.customer("76")):
        if member.name == "Lucas Großmann":
            member_cards.lose(studio.reception, member.id)
        if member.name == "Jorge Vidal":
            member_cards.replace(studio.reception, member.id, "8800000022")


def _freezes(studio: Studio) -> None:
    """A broken leg: the membership stands still for a month; so does a package of somebody who is abroad."""
    membership = memberships.of_customer(studio.supervisor, studio.customer("71"))[0]
    memberships.freeze(studio.supervisor, membership.id, "2026-12-15", "Broken leg")
    packages.freeze(studio.supervisor, studio.package("65"), "2026-12-10", "Abroad for work")


def _every_week(studio: Studio) -> None:
    """María's yoga, four Saturdays in a row."""
    class_ids = studio.services["Yoga class"], studio.instant("11-14", "10:00")
    first = bookings.book_weekly(
        studio.reception, studio.customer("184"), *class_ids, 4,
        trainer_id=studio.bookables["Luis Ortega"], resource_id=studio.bookables["Hall"],
    )  # fmt: skip
    for booking in first.booked:
        studio.booked[date.fromisoformat(booking.date), "10:00", "184"] = booking.id


def _wrong_trainer(studio: Studio) -> None:
    """A massage without a booking is written down with the wrong trainer, and one twice."""
    marta, elena = studio.bookables["Marta Gil"], studio.bookables["Elena Ruiz"]
    package_id = studio.package("12")
    event = packages.use(studio.reception, package_id, trainer_id=marta, resource_id=studio.bookables["Cabin 1"])
    twice = packages.use(studio.reception, package_id, trainer_id=marta)
    packages.restore(studio.reception, twice.id, "Written down twice")
    packages.change_use(
        studio.reception, event.id, trainer_id=elena, resource_id=event.resource_id, service_id=event.service_id,
        at=event.at, remarks="It was Elena",
    )  # fmt: skip


def _moves_away(studio: Studio) -> None:
    packages.refund(studio.supervisor, studio.package("67"), "card", "7714", reason="Moves to Lisbon")


def _given_away(studio: Studio) -> None:
    packages.transfer(studio.supervisor, studio.package("40"), studio.customer("66"), "A birthday present")


def _deducted(studio: Studio) -> None:
    packages.deduct(studio.supervisor, studio.package("23"), 1, "Came by without a booking on Monday")


def _leaves(studio: Studio) -> None:
    bookables.leave(studio.weeks.manager, studio.bookables["Sonia Vega"], "2026-11-16")


def _cancels(day: str, time: str, number: str) -> Callable[[Studio], object]:
    key = (date.fromisoformat(f"2026-{day}"), time, number)
    return lambda studio: bookings.cancel(studio.reception, studio.booked[key], "Cannot come")


def _waits(day: str, first: str, last: str, number: str) -> Callable[[Studio], object]:
    def wait(studio: Studio) -> None:
        span = studio.instant(day, first), studio.instant(day, last)
        bookings.wait(studio.reception, studio.customer(number), studio.services["Yoga class"], *span)

    return wait


def _accepts(day: str, time: str, number: str) -> Callable[[Studio], object]:
    def accept(studio: Studio) -> None:
        (waiting,) = bookings.waiting_for(studio.reception, studio.customer(number))
        booking = bookings.accept(studio.reception, waiting.id)
        studio.booked[date.fromisoformat(f"2026-{day}"), time, number] = booking.id

    return accept


DEEDS: dict[str, tuple[tuple[str, Callable[[Studio], object]], ...]] = {
    "11-03": (("10:10", _family),),
    "11-10": (("10:30", _every_week),),
    "11-11": (("12:10", _leaves),),
    "11-12": (("12:20", _wrong_trainer), ("18:10", _moves_away)),
    "11-14": (("12:30", _cancels("11-16", "18:30", "41")), ("12:40", _deducted)),
    "11-16": (("10:20", _freezes),),
    "11-17": (("16:20", _cards_lost),),
    "11-19": (("12:00", _waits("11-21", "09:30", "10:30", "63")), ("16:40", _given_away)),
    "11-20": (("11:20", _cancels("11-21", "10:00", "41")), ("11:30", _accepts("11-21", "10:00", "63"))),
    "11-21": (
        ("13:10", _waits("11-28", "09:30", "10:30", "64")),
        ("13:20", _waits("11-28", "11:30", "12:30", "70")),
        ("19:40", _cancels("11-28", "12:00", "68")),
    ),
}  # fmt: skip


def _timetable() -> Iterator[Class]:
    with (data_path("demo") / "studio.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            people = tuple(
                (text.rstrip("nsclw"), text[len(text.rstrip("nsclw")) :]) for text in row["customers"].split()
            )
            day = date.fromisoformat(row["date"])
            yield Class(day, row["time"], row["service"], row["trainer"], row["resource"], people)


def _booked_on(day: date) -> date:
    """Two days ahead; what is to come after the last day is booked then."""
    ahead = day - timedelta(days=1 if day.weekday() == 1 else 2)
    return min(ahead, LAST_DAY)
