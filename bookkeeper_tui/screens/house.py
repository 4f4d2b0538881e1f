"""What every screen and dialog is made of: the frame around it, its row in the audit log, how its actions run."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Awaitable, Callable, Coroutine, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Self, TypeVar, cast

from textual.app import App, ComposeResult
from textual.containers import Container
from textual.dom import DOMNode
from textual.events import ScreenResume
from textual.geometry import Region
from textual.messages import Update
from textual.reactive import Reactive
from textual.screen import ModalScreen, Screen
from textual.widget import Widget
from textual.widgets import Input

from bookkeeper_tui.formats import Conventions
from bookkeeper_tui.keys import KeyTable
from bookkeeper_tui.widgets.field import Field
from bookkeeper_tui.widgets.header_line import HeaderLine
from bookkeeper_tui.widgets.key_line import KeyLine
from bookkeeper_tui.widgets.notice_line import NoticeLine, TooSmall

if TYPE_CHECKING:
    from bookkeeper_tui.paper.page import Page
    from bookkeeper_tui.store.desk import Desk
    from bookkeeper_tui.store.opening import Store

Result = TypeVar("Result")
Answer = TypeVar("Answer")
Handler = Callable[..., Awaitable[None] | None]

# Lets the keys go that wait for the work that is being done; set by whatever starts work for a key.
_letting_go: ContextVar[Callable[[], None]] = ContextVar("letting_go", default=lambda: None)

SMALLEST = (60, 20)


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


class HousePlace(Screen[Result]):
    """A screen or dialog. Whenever one opens, `screen.<NAME>` goes to the audit log: here, and nowhere else."""

    NAME: ClassVar[str]
    TITLE_WORDS: ClassVar[str] = ""
    NEEDS: ClassVar[Mapping[str, str]] = {}
    """The permissions that actions need here, where the table cannot say it for every screen."""

    # Fields and lists paint their own focus; the toolkit would paint the whole screen whenever it moves.
    focused = Reactive[Widget | None](None, repaint=False)

    is_open = False
    _dressed_in = ""
    _opening = False
    _paints_whole = False
    when_ready: Callable[[], None] | None = None
    """Called once, as soon as what is composed here can take keys."""

    @property
    def house(self) -> House:
        """The console."""
        return cast(House, self.app)

    @property
    def desk(self) -> Desk:
        """Who acts here."""
        return self.house.desk

    def on_screen_resume(self, event: ScreenResume) -> None:
        """Record the opening. Coming back from a dialog that lay over it is none."""
        if self.app.screen is not self:
            return
        self.fit_terminal()
        if self.when_ready is not None:
            self.app.call_later(self.when_ready)
            self.when_ready = None
        if not self.is_open:
            self.is_open = True
            with self.guard():
                self.house.record_opening(self.NAME)
                self.opened()
        self._opening, self._paints_whole = event.refresh_styles, True
        if self.outer_size == self.app.size:
            self.post_message(Update(self))

    def update_node_styles(self, animate: bool = True) -> None:
        """Style again all that is here; not because it opens, which takes 40 ms, unless the theme is another now."""
        opening, self._opening = self._opening, False
        as_before = self._dressed_in in ("", self.app.theme)
        self._dressed_in = self.app.theme
        if not (opening and as_before):
            super().update_node_styles(animate)

    def refresh(self, *regions: Region, repaint: bool = True, layout: bool = False, recompose: bool = False) -> Self:
        """Paint again, but not twice: a layout paints what it moves, an opening screen is painted whole as it is."""
        if self._paints_whole and not (regions or layout or recompose):
            self._paints_whole = False
            return self
        return super().refresh(
            *regions, repaint=repaint and (recompose or not layout), layout=layout, recompose=recompose
        )

    def on_screen_suspend(self) -> None:
        """Notice that it left the stack, so that the next opening is recorded again."""
        self.is_open = self in self.app.screen_stack

    def opened(self) -> None:
        """What a place does each time it is opened; called after its row is written."""

    def on_resize(self) -> None:
        """The terminal has another size."""
        self.fit_terminal()

    def fit_terminal(self) -> None:
        """Set the classes that layouts go by: `-small` (too small), `-narrow` under 80 columns, `-wide` from 120."""
        width, height = self.app.size
        self.set_class(width < SMALLEST[0] or height < SMALLEST[1], "-small")
        self.set_class(width < 80, "-narrow")
        self.set_class(width >= 120, "-wide")

    def handler(self, action_id: str) -> Handler | None:
        """The method that does an action here, or None. A screen with tabs asks the tab in sight first."""
        return cast("Handler | None", getattr(self, f"do_{action_id}", None))

    def unsaved(self) -> str:
        """What leaving would lose, such as “the new customer”; empty when nothing would be lost."""
        return ""

    def on_field_full(self, event: Field.Full) -> None:
        """More was typed or pasted into a field than it holds."""
        event.stop()
        self.house.notice(f"Only {self.house.conventions.count(event.most)} characters fit here", "!")

    def scanned(self, code: str) -> bool:
        """Take a scanned code, if this place knows what to do with it; else the console looks for its customer."""
        return False

    def start(self, work: Coroutine[Any, Any, None], name: str) -> None:
        """Do work that waits or asks; its errors become notices. While it runs, another by that name is dropped."""
        self.house.start_work(self, work, name)

    async def ask(self, dialog: HouseDialog[Answer]) -> Answer | None:
        """Put a dialog over this screen and wait for its answer, None for Esc; only in `start` or an async `do_`."""
        return await self.house.ask(dialog)

    async def desk_for(self, permission: str, what: str) -> Desk | None:
        """This desk if it may, else backed by a second person's PIN given now; None when nobody gave one.

        `what` begins the sentence that asks, such as `Voiding S-0000123`. Only in `start` or an async `do_`.
        """
        if self.house.may(permission):
            return self.desk
        return await self.approved_desk(permission, what)

    async def approved_desk(self, permission: str, what: str) -> Desk | None:
        """This desk backed by a second person's PIN, for what goes beyond one's own limit; None when none.

        Raises NotAllowed for who changes nothing, whoever stands beside them.
        """
        from bookkeeper_tui.screens.dialogs.override import OverrideDialog

        self.desk.require("override.asked")

        approval = await self.ask(OverrideDialog(permission, what))
        return None if approval is None else self.desk.backed_by(approval)

    @contextmanager
    def guard(self) -> Iterator[None]:
        """Tell whatever goes wrong inside as a notice; for handlers that are no actions."""
        try:
            yield
        except Exception as error:
            self.house.failed(error)


class HouseScreen(HousePlace[None]):
    """A whole screen: header line, its body, the key line, and the notice that may lie over it.

    It is made once and kept, unless KEPT is false: then each visit gets a new one.
    """

    KEPT: ClassVar[bool] = True
    TAKES_SCANS: ClassVar[bool] = False
    """Whether what is scanned over one of its dialogs is for this screen."""

    seen_changes = 0
    is_done = False
    """Set when its work is done: the next screen takes its place instead of lying over it."""

    def compose(self) -> ComposeResult:
        yield HeaderLine(id="header")
        with Container(id="body"):
            yield from self.body()
        yield KeyLine(id="keys")
        yield NoticeLine(id="notice")
        yield TooSmall(id="too-small")

    @abstractmethod
    def body(self) -> ComposeResult:
        """The widgets between header line and key line."""

    def on_screen_resume(self, event: ScreenResume) -> None:
        """Fill the frame, and catch up with what changed while another screen was shown."""
        if self.app.screen is not self:
            return
        self.house.frame(self)
        if self.seen_changes != self.house.seen_changes:
            self.house.tell(self, StoreChanged(everything=True))
        with self.guard():
            self.seen()

    def seen(self) -> None:
        """What a screen does each time it comes to be seen, be it opened or uncovered."""

    def is_code(self, text: str) -> bool:
        """Whether a burst that came into a field of a dialog was scanned, not typed ahead on a line that halted."""
        return True

    def stray(self, text: str) -> bool:
        """Take a burst of characters that no field took, if this screen has a box for them."""
        return False

    def arrive(self, **what: Any) -> None:
        """Take what `show` was given; called each time somebody goes here, once the screen is mounted."""

    def store_changed(self, change: StoreChanged) -> None:
        """Refresh in place what is shown, moving neither cursor nor scroll. Called only while it is to be seen."""

    def take_count(self) -> int:
        """The count that was typed before the key of an action, once; 1 when there was none."""
        return 1

    @property
    def key_line(self) -> KeyLine:
        """The line at the bottom; its right end is the screen's to write with `show_right`."""
        return self.query_one("#keys", KeyLine)


