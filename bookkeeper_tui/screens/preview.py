"""The preview: a page as it would be printed; from here it is printed, or saved as a file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.app import ComposeResult

from bookkeeper_tui.screens.saving import save_as
from bookkeeper_tui.screens.screen import HouseScreen
from bookkeeper_tui.widgets.pieces import Line, Piece
from bookkeeper_tui.widgets.sheet import Sheet

if TYPE_CHECKING:
    from bookkeeper_tui.paper.page import Page


class PreviewScreen(HouseScreen):
    """One page; keys scroll it."""

    NAME = "preview"
    TITLE_WORDS = "Preview"

    _page: Page | None = None

    def body(self) -> ComposeResult:
        """One sheet."""
        yield Sheet(id="preview")

    def arrive(self, page: Page | None = None, **what: object) -> None:
        """Show a page from its top."""
        self._page = page
        sheet = self.query_one(Sheet)
        sheet.draw(self._drawn, from_top=True)
        sheet.focus(scroll_visible=False)
        self.key_line.show_right(f"{page.kind} {page.number}" if page else "")

    async def do_print(self) -> None:
        """p."""
        if self._page is not None:
            await self.house.print_page(self._page)
            self.house.notice("Sent to the printer")

    async def do_export(self) -> None:
        """x: as a PDF, or as text where the name ends so."""
        from bookkeeper_tui.paper import printing

        page = self._page
        if page is None:
            return
        start = f"{printing.file_name(f'{page.kind}-{page.number}')}.pdf"
        await save_as(
            self,
            start,
            (".pdf", ".txt"),
            lambda name: printing.save(self.desk, page, name, not name.strip().lower().endswith(".txt")),
        )

    def _drawn(self, width: int) -> list[Line]:
        from bookkeeper_tui.paper.plain import lay_out

        page = self._page
        if page is None:
            return []
        columns = min(width, page.columns or self.desk.store.settings.printer_of(self.desk.terminal).columns)
        inset = Piece(" " * ((width - columns) // 2))
        return [(inset, Piece(line.text, "strong" if line.strong else "plain")) for line in lay_out(page, columns)]
