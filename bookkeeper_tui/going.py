"""Going from screen to screen: each is made when first needed and stands where it was left; nothing typed is lost."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from textual.screen import Screen

from bookkeeper_tui.screens.house import House
from bookkeeper_tui.screens.places import build
from bookkeeper_tui.screens.screen import HouseDialog, HousePlace, HouseScreen


class Going(House):
    """The part of the console that knows which screens lie on which."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._kept: dict[str, HouseScreen] = {}

    def show(self, place: str, **what: object) -> None:
        self.run_worker(self.work(self._go(place, what), self.hold_keys()), name=f"go to {place}", exit_on_error=False)

    def show_saying(self, sentence: str, place: str, **what: object) -> None:
        self.run_worker(
            self.work(self._go_saying(sentence, place, what), self.hold_keys()), name=place, exit_on_error=False
        )

    def go_back(self) -> None:
        self.run_worker(self.work(self._leave_top(), self.hold_keys()), name="go back", exit_on_error=False)

    async def _go_saying(self, sentence: str, place: str, what: Mapping[str, object]) -> None:
        await self._go(place, what)
        self.notice(sentence)

    async def _go(self, place: str, what: Mapping[str, object]) -> None:
        self.desk.require(f"screen.{place}")
        houses = [screen for screen in self.screen_stack if isinstance(screen, HouseScreen)]
        there = next((screen for screen in houses if place == screen.NAME), None)
        if there is not None:
            while self.screen is not there:
                if not await self._may_leave(self.screen):
                    return
                if self.screen is not there:
                    await self.pop_screen()
            there.arrive(**what)
            return
        screen = self._kept.get(place)
        if screen is None:
            screen = build(place)
            self.read_styles(screen)
            screen.seen_changes = self.seen_changes
            if screen.KEPT:
                self._kept[place] = screen
                self.install_screen(screen, place)
        top = self.screen
        mounted = screen.is_running
        if mounted:
            screen.arrive(**what)
        if isinstance(top, HouseScreen) and top.is_done:
            await self.switch_screen(screen)
        else:
            await self.push_screen(screen)
        if not mounted:
            try:
                screen.arrive(**what)
            except Exception:
                await self.pop_screen()
                raise

    async def _leave_top(self) -> None:
        top = self.screen
        if len(self.screen_stack) > 2 and await self._may_leave(top) and self.screen is top:
            await self.pop_screen()

    async def _may_leave(self, screen: Screen[Any]) -> bool:
        lost = screen.unsaved() if isinstance(screen, HousePlace) else ""
        if not lost:
            return True
        from bookkeeper_tui.screens.dialogs.confirm import Confirm

        question: HouseDialog[bool] = Confirm(f"Leave without saving {lost}?", yes="Leave", no="Stay")
        return await self.ask(question) is True

    async def may_leave_all(self) -> bool:
        """Whether nothing typed on any screen would be lost, or may be."""
        for screen in reversed(self.screen_stack):
            if not await self._may_leave(screen):
                return False
        return True

    def forget_idle_places(self) -> None:
        """Keep no screen that is out of sight and would lose nothing: the next visit makes it anew."""
        for place, screen in list(self._kept.items()):
            if screen not in self.screen_stack and not screen.unsaved():
                self.uninstall_screen(place)
                del self._kept[place]
                screen.remove()

    async def forget_places(self) -> None:
        """Take every screen down but the lowest, and keep none: the next person begins afresh."""
        for taken_down in [self.pop_screen() for _ in self.screen_stack[1:]]:
            await taken_down
        for place, screen in self._kept.items():
            self.uninstall_screen(place)
            await screen.remove()
        self._kept.clear()
