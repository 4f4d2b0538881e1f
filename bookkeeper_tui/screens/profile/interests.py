"""The Interests tab: what a customer likes, how much, and all they ever said of it."""

from __future__ import annotations

from secrets import token_hex

from textual.app import ComposeResult

from bookkeeper_tui.errors import BadInput
from bookkeeper_tui.formats import harmless
from bookkeeper_tui.screens.dialogs.ask_text import AskText
from bookkeeper_tui.screens.dialogs.choose import Choose
from bookkeeper_tui.screens.house import StoreChanged
from bookkeeper_tui.screens.profile.tab import ListTab
from bookkeeper_tui.store import interests
from bookkeeper_tui.store.interests import LEVELS, NONE, InterestEvent
from bookkeeper_tui.widgets.hot_list import Column, HotList, Row
from bookkeeper_tui.widgets.pieces import Line, Piece, wrap
from bookkeeper_tui.widgets.sheet import Sheet

_LEVEL_MARKS = ("", "*", "**")
_SHOWN = 20


class InterestsTab(ListTab):
    """One line an interest, the strongest first; what was said of the one under the cursor stands below."""

    NAME = "interests"
    TITLE = "Interests"
    PERMISSION = "customer.viewed"

    def compose(self) -> ComposeResult:
        """The list, and its history."""
        yield HotList(
            [
                Column("Interest"), Column("", 2), Column("How much", 13), Column("Since", 10),
                Column("Note", 0, from_width=54), Column("Who", 14, from_width=76),
            ],
            empty=["Nothing is known yet. Press a to write down what they like."],
        )  # fmt: skip
        yield Sheet(inset=1, id="interest-one").taking_no_focus()

    def load(self) -> None:
        """From the strongest."""
        self._read(keep=False)

    def reload(self) -> None:
        """Read again; the cursor stays on its interest."""
        self._read(keep=True)

    def others_changed(self, change: StoreChanged) -> None:
        """An interest is called something else now."""
        if change.everything or "interest.defined" in change.actions:
            self._read(keep=True)

    async def do_set_interest(self) -> None:
        """Which interest, how much, and what else was said."""
        once, desk, name = token_hex(8), self.desk, harmless(self.customer.name)
        known = {one.interest_id: one for one in interests.of_customer(desk, self.customer.id)}
        asked = {one.id: one.name for one in interests.list_interests(desk)}
        asked |= {one.interest_id: one.name for one in known.values() if one.level != NONE}
        if not asked:
            raise BadInput("The shop asks about nothing yet: interests are made in Setup, from the menu (F10)")
        rows = [(str(key), f"{harmless(label):<24} {_level(known.get(key))}".rstrip()) for key, label in asked.items()]
        under = str(self.hot_list.cursor_key)
        chosen = await self.profile.ask(Choose(f"What does {name} like, or no more?", rows, start=under))
        if chosen is None:
            return
        key, before = int(chosen), known.get(int(chosen))
        levels = [(str(level), LEVELS[level].capitalize()) for level in (2, 1, 0) if level or before is not None]
        level = await self.profile.ask(Choose(f"{asked[key]}: how much?", levels, start=str(_level_of(before))))
        if level is None:
            return
        note = await self.profile.ask(
            AskText(
                f"{asked[key]}, {LEVELS[int(level)]}: a note, or nothing",
                before.note if before is not None else "",
                most=interests.LONGEST_NOTE,
                over=True,
            )
        )
        if note is not None:
            interests.set_level(desk, self.customer.id, key, int(level), note, once=once)
            self._read(keep=True)
            self.hot_list.select(key)

    def on_hot_list_opened(self, event: HotList.Opened) -> None:
        """Enter says it anew, where one may."""
        event.stop()
        self.house.act("set_interest")

    def moved(self) -> None:
        """What was said of the one under the cursor."""
        self._show_history()

    def _read(self, *, keep: bool) -> None:
        found = interests.of_customer(self.desk, self.customer.id)
        self.hot_list.show([self._row(one) for one in found], keep=keep)
        self._show_history()

    def _row(self, one: InterestEvent) -> Row:
        cells = (
            one.name,
            _LEVEL_MARKS[one.level],
            LEVELS[one.level],
            self.conventions.day(one.at, self.time_zone),
            one.note,
            one.who,
        )
        return Row(one.interest_id, cells, ("quiet",) if one.level == NONE else (), one)

    def _show_history(self) -> None:
        row = self.hot_list.cursor_row
        found: tuple[InterestEvent, ...] = ()
        if row is not None and isinstance(row.record, InterestEvent):
            found = interests.history(self.desk, self.customer.id, row.record.interest_id, limit=_SHOWN)

        def drawing(width: int) -> list[Line]:
            lines: list[Line] = []
            for one in found:
                when = self.conventions.instant(one.at, self.time_zone)
                lines.append((Piece(f"{when}  {LEVELS[one.level]}", "plain"), Piece(f"  {one.who}", "quiet")))
                lines += [(Piece(f"  {line}"),) for line in wrap(one.note, width - 2) if one.note]
            return lines

        self.query_one("#interest-one", Sheet).draw(drawing, from_top=True)


def _level_of(one: InterestEvent | None) -> int:
    return one.level if one is not None and one.level else 1


def _level(one: InterestEvent | None) -> str:
    return LEVELS[one.level] if one is not None else ""
