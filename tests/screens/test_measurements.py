"""Measurements: kinds in Setup, values on the tab with their change, history and chart; sensitive ones for few eyes."""

from __future__ import annotations

import pytest
from textual.pilot import Pilot

from bookkeeper_tui.app import BookkeeperApp
from bookkeeper_tui.screens.house import StoreChanged
from bookkeeper_tui.store import customers, measurements
from bookkeeper_tui.store.customers import Customer
from bookkeeper_tui.store.desk import Desk
from bookkeeper_tui.store.measurements import Kind, NewKind
from tests.screens.conftest import Opened, deeds, settled
from tests.screens.recording import looks_as_recorded, screen_text
from tests.screens.regulars import maria

DAY = 86_400_000_000
SIZES = [(80, 24), (60, 20), (132, 43)]


@pytest.fixture
def kinds(shell: Desk, still: None) -> list[Kind]:
    """Height, a sensitive weight, and a waist that is measured no more."""
    made = [
        measurements.define(shell, NewKind("Height", "cm", 1, 50_000, 250_000)),
        measurements.define(shell, NewKind("Weight", "kg", 1, 20_000, 300_000, sensitive=True)),
        measurements.define(shell, NewKind("Waist", "cm", 0, 30_000, 200_000)),
    ]
    return [*made[:2], measurements.retire(shell, made[2].id)]


@pytest.fixture
def customer(shell: Desk, kinds: list[Kind]) -> Customer:
    """María, measured three times in height, once in weight."""
    person, now = maria(shell), shell.now()
    for days, value, note in ((60, 171_000, ""), (30, 172_900, "with shoes"), (0, 172_500, "")):
        measurements.add(shell, person.id, kinds[0].id, value, at=now - days * DAY, note=note)
    measurements.add(shell, person.id, kinds[1].id, 61_500)
    return customers.get(shell, person.id)


async def at_tab(app: BookkeeperApp, pilot: Pilot[int], customer: Customer) -> None:
    app.show("profile", customer_id=customer.id, tab="measurements")
    await settled(pilot)


def ending(size: tuple[int, int]) -> str:
    return "" if size == (80, 24) else f"_{size[0]}x{size[1]}"


@pytest.mark.parametrize("size", SIZES)
async def test_the_newest_value_its_change_and_a_chart(
    console: Opened, customer: Customer, size: tuple[int, int]
) -> None:
    async with console("manager", size=size) as (app, pilot):
        await at_tab(app, pilot, customer)
        looks_as_recorded(app, f"profile_measurements{ending(size)}")
        await pilot.press("h", "down")
        await settled(pilot)
        looks_as_recorded(app, f"profile_measurements_history{ending(size)}")
        await pilot.press("escape")
        await settled(pilot)
        assert ">Height" in screen_text(app), "Esc goes back to the kinds"


async def test_a_value_is_written_down_and_a_wrong_one_struck_out(
    console: Opened, customer: Customer, kinds: list[Kind], shell: Desk
) -> None:
    async with console("cashier") as (app, pilot):
        await at_tab(app, pilot, customer)
        await pilot.press("a", *"217", "enter", "enter", *"hat", "enter")
        await settled(pilot)
        assert "+44,5" in screen_text(app)
        await pilot.press("c")
        await settled(pilot)
        assert "Strike out Height 217,0 cm of 21/11/2026?" in screen_text(app)
        await pilot.press("y")
        await settled(pilot)
        assert "172,5 cm" in screen_text(app)
    values = measurements.history(shell, customer.id, kinds[0].id)
    assert [(one.value, one.struck_at is not None) for one in values[:2]] == [(217_000, True), (172_500, False)]


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("999", "Height: 999,0 cannot be"),
        ("tall", "Height: “tall” is no figure such as 172,5"),
        ("172,55", "measured with 1 decimal"),
    ],
)
async def test_what_cannot_be_is_said_and_stays_typed(
    console: Opened, customer: Customer, shell: Desk, typed: str, said: str
) -> None:
    async with console("cashier") as (app, pilot):
        await at_tab(app, pilot, customer)
        await pilot.press("a", *typed, "enter", "enter", "enter")
        await settled(pilot)
        assert said in " ".join(screen_text(app).replace("│", " ").split())
        assert typed in screen_text(app)
    assert len(deeds(shell, "measure.recorded")) == 4


