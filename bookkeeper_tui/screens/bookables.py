"""Trainers and resources: their services, places, hours, days off and commission; and when they leave."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from textual.app import ComposeResult

from bookkeeper_tui.errors import BadInput
from bookkeeper_tui.formats import Conventions, harmless
from bookkeeper_tui.money import parse_amount
from bookkeeper_tui.screens.dialogs.ask_fields import AskedField, AskFields
from bookkeeper_tui.screens.dialogs.choose import Choose
from bookkeeper_tui.screens.dialogs.confirm import Confirm
from bookkeeper_tui.screens.kept_list import KeptList
from bookkeeper_tui.screens.typed_answers import read_whole
from bookkeeper_tui.screens.typed_dates import read_day
from bookkeeper_tui.screens.typed_hours import EXAMPLE, hours_text, read_hours
from bookkeeper_tui.store import bookables, bookings, services, staff
from bookkeeper_tui.store.bookables import Bookable, NewBookable, TimeOff
from bookkeeper_tui.store.services import Service
from bookkeeper_tui.widgets.hot_list import Column, HotList, Row
from bookkeeper_tui.widgets.pieces import Line, Piece, wrap
from bookkeeper_tui.widgets.sheet import Sheet

_NONE_YET = ("No trainers and no resources yet. A adds one: Marta, who gives Yoga; Room 2, for three at a time.",)
_KINDS = (("trainer", "A trainer"), ("resource", "A resource: a room, a chair, a machine"))
_NEW = "new"
_OFF_SHOWN = 4
_CHANGES = frozenset(
    (
        "bookable.edited", "service.edited", "booking.made", "booking.forced", "booking.moved", "booking.cancelled",
        "booking.put_back",
    )
)  # fmt: skip


class BookablesScreen(KeptList):
    """A list, and below it the hours and days off of the one under the cursor; Enter changes it."""

    NAME = "bookables"
    NEEDS = dict.fromkeys(("add", "change", "hours", "days_off", "retire"), "bookable.edited")
    TITLE_WORDS = "Trainers and resources"
    CSS_PATH = "bookables.tcss"
    CHANGES = _CHANGES

    def __init__(self) -> None:
        super().__init__()
        self._services: dict[int, Service] = {}

    def body(self) -> ComposeResult:
        """The list, and a sheet of its cursor's row."""
        yield HotList(
            [
                Column("Name"), Column("Kind", 8), Column("For", 18, from_width=70), Column("Capacity", 8, right=True),
                Column("Commission", 10, right=True), Column("Staff", 6, from_width=92), Column("", 15),
            ],
            empty=_NONE_YET,
            id="bookables",
        )  # fmt: skip
        yield Sheet(id="bookable").taking_no_focus()

    def moved(self, event: HotList.Moved) -> None:
        """Show what there is of the one under the cursor."""
        self._draw()

    async def do_add(self) -> None:
        """One more trainer or resource."""
        kind = await self.ask(Choose("Who or what is booked?", _KINDS))
        if kind is not None:
            await self._ask(f"A new {kind}", kind, None)

    async def do_change(self) -> None:
        """Change the one under the cursor."""
        if (known := self._under_cursor()) is not None:
            await self._ask(f"{known.name}, {known.kind}", known.kind, known)

    async def do_hours(self) -> None:
        """The hours of the week, typed in one line."""
        if (known := self._under_cursor()) is None:
            return

        def save(answer: Mapping[str, str]) -> None:
            bookables.set_hours(self.desk, known.id, read_hours(answer["hours"]))

        question = f"When is {known.name} there? Nothing typed: at any time.\nSuch as {EXAMPLE}"
        start = hours_text(bookables.hours(self.desk, known.id))
        await self.ask(AskFields(question, [AskedField("hours", "Hours", start, 400)], check=save, wide=True))
        self.read()

    async def do_days_off(self) -> None:
        """Give days off, or take some back."""
        if (known := self._under_cursor()) is None:
            return
        given = {str(off.id): off for off in bookables.time_off(self.desk, known.id)}
        chosen: str | None = _NEW
        if given:
            rows = [(_NEW, "Give days off"), *((key, f"Take back {self._off_text(off)}") for key, off in given.items())]
            chosen = await self.ask(Choose(f"Days off of {known.name}", rows))
        if chosen == _NEW:
            await self._ask_days_off(known)
        elif chosen is not None and await self.ask(
            Confirm(f"{known.name} is there on {self._off_text(given[chosen])}?", yes="Is there", no="Is off")
        ):
            bookables.remove_time_off(self.desk, int(chosen))
        self.read()

    async def do_retire(self) -> None:
        """The one under the cursor leaves, or comes back."""
        if (known := self._under_cursor()) is None:
            return
        if known.left_on:
            left = self.house.conventions.date(known.left_on)
            if await self.ask(Confirm(f"{known.name} (gone from {left} on) is booked again?", yes="Is back", no="No")):
                bookables.come_back(self.desk, known.id)
        else:
            await self._ask_leaving(known)
        self.read()

    async def _ask(self, question: str, kind: str, known: Bookable | None) -> None:
        saved: list[Bookable] = []

        def save(answer: Mapping[str, str]) -> None:
            wanted = self._read_answer(kind, answer)
            desk = self.desk
            saved.append(bookables.edit(desk, known.id, wanted) if known else bookables.add(desk, wanted))

        offered = [one.name for one in self._services.values() if not one.retired]
        if offered:
            question += f"\nServices: {harmless(', '.join(offered))[:200]}\n(none typed: for all of them)"
        await self.ask(AskFields(question, self._fields(kind, known), check=save, wide=True))
        if saved:
            self.read()
            self.listed.select(saved[-1].id)

    def _fields(self, kind: str, known: Bookable | None) -> list[AskedField]:
        served = ", ".join(self._names(known)) if known else ""
        fields = [
            AskedField("name", "Name", known.name if known else "", 40),
            AskedField("services", "For services", served, 400),
            AskedField("capacity", "Capacity", str(known.capacity if known else 1), 3),
        ]
        if kind == "trainer":
            share = self.house.conventions.quantity(known.commission) if known else "0"
            number = known.staff_number if known else ""
            fields += [
                AskedField("commission", "Commission (%)", share, 10),
                AskedField("staff", "Staff number", number, 12),
            ]
        return fields

    def _read_answer(self, kind: str, answer: Mapping[str, str]) -> NewBookable:
        number = answer.get("staff", "")
        return NewBookable(
            kind=kind,
            name=answer["name"],
            capacity=read_whole(answer["capacity"], "Capacity"),
            commission=read_percent("Commission", answer.get("commission", ""), self.house.conventions),
            staff_id=staff.find(self.desk, number).id if number else None,
            service_ids=services_named(answer["services"], list(self._services.values())),
        )

    async def _ask_days_off(self, known: Bookable) -> None:
        conventions, today = self.house.conventions, date.fromisoformat(self.desk.today())

        def save(answer: Mapping[str, str]) -> None:
            first = read_day(answer["first"], today, conventions, "First day off")
            last = read_day(answer["last"], first, conventions, "Last day off")
            bookables.add_time_off(self.desk, known.id, first.isoformat(), last.isoformat(), answer["reason"])

        fields = [
            AskedField("first", "First day off", conventions.date(self.desk.today()), 10),
            AskedField("last", "Last day off", "", 10),
            AskedField("reason", "Why", ""),
        ]
        await self.ask(AskFields(f"Days off of {known.name}\n(no last day: one day)", fields, check=save, wide=True))

    async def _ask_leaving(self, known: Bookable) -> None:
        conventions, today = self.house.conventions, date.fromisoformat(self.desk.today())

        def save(answer: Mapping[str, str]) -> None:
            first = read_day(answer["first"], today, conventions, "Not there from")
            bookables.leave(self.desk, known.id, first.isoformat())

        fields = [AskedField("first", "Not there from", conventions.date(self.desk.today()), 10)]
        does = "leaves" if known.kind == "trainer" else "goes out of use"
        await self.ask(AskFields(f"{known.name} {does}, and is booked no more", fields, check=save, wide=True))

    def read(self) -> None:
        """Read them and their services anew."""
        self._services = {one.id: one for one in services.list_services(self.desk, also_retired=True)}
        today = self.desk.today()
        found = bookables.list_bookables(self.desk, also_left=True)
        found.sort(key=lambda one: not bookables.is_there(one, today))
        self.listed.show([self._row(one, today) for one in found], keep=True)
        self._draw()

    def _row(self, one: Bookable, today: str) -> Row:
        conventions = self.house.conventions
        gone = not bookables.is_there(one, today)
        state = f"left {conventions.date(one.left_on)}" if gone else ""
        if one.left_on and not gone:
            state = f"to {conventions.date(one.left_on)}"
        share = f"{conventions.quantity(one.commission)} %" if one.kind == "trainer" else ""
        served = ", ".join(self._names(one)) or "every service"
        cells = (one.name, one.kind, served, conventions.count(one.capacity), share, one.staff_number, state)
        return Row(one.id, cells, ("quiet",) if gone else (), one)

    def _names(self, one: Bookable) -> list[str]:
        return sorted(self._services[known].name for known in one.service_ids if known in self._services)

    def _draw(self) -> None:
        sheet, one = self.query_one("#bookable", Sheet), self._under_cursor()
        if one is None:
            sheet.draw(lambda width: ())
            return
        week = hours_text(bookables.hours(self.desk, one.id)) or "at any time"
        off = [self._off_text(known) for known in bookables.time_off(self.desk, one.id)]
        left = self.house.conventions.date(one.left_on) if one.left_on else ""
        served = ", ".join(self._names(one)) or "every service"
        against = self._against(one)
        sheet.draw(lambda width: bookable_lines(one, against, served, week, off, left, width), from_top=True)

    def _against(self, one: Bookable) -> str:
        """The bookings that stand though they could not be made now; empty for none."""
        found = bookings.misfits(self.desk, one.id)
        if not found:
            return ""
        first = found[0]
        when = self.house.conventions.instant(first.starts, self.desk.store.shop.time_zone)
        which = f"{first.number} on {when} stands" if len(found) == 1 else f"{len(found)} bookings stand"
        return f"{which} though {first.why}" + (f" ({first.number}, {when})" if len(found) > 1 else "")

    def _off_text(self, off: TimeOff) -> str:
        conventions = self.house.conventions
        days = dict.fromkeys((conventions.date(off.first_date), conventions.date(off.last_date)))
        return " to ".join(days) + (f" ({off.reason})" if off.reason else "")

    def _under_cursor(self) -> Bookable | None:
        row = self.listed.cursor_row
        return row.record if row is not None and isinstance(row.record, Bookable) else None


