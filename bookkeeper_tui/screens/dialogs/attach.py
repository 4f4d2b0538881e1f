"""Attaching a sale to a customer afterwards: whose it is, what that does to points and receivable, and why."""

from __future__ import annotations

from secrets import token_hex
from typing import Any, NamedTuple

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widgets import Input, Static

from bookkeeper_tui.errors import BadInput
from bookkeeper_tui.formats import Conventions, cell_width, fit, mask_phone
from bookkeeper_tui.screens.dialogs.confirm import Confirm
from bookkeeper_tui.screens.screen import HouseDialog, HousePlace
from bookkeeper_tui.store import attaching, search
from bookkeeper_tui.store.attaching import AttachPreview, Side
from bookkeeper_tui.store.customer_rows import WALK_IN_ID
from bookkeeper_tui.store.search import Hit
from bookkeeper_tui.widgets.field import Field
from bookkeeper_tui.widgets.hot_list import Column, HotList, Row
from bookkeeper_tui.widgets.pieces import Line, Piece, wrap
from bookkeeper_tui.widgets.sheet import Sheet

HITS = 30
USUAL_WHY = "Gave their name after paying"
MOST_WHY = attaching.LONGEST_WHY


class Attached(NamedTuple):
    """The answer: whose the sale shall be, and why."""

    customer_id: int
    why: str


async def attach_last(place: HousePlace[Any], who: str = "") -> None:
    """Ask whose the last walk-in sale of this till's shift was; `who` is the number of the customer to begin with."""
    sale_id = attaching.last_walk_in(place.desk)
    if sale_id is None:
        place.house.notice("No walk-in sale of the shift at this till waits for a customer")
    else:
        await attach_sale(place, sale_id, who)


async def attach_sale(place: HousePlace[Any], sale_id: int, who: str = "") -> bool:
    """Ask whose a sale is and make it theirs; whether it was done. For an async `do_` of any screen."""
    start = attaching.preview(place.desk, sale_id, WALK_IN_ID)
    answer = await place.ask(AttachDialog(sale_id, who))
    if answer is None:
        return False
    desk = await place.desk_for(start.permission, f"Moving {start.number} to another customer")
    if desk is None:
        return False
    done = attaching.attach(desk, sale_id, answer.customer_id, answer.why, once=token_hex(8))
    points = done.new.points_after - done.new.points_before
    gained = f", {place.house.conventions.count(points)} points more" if points else ""
    place.house.notice(f"{done.number} is {done.new.name}'s now{gained}")
    return True


