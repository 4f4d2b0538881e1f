"""The search screen: typing finds, arrows walk while the box keeps the focus, Enter opens."""

from __future__ import annotations

import pytest

from bookkeeper_tui.screens.profile.profile import ProfileScreen
from bookkeeper_tui.screens.search import SearchScreen
from bookkeeper_tui.store import customers
from bookkeeper_tui.store.customers import CustomerFields
from bookkeeper_tui.store.desk import Desk
from bookkeeper_tui.widgets.hot_list import HotList
from tests.screens.conftest import Opened, deeds, settled, typed_key
from tests.screens.recording import looks_as_recorded, screen_text

NAMES = ("Ann Smith", "Bob Smithson", "李小龍", "Zoë Łukasz", "محمد علي")


@pytest.fixture
def people(shell: Desk) -> list[int]:
    """Five customers with phones and cards."""
    return [
        customers.create(shell, CustomerFields(name=name, phone=f"+34 600 111 00{n}", card=f"9900{n}123")).id
        for n, name in enumerate(NAMES)
    ]


def names_in_sight(app: object) -> list[str]:
    return [row.cells[0] for row in app.screen.query_one(HotList).visible_rows]  # type: ignore[attr-defined]


async def test_an_empty_box_says_what_to_type(console: Opened) -> None:
    async with console("cashier") as (app, _):
        looks_as_recorded(app, "search_empty")


async def test_typing_finds_at_once_and_says_why(console: Opened, people: list[int]) -> None:
    async with console("cashier") as (app, pilot):
        await pilot.press(*"smi")
        await settled(pilot)
        assert set(names_in_sight(app)) == {"Ann Smith", "Bob Smithson"}
        looks_as_recorded(app, "search_hits")


@pytest.mark.parametrize(("size", "name"), [((60, 20), "search_60x20"), ((132, 43), "search_132x43")])
async def test_other_terminals(console: Opened, people: list[int], size: tuple[int, int], name: str) -> None:
    async with console("cashier", size=size) as (app, pilot):
        await pilot.press(*"600111")
        await settled(pilot)
        looks_as_recorded(app, name)


async def test_arrows_walk_while_the_box_keeps_what_is_typed(console: Opened, people: list[int]) -> None:
    async with console("cashier") as (app, pilot):
        await pilot.press(*"smi", "down")
        await settled(pilot)
        second = names_in_sight(app)[1]
        await pilot.press("enter")
        await settled(pilot)
        assert isinstance(app.screen, ProfileScreen)
        assert second in screen_text(app)
        await pilot.press("escape")
        await settled(pilot)
        assert isinstance(app.screen, SearchScreen)
        assert app.screen.box.value == "smi"


async def test_a_search_is_recorded_once_when_it_is_used(console: Opened, people: list[int], shell: Desk) -> None:
    async with console("cashier") as (_, pilot):
        await pilot.press(*"smith", "enter")
        await settled(pilot)
    assert deeds(shell, "search.made") == ["search.made"]


async def test_a_filter_that_does_not_parse_is_shown_where_it_is_wrong(console: Opened, people: list[int]) -> None:
    async with console("cashier") as (app, pilot):
        await pilot.press(*"smi", "space", *"spend", ">", "x")
        await settled(pilot)
        assert set(names_in_sight(app)) == {"Ann Smith", "Bob Smithson"}
        looks_as_recorded(app, "search_mistake")


async def test_esc_empties_the_box(console: Opened, people: list[int]) -> None:
    async with console("cashier") as (app, pilot):
        await pilot.press(*"smi", "escape")
        await settled(pilot)
        assert isinstance(app.screen, SearchScreen)
        assert app.screen.box.value == ""


@pytest.mark.parametrize("typed", ["%", "*", '"', "(", "'", "\\", "🙂", "محمد", "李", "x" * 10_000, 'a" OR 1=1 --'])
async def test_whatever_is_typed_there_is_an_answer(console: Opened, people: list[int], typed: str) -> None:
    async with console("cashier") as (app, pilot):
        app.screen.arrive(text=typed)  # type: ignore[attr-defined]
        await settled(pilot)
        assert screen_text(app)


async def test_a_card_scanned_into_the_box_opens_its_customer(console: Opened, people: list[int]) -> None:
    async with console("cashier") as (app, pilot):
        app.keyboard.scan_gap = 0.02
        await pilot.press(*"bo")
        await pilot.pause(0.1)
        for key in (*"99000123", "enter"):
            app.post_message(typed_key(key))
        await settled(pilot)
        assert isinstance(app.screen, ProfileScreen)
        assert "Ann Smith" in screen_text(app)


async def test_a_card_scanned_over_a_profile_opens_its_customer_and_fires_no_shortcut(
    console: Opened, people: list[int], shell: Desk
) -> None:
    customers.create(shell, CustomerFields(name="Eva Newman", card="e1n2v3123"))
    async with console("manager") as (app, pilot):
        app.show("profile", customer_id=people[1])
        await settled(pilot)
        app.keyboard.scan_gap = 0.02
        before = deeds(shell)
        for key in (*"e1n2v3123", "enter"):
            app.post_message(typed_key(key))
        await settled(pilot)
        assert isinstance(app.screen, ProfileScreen)
        assert "Eva Newman" in screen_text(app)
        new = deeds(shell)[len(before) :]
        assert not [deed for deed in new if deed in ("screen.customer_form", "screen.ask_text", "customer.revealed")]


async def test_what_another_console_adds_appears_and_the_cursor_stays(
    console: Opened, people: list[int], shell: Desk
) -> None:
    async with console("cashier") as (app, pilot):
        await pilot.press(*"smi", "down")
        await settled(pilot)
        hits = app.screen.query_one(HotList)
        under_cursor = hits.cursor_key
        other = shell.store.again()
        customers.create(Desk.shell(other), CustomerFields(name="Carla Smitherman", phone="+34 600 111 222"))
        for _ in range(100):
            await pilot.pause(0.01)
            if "Carla Smitherman" in names_in_sight(app):
                break
        other.close()
        assert "Carla Smitherman" in names_in_sight(app)
        assert hits.cursor_key == under_cursor


async def test_the_whole_sentence_about_a_wrong_filter_is_to_be_read(console: Opened) -> None:
    async with console("cashier") as (app, pilot):
        await pilot.press(*"xyz:5")
        await settled(pilot)
        said = " ".join(screen_text(app).split())
        assert "Nothing is known by the name “xyz”" in said
        assert "country:es" in said
