"""Every screen there is writes its row when it opens: those of today, and whatever is added tomorrow."""

from __future__ import annotations

import pkgutil
from collections.abc import Callable, Iterable
from importlib import import_module
from inspect import isabstract, signature
from typing import Any

import pytest
from textual.screen import Screen

import bookkeeper_tui.app
import bookkeeper_tui.screens
from bookkeeper_tui.actions import ACTIONS
from bookkeeper_tui.screens.dialogs.ask_fields import AskedField
from bookkeeper_tui.screens.dialogs.read_out import Text
from bookkeeper_tui.screens.dialogs.two_pins import TwoPins
from bookkeeper_tui.screens.dialogs.use_session import Use
from bookkeeper_tui.screens.filtered_list import FilteredList
from bookkeeper_tui.screens.kept_list import KeptList
from bookkeeper_tui.screens.places import PLACES, build
from bookkeeper_tui.screens.screen import HouseDialog, HousePlace, HouseScreen
from bookkeeper_tui.store import baskets
from bookkeeper_tui.store.bookings import Busy
from bookkeeper_tui.store.desk import Desk
from bookkeeper_tui.store.permissions import all_permissions
from tests.screens.conftest import Opened, deeds, settled
from tests.screens.regulars import maria, sell

FRAME = (HousePlace, HouseScreen, HouseDialog, KeptList, FilteredList, TwoPins)

# What a dialog's constructor is given here. A new dialog that needs something fails until it has its line.
EXAMPLES: dict[str, Callable[[Desk], tuple[object, ...]]] = {
    "ask_fields": lambda desk: ("What?", [AskedField("amount", "Amount")]),
    "ask_number": lambda desk: ("How many?",),
    "ask_text": lambda desk: ("What?",),
    "attach": lambda desk: (sell(desk, maria(desk), 1)[0],),
    "busy": lambda desk: (Busy(["Marta is busy until 11:00"]),),
    "choose": lambda desk: ("Which?", [("a", "A")]),
    "choose_items": lambda desk: ("What for?", [], 100),
    "confirm": lambda desk: ("Sure?",),
    "conflict": lambda desk: ("Ann", {"name": ("a", "b", "c")}),
    "count": lambda desk: ("SH-000001", (100, 50, 20)),
    "give_pin": lambda desk: ("Ana Reyes",),
    "help": lambda desk: ("Help", ACTIONS),
    "menu": lambda desk: (ACTIONS,),
    "move_lines": lambda desk: (baskets.start(desk),),
    "new_pin": lambda desk: (desk,),
    "override": lambda desk: ("sale.voided", "Voiding S-0000001"),
    "palette": lambda desk: (ACTIONS,),
    "pay": lambda desk: (baskets.start(desk).id,),
    "read_out": lambda desk: ("To be read out", [Text("Wording 1", "May we write?")]),
    "use_session": lambda desk: ("K-0000001", Use(at=desk.now())),
}


def every_screen_class() -> list[type[Screen[Any]]]:
    """Every Textual screen defined anywhere in the program, whatever it derives from."""
    found = bookkeeper_tui.__path__
    names = [module.name for module in pkgutil.walk_packages(found, "bookkeeper_tui.")]
    for name in names:
        if not name.endswith("__main__"):
            import_module(name)
    return sorted(
        {cls for cls in descendants(Screen) if cls.__module__.startswith("bookkeeper_tui.") and cls not in FRAME},
        key=lambda cls: cls.__qualname__,
    )


def descendants(cls: type[Any]) -> Iterable[type[Any]]:
    for child in cls.__subclasses__():
        yield child
        yield from descendants(child)


def bypasses(cls: type[Screen[Any]]) -> str:
    """Why opening this class might leave no row; empty when it cannot."""
    if not issubclass(cls, HousePlace):
        return f"{cls.__qualname__} does not derive from HouseScreen or HouseDialog"
    if not getattr(cls, "NAME", ""):
        return f"{cls.__qualname__} has no NAME"
    if f"screen.{cls.NAME}" not in all_permissions():
        return f"no role may open {cls.NAME}: data/roles.csv has no screen.{cls.NAME}"
    for name in ("record_opening", "_get_dispatch_methods", "_on_message", "on_event", "is_open"):
        if name in vars(cls):
            return f"{cls.__qualname__} redefines {name}"
    return ""


CLASSES = every_screen_class()


@pytest.mark.parametrize("cls", CLASSES, ids=lambda cls: cls.__qualname__)
async def test_opening_a_screen_writes_its_row(cls: type[HousePlace[Any]], console: Opened, shell: Desk) -> None:
    assert not bypasses(cls)
    async with console("manager") as (app, pilot):
        needs = [p for p in signature(cls).parameters.values() if p.default is p.empty and p.kind is not p.VAR_KEYWORD]
        assert not needs or cls.NAME in EXAMPLES, f"give {cls.NAME} an example in this test"
        before = deeds(shell, "screen.").count(f"screen.{cls.NAME}")
        await app.push_screen(cls(*EXAMPLES[cls.NAME](app.desk) if needs else ()))
        await settled(pilot)
        assert deeds(shell, "screen.").count(f"screen.{cls.NAME}") == before + 1


def test_the_walk_finds_the_screens_that_are_known() -> None:
    names = {cls.NAME for cls in CLASSES if issubclass(cls, HousePlace)}
    assert {"sign_in", "search", "profile", "customer_form", "lock", "help", "palette", "menu", "confirm"} <= names
    assert len(names) == len(CLASSES), "two screens have one NAME"


def test_a_screen_that_bypasses_the_house_would_be_found() -> None:
    class Stranger(Screen[None]):
        pass

    class Quiet(HouseScreen):
        NAME = "search"

        def on_event(self, event: object) -> None:  # type: ignore[override]
            pass

    class Nameless(HouseScreen):
        pass

    assert all(bypasses(cls) for cls in (Stranger, Quiet, Nameless))


@pytest.mark.parametrize("place", PLACES)
def test_every_place_leads_to_a_screen_of_that_name(place: str) -> None:
    assert place == build(place).NAME
    assert not isabstract(type(build(place)))


async def test_a_dialog_that_closes_is_no_second_opening(console: Opened, shell: Desk) -> None:
    async with console("cashier") as (_, pilot):
        await pilot.press("f1")
        await settled(pilot)
        await pilot.press("escape")
        await settled(pilot)
        assert deeds(shell, "screen.") == ["screen.sign_in", "screen.search", "screen.help"]


async def test_a_screen_left_and_opened_again_is_recorded_again(console: Opened, shell: Desk) -> None:
    async with console("cashier") as (_, pilot):
        for key in ("f4", "escape", "f4"):
            await pilot.press(key)
            await settled(pilot)
        assert deeds(shell, "screen.customer_form") == ["screen.customer_form"] * 2
