"""Commissions by trainer for chosen days, the sessions behind a figure, and both on paper or as a file."""

from __future__ import annotations

import pytest

from bookkeeper_tui.screens.house import StoreChanged
from bookkeeper_tui.store import bookings, customers, packages
from bookkeeper_tui.store.customer_fields import CustomerFields
from bookkeeper_tui.store.desk import Desk
from bookkeeper_tui.store.packages import UsageEvent
from tests.screens.conftest import Opened, deeds, settled
from tests.screens.recording import looks_as_recorded, screen_text
from tests.screens.studio import Studio, sell_package, studio

HOUR = 3_600_000_000
DAY = 24 * HOUR


@pytest.fixture
def rooms(shell: Desk, still: None) -> Studio:
    """What there is in the studio."""
    return studio(shell)


@pytest.fixture
def used(shell: Desk, rooms: Studio) -> list[UsageEvent]:
    """Four sessions with Marta, one of them given back, one with Luis, and one that nobody came to."""
    ana = customers.create(shell, CustomerFields(name="Ana Reyes Núñez", phone="+34600111222"))
    yoga, any_five = sell_package(shell, ana), sell_package(shell, ana, "F5")
    events = [
        packages.use(shell, yoga.id, 2, trainer_id=rooms.marta, at=shell.now() - 2 * HOUR),
        packages.use(shell, any_five.id, trainer_id=rooms.marta, service_id=rooms.massage),
        packages.use(shell, any_five.id, trainer_id=rooms.marta, service_id=rooms.massage, at=shell.now() - HOUR),
        packages.use(shell, yoga.id, trainer_id=rooms.luis),
    ]
    packages.restore(shell, events[2].id, "Written down twice")
    starts = bookings.local_instant("2026-11-21", "15:00", "Europe/Madrid")
    missed = bookings.book(shell, ana.id, rooms.yoga, starts, trainer_id=rooms.luis, resource_id=rooms.hall)
    later = Desk(shell.store, shell.staff, "Till 1", lambda: starts + HOUR)
    bookings.no_show(later, missed.id)
    return events


@pytest.mark.parametrize("size", [(80, 24), (60, 20), (132, 43)])
async def test_trainers_and_the_sessions_behind_their_figures(
    console: Opened, used: list[UsageEvent], size: tuple[int, int]
) -> None:
    ending = "" if size == (80, 24) else f"_{size[0]}x{size[1]}"
    async with console("manager", size=size) as (app, pilot):
        app.show("commissions")
        await settled(pilot)
        looks_as_recorded(app, f"commissions{ending}")
        await pilot.press("down", "enter")
        await settled(pilot)
        looks_as_recorded(app, f"commissions_sessions{ending}")


async def test_esc_goes_back_to_the_trainers_and_enter_to_the_customer(console: Opened, used: list[UsageEvent]) -> None:
    async with console("manager") as (app, pilot):
        app.show("commissions")
        await settled(pilot)
        await pilot.press("enter")
        await settled(pilot)
        await pilot.press("enter")
        await settled(pilot)
        assert app.screen.name == "profile" or "Overview" in screen_text(app)
        await pilot.press("escape")
        await settled(pilot)
        assert "Luis Ortega, 01/11/2026" in screen_text(app)
        await pilot.press("escape")
        await settled(pilot)
        assert "Marta Gil" in screen_text(app)
        assert "Luis Ortega, 01/11/2026" not in screen_text(app)


async def test_other_days_are_chosen(console: Opened, used: list[UsageEvent]) -> None:
    async with console("manager") as (app, pilot):
        app.show("commissions")
        await settled(pilot)
        await pilot.press("/")
        await settled(pilot)
        await pilot.press(*"01/12/2026", "enter", "enter")
        await settled(pilot)
        assert "To: 21/11/2026 is before 01/12/2026" in screen_text(app)
        await pilot.press("up", *"01/10/2026", "enter", *"31/10/2026", "enter")
        await settled(pilot)
        looks_as_recorded(app, "commissions_none")


async def test_a_session_used_elsewhere_is_seen(console: Opened, used: list[UsageEvent], shell: Desk) -> None:
    async with console("manager") as (app, pilot):
        app.show("commissions")
        await settled(pilot)
        packages.restore(shell, used[0].id, "Not Marta's")
        app.store_changed(StoreChanged(actions=frozenset({"package.restored"})))
        await settled(pilot)
        line = next(line for line in screen_text(app).splitlines() if "Marta" in line)
        assert line.split()[2:] == ["1", "40,00", "8,00", "0"]


async def test_the_figures_are_saved_as_a_file(console: Opened, used: list[UsageEvent], shell: Desk) -> None:
    async with console("manager") as (app, pilot):
        app.show("commissions")
        await settled(pilot)
        await pilot.press("x")
        await settled(pilot)
        await pilot.press("enter")
        await settled(pilot)
        assert "Saved as commissions-2026-11-01-2026-11-21.csv in the shop's directory paper" in screen_text(app)
    saved = shell.store.directory / "paper" / "commissions-2026-11-01-2026-11-21.csv"
    assert [line.split(",")[0] for line in saved.read_text().splitlines()] == ["trainer", "Luis Ortega", "Marta Gil"]
    assert deeds(shell, "export.commissions") == ["export.commissions"] * 2, "begun and done"


async def test_it_is_no_cashiers_business(console: Opened, used: list[UsageEvent]) -> None:
    async with console("cashier") as (app, pilot):
        await pilot.press("f10")
        await settled(pilot)
        assert "Commissions" not in screen_text(app)
