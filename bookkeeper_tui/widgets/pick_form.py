"""A form to be filled in with few keys: what is chosen from a list stands beneath, narrowed as one types."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Protocol

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.widgets import Input, Static

from bookkeeper_tui.errors import BadInput, BookkeeperError
from bookkeeper_tui.formats import fold, harmless
from bookkeeper_tui.widgets.field import Field
from bookkeeper_tui.widgets.hot_list import Column, HotList, Row

TYPED, PICKED, SUGGESTED = "typed", "picked", "suggested"


class FormField(NamedTuple):
    """A field: its name, its label, and how it is filled in.

    TYPED takes what is typed, PICKED only a row of its list, SUGGESTED what is typed unless the cursor was moved to a
    row.
    """

    name: str
    label: str
    kind: str = TYPED
    most: int = 40


class Offer(NamedTuple):
    """One row of a list: what it stands for, what is said beside it, and why it cannot be had, where it cannot."""

    key: int | None
    name: str
    beside: str = ""
    why: str = ""


class Filled(Protocol):
    """Who knows what may stand in the fields of a form."""

    def offers(self, name: str, typed: str) -> Sequence[Offer]:
        """What may be chosen in a field; `typed` narrows it, and is empty where the text is what was chosen."""

    def read(self, name: str, text: str) -> str:
        """What stands in a typed field, as it shall be shown. Raises BookkeeperError for what will not do."""

    def hint(self, name: str) -> Sequence[str]:
        """What to say beneath while a field without a list is filled in."""

    def settled(self, name: str) -> None:
        """A field was filled in: others may depend on it."""


class PickForm(Vertical):
    """Enter takes the row under the cursor, or what was typed, and goes on; in the last field the form is done."""

    DEFAULT_CSS = "PickForm { height: auto; }"

    class Done(Message):
        """All is filled in: Enter in the last field."""

    def __init__(self, fields: Sequence[FormField], filled: Filled, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._fields = {field.name: field for field in fields}
        self._names = [field.name for field in fields]
        self._filled = filled
        self._chosen: dict[str, Offer] = {}
        self._begun: dict[str, str] = {}
        self._walked = False
        self._here = self._names[0]

    def compose(self) -> ComposeResult:
        for field in self._fields.values():
            with Horizontal(classes="entry"):
                yield Static(field.label, classes="label", markup=False)
                yield Field(self._begun.get(field.name, ""), id=f"form-{field.name}", most=field.most)
        rows = HotList([Column("", 1), Column("Name", 22), Column("Why")], heading=False, id="offers")
        yield rows.taking_no_focus()
        yield Static("", id="form-said", markup=False)

    # What the dialog says and asks.

    def fill(self, name: str, text: str, offer: Offer | None = None) -> None:
        """Put something into a field; `offer` is what it stands for, where it is chosen from a list."""
        if name not in self._fields:
            return
        if offer is not None:
            self._chosen[name] = offer
        else:
            self._chosen.pop(name, None)
        if not self.is_mounted:
            self._begun[name] = text
            return
        with self.prevent(Input.Changed):
            self._field(name).value = text

    def key_of(self, name: str) -> int | None:
        """What was chosen in a field; None for nothing."""
        chosen = self._chosen.get(name)
        return chosen.key if chosen is not None else None

    def chosen(self, name: str) -> Offer | None:
        """The row that was taken in a field."""
        return self._chosen.get(name)

    def text(self, name: str) -> str:
        """What stands in a field; nothing where there is no such field."""
        if name not in self._fields:
            return ""
        return self._field(name).value.strip() if self.is_mounted else self._begun.get(name, "")

    def is_as_begun(self) -> bool:
        """Whether nothing was typed or chosen that would be lost."""
        return all(self.text(name) == self._begun.get(name, "") for name in self._names)

    def go_to(self, name: str) -> None:
        """Put the cursor into a field; what stands there is overwritten by typing."""
        self._here, self._walked = name, False
        field = self._field(name)
        self.screen.set_focus(field)
        field.action_select_all()
        self.say("")
        self._list()

    def say(self, sentence: str) -> None:
        """One sentence beneath; what was typed stays."""
        self.query_one("#form-said", Static).update(sentence)

    def finish(self) -> None:
        """Read the field in which the cursor stands, then all that were never read: then it is done."""
        try:
            self._settle(self._here)
            for name in self._names:
                if name not in self._chosen and self._fields[name].kind == PICKED:
                    self.go_to(name)
                    raise BadInput(f"{self._fields[name].label}: choose one of the list")
                if self._fields[name].kind != PICKED:
                    self._settle(name)
        except BookkeeperError as mistake:
            self.say(f"{mistake}.")
            return
        self.post_message(self.Done())

    # Keys.

    def on_key(self, event: events.Key) -> None:
        """Arrows walk the list, and beyond its ends go to the field above or below; Tab goes on like Enter."""
        step = {"up": -1, "down": 1, "pageup": -4, "pagedown": 4}.get(event.key)
        if event.key in ("tab", "shift+tab"):
            event.stop()
            event.prevent_default()
            self._leave(-1 if event.key == "shift+tab" else 1)
        elif step is not None:
            event.stop()
            listed = self._rows
            has_list = self._fields[self._here].kind != TYPED and listed.total
            if has_list and self._fields[self._here].kind == SUGGESTED and not self._walked and step > 0:
                self._walked = True
                self._say_why()
            elif has_list and 1 <= listed.place + step <= listed.total:
                self._walked = True
                listed.action_move(step)
                self._say_why()
            elif abs(step) == 1:
                self._leave(step)

    def on_input_changed(self, event: Input.Changed) -> None:
        """A letter more or less narrows the list."""
        event.stop()
        name = self._here
        if event.input is self._field(name) and self._fields[name].kind != TYPED:
            chosen = self._chosen.get(name)
            if chosen is not None and event.value.strip() != chosen.name:
                del self._chosen[name]
            self._walked = False
            self.say("")
            self._list()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter."""
        event.stop()
        if self._here == self._names[-1]:
            self.finish()
        else:
            self._leave(1)

    def on_hot_list_moved(self, event: HotList.Moved) -> None:
        """The list says nothing at the key line."""
        event.stop()

    # Filling in.

    def _leave(self, by: int) -> None:
        try:
            if by > 0 or self._walked or self.text(self._here):
                self._settle(self._here)
        except BookkeeperError as mistake:
            self.say(f"{mistake}.")
            # Back to a field above one may go and come again.
            if by > 0:
                return
        self.go_to(self._names[(self._names.index(self._here) + by) % len(self._names)])

    def _settle(self, name: str) -> None:
        """Take what was chosen or typed. Raises BookkeeperError for what will not do."""
        kind, text = self._fields[name].kind, self.text(name)
        before = self._chosen.get(name), text
        row = self._rows.cursor_row if name == self._here else None
        if kind == PICKED and name == self._here:
            if row is None:
                raise BadInput(f"{self._fields[name].label}: none answers to “{harmless(text[:30])}”")
            self._take(name, row)
        elif kind == SUGGESTED and row is not None and (self._walked or not text):
            self._take(name, row)
        elif kind != PICKED:
            self._chosen.pop(name, None)
            self.fill(name, self._filled.read(name, text))
        if before != (self._chosen.get(name), self.text(name)):
            self._filled.settled(name)

    def _take(self, name: str, row: Row) -> None:
        offer = row.record
        assert isinstance(offer, Offer)
        self.fill(name, offer.name, offer)

    def _list(self) -> None:
        """Show what of the list answers to what is typed; a hint where there is no list."""
        name, rows = self._here, self._rows
        if self._fields[name].kind == TYPED:
            rows.set_empty(tuple(self._filled.hint(name)))
            rows.show(())
            return
        chosen = self._chosen.get(name)
        try:
            offers = list(self._filled.offers(name, "" if chosen is not None else self.text(name)))
        except BookkeeperError as mistake:
            offers = []
            self.say(f"{mistake}.")
        hint = tuple(self._filled.hint(name)) or ("None answers to that.",)
        rows.set_empty(hint)
        rows.show([_row(place, offer) for place, offer in enumerate(offers)])
        rows.select(_begin_at(offers, chosen))
        if offers:
            self._say_why()

    def _say_why(self) -> None:
        """What the row under the cursor has no room for."""
        row = self._rows.cursor_row
        if row is not None and isinstance(row.record, Offer):
            self.say(harmless(row.record.why))

    @property
    def _rows(self) -> HotList:
        return self.query_one("#offers", HotList)

    def _field(self, name: str) -> Field:
        return self.query_one(f"#form-{name}", Field)


def answers(name: str, typed: str) -> bool:
    """Whether every word typed begins a word of the name, whatever its accents."""
    words = fold(name).split()
    return all(any(word.startswith(part) for word in words) for part in fold(typed).split())


def _begin_at(offers: Sequence[Offer], chosen: Offer | None) -> int:
    """The place of what was chosen; else of the first that can be had, so that Enter takes nobody who cannot."""
    for place, offer in enumerate(offers):
        if offer.key == chosen.key if chosen is not None else not offer.why:
            return place
    return 0


def _row(place: int, offer: Offer) -> Row:
    roles = ("warn",) if offer.why else ()
    return Row(place, ("!" if offer.why else "", offer.name, offer.why or offer.beside), roles, offer)
