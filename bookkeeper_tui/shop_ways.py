"""The shop's ways at this console: keys, looks, tabs and figures by `settings.toml`, taken up while it is open."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

from textual.binding import BindingsMap

from bookkeeper_tui.common_actions import CommonActions
from bookkeeper_tui.keys import with_overrides
from bookkeeper_tui.looks import look_names, look_to_begin_with
from bookkeeper_tui.screens.house import StoreChanged
from bookkeeper_tui.screens.screen import HouseScreen
from bookkeeper_tui.settings import Settings, place_in
from bookkeeper_tui.store.permissions import all_permissions

# After these the settings' file is another, or what people may do is.
_SETTINGS = frozenset({"setting.changed", "theme.chosen", "branch.edited"})
_RIGHTS = frozenset({"permission.edited", "limit.edited", "staff.role", "staff.retired"})


class ShopWays(CommonActions):
    """The part of the console that knows what the shop chose."""

    terminal_is_ascii: bool
    mistakes: Sequence[str] = ()
    _worked_out: Settings
    _keys_bound: Mapping[str, str] = MappingProxyType({})

    @property
    def settings(self) -> Settings:
        """What the shop chose, as it stands now."""
        return self.store.settings

    @abstractmethod
    def watch_idleness(self) -> None:
        """Lock the console when nobody touches it for as long as the shop says."""

    def work_out_ways(self) -> None:
        """Keys, marks and figures by the settings, and every mistake in them as a sentence."""
        settings, path = self.settings, self.store.settings_path
        self._worked_out = settings
        self.ascii_only = self.terminal_is_ascii if settings.ascii == "auto" else settings.ascii == "yes"
        self.conventions = replace(self.store.conventions, ascii=self.ascii_only)
        self.table, of_keys = with_overrides(settings.keys, lambda action_id: place_in(path, "keys", action_id))
        if settings.keys != self._keys_bound:
            self._bindings, self._keys_bound = BindingsMap(self.table.bindings()), settings.keys
        self.mistakes = [*self.store.mistakes, *of_keys, *self._unknown_tabs(), *self._unknown_looks()]

    def dress(self) -> None:
        """Put on the look that the settings name for this terminal, or the one that it can show."""
        wanted = self.settings.themes.get(self.terminal, self.settings.theme)
        look, mistakes = look_to_begin_with(wanted if wanted in look_names() else "", self.colours)
        self.mistakes = [*self.mistakes, *mistakes]
        self.register_theme(look.theme)
        self.theme = look.name

    def keep_up(self, change: StoreChanged) -> StoreChanged:
        """Take up what somebody changed in Setup, here or elsewhere. Returns what the screens are to be told.

        Where rights changed that is everything: what stands on a screen may be for others' eyes now.
        """
        if change.everything or change.actions & _SETTINGS:
            self.read_ways_again()
        if self.is_signed_in and (change.everything or change.actions & _RIGHTS):
            self.desk.keep_up()
            self._frame_all()
            return replace(change, everything=True)
        return change

    def read_ways_again(self) -> None:
        """Take up what stands in the settings' file now, whoever wrote it there."""
        self.store.keep_up()
        self._take_up()

    def _take_up(self) -> None:
        """Show the shop's ways as its settings have them now, on every screen there is."""
        if self._worked_out is self.settings:
            return
        old, conventions, known = self._worked_out, self.conventions, set(self.mistakes)
        self.work_out_ways()
        self.set_class(self.ascii_only, "ascii")
        if old.theme != self.settings.theme or old.themes != self.settings.themes:
            self.dress()
        self.watch_idleness()
        if conventions != self.conventions or old.services != self.settings.services:
            self.forget_idle_places()
        self._frame_all()
        for screen in self.screen_stack:
            if isinstance(screen, HouseScreen):
                self.tell(screen, StoreChanged(everything=True))
        if set(self.mistakes) - known:
            self.say_mistakes()

    def say_mistakes(self) -> None:
        """Say the first mistake in the settings, and where the others are read."""
        if not self.mistakes:
            return
        more = len(self.mistakes) - 1
        others = f" ({more} more: a manager reads them in Setup, F10)" if more else ""
        self.notice(f"{self.mistakes[0]}{others}", "!")

    def _unknown_tabs(self) -> list[str]:
        hidden = self.settings.tabs_hidden
        tabs = {name.removeprefix("tab.") for name in all_permissions() if name.startswith("tab.")} if hidden else set()
        place = place_in(self.store.settings_path, "tabs_hidden") if set(hidden) - tabs else ""
        return [
            f"{place}: “tabs_hidden” names “{name}”, which is no tab such as sales or notes"
            for name in hidden
            if name not in tabs
        ]

    def _unknown_looks(self) -> list[str]:
        path, known = self.store.settings_path, look_names()
        wanted = {("theme", ""): self.settings.theme}
        wanted |= {("themes", terminal): look for terminal, look in self.settings.themes.items()}
        return [
            f"{place_in(path, *where)}: there is no theme “{look}”: there are {', '.join(known)}"
            for where, look in wanted.items()
            if look and look not in known
        ]

    def _frame_all(self) -> None:
        for screen in self.screen_stack:
            if isinstance(screen, HouseScreen) and screen.is_mounted:
                self.frame(screen)