class HouseDialog(HousePlace[Result], ModalScreen[Result]):
    """A small question over a screen; Esc answers None. What is scanned lands in the sale that lies beneath, if any."""

    def scanned(self, code: str) -> bool:
        """Hand the code down; it leaves the field that it may have been typed into, and what was typed there stays."""
        beneath = next((screen for screen in reversed(self.app.screen_stack) if isinstance(screen, HouseScreen)), None)
        if beneath is None or not beneath.TAKES_SCANS:
            return False
        field = self.focused
        if isinstance(field, Input):
            if field.check_consume_key("a", "a") and not beneath.is_code(code):
                return False
            # Its letters may still be on their way into the field; the keys after it wait.
            field.call_later(self._take_out, field, code, beneath, self.house.hold_keys())
        elif field is not None and field.check_consume_key("a", "a"):
            return False
        else:
            self._hand_down(code, beneath)
        return True

    def beneath_changed(self) -> None:
        """What was scanned has changed the sale beneath."""

    def _take_out(self, field: Input, code: str, beneath: HouseScreen, release: Callable[[], None]) -> None:
        try:
            field.value = field.value.removesuffix(code)
            self._hand_down(code, beneath)
        finally:
            release()

    def _hand_down(self, code: str, beneath: HouseScreen) -> None:
        beneath.scanned(code)
        with self.guard():
            self.beneath_changed()

    def do_back(self) -> Awaitable[None] | None:
        """Answer with None."""
        self.dismiss(None)
        return None
