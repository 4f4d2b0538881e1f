"""What every screen and dialog is made of: the frame around it, its row in the audit log, how its actions run."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Awaitable, Callable, Coroutine, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, ClassVar, Self, TypeVar, cast

from textual.app import ComposeResult
from textual.containers import Container
from textual.events import ScreenResume
from textual.geometry import Region
from textual.messages import Update
from textual.reactive import Reactive
from textual.screen import ModalScreen, Screen
from textual.widget import Widget
from textual.widgets import Input

from bookkeeper_tui.screens.house import House, StoreChanged
from bookkeeper_tui.widgets.field import Field
from bookkeeper_tui.widgets.header_line import HeaderLine
from bookkeeper_tui.widgets.key_line import KeyLine
from bookkeeper_tui.widgets.notice_line import NoticeLine, TooSmall

if TYPE_CHECKING:
    from bookkeeper_tui.store.desk import Desk

Result = TypeVar("Result")
Answer = TypeVar("Answer")
Handler = Callable[..., Awaitable[None] | None]

SMALLEST = (60, 20)


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

    def log_grew(self) -> None:
        """The audit log grew, by looks alone: nothing that is shown changed but the log. Called only while seen."""

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
