"""The console: who is signed in, which screen is shown, keys and scanners, and what goes wrong."""

from __future__ import annotations

import asyncio
import gc
import os
import signal
from collections.abc import Callable, Mapping, Sequence
from inspect import isawaitable, signature
from typing import Any, ClassVar

from textual import events
from textual.binding import BindingType
from textual.filter import LineFilter
from textual.screen import Screen
from textual.worker import NoActiveWorker, Worker, get_current_worker

from bookkeeper_tui.actions import Action
from bookkeeper_tui.error_log import SORRY, write_down
from bookkeeper_tui.errors import BookkeeperError, NotAllowed
from bookkeeper_tui.formats import local_time
from bookkeeper_tui.keyboard import Keyboard
from bookkeeper_tui.keys import KeyTable
from bookkeeper_tui.screens.house import StoreChanged
from bookkeeper_tui.screens.screen import Handler, HouseDialog, HousePlace, HouseScreen
from bookkeeper_tui.screens.sign_in import SignInScreen
from bookkeeper_tui.shop_ways import ShopWays
from bookkeeper_tui.store.desk import Desk
from bookkeeper_tui.store.opening import Store
from bookkeeper_tui.store.sign_in import lock_console, sign_out
from bookkeeper_tui.terminal import ConsoleDriver, colours, terminal_name, wants_ascii
from bookkeeper_tui.widgets.harmless_lines import HarmlessLines
from bookkeeper_tui.widgets.header_line import HeaderLine
from bookkeeper_tui.widgets.key_line import KeyLine
from bookkeeper_tui.widgets.notice_line import NoticeLine
from bookkeeper_tui.widgets.number_field import NumberField

# What may be done where nobody is signed in or the console is locked.
_OUTSIDE = ("help", "back", "leave")


