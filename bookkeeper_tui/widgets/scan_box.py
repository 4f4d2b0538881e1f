"""A field that takes what comes in one burst at once: a scan is not thirteen letters, each with its own work."""

from __future__ import annotations

from textual import events

from bookkeeper_tui.widgets.field import Field


class ScanBox(Field):
    """Letters that wait together are put in together, and a code that is taken out again is never painted."""

    _coming = ""

    def take_out(self, code: str) -> str:
        """What stands here apart from a scanned code at its end, which is taken out again."""
        self._coming = self._coming.removesuffix(code) if self._coming.endswith(code) else self._coming
        self._put_in()
        return self.value.removesuffix(code)

    async def _on_key(self, event: events.Key) -> None:
        if event.is_printable and event.character is not None:
            event.stop()
            event.prevent_default()
            if not self._coming:
                self.call_later(self._put_in)
            self._coming += event.character
        else:
            self._put_in()
            await super()._on_key(event)

    def _put_in(self) -> None:
        text, self._coming = self._coming, ""
        if text:
            self.replace(text, *self.selection)
