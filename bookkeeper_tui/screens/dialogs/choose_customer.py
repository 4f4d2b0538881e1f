"""Whose sale it is: type letters, a phone's last digits or a card, and choose one of those who answer to it."""

from __future__ import annotations

from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Input, Static

from bookkeeper_tui.formats import mask_phone
from bookkeeper_tui.screens.screen import HouseDialog
from bookkeeper_tui.store import search
from bookkeeper_tui.store.customers import WALK_IN_ID
from bookkeeper_tui.store.search import Hit
from bookkeeper_tui.widgets.field import Field
from bookkeeper_tui.widgets.hot_list import Column, HotList, Row

HITS = 30
NOT_ASKED = ("The customers of your shift will be here. Letters find any other.",)
NOBODY = ("Nobody answers to that.",)


class ChooseCustomer(HouseDialog[int]):
    """Answers the customer's id; where a sale is somebody's `now`, the walk-in stands last, to take them off again."""

    NAME = "choose_customer"
    TITLE_WORDS = "Which customer"
    CSS_PATH = "till_dialogs.tcss"

    def __init__(self, question: str = "Whose sale is it?", *, now: int = WALK_IN_ID) -> None:
        super().__init__()
        self._question = question
        self._now = now

    def compose(self) -> ComposeResult:
        with Vertical(classes="sheet -broad"):
            yield Static(f"{self._question}  Name, phone, card or number", markup=False)
            yield Field(id="whose-sale", most=200)
            found = HotList(
                [Column("Name"), Column("Number", 9), Column("Phone", 13), Column("Why", 16, from_width=66)],
                empty=NOT_ASKED,
                id="found",
            )
            yield found.taking_no_focus()

    def on_mount(self) -> None:
        """Begin with those of today."""
        self.set_focus(self.query_one("#whose-sale"))
        self._search("")

    def beneath_changed(self) -> None:
        """A card was scanned: whose it is was chosen."""
        self.dismiss(None)

    def on_input_changed(self, event: Input.Changed) -> None:
        """A letter more or less."""
        event.stop()
        with self.guard():
            self._search(event.value)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter."""
        event.stop()
        key = self.query_one(HotList).cursor_key
        if isinstance(key, int):
            self.dismiss(key)

    def on_key(self, event: events.Key) -> None:
        """Arrows walk the hits."""
        step = {"up": -1, "down": 1, "pageup": -8, "pagedown": 8}.get(event.key)
        if step is not None:
            event.stop()
            self.query_one(HotList).action_move(step)

    def _search(self, text: str) -> None:
        typed = text.strip()
        hits = list(search.search(self.desk, typed, limit=HITS).hits) if typed else search.recent(self.desk, HITS)
        rows = [self._row(hit) for hit in hits]
        if self._now != WALK_IN_ID and not typed:
            rows.append(Row(WALK_IN_ID, ("Nobody: a walk-in sale", "", "", "")))
        self.query_one(HotList).set_empty(NOBODY if typed else NOT_ASKED)
        self.query_one(HotList).show(rows)

    def _row(self, hit: Hit) -> Row:
        phone = mask_phone(hit.phone, "*" if self.house.ascii_only else "•") if hit.phone else ""
        return Row(hit.customer_id, (hit.name, hit.number, phone, hit.why))
