"""The Module Snapshot: three figures measured now, and the rows that fail one key away."""

from __future__ import annotations

import pytest

from bookkeeper_tui.screens import snapshot
from bookkeeper_tui.screens.snapshot import SnapshotScreen
from bookkeeper_tui.store.customers import Customer
from bookkeeper_tui.store.desk import Desk
from bookkeeper_tui.widgets.hot_list import HotList
from tests.screens.conftest import Opened, deeds, settled
from tests.screens.recording import looks_as_recorded, screen_text
from tests.screens.regulars import maria, sell


@pytest.fixture
def customer(shell: Desk, still: None) -> Customer:
    """María, with a dozen sales."""
    found = maria(shell)
    sell(shell, found, 12)
    return found


async def measured(app: object, pilot: object) -> SnapshotScreen:
    app.show("snapshot")  # type: ignore[attr-defined]
    await settled(pilot)  # type: ignore[arg-type]
    screen = app.screen  # type: ignore[attr-defined]
    assert isinstance(screen, SnapshotScreen)
    await ended(screen, pilot)
    return screen


async def ended(screen: SnapshotScreen, pilot: object) -> None:
    for _ in range(300):
        await pilot.pause(0.02)  # type: ignore[attr-defined]
        if screen._stop is None:
            return
    raise AssertionError("it is still measuring")


def corrupt(desk: Desk, *statements: str) -> None:
    with desk.change("verify.run") as change:
        for statement in statements:
            change.database.execute_sql(statement)


async def test_a_shop_in_order_agrees_in_everything(console: Opened, shell: Desk, customer: Customer) -> None:
    shell.look("live.shown", detail={"latency_us": 1500})
    async with console("manager") as (app, pilot):
        await measured(app, pilot)
        looks_as_recorded(app, "snapshot")
        assert deeds(shell, "screen.snapshot") == ["screen.snapshot"]
        assert "verify.run" in deeds(shell)


async def test_a_wrong_figure_is_listed_and_opens_its_customer(
    console: Opened, shell: Desk, customer: Customer
) -> None:
    corrupt(shell, "UPDATE standing SET spend = spend + 1 WHERE customer_id = 2")
    async with console("manager") as (app, pilot):
        screen = await measured(app, pilot)
        await pilot.press("down")
        await settled(pilot)
        looks_as_recorded(app, "snapshot_failing")
        assert screen.query_one("#failing", HotList).cursor_key == customer.id
        await pilot.press("enter", "enter")
        await settled(pilot)
        assert app.screen.NAME == "profile"  # type: ignore[attr-defined]
        assert customer.name in screen_text(app)


async def test_a_sale_without_its_entry_is_listed_and_opens_its_receipt(
    console: Opened, shell: Desk, customer: Customer
) -> None:
    corrupt(shell, "DROP TRIGGER entry_no_update", "UPDATE entry SET document_id = 999 WHERE id = 3")
    async with console("manager") as (app, pilot):
        await measured(app, pilot)
        await pilot.press("down", "down")
        await settled(pilot)
        assert "S-0000003" in screen_text(app)
        await pilot.press("enter", "enter")
        await settled(pilot)
        assert app.screen.NAME == "receipt"  # type: ignore[attr-defined]
        await pilot.press("end")
        assert "do not agree" in screen_text(app)


async def test_esc_stops_measuring_and_f5_begins_again(
    console: Opened, customer: Customer, monkeypatch: pytest.MonkeyPatch
) -> None:
    from threading import Event

    from bookkeeper_tui.store import proof

    held, real = Event(), proof.links

    def slow(desk: Desk) -> proof.Rate:
        held.wait(5)
        return real(desk)

    monkeypatch.setattr(proof, "links", slow)
    async with console("manager") as (app, pilot):
        app.show("snapshot")
        await pilot.pause(0.3)
        await pilot.press("escape")
        held.set()
        screen = app.screen
        assert isinstance(screen, SnapshotScreen)
        await ended(screen, pilot)
        assert "Stopped. F5 measures again." in screen_text(app)
        await pilot.press("f5")
        await ended(screen, pilot)
        assert screen_text(app).count("100,00 %") == 2


async def test_it_says_how_far_it_is_and_how_long_still(
    console: Opened, customer: Customer, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    monkeypatch.setattr(snapshot, "SECONDS_BETWEEN_WORDS", 0)
    monkeypatch.setattr(SnapshotScreen, "_say", lambda _, words: said.append(words))
    async with console("manager") as (app, pilot):
        await measured(app, pilot)
        assert "████████████████ 2 of 2 customers, 0 s left; Esc stops" in said


async def test_a_cashier_has_no_such_screen(console: Opened) -> None:
    async with console("cashier") as (app, pilot):
        app.show("snapshot")
        await settled(pilot)
        assert app.screen.NAME == "search"  # type: ignore[attr-defined]


async def test_a_latency_of_two_digits_is_to_be_read_whole(console: Opened, shell: Desk) -> None:
    for latency in (98_000, 98_000):
        shell.look("live.shown", detail={"latency_us": latency})
    async with console("manager") as (app, pilot):
        await measured(app, pilot)
        assert "98,0 ms, p95 98,0 ms" in screen_text(app)
