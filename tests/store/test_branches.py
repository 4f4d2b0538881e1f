"""Branches are kept by managers, and terminals stand in them from their next shift on."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bookkeeper_tui.errors import BadInput, NotAllowed
from bookkeeper_tui.store import shifts
from bookkeeper_tui.store.branches import BranchRecord, add, list_branches, place_terminal, rename, retire
from bookkeeper_tui.store.desk import Desk

DeskOf = Callable[..., Desk]


def names(desk: Desk) -> list[str]:
    return [one.name for one in list_branches(desk)]


def branch(desk: Desk, name: str) -> BranchRecord:
    return next(one for one in list_branches(desk) if one.name == name)


def test_the_shop_s_own_branch_is_listed_before_its_first_sale(desk: Desk) -> None:
    assert [(one.name, one.is_shops, one.shifts) for one in list_branches(desk)] == [("Main", True, 0)]


def test_a_terminal_s_next_shift_is_in_its_branch(desk: Desk) -> None:
    add(desk, "Harbour")
    assert place_terminal(desk, "till-1", "Harbour").terminals == ("till-1",)
    assert shifts.open_shift(desk, 0).branch == "Harbour"
    assert (branch(desk, "Harbour").shifts, branch(desk, "Harbour").last_day) == (1, desk.today())
    place_terminal(desk, "till-1", "Main")
    assert "till-1" not in desk.store.settings.branches


def test_a_renamed_branch_keeps_its_past_and_the_settings_follow(desk: Desk) -> None:
    place_terminal(desk, "till-9", add(desk, "Harbour").name)
    shifts.open_shift(desk, 0)
    rename(desk, "Main", "High Street")
    rename(desk, "Harbour", "The Docks")
    assert names(desk) == ["High Street", "The Docks"]
    settings = desk.store.settings
    assert (settings.branch, dict(settings.branches)) == ("High Street", {"till-9": "The Docks"})
    assert branch(desk, "High Street").shifts == 1


def test_each_change_is_logged_with_old_and_new(desk: Desk) -> None:
    add(desk, "Harbour")
    rename(desk, "Harbour", "Docks")
    retire(desk, "Docks")
    retire(desk, "Docks")
    rows = desk.database.execute_sql("SELECT subject, detail FROM audit WHERE action = 'branch.edited' ORDER BY seq")
    assert rows.fetchall() == [
        ("Harbour", '{"name":["","Harbour"]}'),
        ("Docks", '{"name":["Harbour","Docks"]}'),
        ("Docks", '{"retired":[false,true]}'),
    ]


@pytest.mark.parametrize("name", ["", "   ", "Main", "MAIN", "x" * 41])
def test_a_name_that_will_not_do_is_one_sentence(desk: Desk, name: str) -> None:
    shifts.open_shift(desk, 0)
    with pytest.raises(BadInput):
        add(desk, name)
    assert names(desk) == ["Main"]


def test_a_branch_in_use_is_not_closed(desk: Desk) -> None:
    with pytest.raises(BadInput, match="where terminals stand that have no branch of their own"):
        retire(desk, "Main")
    add(desk, "Harbour")
    place_terminal(desk, "till-1", "Harbour")
    with pytest.raises(BadInput, match="till-1 stand in Harbour: move them first"):
        retire(desk, "Harbour")
    shifts.open_shift(desk, 0)
    place_terminal(desk, "till-1", "Main")
    with pytest.raises(BadInput, match="Shift SH-000001 is open in Harbour: end it first"):
        retire(desk, "Harbour")


def test_nobody_is_placed_in_a_closed_branch(desk: Desk) -> None:
    add(desk, "Harbour")
    retire(desk, "Harbour")
    for terminal in ("till-1", ""):
        with pytest.raises(BadInput, match="Harbour is closed: open it again first"):
            place_terminal(desk, terminal, "Harbour")
    with pytest.raises(BadInput, match="There is no branch Moon"):
        place_terminal(desk, "till-1", "Moon")
    assert retire(desk, "Harbour", False).retired is False
    assert place_terminal(desk, "", "Harbour").is_shops


def test_a_rename_that_fails_leaves_branch_and_settings_as_they_were(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise OSError(28, "No space left on device")

    shifts.open_shift(desk, 0)
    monkeypatch.setattr("bookkeeper_tui.store.shop_settings.os.fsync", broken)
    with pytest.raises(Exception, match="No space left"):
        rename(desk, "Main", "High Street")
    assert (names(desk), desk.store.settings.branch) == (["Main"], "Main")


def test_cashiers_keep_no_branches(desk_of: DeskOf) -> None:
    with pytest.raises(NotAllowed):
        add(desk_of("cashier"), "Harbour")
    with pytest.raises(NotAllowed):
        place_terminal(desk_of("auditor"), "till-1", "Main")
