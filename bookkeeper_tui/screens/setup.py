"""Setup: what the shop chooses for itself, section by section. Each section is a place of its own."""

from __future__ import annotations

from typing import NamedTuple

from textual.app import ComposeResult
from textual.widgets import Static

from bookkeeper_tui.screens.house import StoreChanged
from bookkeeper_tui.screens.places import PLACES
from bookkeeper_tui.screens.screen import HouseScreen
from bookkeeper_tui.widgets.hot_list import Column, HotList, Row


class Section(NamedTuple):
    """One line of Setup: the place that it leads to, its name, and what is chosen there."""

    place: str
    title: str
    what: str


# In the order in which they stand. A section is shown to who may open its place (`screen.<place>`).
SECTIONS = (
    Section("shop_settings", "Shop", "figures, dates, rounding, tabs, receipt head and foot"),
    Section("branches", "Branches", "where the shop sells; which one this store is"),
    Section("terminals", "Terminals", "how each looks, and where it prints"),
    Section("key_changes", "Keys", "keys that this shop has changed"),
    Section("role_table", "Roles", "who may do what, and how far"),
    Section("tax_rates", "Tax", "rates and categories; who is exempt"),
    Section("discount_codes", "Discount codes", "what they take off, from when, for whom"),
    Section("loyalty_rules", "Points and tiers", "how points are earned; what each tier takes and gives"),
    Section("tags", "Tags", "words that customers are marked with"),
    Section("consent_purposes", "Consents", "what leave is asked for, and the wording that is read out"),
    Section("interests", "Interests", "what customers are asked whether they like it"),
    Section("measure_kinds", "Measurements", "what is measured; units and ranges"),
)
SHOWN = 5
"""So many mistakes in the settings stand below the list; once they are mended, the others do."""


class SetupScreen(HouseScreen):
    """A list of sections; Enter goes there."""

    NAME = "setup"
    TITLE_WORDS = "Setup"
    CSS_PATH = "setup.tcss"

    def body(self) -> ComposeResult:
        """One list."""
        yield HotList(
            [Column("Setup", 17), Column("What is chosen there")],
            empty=("Nothing here is for you: a manager chooses what stands here.",),
            id="sections",
        )
        yield Static("", id="setup-mistakes", markup=False)

    def on_mount(self) -> None:
        """Keys go to the list."""
        self.query_one(HotList).focus(scroll_visible=False)

    def arrive(self, **what: object) -> None:
        """List what this person may open."""
        self._read()

    def store_changed(self, change: StoreChanged) -> None:
        """What a role may do can have changed, and what is wrong in the settings."""
        if change.everything or change.actions & {"permission.edited", "setting.changed"}:
            self._read()

    def on_hot_list_opened(self, event: HotList.Opened) -> None:
        """Enter: go there."""
        event.stop()
        self.house.show(str(event.key))

    def on_hot_list_moved(self, event: HotList.Moved) -> None:
        """Say where the cursor is."""
        event.stop()
        self.key_line.show_right(f"{event.place} of {event.total}" if event.total else "")

    def _read(self) -> None:
        rows = [
            Row(section.place, (section.title, section.what))
            for section in SECTIONS
            if section.place in PLACES and self.house.may(f"screen.{section.place}")
        ]
        self.query_one(HotList).show(rows, keep=True)
        said = self.query_one("#setup-mistakes", Static)
        mistakes = list(self.house.mistakes)
        more = [f"and {len(mistakes) - SHOWN} more"] if len(mistakes) > SHOWN else []
        said.display = bool(mistakes)
        said.update("\n".join(f"! {mistake}" for mistake in mistakes[:SHOWN] + more))
