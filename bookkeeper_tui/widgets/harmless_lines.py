"""The last thing before the terminal: whatever a line is made of, nothing in it is obeyed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.segment import Segment
from textual.filter import LineFilter

from bookkeeper_tui.formats import without_commands

if TYPE_CHECKING:
    from textual.color import Color


class HarmlessLines(LineFilter):
    """Takes control characters and direction overrides out of every line that is painted.

    Places make foreign texts harmless themselves, with a dot that shows where something was; this is for what was
    forgotten, or was never thought to be foreign, such as a number changed in the file.
    """

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """The same segments, as wide as they were."""
        if all(segment.text.isprintable() for segment in segments):
            return segments
        return [Segment(without_commands(text), style, control) for text, style, control in segments]
