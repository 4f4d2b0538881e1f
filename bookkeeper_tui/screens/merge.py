"""Merging two customers: whose word counts field by field, what goes over, and what stands in the way."""

from __future__ import annotations

from secrets import token_hex

from textual.app import ComposeResult
from textual.widgets import Static

from bookkeeper_tui.errors import BadInput
from bookkeeper_tui.formats import fit, harmless
from bookkeeper_tui.screens.dialogs.ask_text import AskText
from bookkeeper_tui.screens.dialogs.confirm import Confirm
from bookkeeper_tui.screens.house import StoreChanged
from bookkeeper_tui.screens.screen import HouseScreen
from bookkeeper_tui.store import merging
from bookkeeper_tui.store.customers import Customer
from bookkeeper_tui.store.merging import FROM, INTO, MergeField, MergePreview
from bookkeeper_tui.widgets.hot_list import Column, HotList, Row
from bookkeeper_tui.widgets.pieces import Line, Piece, wrap
from bookkeeper_tui.widgets.sheet import Sheet

SAME = ("They say the same in every field.", "", "Ctrl+S merges them.")
NOT_TOUCHED = "Tags, attributes and notes are joined; a no to being contacted that either said counts."
UNDOING = "What was posted stays as it was. It can be undone: q on the profile of who stays."


class MergeScreen(HouseScreen):
    """Space or an arrow chooses a field's side, `x` turns round who stays, Ctrl+S merges; Esc leaves."""

    NAME = "merge"
    TITLE_WORDS = "Merging customers"
    CSS_PATH = "merge.tcss"
    KEPT = False

    def __init__(self) -> None:
        super().__init__()
        self._seen: MergePreview | None = None
        self._chosen: dict[str, str] = {}
        self._once = token_hex(8)

    def body(self) -> ComposeResult:
        """Who becomes whom, the fields, and what goes over."""
        yield Static("", id="merge-who", markup=False)
        yield HotList(
            [Column("Field", 14), Column("Goes"), Column("Stays"), Column("Taken from", 10)], empty=SAME,
            id="merge-fields",
        )  # fmt: skip
        yield Sheet(inset=1, id="merge-moves").taking_no_focus()

    def arrive(self, from_id: int = 0, into_id: int = 0, **what: object) -> None:
        """The two, as they would be merged."""
        self._read(from_id, into_id)
        seen = self._seen
        for one in (seen.from_, seen.into) if seen is not None else ():
            self.desk.look("customer.viewed", subject=one.number, customer_id=one.id)
        self._fields.focus(scroll_visible=False)

    def store_changed(self, change: StoreChanged) -> None:
        """One of the two changed at another terminal."""
        seen = self._seen
        if seen is not None and not self.is_done and (change.concerns(seen.from_.id) or change.concerns(seen.into.id)):
            self._read(seen.from_.id, seen.into.id)

    def do_take_side(self) -> None:
        """The other one's word counts for the field under the cursor."""
        self._choose("")

    def do_take_left(self) -> None:
        """The word of who goes."""
        self._choose(FROM)

    def do_take_right(self) -> None:
        """The word of who stays."""
        self._choose(INTO)

    def do_turn_round(self) -> None:
        """The other one stays."""
        if self._seen is not None:
            self._chosen = {}
            self._read(self._seen.into.id, self._seen.from_.id)

    async def do_merge_now(self) -> None:
        """Ask why, once more whether, and do it."""
        seen = self._seen
        if seen is None:
            return
        if seen.refusal:
            raise BadInput(seen.refusal)
        goes, stays = _named(seen.from_), _named(seen.into)
        desk = await self.desk_for("customer.merged", f"Merging {harmless(seen.from_.name)}")
        if desk is None:
            return
        reason = await self.ask(AskText(f"Why are {goes} and {stays} one? (Enter alone for no reason)", most=200))
        if reason is None:
            return
        question = f"{goes} becomes {stays}. {_what(seen)}\nMerge them?"
        if not await self.ask(Confirm(question, yes="Merge", no="Leave them as they are")):
            return
        chosen = {field.name: self._side(field) for field in seen.fields}
        merging.merge(desk, seen.from_.id, seen.into.id, chosen, reason, once=self._once)
        self.is_done = True
        said = f"{seen.from_.number} is {seen.into.number} now; q undoes it."
        self.house.show_saying(said, "profile", customer_id=seen.into.id)

    def on_hot_list_opened(self, event: HotList.Opened) -> None:
        """Enter: the other side."""
        event.stop()
        self.do_take_side()

    def on_hot_list_moved(self, event: HotList.Moved) -> None:
        """Where the cursor is, and both words in full."""
        event.stop()
        self._draw_below()
        self.key_line.show_right(f"{event.place} of {event.total}" if event.total else "")

    @property
    def _fields(self) -> HotList:
        return self.query_one("#merge-fields", HotList)

    def _side(self, field: MergeField) -> str:
        return self._chosen.get(field.name, field.chosen)

    def _choose(self, side: str) -> None:
        row = self._fields.cursor_row
        if row is not None and isinstance(row.record, MergeField):
            other = INTO if self._side(row.record) == FROM else FROM
            self._chosen[row.record.name] = side or other
            self._show()

    def _read(self, from_id: int, into_id: int) -> None:
        self._seen = merging.preview(self.desk, from_id, into_id)
        self._show()

    def _show(self) -> None:
        seen = self._seen
        if seen is None:
            return
        arrow = "->" if self.house.conventions.ascii else "→"
        self.query_one("#merge-who", Static).update(f"{_named(seen.from_)} goes {arrow} {_named(seen.into)} stays")
        self._fields.show([self._row(field) for field in seen.fields], keep=True)
        self._draw_below()

    def _draw_below(self) -> None:
        seen, row = self._seen, self._fields.cursor_row
        field = row.record if row is not None and isinstance(row.record, MergeField) else None
        if seen is not None:
            self.query_one(Sheet).draw(lambda width: [*_both(field, width), *_moves(seen, width)])

    def _row(self, field: MergeField) -> Row:
        side = self._side(field)
        mark = ">" if self.house.conventions.ascii else "▸"
        left = f"{mark if side == FROM else ' '} {harmless(field.from_value) or '(nothing)'}"
        right = f"{mark if side == INTO else ' '} {harmless(field.into_value) or '(nothing)'}"
        roles = ("quiet", "strong" if side == FROM else "quiet", "strong" if side == INTO else "quiet", "plain")
        taken = "who goes" if side == FROM else "who stays"
        return Row(field.name, (field.label, left, right, taken), roles, field)


