"""Setup's shop: figures and dates, rounding, what receipts say, which tabs a profile shows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from textual.app import ComposeResult
from textual.widgets import Static

from bookkeeper_tui.formats import harmless
from bookkeeper_tui.money import parse_amount, plain
from bookkeeper_tui.screens.dialogs.ask_fields import AskedField, AskFields
from bookkeeper_tui.screens.dialogs.choose import Choose
from bookkeeper_tui.screens.kept_list import KeptList
from bookkeeper_tui.screens.profile.registry import TABS
from bookkeeper_tui.screens.typed_answers import read_whole, yes_or_no
from bookkeeper_tui.settings import Settings
from bookkeeper_tui.store import shop_settings
from bookkeeper_tui.store.shop_settings import CHOICES, Choice, Place, Value, value_of
from bookkeeper_tui.widgets.hot_list import Column, HotList, Row

_LINES, _MOST_LINES, _LONGEST_LINE = 6, 10, 60


class ShownTab(NamedTuple):
    """A tab of the profile, shown or hidden."""

    name: str
    title: str


class ShopSettingsScreen(KeptList):
    """One line a setting, then one a tab; Enter changes the one under the cursor, at every console at once."""

    NAME = "shop_settings"
    NEEDS = {"change": "setting.changed"}
    TITLE_WORDS = "Setup: shop"
    CSS_PATH = "shop_settings.tcss"
    CHANGES = frozenset({"setting.changed"})

    def body(self) -> ComposeResult:
        """The list, and more of the setting under the cursor."""
        yield HotList([Column("Setting", 22), Column("Chosen"), Column("What it is", from_width=110)], id="settings")
        yield Static("", id="more", markup=False)

    def read(self) -> None:
        """Read the settings anew."""
        settings = self.desk.store.settings
        rows = [
            Row(choice.place, (choice.title, self._written(choice, settings), choice.what), (), choice)
            for choice in CHOICES
        ]
        rows += [_tab_row(tab.NAME, tab.TITLE, settings) for tab in TABS]
        self.listed.show(rows, keep=True)

    def moved(self, event: HotList.Moved) -> None:
        """Say more of the setting under the cursor."""
        super().moved(event)
        record = self.listed.cursor_row.record if self.listed.cursor_row is not None else None
        words = f"{record.title}: {record.what}." if isinstance(record, Choice) else "Enter hides the tab, or shows it."
        self.query_one("#more", Static).update(words)

    async def do_change(self) -> None:
        """Change the setting under the cursor."""
        row, seen = self.listed.cursor_row, self.desk.store.settings
        if row is None:
            return
        if isinstance(row.record, ShownTab):
            self._turn_tab(row.record.name, seen)
        elif isinstance(row.record, Choice):
            if row.record.kind in ("yes", "one of"):
                await self._choose(row.record, seen)
            else:
                await self._type(row.record, seen)
        self.read()

    def _turn_tab(self, name: str, seen: Settings) -> None:
        hidden = tuple(tab for tab in seen.tabs_hidden if tab != name)
        hidden = hidden if name in seen.tabs_hidden else (*hidden, name)
        shop_settings.choose(self.desk, {("tabs_hidden",): hidden}, seen=seen)

    async def _choose(self, choice: Choice, seen: Settings) -> None:
        now = value_of(seen, choice.place)
        if choice.kind == "yes":
            rows, start = [("yes", "yes"), ("no", "no")], yes_or_no(now)
        else:
            rows, start = list(choice.options), str(now)
            if now not in dict(rows):
                rows.append((str(now), f"{now} (as it is)"))
        chosen = await self.ask(Choose(f"{choice.title}: {choice.what}", rows, start=start))
        if chosen is not None:
            new: dict[Place, Value] = {choice.place: chosen == "yes" if choice.kind == "yes" else chosen}
            self._keep(new | _other_mark(choice.place, chosen, seen), seen)

    async def _type(self, choice: Choice, seen: Settings) -> None:
        def save(answer: Mapping[str, str]) -> None:
            self._keep({choice.place: self._read_typed(choice, answer)}, seen)

        await self.ask(
            AskFields(
                f"{choice.title}: {choice.what}",
                self._fields(choice, seen),
                check=save,
                wide=choice.kind in ("lines", "text"),
            )
        )

    def _fields(self, choice: Choice, seen: Settings) -> list[AskedField]:
        now = value_of(seen, choice.place)
        if choice.kind != "lines":
            return [AskedField(choice.place[-1], choice.title, self._plain(choice, now), 200)]
        lines = [*now, *[""] * _MOST_LINES][: max(_LINES, min(len(now) + 1, _MOST_LINES))]
        return [AskedField(f"line{at}", f"Line {at}", line, _LONGEST_LINE) for at, line in enumerate(lines, 1)]

    def _read_typed(self, choice: Choice, answer: Mapping[str, str]) -> Value:
        """What was typed as the setting's value. Raises BadInput naming the setting."""
        if choice.kind == "lines":
            lines = [harmless(line).rstrip() for line in answer.values()]
            while lines and not lines[-1]:
                lines.pop()
            return tuple(lines)
        (typed,) = answer.values()
        if choice.kind == "whole":
            return read_whole(typed, choice.title)
        if choice.kind == "amount":
            conventions = self.house.conventions
            return parse_amount(typed or "0", conventions.exponent, conventions.decimal)
        return harmless(typed)

    def _keep(self, new: Mapping[Place, Value], seen: Settings) -> None:
        shop_settings.choose(self.desk, new, seen=seen)

    def _plain(self, choice: Choice, value: object) -> str:
        if choice.kind == "amount":
            assert isinstance(value, int)
            conventions = self.house.conventions
            return plain(value, conventions.exponent).replace(".", conventions.decimal)
        return str(value)

    def _written(self, choice: Choice, settings: Settings) -> str:
        """The setting's value as the list says it."""
        value = value_of(settings, choice.place)
        if choice.kind == "yes":
            return yes_or_no(value)
        if choice.kind == "one of":
            return dict(choice.options).get(value, str(value))
        if choice.kind == "lines":
            return " / ".join(value) if value else "nothing"
        if choice.kind == "amount" and not value:
            return "no rounding"
        if choice.place == ("idle_lock_minutes",):
            return f"{value} minutes" if value else "never"
        if choice.place == ("retention_years",):
            return f"{value} years"
        return self._plain(choice, value) or "nowhere"


def _tab_row(name: str, title: str, settings: Settings) -> Row:
    hidden = name in settings.tabs_hidden
    cells = (f"Tab: {title}", "hidden" if hidden else "shown", "a tab of the profile")
    return Row(("tab", name), cells, ("quiet",) if hidden else (), ShownTab(name, title))


def _other_mark(place: Place, chosen: str, seen: Settings) -> dict[Place, Value]:
    """The mark that must make way: one cannot stand for two things."""
    if place == ("decimal",) and chosen == seen.group:
        return {("group",): seen.decimal}
    if place == ("group",) and chosen == seen.decimal:
        return {("decimal",): "," if chosen == "." else "."}
    return {}
