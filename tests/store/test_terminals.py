"""Every terminal that was used is listed, with what it has of its own."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bookkeeper_tui.errors import BadInput, NotAllowed
from bookkeeper_tui.settings import Printer
from bookkeeper_tui.store.desk import Desk
from bookkeeper_tui.store.terminals import Terminal, as_all, list_terminals, set_look, set_printer

DeskOf = Callable[..., Desk]


def terminal(desk: Desk, name: str) -> Terminal:
    return next(one for one in list_terminals(desk) if one.name == name)


def test_terminals_that_were_used_and_those_only_named_are_listed(desk: Desk, desk_of: DeskOf) -> None:
    desk.look("screen.setup")
    desk_of("cashier", "till-2").look("screen.sale")
    set_look(desk, "till-9", "plain", seen=desk.store.settings)
    listed = list_terminals(desk)
    assert [one.name for one in listed] == ["till-1", "till-2", "till-9"]
    assert (listed[1].seen_by, listed[1].seen_at > 0) == ("102 Test cashier", True)
    assert (listed[2].seen_at, listed[2].look) == (0, "plain")


def test_a_terminal_has_a_printer_of_its_own_only_where_it_differs(desk: Desk) -> None:
    set_printer(desk, "", {"kind": "file", "columns": 48}, seen=desk.store.settings)
    set_printer(desk, "till-2", {"kind": "terminal", "columns": 48}, seen=desk.store.settings)
    assert desk.store.settings.printers["till-2"] == {"kind": "terminal"}
    assert terminal(desk, "till-2").printer == Printer("terminal", columns=48)
    set_printer(desk, "till-2", {"kind": "file", "columns": 48}, seen=desk.store.settings)
    assert desk.store.settings.printer_of("till-2") == Printer("file", columns=48)


def test_a_terminal_goes_back_to_what_holds_for_all(desk: Desk) -> None:
    set_look(desk, "till-2", "plain", seen=desk.store.settings)
    set_printer(desk, "till-2", {"kind": "file", "columns": 48}, seen=desk.store.settings)
    as_all(desk, "till-2", seen=desk.store.settings)
    assert desk.store.settings.printer_of("till-2") == Printer()
    assert not desk.store.settings.themes


@pytest.mark.parametrize(
    ("name", "printer", "told"),
    [
        ("till-2", {"kind": "network"}, "needs a “host”"),
        ("", {"kind": "network"}, "host"),
        ("till-2", {"columns": 5}, "“columns” takes 20 to 132"),
        ("till\x1b2", {"columns": 40}, "is no name of a terminal"),
        ("x" * 41, {"columns": 40}, "is no name of a terminal"),
    ],
)
def test_what_a_printer_cannot_have_is_one_sentence(
    desk: Desk, name: str, printer: dict[str, str | int], told: str
) -> None:
    with pytest.raises(BadInput, match=told):
        set_printer(desk, name, dict(printer), seen=desk.store.settings)
    assert desk.store.settings.printer == Printer()


def test_cashiers_see_and_set_none(desk_of: DeskOf) -> None:
    cashier = desk_of("cashier")
    with pytest.raises(NotAllowed):
        list_terminals(cashier)
    with pytest.raises(NotAllowed):
        set_printer(cashier, "till-1", {"kind": "file"}, seen=cashier.store.settings)