class BookkeeperApp(ShopWays, inherit_bindings=False):
    """One console on one store. `demo_staff` are the numbers, names, roles and PINs that a demo shop shows."""

    CSS_PATH = ["house.tcss", "screens/sign_in.tcss"]
    BINDINGS: ClassVar[list[BindingType]] = [*KeyTable().bindings()]
    ENABLE_COMMAND_PALETTE = False
    AUTO_FOCUS = None
    HOME: ClassVar[str] = "search"

    forgiving = True
    """Whether an error of the program itself is written down and the console goes on; tests want to see it."""

    def __init__(
        self,
        store: Store,
        *,
        demo_staff: Sequence[Mapping[str, str]] | None = None,
        environment: Mapping[str, str] = os.environ,
    ) -> None:
        super().__init__(driver_class=ConsoleDriver)
        self.animation_level = "none"
        self._harmless = HarmlessLines()
        self.store = store
        self.demo_staff = tuple(demo_staff or ())
        self.terminal = terminal_name(environment)
        self.colours = colours(environment)
        self.terminal_is_ascii = wants_ascii(environment)
        self.work_out_ways()
        self.seen_changes = 0
        self.nobody = Desk.unattended(store, self.terminal)
        self._desk: Desk | None = None
        self._locked = False
        self._idle: asyncio.TimerHandle | None = None
        self._said: list[NoticeLine] = []
        self._listener: Any = None
        self.keyboard = Keyboard(self, self._pass_on, self._scanned, self._stray, self._is_amount)
        self.dress()
        self.stylesheet.set_variables(self.get_css_variables())
        self._dressed = True

    # Beginning and ending.

    def get_default_screen(self) -> Screen[Any]:
        """The sign-in screen lies at the bottom of everything."""
        return SignInScreen()

    def on_mount(self) -> None:
        """Say what is wrong in the settings, and end at once when the terminal is gone."""
        self.set_class(self.ascii_only, "ascii")
        if not self.is_headless:
            loop = asyncio.get_running_loop()
            loop.add_signal_handler(signal.SIGHUP, self._hung_up)
            loop.add_signal_handler(signal.SIGTERM, self._told_to_end)
        self.call_after_refresh(self.say_mistakes)
        # Half a second after the first screen is painted: looking through all that is loaded takes 30 ms.
        self.set_timer(0.5, self._spare_what_stays)

    def _spare_what_stays(self) -> None:
        """Collect garbage once now (3 MB) and from now on, but no more among what stays: that would hold up a key."""
        gc.collect()
        gc.freeze()
        gc.enable()

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Under NO_COLOR the plain look has no colours to take away; the toolkit's filter paints it black on black."""
        return (self._harmless,) if self.no_color else (*super().get_line_filters(), self._harmless)

    def delay_update(self, delay: float = 0.0) -> None:
        """Show a new screen when it is ready, not after the toolkit's 50 ms."""

    def welcome(self, desk: Desk) -> None:
        """Somebody has signed in: listen to the store, and go to the search screen."""
        from bookkeeper_tui.listening import Listener

        self._desk = desk
        self._locked = False
        self.read_ways_again()
        self._listener = Listener(desk, self.store_changed, self.log_grew)
        self.keyboard.touched = asyncio.get_running_loop().time()
        self.watch_idleness()
        self.run_worker(self.work(self._begin(desk), self.hold_keys()), name="begin", exit_on_error=False)

    async def _begin(self, desk: Desk) -> None:
        """The search screen; over it the sale, where one was left unfinished, so that it is offered again."""
        await self._go(self.HOME, {})
        if desk.may("sale.rung"):
            from bookkeeper_tui.store import baskets

            if baskets.unfinished(desk):
                await self._go("sale", {})
        self.say_mistakes()

    def on_unmount(self) -> None:
        """The console closes."""
        self._stop_listening()

    def _stop_listening(self) -> None:
        if self._listener is not None:
            self._listener.close()
            self._listener = None

    async def end_session(self) -> None:
        """Sign out: the clock stops, and every screen of this person is taken down."""
        desk, self._desk = self._desk, None
        self._locked = False
        self._stop_listening()
        bottom = self.screen_stack[0]
        assert isinstance(bottom, SignInScreen)
        bottom.is_open = False
        for worker in list(self.workers):
            if worker is not current_worker():
                worker.cancel()
        await self.forget_places()
        if desk is not None:
            sign_out(desk)

    def _hung_up(self) -> None:
        """The terminal is gone, so nothing may be written to it any more: sign out and end the process here."""
        try:
            if self._desk is not None:
                sign_out(self._desk)
            self.store.close()
        finally:
            os._exit(129)

    def _told_to_end(self) -> None:
        """The process is to end, say because the server goes down: sign out, and give the terminal back in order."""
        try:
            if self._desk is not None:
                sign_out(self._desk)
        finally:
            self.exit()

    # Who is here.

    @property
    def desk(self) -> Desk:
        if self._desk is None:
            raise NotAllowed("Nobody is signed in at this console")
        return self._desk

    @property
    def is_signed_in(self) -> bool:
        """Whether somebody is signed in, locked or not."""
        return self._desk is not None

    @property
    def is_locked(self) -> bool:
        """Whether the console waits for a PIN."""
        return self._locked

    def may(self, permission: str) -> bool:
        return self._desk is not None and self._desk.may(permission)

    def record_opening(self, name: str) -> None:
        (self._desk or self.nobody).look(f"screen.{name}")

    # Keys and actions.

    def hold_keys(self) -> Callable[[], None]:
        return self.keyboard.hold()

    async def on_event(self, event: events.Event) -> None:
        """Every key goes through the keyboard, which lets it through to the screen in its turn."""
        if isinstance(event, events.Key) and not event.is_forwarded:
            await self.keyboard.take(event)
        else:
            await super().on_event(event)

    async def _pass_on(self, key: events.Key) -> None:
        self._clear_notice()
        await super().on_event(key)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """A key whose action nothing here answers to is left to the field or list that has the focus."""
        if action != "act":
            return True
        return self._handler(str(parameters[0])) is not None

    def action_act(self, action_id: str, position: int = 0) -> None:
        """What every binding does."""
        self.act(action_id, position)

    def act(self, action_id: str, position: int = 0) -> None:
        handler = self._handler(action_id)
        if handler is None:
            return
        try:
            if action_id == "refresh":
                self.read_ways_again()
            if permission := self._needed(self.table[action_id]):
                self.desk.require(permission)
            result = handler(position) if signature(handler).parameters else handler()
        except Exception as error:
            self.failed(error)
            return
        if isawaitable(result):
            own = getattr(handler, "__self__", None) is self
            self.start_work(self if own else self.screen, result, action_id)  # type: ignore[arg-type]

    def offered(self) -> list[str]:
        return [
            action.id
            for action in self.table
            if self._handler(action.id) is not None and (not (needed := self._needed(action)) or self.may(needed))
        ]

    def _needed(self, action: Action) -> str:
        place = self.screen
        return place.NEEDS.get(action.id, action.permission) if isinstance(place, HousePlace) else action.permission

    def _handler(self, action_id: str) -> Handler | None:
        place = self.screen
        if self.table[action_id].services and not self.settings.services:
            return None
        if isinstance(place, HousePlace) and (handler := place.handler(action_id)) is not None:
            return handler
        outside = self._desk is None or self._locked
        if outside and action_id not in _OUTSIDE:
            return None
        if isinstance(place, HouseDialog) and action_id != "lock":
            return None
        own: Handler | None = getattr(self, f"do_{action_id}", None)
        return own

    # Locking.

    def lock(self, why: str) -> None:
        if self._desk is None or self._locked:
            return
        from bookkeeper_tui.screens.lock import LockScreen

        self._locked = True
        try:
            lock_console(self._desk, why)
        finally:
            locked = LockScreen()
            self.read_styles(locked)
            self.push_screen(locked)

    def unlocked(self) -> None:
        """The right PIN was given: what lay beneath stands as it was left."""
        self._locked = False
        self.keyboard.touched = asyncio.get_running_loop().time()
        self.watch_idleness()
        self.pop_screen()

    def watch_idleness(self) -> None:
        """One timer that sleeps until the console could have been idle long enough; typing never touches it."""
        minutes = self.settings.idle_lock_minutes
        if not minutes or self._desk is None or self._locked:
            return
        loop = asyncio.get_running_loop()
        left = self.keyboard.touched + 60 * minutes - loop.time()
        if self._idle is not None:
            self._idle.cancel()
        if left <= 0:
            self.lock("idle")
        else:
            self._idle = loop.call_later(left, self.watch_idleness)

    # Scanners.

    def _scanned(self, code: str) -> bool:
        """A code was scanned: the place it came to may want it, else its customer is opened. False: it was typing."""
        place = self.screen
        if isinstance(place, HousePlace) and place.scanned(code):
            return True
        if place.focused is not None and place.focused.check_consume_key("a", "a"):
            return False
        if self._desk is not None and not self._locked and not isinstance(place, HouseDialog):
            self.show(self.HOME, scanned=code)
        return True

    def _is_amount(self, text: str) -> bool:
        """Whether what came in a burst can only have been typed into the field of figures that has the focus."""
        field = self.screen.focused
        return isinstance(field, NumberField) and field.is_amount(text)

    def _stray(self, text: str) -> None:
        """Characters came in a burst where no field takes them: they are for the screen's box, or the search box."""
        if isinstance(self.screen, HouseScreen) and self.screen.stray(text):
            return
        if self._desk is not None and not self._locked and not isinstance(self.screen, HouseDialog):
            self.show(self.HOME, text=text)

    # What changes elsewhere.

    def store_changed(self, change: StoreChanged) -> None:
        """Tell the screens in sight; the others catch up when they are seen again."""
        self.seen_changes += 1
        change = self.keep_up(change)
        if self.is_signed_in and self.desk.has_left:
            self.lock("left the staff")
        shown = False
        for screen in reversed(self.screen_stack):
            if isinstance(screen, HouseScreen) and not shown:
                self.tell(screen, change)
            shown = shown or not isinstance(screen, HouseDialog)

    def log_grew(self) -> None:
        """Tell the screen in sight that somebody looked at something; what it shows is of today, but for the log."""
        if isinstance(self.screen, HouseScreen) and self.screen.is_mounted:
            with self.screen.guard():
                self.screen.log_grew()

    def tell(self, screen: HouseScreen, change: StoreChanged) -> None:
        """Have one screen refresh what it shows; one that is still being put together reads everything afterwards."""
        if not screen.is_mounted:
            return
        screen.seen_changes = self.seen_changes
        try:
            screen.store_changed(change)
        except Exception as error:
            self.failed(error)

    # Saying things.

    def notice(self, sentence: str, mark: str = "") -> None:
        for screen in reversed(self.screen_stack):
            if found := screen.query(NoticeLine):
                found.first().say(sentence, mark)
                self._said.append(found.first())
                return

    def failed(self, error: Exception) -> None:
        if isinstance(error, BookkeeperError):
            self.notice(str(error), "!")
            return
        if not self.forgiving:
            raise error
        write_down(error, self.store.directory, self.terminal)
        self.notice(SORRY, "!")

    def frame(self, screen: HouseScreen) -> None:
        """Fill in a screen's header line and key line."""
        shop = self.store.shop
        header, keys = screen.query_one(HeaderLine), screen.query_one(KeyLine)
        desk, branch = self._desk, self.settings.branch_of(self.terminal)
        if desk is None:
            header.show(shop=shop.name, branch=branch, terminal=self.terminal)
        else:
            since = f"{local_time(desk.since, shop.time_zone):%H:%M}"
            header.show(
                shop=shop.name, branch=branch, terminal=self.terminal, person=desk.staff.name,
                role=desk.staff.role, since=since, live=True,
            )  # fmt: skip
        keys.show(self.table.key_line(screen.NAME, set(self.offered()), ascii_only=self.ascii_only))

    def refresh_keys(self) -> None:
        if isinstance(self.screen, HouseScreen):
            self.frame(self.screen)

    def _clear_notice(self) -> None:
        while self._said:
            line = self._said.pop()
            if line.is_attached:
                line.clear()

    def _handle_exception(self, error: Exception) -> None:
        """The toolkit's last resort, reached only by an error in a widget of its own: no traceback for a cashier."""
        if not self.forgiving:
            super()._handle_exception(error)
            return
        write_down(error, self.store.directory, self.terminal)
        self.exit(1, return_code=1)

    # Looks.

    def refresh_css(self, animate: bool = True) -> None:
        """Style everything again; not for the theme that the console was dressed in before there was anything."""
        if self._dressed:
            self._dressed = False
        else:
            super().refresh_css(animate)


def current_worker() -> Worker[Any] | None:
    """The worker that this runs in; None outside one."""
    try:
        return get_current_worker()
    except NoActiveWorker:
        return None
