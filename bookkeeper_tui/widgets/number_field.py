"""A field for figures: letters are no figures, so they stay free for shortcuts, and what is scanned never enters it."""

from __future__ import annotations

from textual import events

from bookkeeper_tui.widgets.field import Field

FIGURES = frozenset("0123456789.,'+-")
# What stands in amounts and in no bar code; and what is too short to be one.
MARKS = frozenset(".,'%")
SHORTEST_CODE = 5


class NumberField(Field):
    """Takes digits and marks, and whatever else `also` names; every other letter goes on to who listens.

    It does not count as a field that takes letters, so a burst from a scanner is held back whole and reaches the
    screen as a code.
    """

    def __init__(self, value: str = "", *, id: str | None = None, most: int = 20, also: str = "") -> None:
        super().__init__(value, id=id, most=most)
        self._taken = FIGURES | set(also)

    def check_consume_key(self, key: str, character: str | None) -> bool:
        """No letter is claimed before it comes."""
        return False

    def is_amount(self, text: str) -> bool:
        """Whether figures that came faster than a hand types are no code all the same."""
        return set(text) <= self._taken and (len(text) < SHORTEST_CODE or not MARKS.isdisjoint(text))

    async def _on_key(self, event: events.Key) -> None:
        if not event.is_printable or event.character in self._taken:
            await super()._on_key(event)
        else:
            event.prevent_default()
