"""A second person's PIN at the console: asked in place, for one action, and asked again for the next."""

from __future__ import annotations

import pytest

from bookkeeper_tui.app import BookkeeperApp
from bookkeeper_tui.screens.dialogs.override import OverrideDialog
from bookkeeper_tui.screens.receipt import ReceiptScreen
from bookkeeper_tui.store import sales, shifts, staff
from bookkeeper_tui.store.desk import Desk
from bookkeeper_tui.store.sales import NewLine, NewSale, NewTender
from tests.conftest import PIN
from tests.screens.conftest import Opened, deeds, settled
from tests.screens.recording import screen_text
from tests.screens.regulars import maria, sell

OTHERS = "820471"


@pytest.fixture
def boss(shell: Desk, still: None) -> staff.StaffRecord:
    """Who may void; María has bought before."""
    sell(shell, maria(shell), 2)
    return staff.add(shell, "Bea Boss", "supervisor", PIN)


def sold(app: BookkeeperApp, count: int) -> list[int]:
    """Sales of the open shift."""
    shifts.open_shift(app.desk, 10_000)
    made = []
    for _ in range(count):
        with app.desk.change("sale.paid") as change:
            shift = shifts.require_open(change)
            lines = [NewLine(None, 1000, 1, 450, code="NUTS", description="Loose nuts", price=450)]
            new = NewSale(
                change.at, shift.business_date, shift.branch_id, 2, lines, [NewTender("cash", 450)],
                terminal=app.terminal, staff_id=app.desk.staff.staff_id, shift_id=shift.id,
            )  # fmt: skip
            made.append(sales.post(change, new))
    return made


async def void(app: BookkeeperApp, pilot: object, sale_id: int) -> None:
    """As far as the question for a second person."""
    app.show("receipt", sale_id=sale_id)
    await settled(pilot)  # type: ignore[arg-type]
    await pilot.press("d", "y")  # type: ignore[attr-defined]
    await settled(pilot)  # type: ignore[arg-type]


async def test_esc_approves_nothing_and_the_next_try_asks_again(
    console: Opened, shell: Desk, boss: staff.StaffRecord
) -> None:
    async with console("cashier") as (app, pilot):
        (sale_id,) = sold(app, 1)
        for _ in range(2):
            await void(app, pilot, sale_id)
            assert isinstance(app.screen, OverrideDialog)
            await pilot.press(*boss.number, "enter", "escape")
            await settled(pilot)
            assert isinstance(app.screen, ReceiptScreen)
        assert deeds(shell, "override.") == []
        assert deeds(shell, "sale.voided") == []


async def test_a_wrong_pin_is_said_in_place_and_approves_nothing(
    console: Opened, shell: Desk, boss: staff.StaffRecord
) -> None:
    async with console("cashier") as (app, pilot):
        (sale_id,) = sold(app, 1)
        await void(app, pilot, sale_id)
        await pilot.press(*boss.number, "enter", *OTHERS, "enter")
        await settled(pilot)
        await pilot.pause(0.3)
        await settled(pilot)
        assert isinstance(app.screen, OverrideDialog)
        await pilot.press("escape")
        await settled(pilot)
        assert deeds(shell, "sale.voided") == []
        assert deeds(shell, "override.") == []
        assert deeds(shell, "signin.failed") == ["signin.failed"]


async def test_after_a_wrong_pin_the_next_is_typed_where_nobody_reads_it(
    console: Opened, shell: Desk, boss: staff.StaffRecord
) -> None:
    async with console("cashier") as (app, pilot):
        (sale_id,) = sold(app, 1)
        await void(app, pilot, sale_id)
        await pilot.press(*boss.number, "enter", *OTHERS, "enter")
        await settled(pilot)
        await pilot.pause(0.3)
        await settled(pilot)
        await pilot.press(*PIN)
        await settled(pilot)
        assert PIN not in screen_text(app)
        await pilot.press("enter")
        await settled(pilot)
        await pilot.pause(0.3)
        await settled(pilot)
        assert deeds(shell, "sale.voided") == ["sale.voided"]


async def test_it_is_used_up_by_the_action_it_was_given_for(
    console: Opened, shell: Desk, boss: staff.StaffRecord
) -> None:
    async with console("cashier") as (app, pilot):
        first, second = sold(app, 2)
        await void(app, pilot, first)
        await pilot.press(*boss.number, "enter", *PIN, "enter")
        await settled(pilot)
        await pilot.pause(0.3)
        await settled(pilot)
        assert deeds(shell, "sale.voided") == ["sale.voided"]
        assert not app.may("sale.voided")
        await void(app, pilot, second)
        assert isinstance(app.screen, OverrideDialog), "the next one is asked for again"
        await pilot.press("escape")
        await settled(pilot)
        assert deeds(shell, "override.used") == ["override.used"]


async def test_locking_and_signing_out_leave_nothing_approved(
    console: Opened, shell: Desk, boss: staff.StaffRecord
) -> None:
    async with console("cashier") as (app, pilot):
        (sale_id,) = sold(app, 1)
        desk = app.desk
        await void(app, pilot, sale_id)
        await pilot.press(*boss.number, "enter", *PIN[:4])
        await app.end_session()
        await settled(pilot)
        assert "Staff number" in screen_text(app)
        assert deeds(shell, "override.") == []
        assert not desk.may("sale.voided")
        assert deeds(shell, "sale.voided") == []
