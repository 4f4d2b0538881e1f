"""A screen that is a long list with a box above it: it is narrowed as one types, and the box keeps the focus."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widgets import Input, Static

from bookkeeper_tui.formats import fold
from bookkeeper_tui.screens.house import StoreChanged
from bookkeeper_tui.screens.screen import HouseScreen
from bookkeeper_tui.widgets.field import Field
from bookkeeper_tui.widgets.hot_list import Column, HotList, Row

CHANGED = "*"


class FilterBox(Field):
    """A field that leaves the space to the screen, where that has an action for it."""

    def check_consume_key(self, key: str, character: str | None) -> bool:
        """Whether the key is text for this field before it is anything else."""
        return key != "space" and super().check_consume_key(key, character)


class FilteredList(HouseScreen):
    """Every word typed must begin a word of the row; `*` lists what this shop changed. Enter changes the row.

    CHANGES are the deeds elsewhere after which it is read anew, COLUMNS those of the list, BOX what the box is for.
    Below the list stands more of the row under the cursor.
    """

    CSS_PATH = "filtered_list.tcss"
    CHANGES: ClassVar[frozenset[str]]
    COLUMNS: ClassVar[Sequence[Column]]
    BOX: ClassVar[str]

    def __init__(self) -> None:
        super().__init__()
        self._rows: list[tuple[str, bool, Row]] = []

    @abstractmethod
    def read(self) -> None:
        """Read what there is and `keep` it; the cursor stays where it is."""

    @abstractmethod
    def more(self, row: Row) -> str:
        """What else there is to say of the row under the cursor."""

    def body(self) -> ComposeResult:
        """The box, the list, and the lines below."""
        with Horizontal(id="filter-line"):
            yield Static(self.BOX, id="filter-label", markup=False)
            yield FilterBox(id="filter-box", most=60)
            yield Static("* what was changed", id="filter-hint", markup=False)
        listed = HotList(self.COLUMNS, empty=("Nothing is called that.",), id="filtered")
        listed.can_focus = False
        yield listed
        yield Static("", id="more", markup=False)

    @property
    def box(self) -> Field:
        """The box."""
        return self.query_one("#filter-box", Field)

    @property
    def listed(self) -> HotList:
        """The list."""
        return self.query_one("#filtered", HotList)

    def on_mount(self) -> None:
        """The box has the focus, and nothing else ever gets it."""
        self.set_focus(self.box)

    def arrive(self, **what: object) -> None:
        """Read the rows anew."""
        self.set_focus(self.box)
        self.box.action_select_all()
        self.read()

    def store_changed(self, change: StoreChanged) -> None:
        """Something of it was changed."""
        if change.everything or change.actions & self.CHANGES:
            self.read()

    def keep(self, rows: Sequence[tuple[str, bool, Row]]) -> None:
        """Take these rows: the words that each is found by, whether this shop changed it, the row."""
        self._rows = [(f" {fold(words)}", changed, row) for words, changed, row in rows]
        self._narrow(keep=True)

    def on_input_changed(self, event: Input.Changed) -> None:
        """A letter more or less."""
        event.stop()
        if event.value == self.box.value:
            self._narrow()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter: change the row under the cursor."""
        event.stop()
        self.house.act("change")

    def on_key(self, event: events.Key) -> None:
        """Arrows and pages walk the list while the box keeps the focus."""
        if self.listed.walk(event.key):
            event.stop()

    def on_hot_list_moved(self, event: HotList.Moved) -> None:
        """Say where the cursor is, and more of what stands there."""
        event.stop()
        self.key_line.show_right(f"{event.place} of {event.total}" if event.total else "none")
        self.say_more()

    def say_more(self) -> None:
        """Say more of the row under the cursor."""
        row = self.listed.cursor_row
        self.query_one("#more", Static).update(self.more(row) if row is not None else "")

    def do_back(self) -> None:
        """Esc empties the box, then leaves."""
        if self.box.value:
            self.box.value = ""
        else:
            self.house.go_back()

    def _narrow(self, *, keep: bool = False) -> None:
        typed = self.box.value.strip()
        only_changed, words = typed.startswith(CHANGED), fold(typed.removeprefix(CHANGED)).split()
        found = [
            row
            for text, changed, row in self._rows
            if (changed or not only_changed) and all(f" {word}" in text for word in words)
        ]
        self.listed.show(found, keep=keep)
        self.say_more()