async def test_sensitive_values_are_not_shown_to_a_cashier(console: Opened, customer: Customer) -> None:
    async with console("cashier") as (app, pilot):
        await at_tab(app, pilot, customer)
        await pilot.press("down")
        await settled(pilot)
        assert "61,5" not in screen_text(app)
        assert "sensitive" in screen_text(app)
        for key in ("h", "a"):
            await pilot.press(key)
            await settled(pilot)
            assert "ask a manager or auditor" in " ".join(screen_text(app).split())


async def test_a_value_of_another_console_comes_by_itself(
    console: Opened, customer: Customer, kinds: list[Kind], shell: Desk
) -> None:
    async with console("manager") as (app, pilot):
        await at_tab(app, pilot, customer)
        await pilot.press("down")
        measurements.add(shell, customer.id, kinds[0].id, 180_000)
        app.store_changed(StoreChanged(frozenset({customer.id}), frozenset({"measure.recorded"}), elsewhere=True))
        await settled(pilot)
        assert "180,0 cm" in screen_text(app)
        assert ">Weight" in screen_text(app), "the cursor stays"


async def test_everything_is_written_where_only_ascii_is(console: Opened, kinds: list[Kind], shell: Desk) -> None:
    person = customers.create(shell, customers.CustomerFields(name="Ann Smith"))
    for value in (170_000, 169_000):
        measurements.add(shell, person.id, kinds[0].id, value)
    async with console("cashier", environment={"TERM": "vt220", "BOOKKEEPER_TERMINAL": "Till 3"}) as (app, pilot):
        await at_tab(app, pilot, person)
        assert screen_text(app).isascii()


async def test_an_empty_tab_says_what_comes_first(console: Opened, shell: Desk, still: None) -> None:
    person = maria(shell)
    async with console("manager") as (app, pilot):
        await at_tab(app, pilot, person)
        assert "Nothing is measured in this shop yet" in screen_text(app)
        await pilot.press("a")
        await settled(pilot)
        assert "a manager defines it in Setup" in screen_text(app)
        app.show("measure_kinds")
        await settled(pilot)
        assert "Nothing is measured yet. Alt+A adds something" in screen_text(app)


@pytest.mark.parametrize("size", SIZES)
async def test_kinds_stand_in_setup(console: Opened, customer: Customer, size: tuple[int, int]) -> None:
    async with console("manager", size=size) as (app, pilot):
        app.show("measure_kinds")
        await settled(pilot)
        looks_as_recorded(app, f"measure_kinds{ending(size)}")


async def test_a_kind_is_added_changed_and_taken_out_of_use(console: Opened, shell: Desk, still: None) -> None:
    async with console("manager") as (app, pilot):
        app.show("measure_kinds")
        await settled(pilot)
        await pilot.press(
            "a", *"Foot", "enter", *"mm", "enter", *"0", "enter", *"100", "enter", *"400", "enter", "enter"
        )
        await settled(pilot)
        assert ">Foot                   100 to 400 mm" in screen_text(app)
        await pilot.press("enter", "down", "down", *"2", "enter", "enter", *"50", "enter", "enter")
        await settled(pilot)
        assert "has to end above its beginning" in screen_text(app)
        await pilot.press("escape", "y")
        await settled(pilot)
        await pilot.press("r")
        await settled(pilot)
        assert "out of use" in screen_text(app)
    [kind] = measurements.list_kinds(shell, also_retired=True)
    assert (kind.name, kind.unit, kind.lowest, kind.highest, kind.retired) == ("Foot", "mm", 100_000, 400_000, True)


async def test_an_auditor_looks_and_changes_nothing(console: Opened, kinds: list[Kind]) -> None:
    async with console("auditor") as (app, pilot):
        app.show("measure_kinds")
        await settled(pilot)
        assert not {"add", "change", "retire"} & set(app.offered())
