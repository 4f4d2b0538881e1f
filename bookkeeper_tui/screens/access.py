"""All that is held about a customer, section by section: read on the screen, saved as a file, printed."""

from __future__ import annotations

from threading import Event
from time import monotonic

from textual.app import ComposeResult
from textual.widgets import Static

from bookkeeper_tui.errors import BadInput, BookkeeperError
from bookkeeper_tui.formats import harmless
from bookkeeper_tui.screens.dialogs.ask_text import AskText
from bookkeeper_tui.screens.saving import LONGEST_NAME
from bookkeeper_tui.screens.screen import SMALLEST, HouseScreen
from bookkeeper_tui.store.desk import Desk
from bookkeeper_tui.store.privacy import access
from bookkeeper_tui.store.privacy.access import Held
from bookkeeper_tui.widgets.hot_list import Column, HotList, Row

SECONDS_BETWEEN_WORDS = 0.25
HOW = "Enter reads a part, x saves everything as a file, p shows it as it is printed."


class _Stopped(BookkeeperError):
    """Esc was pressed while a file was laid out."""


class AccessScreen(HouseScreen):
    """One row a section with how many rows it has; Enter shows them."""

    NAME = "access"
    NEEDS = {"print": "export.customer", "export": "export.customer"}
    TITLE_WORDS = "All that is held"
    CSS_PATH = "access.tcss"

    def __init__(self) -> None:
        super().__init__()
        self._held: Held | None = None
        self._stop: Event | None = None

    def body(self) -> ComposeResult:
        """Whose it is, the sections, and what is going on."""
        yield Static("", id="access-whose", markup=False)
        yield HotList([Column("What is held"), Column("Rows", 9, right=True)], id="access")
        yield Static("", id="access-said", markup=False)

    def arrive(self, customer_id: int = 0, **what: object) -> None:
        """Read what is held now, which is recorded."""
        if self._stop is not None:
            return
        self._held = access.held(self.desk, customer_id)
        self._show(keep=False)

    def do_refresh(self) -> None:
        """Read it again."""
        if self._held is not None and self._stop is None:
            self._held = access.held(self.desk, self._held.customer_id)
            self._show(keep=True)

    def do_back(self) -> None:
        """Esc stops the writing, then leaves."""
        if self._stop is None:
            self.house.go_back()
        else:
            self._stop.set()
            self._say("Stopping…" if not self.house.conventions.ascii else "Stopping...")

    def on_hot_list_opened(self, event: HotList.Opened) -> None:
        """Enter: the rows of the section, as they would be printed."""
        event.stop()
        from bookkeeper_tui.paper.access import WIDE, access_page

        width = max(SMALLEST[0], min(WIDE, self.app.size.width))
        with self.guard():
            self.house.preview(access_page(self.desk, self._must_be_held(), only=str(event.key), columns=width))

    def on_hot_list_moved(self, event: HotList.Moved) -> None:
        """Say where the cursor is."""
        event.stop()
        self.key_line.show_right(f"{event.place} of {event.total}" if event.total else "")

    def do_print(self) -> None:
        """Show everything as it is printed: from there it goes to the printer or into a file."""
        show_whole(self, self._must_be_held().customer_id)

    async def do_export(self) -> None:
        """Save everything under a name whose end says the format."""
        from bookkeeper_tui.paper.access import FORMATS
        from bookkeeper_tui.paper.files import any_of, read_name

        held = self._must_be_held()
        if self._stop is not None:
            raise BadInput("A file is being written already: wait for it, or stop it with Esc")
        question = f"Save all that is held as a file that ends in {any_of(FORMATS)}:"
        name = await self.ask(AskText(question, f"access-{held.number}.pdf", most=LONGEST_NAME))
        if name is not None:
            read_name(name, FORMATS)
            self._begin(held, name)

    # Writing, in a thread with a connection of its own.

    def _begin(self, held: Held, name: str) -> None:
        self._stop = stop = Event()
        self._say("Begun; Esc stops")
        desk = self.desk
        self.run_worker(lambda: self._write(desk, held, name, stop), name="access", thread=True, exit_on_error=False)

    def _write(self, desk: Desk, held: Held, name: str, stop: Event) -> None:
        from bookkeeper_tui.paper.access import save_access

        tell = self.app.call_from_thread
        begun = told_at = monotonic()

        def told(done: int, of: int) -> None:
            nonlocal told_at
            if stop.is_set():
                raise _Stopped("Stopped: no file was written")
            if (now := monotonic()) - told_at >= SECONDS_BETWEEN_WORDS:
                told_at = now
                count = self.house.conventions.count
                tell(self._say, f"{count(done)} of {count(of)} rows, {now - begun:.0f} s so far; Esc stops")

        try:
            store = desk.store.again()
            try:
                path = save_access(desk.over(store), held.customer_id, name, told)
            finally:
                store.close()
            tell(self._ended, f"Saved as {path.name} in the shop's directory {path.parent.name}.")
        except _Stopped as stopped:
            tell(self._ended, f"{stopped}.")
        except Exception as error:
            tell(self._ended, "Nothing was written. x tries again.")
            tell(self.house.failed, error)

    def _ended(self, words: str) -> None:
        self._stop = None
        self._say(words)

    # Showing.

    def _must_be_held(self) -> Held:
        if self._held is None:
            raise BadInput("Nobody was chosen: open a customer's profile and press q")
        return self._held

    def _show(self, *, keep: bool) -> None:
        held, conventions = self._must_be_held(), self.house.conventions
        when = conventions.instant(held.at, self.desk.store.shop.time_zone)
        words = f"{held.number}  {harmless(held.name)}: {conventions.count(held.count)} rows, {when}"
        self.query_one("#access-whose", Static).update(words)
        listed = self.query_one(HotList)
        rows = [Row(section.title, (section.title, conventions.count(section.count))) for section in held.sections]
        listed.show(rows, keep=keep)
        listed.focus(scroll_visible=False)
        self._say(HOW)

    def _say(self, words: str) -> None:
        self.query_one("#access-said", Static).update(words)


def show_whole(screen: HouseScreen, customer_id: int) -> None:
    """Show all that is held as it is printed, which is recorded as given out."""
    from bookkeeper_tui.paper.access import access_page

    screen.house.preview(access_page(screen.desk, access.recorded(screen.desk, customer_id, "paper")))
