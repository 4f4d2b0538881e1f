"""F8: a float opens the shift, cash moves with a second person's PIN, the count is blind, the day closes with its Z."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from bookkeeper_tui.app import BookkeeperApp
from bookkeeper_tui.formats import local_time
from bookkeeper_tui.screens.dialogs.ask_fields import AskFields
from bookkeeper_tui.screens.dialogs.count import CountDialog
from bookkeeper_tui.screens.preview import PreviewScreen
from bookkeeper_tui.screens.screen import HousePlace
from bookkeeper_tui.screens.shift import ShiftScreen
from bookkeeper_tui.store import days, ledger, shifts
from bookkeeper_tui.store.desk import Desk
from bookkeeper_tui.store.sales import NewSale, NewTender, post_many
from bookkeeper_tui.store.shop import branch_id
from bookkeeper_tui.widgets.count_sheet import CountSheet
from bookkeeper_tui.widgets.notice_line import NoticeLine
from tests.conftest import PIN
from tests.screens.conftest import Opened, deeds, settled
from tests.screens.recording import looks_as_recorded, screen_text
from tests.screens.regulars import NOW, _sale, maria, sell

HOUR = 3_600_000_000


async def at_shift(app: BookkeeperApp, pilot: object) -> ShiftScreen:
    await typed(app, pilot, "f8")
    assert isinstance(app.screen, ShiftScreen)
    return app.screen


async def come_to(app: BookkeeperApp, pilot: object, screen: type[HousePlace[Any]]) -> None:
    """Wait until a PIN has been checked, and the screen behind it is shown."""
    for _ in range(200):
        if isinstance(app.screen, screen):
            break
        await pilot.pause(0.02)  # type: ignore[attr-defined]
    await settled(pilot)  # type: ignore[arg-type]


async def typed(app: BookkeeperApp, pilot: object, *keys: str) -> None:
    for key in keys:
        await pilot.press(key)  # type: ignore[attr-defined]
        await settled(pilot)  # type: ignore[arg-type]


def said(app: BookkeeperApp) -> str:
    return app.screen.query_one(NoticeLine).sentence


def sold(desk: Desk, count: int = 6) -> None:
    """So many sales in the shift open at a desk, an hour apart, the last one now."""
    shift = shifts.current(desk)
    assert shift is not None
    customer = maria(Desk.shell(desk.store))
    sell(Desk.shell(desk.store), customer, 1)
    with desk.change("sale.paid") as change:
        products = dict(change.database.execute_sql("SELECT sku, id FROM product").fetchall())
        branch = branch_id(change.database, shift.branch)
        new: list[NewSale] = []
        for n in range(count):
            at = NOW - (count - n - 1) * HOUR
            made = _sale(customer, products, [branch, branch], n, count, 0, 1)
            made = made._replace(
                sold_at=at, business_date=shift.business_date, shift_id=shift.id, staff_id=desk.staff.staff_id,
                terminal=desk.terminal,
            )  # fmt: skip
            new.append(made)
        back = new[0].lines[0]
        back = back._replace(quantity=-1000, pieces=-1, amount=-back.amount, discounts=())
        new.append(new[0]._replace(kind="return", sold_at=NOW, tenders=[NewTender("cash", back.amount)], lines=[back]))
        post_many(change, new)


async def test_a_float_and_enter_open_a_shift(console: Opened, shell: Desk) -> None:
    async with console("cashier") as (app, pilot):
        await at_shift(app, pilot)
        looks_as_recorded(app, "shift_none")
        await typed(app, pilot, *"150,00", "enter")
        assert said(app) == "Shift SH-000001 is open"
        await typed(app, pilot, "down")
        looks_as_recorded(app, "shift_open")
        shift = shifts.current(app.desk)
        assert shift is not None
        assert shifts.expected_cash(shell.database, shift.id) == 15000
        assert deeds(shell, "day.") == ["day.opened"]


async def test_what_is_no_amount_is_told_and_stays(console: Opened) -> None:
    async with console("cashier") as (app, pilot):
        await at_shift(app, pilot)
        await typed(app, pilot, *"1,5,0", "enter")
        assert said(app) == "“1,5,0” is not an amount"
        assert shifts.current(app.desk) is None


async def test_the_first_shift_of_a_day_lets_points_expire(console: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    dates: list[str] = []
    monkeypatch.setattr(days, "open", lambda desk, date="": dates.append(desk.today()))
    async with console("cashier") as (app, pilot):
        await at_shift(app, pilot)
        await typed(app, pilot, "0", "enter")
        await app.workers.wait_for_complete()
        assert dates == ["2026-11-21"]


async def test_cash_leaves_the_drawer_with_a_second_persons_pin(
    console: Opened, desk_of: Callable[..., Desk], shell: Desk
) -> None:
    supervisor = desk_of("supervisor", "Till 4")
    async with console("cashier") as (app, pilot):
        await at_shift(app, pilot)
        await typed(app, pilot, *"150", "enter", "o", *supervisor.staff.number, "enter", *PIN, "enter")
        await come_to(app, pilot, AskFields)
        await typed(app, pilot, *"50", "enter", *"bank", "enter")
        assert "Taken out: 50,00" in said(app)
        await typed(app, pilot, "i", *"20", "enter", "enter")
        looks_as_recorded(app, "shift_moved")
        moved = dict(shell.database.execute_sql("SELECT kind, amount FROM drawer_movement").fetchall())
        assert moved == {"float": 15000, "pull-out": -5000, "pay-in": 2000}
        assert "override.used" in deeds(shell)


async def test_a_petty_expense_needs_a_category(console: Opened, shell: Desk) -> None:
    async with console("supervisor") as (app, pilot):
        await at_shift(app, pilot)
        await typed(app, pilot, *"150", "enter", "t", *"12,50", "enter", "enter", "enter")
        assert "A petty expense needs a category" in screen_text(app)
        await typed(app, pilot, "up", *"Cleaning", "enter", "enter")
        assert "Paid out: 12,50" in said(app)
        assert ("Expenses:Petty:Cleaning", 1250) in ledger.balances(shell)


async def test_the_drawer_opens_without_a_sale_and_it_is_written_down(console: Opened, shell: Desk) -> None:
    async with console("manager") as (app, pilot):
        await at_shift(app, pilot)
        await typed(app, pilot, "0", "enter", "w", *"change for a guest", "enter")
        assert "The drawer was opened" in said(app)
        assert "Opened, no sale" in screen_text(app)
        assert "drawer.opened" in deeds(shell)


@pytest.mark.parametrize(("size", "name"), [((80, 24), "count"), ((60, 20), "count_60x20")])
async def test_the_count_is_blind_until_it_is_over(
    console: Opened, shell: Desk, size: tuple[int, int], name: str
) -> None:
    async with console("cashier", size=size) as (app, pilot):
        await at_shift(app, pilot)
        await typed(app, pilot, *"150", "enter", "c", "down", "down", "1", "down", "1", "right", "2")
        assert isinstance(app.screen, CountDialog)
        assert app.screen.query_one(CountSheet).total == 15000 + 2 * 10
        looks_as_recorded(app, name)
        await typed(app, pilot, "backspace", "1", "ctrl+s", "2")
        assert said(app) == "Shift SH-000001 is ended: over 0,10"
        await typed(app, pilot, "up")
        looks_as_recorded(app, name.replace("count", "shift_ended"))
        assert ("Expenses:Cash-Over-Short", -10) in ledger.balances(shell)


async def test_enter_after_the_smallest_coin_ends_the_count(console: Opened) -> None:
    async with console("cashier") as (app, pilot):
        await at_shift(app, pilot)
        await typed(app, pilot, *"0,03", "enter", "c", "end", "3", "enter")
        assert "with EUR 0,03 counted? It" in screen_text(app)
        await typed(app, pilot, "2")
        assert said(app) == "Shift SH-000001 is ended: exact"


async def test_a_count_left_half_way_asks_first(console: Opened) -> None:
    async with console("cashier") as (app, pilot):
        await at_shift(app, pilot)
        await typed(app, pilot, "5", "enter", "c", "4", "escape", "1")
        assert isinstance(app.screen, CountDialog)
        await typed(app, pilot, "escape", "2")
        assert isinstance(app.screen, ShiftScreen)
        assert shifts.current(app.desk) is not None


async def test_a_cashier_is_not_told_what_others_were_short_of(console: Opened, desk_of: Callable[..., Desk]) -> None:
    other = desk_of("cashier", "Till 4")
    shifts.open_shift(other, 1000)
    shifts.end(other, {100: 9})
    for role, told in (("cashier", "ended"), ("supervisor", "Short −1,00")):
        async with console(role) as (app, pilot):
            await at_shift(app, pilot)
            line = next(line for line in screen_text(app).splitlines() if "SH-000001" in line)
            assert line.endswith(told)


async def test_another_who_signs_in_at_the_till_needs_leave_to_end_the_shift(
    console: Opened, desk_of: Callable[..., Desk]
) -> None:
    shifts.open_shift(desk_of("cashier", "Till 3"), 1000)
    async with console("cashier") as (app, pilot):
        await at_shift(app, pilot)
        assert "It is Test cashier's" in screen_text(app)
        await typed(app, pilot, "c")
        assert "Ending shift SH-000001 of Test cashier needs a" in screen_text(app)


async def test_a_shift_left_open_says_so(console: Opened, desk_of: Callable[..., Desk]) -> None:
    yesterday = desk_of("cashier", "Till 3")
    shifts.open_shift(Desk(yesterday.store, yesterday.staff, "Till 3", lambda: NOW - 24 * HOUR), 1000)
    async with console("cashier") as (app, pilot):
        await at_shift(app, pilot)
        assert "It was left open: count and end it" in screen_text(app)
        await typed(app, pilot, "i", *"5", "enter", "enter")
        assert "open for more than 20 hours" in said(app)


async def test_a_day_that_nobody_closed_is_told_and_closed_first(console: Opened, desk_of: Callable[..., Desk]) -> None:
    yesterday = desk_of("cashier", "Till 4")
    days.open(Desk(yesterday.store, yesterday.staff, "Till 4", lambda: NOW - 24 * HOUR))
    async with console("manager") as (app, pilot):
        await at_shift(app, pilot)
        assert "! 20/11/2026 was never closed: z closes it" in screen_text(app)
        await typed(app, pilot, "z", "2", "escape")
        assert "21/11/2026 is not opened yet" in screen_text(app)


async def test_two_tills_have_two_shifts_and_see_each_other(
    console: Opened, desk_of: Callable[..., Desk], shell: Desk
) -> None:
    async with console("supervisor") as (app, pilot):
        await at_shift(app, pilot)
        shifts.open_shift(desk_of("cashier", "Till 4"), 1000)
        await typed(app, pilot, "f5")
        assert "SH-000001" in screen_text(app)
        await typed(app, pilot, *"20", "enter", "z", "2")
        assert "still open is: SH-000001 at Till 4, SH-000002 at Till 3" in said(app)


async def test_the_day_closes_with_its_z_report(console: Opened, shell: Desk) -> None:
    async with console("manager") as (app, pilot):
        await at_shift(app, pilot)
        await typed(app, pilot, *"100", "enter")
        sold(app.desk)
        shift = shifts.current(app.desk)
        assert shift is not None
        shifts.end(app.desk, {1: shifts.expected_cash(shell.database, shift.id) - 5})
        await typed(app, pilot, "f5", "z")
        assert "Close 21/11/2026?" in screen_text(app)
        await typed(app, pilot, "2")
        looks_as_recorded(app, "z_report")
        await typed(app, pilot, "escape")
        assert "21/11/2026 is closed with Z report 1" in screen_text(app)
        await typed(app, pilot, *"10", "enter")
        assert said(app).startswith("2026-11-21 is closed with Z report 1")


@pytest.mark.parametrize(
    ("size", "terminal", "name"),
    [((80, 24), "xterm-256color", "takings"), ((60, 20), "xterm-256color", "takings_60x20"),
     ((132, 43), "xterm-256color", "takings_132x43"), ((80, 24), "vt100", "takings_ascii")],
)  # fmt: skip
async def test_a_days_takings_at_a_glance(
    console: Opened, desk_of: Callable[..., Desk], size: tuple[int, int], terminal: str, name: str
) -> None:
    desk = desk_of("cashier", "Till 4")
    shifts.open_shift(desk, 1000)
    sold(desk, 9)
    assert local_time(NOW, "Europe/Madrid").hour == 14
    environment = {"TERM": terminal, "BOOKKEEPER_TERMINAL": "Till 3", "LANG": "C" if terminal == "vt100" else "C.UTF-8"}
    async with console("manager", size=size, environment=environment) as (app, pilot):
        app.show("takings")
        await settled(pilot)
        looks_as_recorded(app, name)


async def test_the_arrows_go_from_day_to_day_and_not_beyond_today(console: Opened) -> None:
    async with console("manager") as (app, pilot):
        app.show("takings")
        await typed(app, pilot, "left", "left")
        assert "19/11/2026" in screen_text(app)
        assert "Nothing was sold on this day." in screen_text(app)
        await typed(app, pilot, "r")
        assert said(app) == "The shop did not open on 19/11/2026: there is no report"
        await typed(app, pilot, "right", "right", "right")
        assert "21/11/2026" in screen_text(app)


async def test_a_cashier_has_no_takings(console: Opened) -> None:
    async with console("cashier") as (app, pilot):
        app.show("takings")
        await settled(pilot)
        assert app.screen.NAME == "search"  # type: ignore[attr-defined]


async def test_an_x_report_is_shown_after_a_second_persons_pin(console: Opened, desk_of: Callable[..., Desk]) -> None:
    supervisor = desk_of("supervisor", "Till 4")
    async with console("cashier") as (app, pilot):
        await at_shift(app, pilot)
        await typed(app, pilot, *"150", "enter", "r", *supervisor.staff.number, "enter", *PIN, "enter")
        await come_to(app, pilot, PreviewScreen)
        looks_as_recorded(app, "x_report")