async def ask_whom(profile: HouseScreen, customer: Customer) -> None:
    """Ask with whom a customer is to be merged, and go where it is done."""
    from bookkeeper_tui.screens.dialogs.choose_customer import ChooseCustomer

    other = await profile.ask(ChooseCustomer(f"Who else is {harmless(customer.name)}?"))
    if other is not None:
        profile.house.show("merge", from_id=other, into_id=customer.id)


async def ask_undoing(profile: HouseScreen, customer: Customer) -> None:
    """Ask which merge into a customer is to be undone, and undo it. Raises BadInput when there is none."""
    from bookkeeper_tui.screens.dialogs.choose import Choose

    found = [one for one in merging.merges_of(profile.desk, customer.id) if one.undone_at is None]
    if not found:
        raise BadInput(f"Nobody was merged into {customer.number}")
    conventions, zone = profile.house.conventions, profile.desk.store.shop.time_zone
    rows = [
        (str(one.id), f"{one.from_number} {harmless(one.from_name)}, {conventions.instant(one.at, zone)}, {one.who}")
        for one in found
    ]
    taken = await profile.ask(Choose("Which merge shall be undone?", rows))
    chosen = next((one for one in found if str(one.id) == taken), None)
    if chosen is None:
        return
    if chosen.refusal:
        raise BadInput(chosen.refusal)
    desk = await profile.desk_for("customer.unmerged", f"Undoing the merge of {chosen.from_number}")
    question = (
        f"{chosen.from_number} {harmless(chosen.from_name)} becomes a customer of their own again, with what came "
        "from them and what is left of it. What was done since stays here. Undo the merge?"
    )
    if desk is not None and await profile.ask(Confirm(question, yes="Undo the merge", no="Leave them as they are")):
        merging.undo(desk, chosen.id, once=f"unmerge:{chosen.id}")
        profile.house.notice(f"{chosen.from_number} is a customer of their own again.")


def _named(customer: Customer) -> str:
    return f"{customer.number} {harmless(customer.name)}"


def _what(seen: MergePreview) -> str:
    if not seen.moves:
        return "Nothing goes over but what the fields say."
    return f"Over go: {', '.join(f'{what} {many}' for what, many in seen.moves)}."


def _both(field: MergeField | None, width: int) -> list[Line]:
    """Both words for the field under the cursor, where a column may be too narrow for them."""
    if field is None:
        return []
    said = (("goes", field.from_value), ("stays", field.into_value))
    return [(Piece(f"{who:<5} ", "quiet"), Piece(fit(harmless(words), width - 6).rstrip())) for who, words in said]


def _moves(seen: MergePreview, width: int) -> list[Line]:
    if seen.refusal:
        first, *more = wrap(f"{harmless(seen.refusal)}.", width - 2)
        return [(Piece("! ", "bad"), Piece(first)), *((Piece(f"  {line}"),) for line in more)]
    return [
        *((Piece(line, "strong"),) for line in wrap(_what(seen), width)),
        *((Piece(line, "quiet"),) for line in wrap(f"{NOT_TOUCHED} {UNDOING}", width)),
    ]
