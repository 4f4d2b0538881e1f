"""The Notes tab: what colleagues ought to know, who wrote it and when; pinned ones stand on top."""

from textual.app import ComposeResult

from bookkeeper_tui.formats import harmless
from bookkeeper_tui.screens.dialogs.ask_text import AskText
from bookkeeper_tui.screens.profile.tab import ListTab
from bookkeeper_tui.store import notes, permissions, sight
from bookkeeper_tui.store.notes import Note
from bookkeeper_tui.store.sight import HIDDEN_NOTE
from bookkeeper_tui.widgets.hot_list import Column, HotList, Row
from bookkeeper_tui.widgets.pieces import Line, Piece, wrap
from bookkeeper_tui.widgets.sheet import Sheet

MOST = 1000


class NotesTab(ListTab):
    """One line a note; the one under the cursor stands in full below."""

    NAME = "notes"
    TITLE = "Notes"
    PERMISSION = "customer.viewed"

    def compose(self) -> ComposeResult:
        """The list, and its note in full."""
        yield HotList(
            [Column("", 1), Column("Date", 10), Column("Who", 12, from_width=44), Column("Note")],
            empty=["No notes yet. Press n to write what your colleagues should know."],
        )
        yield Sheet(inset=1, id="note-whole").taking_no_focus()

    def load(self) -> None:
        """Read from the first note."""
        self._read(keep=False)

    def reload(self) -> None:
        """Read again; the cursor stays on its note."""
        self._read(keep=True)

    async def do_note(self) -> None:
        """Ask for a note and add it."""
        await self._add(f"A note about {harmless(self.customer.name)}", sensitive=False)

    async def do_sensitive_note(self) -> None:
        """i: the same, of things that not everybody at the till should read."""
        who = permissions.who_may(self.desk.database, sight.NOTES)
        await self._add(
            f"A sensitive note about {harmless(self.customer.name)}: it is read by {who}, and by no one else",
            sensitive=True,
        )

    def do_pin(self) -> None:
        """Pin the note under the cursor, or unpin it."""
        row = self.hot_list.cursor_row
        if row is not None and isinstance(row.record, Note):
            notes.pin(self.desk, row.record.id, not row.record.pinned)
            self._read(keep=True)

    def moved(self) -> None:
        """Show the note under the cursor in full."""
        self._show_whole()

    async def _add(self, question: str, *, sensitive: bool) -> None:
        text = await self.profile.ask(AskText(question, most=notes.LONGEST))
        if text:
            added = notes.add(self.desk, self.customer.id, text, sensitive=sensitive)
            self._read(keep=True)
            self.hot_list.select(added.id)

    def _read(self, *, keep: bool) -> None:
        found = notes.page(self.desk, self.customer.id, limit=MOST)
        self.hot_list.show([self._row(note) for note in found], keep=keep)
        self._show_whole()

    def _row(self, note: Note) -> Row:
        mark = "*" if note.pinned else ""
        day = self.conventions.day(note.at, self.time_zone)
        text = note.text if note.is_hidden or not note.sensitive else f"{HIDDEN_NOTE}: {note.text}"
        roles = ("warn", "plain", "plain", "quiet" if note.is_hidden else "plain")
        return Row(note.id, (mark, day, note.who, text), roles, record=note)

    def _show_whole(self) -> None:
        row = self.hot_list.cursor_row
        note = row.record if row is not None and isinstance(row.record, Note) else None

        def drawing(width: int) -> list[Line]:
            if note is None:
                return []
            said = "  pinned" * note.pinned + "  sensitive" * note.sensitive
            head = f"{self.conventions.instant(note.at, self.time_zone)}  {note.who}{said}"
            text = note.text
            if note.is_hidden:
                text = f"Sensitive: ask {permissions.who_may(self.desk.database, sight.NOTES)}, who may read it."
            return [(Piece(head, "quiet"),), *((Piece(line),) for line in wrap(text, width))]

        self.query_one(Sheet).draw(drawing, from_top=True)