def bookable_lines(
    one: Bookable, against: str, served: str, week: str, off: Sequence[str], left: str, width: int
) -> list[Line]:
    """What there is of a trainer or resource, for a width; what needs a person comes first."""
    shown = "; ".join(off[:_OFF_SHOWN]) or "none"
    more = len(off) - _OFF_SHOWN
    facts = [("For", served), ("There", week), ("Days off", f"{shown} and {more} more" if more > 0 else shown)]
    if left:
        facts.append(("Leaves", f"not there from {left} on"))
    lines: list[Line] = [(Piece(harmless(one.name), "strong"),)]
    lines += [(Piece(part, "warn"),) for part in (wrap(f"! {harmless(against)}", width) if against else ())]
    for label, text in facts:
        for place, part in enumerate(wrap(harmless(text), max(10, width - 10))):
            lines.append((Piece(f"{label if place == 0 else '':<10}", "quiet"), Piece(part)))
    return lines


def services_named(text: str, known: Sequence[Service]) -> frozenset[int]:
    """The services of a typed line, each by its name or the beginning of it, commas between; none is all of them.

    Raises BadInput for a name that is none, or that several begin with.
    """
    found = set[int]()
    for part in (part.strip() for part in text.split(",")):
        if not part:
            continue
        exact = [one for one in known if one.name.casefold() == part.casefold()]
        alike = exact or [one for one in known if one.name.casefold().startswith(part.casefold())]
        if len(alike) != 1:
            what = "is several of them" if alike else "is none of them"
            raise BadInput(f"Services: “{harmless(part[:30])}” {what}")
        found.add(alike[0].id)
    return frozenset(found)


def read_percent(place: str, text: str, conventions: Conventions) -> int:
    """A percentage as typed, in thousandths of a per cent; nothing is 0. Raises BadInput for what is none."""
    bare = text.strip().removesuffix("%").strip()
    try:
        return parse_amount(bare, 3, conventions.decimal) if bare else 0
    except BadInput as mistake:
        example = f"40 or 7{conventions.decimal}5"
        raise BadInput(f"{place}: “{harmless(text[:20])}” is no percentage such as {example}") from mistake