class AttachDialog(HouseDialog[Attached]):
    """Type who, walk the hits, see what it would do; Enter goes on to why, and Enter there attaches."""

    NAME = "attach"
    TITLE_WORDS = "Attach a sale"
    CSS_PATH = "attach.tcss"

    def __init__(self, sale_id: int, who: str = "") -> None:
        super().__init__()
        self._sale_id, self._start = sale_id, who
        self._seen: AttachPreview | None = None

    def compose(self) -> ComposeResult:
        with Vertical(classes="sheet"):
            yield Static("", id="attach-what", markup=False)
            with Horizontal(classes="entry"):
                yield Static("Whose is it", classes="label", markup=False)
                yield Field(id="attach-who", most=200)
            found = HotList(
                [Column("Name"), Column("Number", 9), Column("Phone", 13), Column("Why", 16, from_width=66)],
                empty=("Nobody answers to that.",),
                id="attach-found",
            )
            yield found.taking_no_focus()
            yield Sheet(id="attach-preview").taking_no_focus()
            with Horizontal(classes="entry"):
                yield Static("Why", classes="label", markup=False)
                yield Field(id="attach-why", most=MOST_WHY)

    def on_mount(self) -> None:
        """Begin with those of today."""
        start = attaching.preview(self.desk, self._sale_id, WALK_IN_ID)
        conventions = self.house.conventions
        whose = "nobody's yet" if start.old.customer_id == WALK_IN_ID else f"now {start.old.name}'s"
        self.query_one("#attach-what", Static).update(f"{start.number}, {conventions.amount(start.total)}, {whose}\n")
        if start.old.customer_id == WALK_IN_ID:
            self._why.value = USUAL_WHY
        self.set_focus(self._who)
        with self._who.prevent(Input.Changed):
            self._who.value = self._start
        self._who.action_select_all()
        self._search(self._start)

    def scanned(self, code: str) -> bool:
        """A card scanned here is the customer's: whatever else stands in the field gives way."""
        self._who.value = code
        self._search(code)
        return True

    async def do_back(self) -> None:
        """Esc: the sale stays whose it is; a reason that was typed is not lost without asking."""
        if self._why.value.strip() in ("", USUAL_WHY) or await self.ask(
            Confirm("Leave the sale whose it is?", yes="Leave", no="Stay")
        ):
            self.dismiss(None)

    def on_input_changed(self, event: Input.Changed) -> None:
        """A letter more or less."""
        event.stop()
        if event.input is self._who:
            with self.guard():
                self._search(event.value)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter: on to why, or done."""
        event.stop()
        with self.guard():
            if self._seen is None:
                raise BadInput("Nobody answers to that: type a name, a phone number or a card")
            if self._seen.refusal:
                raise BadInput(self._seen.refusal)
            if event.input is self._who:
                self.set_focus(self._why)
                self._why.action_end()
            elif not event.value.strip():
                raise BadInput("Say why, in a few words")
            else:
                self.dismiss(Attached(self._seen.new.customer_id, event.value.strip()))

    def on_key(self, event: events.Key) -> None:
        """Arrows walk the hits; from why, the way back up."""
        if self.focused is self._why:
            if event.key == "up":
                event.stop()
                self.set_focus(self._who)
            return
        step = {"up": -1, "down": 1, "pageup": -6, "pagedown": 6}.get(event.key)
        if step is not None:
            event.stop()
            self._hits.action_move(step)

    def on_hot_list_moved(self, event: HotList.Moved) -> None:
        """Another customer under the cursor: show what it would do."""
        event.stop()
        with self.guard():
            self._preview()

    @property
    def _who(self) -> Field:
        return self.query_one("#attach-who", Field)

    @property
    def _why(self) -> Field:
        return self.query_one("#attach-why", Field)

    @property
    def _hits(self) -> HotList:
        return self.query_one("#attach-found", HotList)

    def _search(self, text: str) -> None:
        typed = text.strip()
        hits = list(search.search(self.desk, typed, limit=HITS).hits) if typed else search.recent(self.desk, HITS)
        self._hits.show([self._row(hit) for hit in hits])
        self._preview()

    def _row(self, hit: Hit) -> Row:
        phone = mask_phone(hit.phone, "*" if self.house.ascii_only else "•") if hit.phone else ""
        return Row(hit.customer_id, (hit.name, hit.number, phone, hit.why))

    def _preview(self) -> None:
        key = self._hits.cursor_key
        seen = attaching.preview(self.desk, self._sale_id, key) if isinstance(key, int) else None
        self._seen, conventions = seen, self.house.conventions
        self.query_one(Sheet).draw(lambda width: preview_lines(seen, conventions, width), from_top=True)


def preview_lines(seen: AttachPreview | None, conventions: Conventions, width: int) -> list[Line]:
    """Points and receivable of both, before and after; or why it cannot be."""
    if seen is None:
        return []
    if seen.refusal:
        return [(Piece(line, "bad"),) for line in wrap(f"! {seen.refusal}", width)]
    sides = [seen.old, seen.new] if seen.old.customer_id != WALK_IN_ID else [seen.new]
    cells = [(side.name, _points(side, conventions), _owes(side, conventions)) for side in sides]
    columns = [max(cell_width(text) for text in column) for column in zip(("", "Points", "Owes"), *cells, strict=True)]
    room = max(8, width - columns[1] - columns[2] - 4)
    lines: list[Line] = [
        (
            Piece(" " * room, "quiet"),
            Piece("  " + fit("Points", columns[1], right=True), "quiet"),
            Piece("  " + fit("Owes", columns[2], right=True), "quiet"),
        )
    ]
    for name, points, owes in cells:
        lines.append((
            Piece(fit(name, room, ascii_only=conventions.ascii)),
            Piece("  " + fit(points, columns[1], right=True)),
            Piece("  " + fit(owes, columns[2], right=True)),
        ))  # fmt: skip
    return lines


def _points(side: Side, conventions: Conventions) -> str:
    return _change(conventions.count(side.points_before), conventions.count(side.points_after), conventions)


def _owes(side: Side, conventions: Conventions) -> str:
    return _change(conventions.amount(side.owes_before), conventions.amount(side.owes_after), conventions)


def _change(before: str, after: str, conventions: Conventions) -> str:
    return before if before == after else f"{before} {'->' if conventions.ascii else '→'} {after}"
