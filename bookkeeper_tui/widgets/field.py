"""Fields to type into: one for text, one for a PIN that is never shown. Neither blinks."""

from __future__ import annotations

from dataclasses import dataclass

from rich.text import Text
from textual import events
from textual.message import Message
from textual.strip import Strip
from textual.widgets import Input

from bookkeeper_tui.formats import harmless
from bookkeeper_tui.widgets.pieces import Painted, Piece, parts


class Field(Input):
    """One line of text, as narrow and as cheap as the toolkit's can be."""

    DEFAULT_CSS = """
    Field, Field.-textual-compact { background: $surface; color: $foreground; height: 1; border: none; padding: 0; }
    Field:focus, Field:ansi:focus { background-tint: $foreground 0%; text-style: underline; }
    """

    def __init__(self, value: str = "", *, id: str | None = None, most: int = 500, placeholder: str = "") -> None:
        super().__init__(value, id=id, max_length=most, compact=True, select_on_focus=False, placeholder=placeholder)
        self.cursor_blink = False

    @property
    def _value(self) -> Text:
        """What is drawn: letter by letter what stands there, with nothing that a terminal would take for a command."""
        return Text(harmless(self.value), no_wrap=True, overflow="ignore", end="")

    @dataclass
    class Full(Message):
        """Something was typed or pasted that has no room here; `most` is how many characters there may be."""

        most: int

    def _on_paste(self, event: events.Paste) -> None:
        """What is pasted goes in whole: its lines become one."""
        event.stop()
        event.prevent_default()
        self.replace(" ".join(event.text.split("\n")).replace("\r", "").strip(), *self.selection)

    def replace(self, text: str, start: int, end: int) -> None:
        """Put text in the place of what stands there: as much as there is room for, and say when that is not all."""
        first, last = sorted((max(0, start), min(len(self.value), end)))
        most = self.max_length or 0
        room = max(0, most - len(self.value) + last - first)
        super().replace(text[:room], first, last)
        if len(text) > room:
            self.post_message(self.Full(most))


class PinField(Painted, can_focus=True):
    """A PIN: what is typed is kept, and an asterisk stands for each digit."""

    COMPONENT_CLASSES = parts("plain", "cursor")
    DEFAULT_CSS = """
    PinField { height: 1; background: $surface; color: $foreground; }
    PinField:focus { text-style: underline; }
    """

    @dataclass
    class Submitted(Message):
        """Enter was pressed."""

        pin_field: PinField
        value: str

        @property
        def control(self) -> PinField:
            """The field it happened in."""
            return self.pin_field

    def __init__(self, *, id: str | None = None, most: int = 20) -> None:
        super().__init__(id=id)
        self.value = ""
        self._most = most

    def check_consume_key(self, key: str, character: str | None) -> bool:
        """Every character is for the PIN, none is a shortcut."""
        return character is not None and character.isprintable()

    def clear(self) -> None:
        """Forget what was typed."""
        self._set("")

    def on_key(self, event: events.Key) -> None:
        """Type, rub out, or hand the PIN over."""
        if event.key == "enter":
            self.post_message(self.Submitted(self, self.value))
        elif event.key == "backspace":
            self._set(self.value[:-1])
        elif event.key == "ctrl+u":
            self._set("")
        elif event.is_printable and event.character is not None:
            self._set((self.value + event.character)[: self._most])
        else:
            return
        event.stop()
        event.prevent_default()

    def on_paste(self, event: events.Paste) -> None:
        """A pasted PIN is as good as a typed one."""
        event.stop()
        self._set((self.value + event.text.strip())[: self._most])

    def watch_has_focus(self, _has_focus: bool) -> None:
        """Show where the next digit goes."""
        super().watch_has_focus(_has_focus)
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """An asterisk for each character, and the cursor."""
        line = [Piece("*" * len(self.value))]
        if self.has_focus:
            line.append(Piece(" ", "cursor"))
        return self.strip_of(line, self.size.width)

    def _set(self, value: str) -> None:
        if value != self.value:
            self.value = value
            self.refresh()
