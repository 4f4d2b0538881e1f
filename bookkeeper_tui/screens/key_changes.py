"""Setup's keys: every action with its keys, and those that this shop gave it instead."""

from __future__ import annotations

from collections.abc import Mapping

from bookkeeper_tui.actions import ACTIONS, Action
from bookkeeper_tui.errors import BadInput
from bookkeeper_tui.keys import key_names, read_keys, with_overrides, written_keys
from bookkeeper_tui.screens.dialogs.ask_fields import AskedField, AskFields
from bookkeeper_tui.screens.filtered_list import FilteredList
from bookkeeper_tui.settings import Settings
from bookkeeper_tui.store import shop_settings
from bookkeeper_tui.widgets.hot_list import Column, Row

_SHIPPED = {action.id: action for action in ACTIONS}


class KeyChangesScreen(FilteredList):
    """Enter gives the action under the cursor other keys; with none typed it has its own again."""

    NAME = "key_changes"
    NEEDS = {"change": "setting.changed"}
    TITLE_WORDS = "Setup: keys"
    CHANGES = frozenset({"setting.changed"})
    BOX = "Action"
    COLUMNS = (
        Column("Action", 17), Column("Keys", 20), Column("Where"), Column("In settings.toml", 18, from_width=100),
    )  # fmt: skip

    def read(self) -> None:
        """Read the keys anew."""
        changed = self.desk.store.settings.keys
        self.keep(
            [
                (f"{action.label} {action.id.replace('_', ' ')} {action.help}", action.id in changed, self._row(action))
                for action in self.house.table
            ]
        )

    def more(self, row: Row) -> str:
        """What the action does, and its own keys where it has others."""
        action = row.record
        assert isinstance(action, Action)
        own = _SHIPPED[action.id].keys
        before = f" Its own keys: {self._names(own)}." if own != action.keys else ""
        return f"{action.help}{before}"

    async def do_change(self) -> None:
        """Other keys for the action under the cursor."""
        row = self.listed.cursor_row
        if row is None or not isinstance(row.record, Action):
            return
        action, seen = row.record, self.desk.store.settings

        def save(answer: Mapping[str, str]) -> None:
            keys = read_keys(answer["keys"])
            text = ", ".join(keys) if keys and keys != read_keys(written_keys(_SHIPPED[action.id].keys)) else None
            shop_settings.choose(
                self.desk,
                {("keys", action.id): text},
                seen=seen,
                check=lambda settings: _refuse_mistakes(settings, seen),
            )

        question = f"{action.label}: keys, with commas between; none for its own"
        fields = [AskedField("keys", "Keys", written_keys(action.keys), 60)]
        await self.ask(AskFields(question, fields, check=save, wide=True))
        self.read()

    def _row(self, action: Action) -> Row:
        changed = action.id in self.desk.store.settings.keys
        keys = self._names(action.keys) or "menu, palette"
        where = ", ".join(name.replace("_", " ").replace("/", ": ") for name in action.where) or "everywhere"
        cells = (action.label, f"{keys}{' *' if changed else ''}", where, action.id)
        return Row(action.id, cells, ("strong",) if changed else (), action)

    def _names(self, keys: tuple[str, ...]) -> str:
        return " ".join(key_names(keys, ascii_only=self.house.ascii_only))


def _refuse_mistakes(settings: Settings, before: Settings) -> None:
    """Raises BadInput for what the new keys would get wrong, though not for what was wrong before."""
    known = with_overrides(before.keys, lambda action_id: "")[1]
    for mistake in with_overrides(settings.keys, lambda action_id: "")[1]:
        if mistake not in known:
            raise BadInput(mistake.removeprefix(": "))
