"""The profile as it stood at the end of a past day: one sheet, plainly marked, on which nothing can be changed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, timedelta

from textual.app import ComposeResult
from textual.widgets import Static

from bookkeeper_tui.dates import read_iso
from bookkeeper_tui.errors import BadInput
from bookkeeper_tui.formats import fit, harmless
from bookkeeper_tui.screens.dialogs.ask_fields import AskedField, AskFields
from bookkeeper_tui.screens.screen import HousePlace, HouseScreen
from bookkeeper_tui.store import as_of
from bookkeeper_tui.store.as_of import AsOfRow, PastProfile
from bookkeeper_tui.store.customers import Customer
from bookkeeper_tui.widgets.pieces import Line, Piece, wrap
from bookkeeper_tui.widgets.sheet import Sheet

_TWO_COLUMNS = 110
_GAP = 3
_A_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class AsOfScreen(HouseScreen):
    """Left and right go a day back and on, `/` chooses another; Esc leaves."""

    NAME = "as_of"
    TITLE_WORDS = "As of a past day"
    CSS_PATH = "as_of.tcss"
    KEPT = False

    def __init__(self) -> None:
        super().__init__()
        self._past: PastProfile | None = None

    def body(self) -> ComposeResult:
        """The mark, and the sheet."""
        yield Static("", id="as-of-mark", markup=False)
        yield Sheet(inset=1, id="as-of")

    def arrive(self, customer_id: int = 0, date: str = "", **what: object) -> None:
        """A customer on an ISO date; on today's where none is named."""
        self._read(customer_id, date or self.desk.today())
        self.query_one(Sheet).focus(scroll_visible=False)

    def do_day_before(self) -> None:
        """The day before."""
        self._step(-1)

    def do_day_after(self) -> None:
        """The day after, today at the latest."""
        self._step(1)

    async def do_as_of_day(self) -> None:
        """Another day."""
        if self._past is not None:
            day = await ask_day(self, self._past.date)
            if day:
                self._read(self._past.customer_id, day)

    def _step(self, days: int) -> None:
        if self._past is not None:
            day = (read_iso(self._past.date) + timedelta(days=days)).isoformat()
            self._read(self._past.customer_id, day)

    def _read(self, customer_id: int, day: str) -> None:
        past = as_of.as_of(self.desk, customer_id, day)
        self.desk.look("customer.viewed", subject=past.number, customer_id=customer_id, detail={"as_of": day})
        another = self._past is None or self._past.customer_id != customer_id
        self._past = past
        mark = f"AS OF {self.house.conventions.date(day)}"
        words = f"{mark}   {past.number} {harmless(past.texts.get('name', past.name))}   read only"
        self.query_one("#as-of-mark", Static).update(words)
        self.key_line.show_right(mark)
        self.query_one(Sheet).draw(self._lines, from_top=another)

    def _lines(self, width: int) -> list[Line]:
        past = self._past
        assert past is not None
        when = self.house.conventions.date(past.date)
        if not past.is_known:
            return [
                (Piece(line),) for line in wrap(f"They were no customer yet on {when}. / chooses a later day.", width)
            ]
        whole = width if width < _TWO_COLUMNS else (width - _GAP) // 2
        blocks = [self._block(section.title, section.rows, whole) for section in past.sections]
        status: list[Line] = [(Piece(f"Status at the end of {when}: {past.status}", "strong"),), ()]
        if whole == width:
            return [*status, *(line for block in blocks for line in (*block, ()))]
        left, right = list[Line](), list[Line]()
        for block in blocks:
            column = left if len(left) <= len(right) else right
            column += [*block, ()]
        return [*status, *_beside(left, right, whole)]

    def _block(self, title: str, rows: tuple[AsOfRow, ...], width: int) -> list[Line]:
        lines: list[Line] = [(Piece(title, "head"),)]
        for row in rows:
            what = " ".join(part for part in (row.what, row.detail) if part)
            value = self._value(row)
            room = width - len(value) - 3
            if room < 12:
                lines += [(Piece(fit(f"  {what}", width).rstrip(), "quiet"),)]
                lines += [(Piece(f"    {line}"),) for line in wrap(value, width - 4)]
            else:
                lines.append((Piece(fit(f"  {what}", room + 2), "quiet"), Piece(f" {value}")))
        return lines

    def _value(self, row: AsOfRow) -> str:
        if row.amount is not None:
            return self.house.conventions.amount(row.amount)
        if row.many is not None:
            return self.house.conventions.count(row.many)
        return self.house.conventions.date(row.text) if _A_DATE.fullmatch(row.text) else harmless(row.text)


async def ask_day(place: HousePlace[None], start: str = "") -> str:
    """Ask for a past day until one is given that has come; empty for none."""
    conventions = place.house.conventions
    today = place.desk.today()
    first = start or (date.fromisoformat(today) - timedelta(days=30)).isoformat()

    def read(answer: Mapping[str, str]) -> str:
        day = conventions.read_date(answer["day"], "As of")
        if day > today:
            raise BadInput(f"{conventions.date(day)} has not come: choose a day that has")
        return day

    fields = [AskedField("day", "As of", conventions.date(first), 20)]
    answer = await place.ask(AskFields("As of which day?", fields, check=read))
    return read(answer) if answer is not None else ""


async def ask_past(profile: HouseScreen, customer: Customer) -> None:
    """Ask for a past day and show the customer as of it."""
    day = await ask_day(profile)
    if day:
        profile.house.show("as_of", customer_id=customer.id, date=day)


def _beside(left: list[Line], right: list[Line], width: int) -> list[Line]:
    lines = list[Line]()
    for place in range(max(len(left), len(right))):
        one = left[place] if place < len(left) else ()
        other = right[place] if place < len(right) else ()
        used = sum(len(piece.text) for piece in one)
        lines.append((*one, Piece(" " * max(0, width + _GAP - used)), *other))
    return lines
