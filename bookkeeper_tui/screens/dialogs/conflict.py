"""Two people changed one customer: both values of each field, and which of them shall stand."""

from __future__ import annotations

from collections.abc import Mapping

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Static

from bookkeeper_tui.screens.screen import HouseDialog
from bookkeeper_tui.store.customer_fields import LABELS
from bookkeeper_tui.widgets.hot_list import Column, HotList, Row

_SAVE = "save"
_NONE = "(empty)"


class ConflictDialog(HouseDialog[dict[str, str]]):
    """Answers the text that shall stand for each field. Enter takes the other value; the last row saves."""

    NAME = "conflict"
    TITLE_WORDS = "Changed meanwhile"
    CSS_PATH = "conflict.tcss"

    def __init__(self, name: str, changed: Mapping[str, tuple[str, str, str]]) -> None:
        super().__init__()
        self._whose = name
        self._changed = dict(changed)
        self._mine = {field: yours != seen for field, (seen, _, yours) in changed.items()}

    def compose(self) -> ComposeResult:
        with Vertical(classes="sheet"):
            yield Static(
                f"{self._whose} was changed at another terminal while you were editing. "
                "Enter on a field takes the other value; Ctrl+S saves.\n",
                markup=False,
            )
            yield HotList([Column("Field", 16), Column("Theirs"), Column("Yours"), Column("Stands", 7)], id="fields")

    def on_mount(self) -> None:
        """Show both values of each field."""
        fields = self.query_one(HotList)
        fields.show(self._rows())
        self.set_focus(fields)

    def on_hot_list_opened(self, event: HotList.Opened) -> None:
        """Take the other value, or save."""
        event.stop()
        if event.key == _SAVE:
            self.do_save()
            return
        name = str(event.key)
        self._mine[name] = not self._mine[name]
        self.query_one(HotList).show(self._rows(), keep=True)

    def do_save(self) -> None:
        """Let stand what was chosen."""
        self.dismiss({
            field: yours if self._mine[field] else theirs for field, (_, theirs, yours) in self._changed.items()
        })  # fmt: skip

    def _rows(self) -> list[Row]:
        rows = [
            Row(field, (LABELS[field], theirs or _NONE, yours or _NONE, "yours" if self._mine[field] else "theirs"))
            for field, (_, theirs, yours) in self._changed.items()
        ]
        return [*rows, Row(_SAVE, ("Save", "", "", ""), ("strong",))]
