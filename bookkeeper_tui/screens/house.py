"""The console as its screens know it: what they may ask of it, and what it tells them of the store."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Coroutine, Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from textual.app import App
from textual.dom import DOMNode
from textual.screen import Screen

from bookkeeper_tui.formats import Conventions
from bookkeeper_tui.keys import KeyTable

if TYPE_CHECKING:
    from bookkeeper_tui.paper.page import Page
    from bookkeeper_tui.screens.screen import HouseDialog, HouseScreen
    from bookkeeper_tui.store.desk import Desk
    from bookkeeper_tui.store.opening import Store

Answer = TypeVar("Answer")

# Lets the keys go that wait for the work that is being done; set by whatever starts work for a key.
_letting_go: ContextVar[Callable[[], None]] = ContextVar("letting_go", default=lambda: None)


@dataclass(frozen=True, slots=True)
class StoreChanged:
    """Something changed in the store, at this console or another.

    `customer_ids` are the customers concerned and `actions` what was done, both from the audit log's newest rows.
    `everything` means that too much changed to say, or that nobody looked meanwhile: read all that is shown.
    `elsewhere` says that another console or the shell did at least some of it.
    `committed_at` is when the newest of the changes was committed (microseconds UTC), 0 when unknown.
    """

    customer_ids: frozenset[int] = frozenset()
    actions: frozenset[str] = frozenset()
    everything: bool = False
    elsewhere: bool = False
    committed_at: int = 0

    def concerns(self, customer_id: int) -> bool:
        """Whether what is shown of this customer may be old."""
        return self.everything or customer_id in self.customer_ids


class House(App[int]):
    """What a screen may ask of the console it stands in; `BookkeeperApp` is the one that answers."""

    store: Store
    table: KeyTable
    ascii_only: bool
    conventions: Conventions
    seen_changes: int
    mistakes: Sequence[str]
    """What is wrong in the settings, one sentence each."""

    nobody: Desk
    demo_staff: Sequence[Mapping[str, str]]

    @property
    @abstractmethod
    def desk(self) -> Desk:
        """Who is signed in; raises NotAllowed when nobody is."""

    @abstractmethod
    def welcome(self, desk: Desk) -> None:
        """Somebody has signed in: go to the search screen."""

    @abstractmethod
    def unlocked(self) -> None:
        """The right PIN was given on the lock screen."""

    @abstractmethod
    async def end_session(self) -> None:
        """Sign out and go back to the sign-in screen."""

    @abstractmethod
    def may(self, permission: str) -> bool:
        """Whether whoever is signed in has this permission; nobody has any."""

    @abstractmethod
    def show(self, place: str, **what: object) -> None:
        """Go to a screen by its NAME and hand `what` to its `arrive`; it stands where it was left."""

    @abstractmethod
    def show_saying(self, sentence: str, place: str, **what: object) -> None:
        """Go to a screen as `show` does, and say one sentence there: why one is there, or what was done."""

    @abstractmethod
    def go_back(self) -> None:
        """Leave the screen on top for the one beneath it, asking first if something typed would be lost."""

    @abstractmethod
    def act(self, action_id: str, position: int = 0) -> None:
        """Do an action of the table as if its key had been pressed; `position` says which of its keys."""

    @abstractmethod
    def offered(self) -> list[str]:
        """The ids of the actions that this person may do on this screen now, in the table's order."""

    @abstractmethod
    def hold_keys(self) -> Callable[[], None]:
        """Let the keys that follow wait until what is returned is called."""

    def start_work(self, owner: DOMNode, doing: Coroutine[Any, Any, None], name: str) -> None:
        """Have `owner` do work; it ends when the owner is taken down. Another by that name is dropped meanwhile."""
        if any(worker.name == name and not worker.is_finished for worker in self.workers):
            doing.close()
        else:
            owner.run_worker(self.work(doing, self.hold_keys()), name=name, exit_on_error=False)

    async def work(self, doing: Coroutine[Any, Any, None], let_go: Callable[[], None]) -> None:
        """Do what a key started: its errors become notices, and the keys held wait for its end or its question."""
        _letting_go.set(let_go)
        try:
            await doing
        except Exception as error:
            self.failed(error)
        finally:
            _letting_go.get()()

    def read_styles(self, place: Screen[Any]) -> None:
        """Read a place's own styles before it is put together.

        Where tasks start at once (Python 3.12 on) the toolkit puts it together first, and would style it without them.
        """
        unread = [path for path in place.css_path if not self.stylesheet.has_source(str(path), "")]
        for path in unread:
            self.stylesheet.read(path)
        if unread:
            self.stylesheet.reparse()

    async def ask(self, dialog: HouseDialog[Answer]) -> Answer | None:
        """Put a dialog over everything and wait for its answer (None for Esc); only inside work."""
        dialog.when_ready = _letting_go.get()
        try:
            self.read_styles(dialog)
            return await self.push_screen_wait(dialog)
        finally:
            _letting_go.set(self.hold_keys())

    @abstractmethod
    def notice(self, sentence: str, mark: str = "") -> None:
        """Say one sentence until the next key; `mark` is `!` where something went wrong."""

    @abstractmethod
    def failed(self, error: Exception) -> None:
        """Tell an error: ours as its own sentence, any other in the log file and as one general sentence."""

    @abstractmethod
    async def print_page(self, page: Page) -> None:
        """Send a page to this till's printer, and write `paper.printed` to the audit log.

        Keys go on at once: a printer that does not answer is told as a notice when its time is over.
        """

    @abstractmethod
    def preview(self, page: Page) -> None:
        """Show a page on the screen as it would be printed; from there it is printed or saved."""

    @abstractmethod
    def record_opening(self, name: str) -> None:
        """Write `screen.<name>` to the audit log."""

    @abstractmethod
    def frame(self, screen: HouseScreen) -> None:
        """Fill in a screen's header line and key line."""

    @abstractmethod
    def refresh_keys(self) -> None:
        """Bring the key line of the screen on top up to date: what it offers has changed."""

    @abstractmethod
    def tell(self, screen: HouseScreen, change: StoreChanged) -> None:
        """Have a screen refresh what it shows."""
