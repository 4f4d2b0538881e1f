"""Settings are changed one by one, with old and new in the log, and the file keeps all that was not changed."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import fields, replace
from pathlib import Path
from threading import Thread

import pytest

from bookkeeper_tui.errors import BadInput, BookkeeperError, NotAllowed, StoreUnusable
from bookkeeper_tui.settings import Settings, read_settings
from bookkeeper_tui.store import shop_settings
from bookkeeper_tui.store.desk import Desk
from bookkeeper_tui.store.opening import Store
from bookkeeper_tui.store.shop_settings import CHOICES, choose, choose_look, value_of

WRITTEN = """# The shop on the corner
branch = "Main"  # where we are
cash_rounding = 5
mystery = 3

[printer]
# the long one
kind = "file"
"""


@pytest.fixture
def written(store: Store) -> Path:
    """A settings file that somebody wrote by hand, with one mistake."""
    store.settings_path.write_text(WRITTEN)
    store.keep_up()
    return store.settings_path


def logged(desk: Desk, action: str) -> list[tuple[str, dict[str, list[object]]]]:
    rows = desk.database.execute_sql(
        "SELECT subject, body FROM audit LEFT JOIN audit_personal USING (seq) WHERE action = ? ORDER BY seq", (action,)
    )
    return [(subject, json.loads(value) if value else {}) for subject, value in rows]


def test_a_change_keeps_comments_and_what_nobody_understands(desk: Desk, written: Path) -> None:
    choose(desk, {("cash_rounding",): 10, ("printer", "head"): ("Main St", "VAT 1")}, seen=desk.store.settings)
    text = written.read_text()
    for kept in ("# The shop on the corner", "# where we are", "mystery = 3", "# the long one"):
        assert kept in text
    settings, mistakes = read_settings(written)
    assert (settings.cash_rounding, settings.printer.head, settings.printer.kind) == (10, ("Main St", "VAT 1"), "file")
    assert mistakes == ["settings.toml line 4: there is no setting “mystery”"]


def test_the_console_that_changed_it_has_it_at_once(desk: Desk) -> None:
    choose(desk, {("decimal",): ",", ("group",): "."}, seen=desk.store.settings)
    assert desk.store.settings.decimal == ","
    assert desk.store.conventions.amount(123450) == "1.234,50"


def test_another_console_has_it_once_it_hears(desk: Desk, store: Store) -> None:
    other = store.again()
    choose(desk, {("idle_lock_minutes",): 3}, seen=desk.store.settings)
    assert other.settings.idle_lock_minutes == 10
    assert other.keep_up()
    assert other.settings.idle_lock_minutes == 3
    assert not other.keep_up()
    other.close()


def test_old_and_new_stand_in_the_log(desk: Desk) -> None:
    choose(desk, {("cash_rounding",): 5}, seen=desk.store.settings)
    choose(desk, {("printer", "foot"): ("Thank you",)}, seen=desk.store.settings)
    assert [subject for subject, _ in logged(desk, "setting.changed")] == ["cash_rounding", "printer"]
    entries = "".join(str(values) for _, values in logged(desk, "setting.changed"))
    assert "'cash_rounding': [0, 5]" in entries
    assert "'printer.foot': [[], ['Thank you']]" in entries


def test_what_is_as_it_was_is_no_change(desk: Desk) -> None:
    choose(desk, {("cash_rounding",): 0}, seen=desk.store.settings)
    assert logged(desk, "setting.changed") == []


@pytest.mark.parametrize(
    ("place", "value", "told"),
    [
        (("date_format",), "%d/%m", "“date_format” takes a day, a month and a year"),
        (("idle_lock_minutes",), 2000, "takes 0 (never) to 1440"),
        (("decimal",), ".", "“group” cannot be the decimal mark as well"),
        (("printer", "kind"), "laser", "“kind” takes none, file, cups, network or terminal"),
        (("printer", "kind"), "network", "needs a “host”"),
        (("printers", "Till 3", "columns"), 4, "“columns” takes 20 to 132, not 4"),
        (("colour",), "blue", "there is no setting “colour”"),
        (("cash_rounding",), True, "takes a whole number"),
    ],
)
def test_a_value_that_will_not_do_is_told_and_nothing_is_written(
    desk: Desk, place: tuple[str, ...], value: str | int, told: str
) -> None:
    before = desk.store.settings_path.read_bytes()
    with pytest.raises(BadInput) as refused:
        choose(desk, {place: value}, seen=desk.store.settings)
    assert told in str(refused.value)
    assert "line" not in str(refused.value)
    assert desk.store.settings_path.read_bytes() == before
    assert logged(desk, "setting.changed") == []


def test_what_somebody_else_changed_meanwhile_is_not_overwritten(desk: Desk, desk_of: Callable[..., Desk]) -> None:
    seen = desk.store.settings
    choose(desk_of("manager"), {("cash_rounding",): 5}, seen=seen)
    with pytest.raises(BadInput, match="cash_rounding was changed meanwhile: it is “5” now"):
        choose(desk, {("cash_rounding",): 10}, seen=seen)
    choose(desk, {("idle_lock_minutes",): 7}, seen=seen)
    assert (desk.store.settings.cash_rounding, desk.store.settings.idle_lock_minutes) == (5, 7)


def test_of_two_at_once_one_wins_and_the_other_is_told(desk: Desk, store: Store) -> None:
    seen, outcome = desk.store.settings, list[str]()

    def change(minutes: int) -> None:
        own = store.again()
        try:
            choose(Desk(own, desk.staff, f"till-{minutes}"), {("idle_lock_minutes",): minutes}, seen=seen)
            outcome.append("done")
        except BadInput:
            outcome.append("told")
        finally:
            own.close()

    threads = [Thread(target=change, args=(minutes,)) for minutes in (3, 4, 5, 6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcome) == ["done", "told", "told", "told"]
    assert len(logged(desk, "setting.changed")) == 1


def test_none_takes_it_out_so_that_the_default_holds(desk: Desk, written: Path) -> None:
    choose(desk, {("cash_rounding",): None}, seen=desk.store.settings)
    assert desk.store.settings.cash_rounding == 0
    assert "cash_rounding" not in written.read_text()


def test_a_terminal_with_any_name_keeps_its_own_printer(desk: Desk) -> None:
    place = ("printers", 'Till "3" [a.b] = é', "columns")
    choose(desk, {place: 48}, seen=desk.store.settings)
    assert desk.store.settings.printer_of(place[1]).columns == 48
    assert value_of(desk.store.settings, place) == 48


def test_a_file_that_is_no_toml_must_be_mended_by_hand(desk: Desk) -> None:
    desk.store.settings_path.write_text("branch = North\n")
    desk.store.keep_up()
    with pytest.raises(BadInput, match="has a mistake that must be mended by hand first"):
        choose(desk, {("cash_rounding",): 5}, seen=desk.store.settings)
    assert desk.store.settings_path.read_text() == "branch = North\n"


def test_a_file_that_went_missing_is_written_anew(desk: Desk) -> None:
    desk.store.settings_path.unlink()
    desk.store.keep_up()
    choose(desk, {("cash_rounding",): 5}, seen=desk.store.settings)
    assert "idle_lock_minutes = 10" in desk.store.settings_path.read_text()


def test_what_a_check_refuses_is_not_written(desk: Desk) -> None:
    def refuse(settings: Settings) -> None:
        raise BadInput(f"{settings.cash_rounding} is no coin")

    before = desk.store.settings_path.read_bytes()
    with pytest.raises(BadInput, match="7 is no coin"):
        choose(desk, {("cash_rounding",): 7}, seen=desk.store.settings, check=refuse)
    assert desk.store.settings_path.read_bytes() == before


def test_a_change_that_fails_afterwards_puts_the_file_back(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise StoreUnusable("The disk is full")

    before = desk.store.settings_path.read_bytes()
    monkeypatch.setattr(Desk, "_append", full)
    with pytest.raises(StoreUnusable, match="The disk is full"):
        choose(desk, {("cash_rounding",): 5}, seen=desk.store.settings)
    assert desk.store.settings_path.read_bytes() == before


def test_a_directory_that_cannot_be_written_is_one_sentence(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def no(*_: object) -> None:
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr("bookkeeper_tui.store.shop_settings.os.fsync", no)
    with pytest.raises(StoreUnusable, match=r"cannot be written .Read-only file system.: nothing is changed"):
        choose(desk, {("cash_rounding",): 5}, seen=desk.store.settings)
    assert desk.store.settings.cash_rounding == 0
    assert sorted(path.name for path in desk.store.directory.glob("settings*")) == ["settings.toml"]


def test_a_cashier_chooses_the_look_of_a_terminal_and_nothing_else(desk_of: Callable[..., Desk], written: Path) -> None:
    cashier = desk_of("cashier")
    choose_look(cashier, "Till 3", "plain")
    choose_look(cashier, "Till 3", "plain")
    assert cashier.store.settings.themes["Till 3"] == "plain"
    assert "# the long one" in written.read_text()
    assert [subject for subject, _ in logged(cashier, "theme.chosen")] == ["plain", "plain"]
    with pytest.raises(NotAllowed):
        choose(cashier, {("cash_rounding",): 5}, seen=cashier.store.settings)


@pytest.mark.parametrize("choice", CHOICES, ids=lambda choice: choice.title)
def test_every_choice_is_a_setting_that_can_be_written_and_taken_out(desk: Desk, choice: shop_settings.Choice) -> None:
    before = value_of(desk.store.settings, choice.place)
    values: dict[str, shop_settings.Value] = {
        "yes": not before,
        "whole": 7,
        "amount": 25,
        "text": "/mnt/elsewhere",
        "lines": ("One", "Two"),
        "one of": next((key for key, _ in reversed(choice.options) if key not in (before, ",", ".")), "."),
    }
    if choice.place == ("decimal",):
        choose(desk, {("group",): " "}, seen=desk.store.settings)
    choose(desk, {choice.place: values[choice.kind]}, seen=desk.store.settings)
    assert value_of(desk.store.settings, choice.place) == values[choice.kind]
    choose(desk, {choice.place: None}, seen=desk.store.settings)
    assert f"{choice.place[-1]} =" not in desk.store.settings_path.read_text()


def test_every_setting_can_be_changed_in_setup() -> None:
    elsewhere = {"branch", "branches", "theme", "themes", "keys", "printer", "printers", "tabs_hidden"}
    assert {item.name for item in fields(Settings)} == {choice.place[0] for choice in CHOICES} | elsewhere


def test_mistakes_are_for_those_who_may_open_setup(desk_of: Callable[..., Desk], written: Path) -> None:
    assert shop_settings.mistakes(desk_of("auditor")) == ("settings.toml line 4: there is no setting “mystery”",)
    with pytest.raises(BookkeeperError):
        shop_settings.mistakes(desk_of("cashier"))


def test_a_store_with_other_settings_for_a_while_keeps_them(store: Store) -> None:
    other = replace(store, settings=replace(store.settings, services=False))
    assert not other.keep_up()
    assert not other.settings.services
