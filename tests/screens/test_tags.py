"""Setup's tags and its points and tiers: changed for everybody, in sight of whoever else looks."""

from __future__ import annotations

import pytest
from textual.pilot import Pilot

from bookkeeper_tui.app import BookkeeperApp
from bookkeeper_tui.screens.house import StoreChanged
from bookkeeper_tui.store import customers, tags, tiers
from bookkeeper_tui.store.customer_fields import CustomerFields
from bookkeeper_tui.store.desk import Desk
from bookkeeper_tui.store.tags import TagUse
from bookkeeper_tui.store.tiers import Program, Tier
from tests.screens.conftest import Opened, deeds, settled
from tests.screens.recording import looks_as_recorded, screen_text

SIZES = [(80, 24), (60, 20), (132, 43)]


@pytest.fixture
def people(shell: Desk, still: None) -> None:
    """Ana is vip and yoga, Bruno vip, Chen yoga and gold."""
    for name, given in (("Ana", ("vip", "yoga")), ("Bruno", ("vip",)), ("Chen", ("yoga", "gold"))):
        customers.create(shell, CustomerFields(name=name, tags=given))


def ending(size: tuple[int, int]) -> str:
    return "" if size == (80, 24) else f"_{size[0]}x{size[1]}"


async def go(app: BookkeeperApp, pilot: Pilot[int], place: str) -> None:
    app.show(place)
    await settled(pilot)


async def done(pilot: Pilot[int]) -> None:
    """Wait until the work of the thread is over too."""
    await settled(pilot)
    await pilot.app.workers.wait_for_complete()
    await settled(pilot)


@pytest.mark.parametrize("size", SIZES)
async def test_tags_in_use_with_how_many_have_them(console: Opened, people: None, size: tuple[int, int]) -> None:
    async with console("manager", size=size) as (app, pilot):
        await go(app, pilot, "tags")
        looks_as_recorded(app, f"tags{ending(size)}")


async def test_a_tag_is_renamed_joined_and_removed(console: Opened, people: None, shell: Desk) -> None:
    async with console("manager") as (app, pilot):
        await go(app, pilot, "tags")
        await pilot.press("down", "e")
        await settled(pilot)
        await pilot.press(*"yoga", "enter")
        await settled(pilot)
        assert "“yoga” is in use already" in screen_text(app)
        await pilot.press("ctrl+u", *"Regular", "enter")
        await done(pilot)
        assert ">regular" in screen_text(app)
        assert "2 customers changed." in screen_text(app)
        await pilot.press("j", "2")
        await settled(pilot)
        assert "“regular” becomes “yoga” for 2 customers?" in screen_text(app)
        await pilot.press("y")
        await done(pilot)
        assert tags.list_tags(shell) == [TagUse("gold", 1), TagUse("yoga", 3)]
        await pilot.press("home", "r", "y")
        await done(pilot)
    assert tags.list_tags(shell) == [TagUse("yoga", 3)]
    assert deeds(shell, "tag.edited") == ["tag.edited"] * 3


async def test_esc_stops_and_says_who_keeps_it(
    console: Opened, people: None, shell: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with console("manager") as (app, pilot):
        await go(app, pilot, "tags")
        monkeypatch.setattr(tags, "AT_ONCE", 1)
        real = tags.remove

        def stopping(desk: Desk, tag: str) -> object:
            for done in real(desk, tag):
                app.call_from_thread(app.act, "back")
                yield done

        monkeypatch.setattr(tags, "remove", stopping)
        await pilot.press("end", "r", "y")
        await done(pilot)
        assert "1 customer changed. Stopped: the others keep the tag." in screen_text(app)
        assert app.screen.NAME == "tags"  # type: ignore[attr-defined]
    assert tags.count(shell, "yoga") == 1


async def test_an_empty_shop_says_where_tags_come_from(console: Opened) -> None:
    async with console("manager") as (app, pilot):
        await go(app, pilot, "tags")
        assert "No customer has a tag yet" in screen_text(app)
        await pilot.press("r")
        await settled(pilot)
        assert "There is no tag here yet" in screen_text(app)


@pytest.mark.parametrize("size", SIZES)
async def test_points_and_tiers_as_they_are(console: Opened, still: None, size: tuple[int, int]) -> None:
    async with console("manager", size=size) as (app, pilot):
        await go(app, pilot, "loyalty_rules")
        looks_as_recorded(app, f"loyalty_rules{ending(size)}")


async def test_tiers_are_added_changed_and_removed(console: Opened, shell: Desk, still: None) -> None:
    async with console("manager") as (app, pilot):
        await go(app, pilot, "loyalty_rules")
        await pilot.press("a", *"Bronze", "enter", *"100", "enter", *"1,1", "enter")
        await settled(pilot)
        assert ">Bronze" in screen_text(app)
        assert "when the day is closed next" in " ".join(screen_text(app).split())
        await pilot.press("enter", *"one", "enter", "enter")
        await settled(pilot)
        assert "From a spend of: “one” is not an amount" in " ".join(screen_text(app).split())
        await pilot.press("escape", "y")
        await settled(pilot)
        await pilot.press("end", "r", "y")
        await settled(pilot)
    levels = tiers.rules(shell).tiers
    assert levels[0] == Tier("Bronze", 10_000, 1100)
    assert [tier.name for tier in levels] == ["Bronze", "Silver", "Gold"]


async def test_how_points_are_earned_is_changed(console: Opened, shell: Desk, still: None) -> None:
    async with console("manager") as (app, pilot):
        await go(app, pilot, "loyalty_rules")
        await pilot.press("o", *"2", "enter", *"1,00", "enter", *"0,02", "enter", *"0", "enter", *"180", "enter")
        await settled(pilot)
        assert "2 points for every 1,00; a point pays 0,02 and lasts for ever." in " ".join(screen_text(app).split())
    assert tiers.rules(shell).program == Program(2, 100, 2, 0, 180)


async def test_who_changes_what_another_changed_meanwhile_is_told(console: Opened, shell: Desk, still: None) -> None:
    async with console("manager") as (app, pilot):
        await go(app, pilot, "loyalty_rules")
        await pilot.press("o", *"3")
        await settled(pilot)
        tiers.choose(shell, Program(5, 100, 1), tiers.rules(shell).tiers)
        app.store_changed(StoreChanged(actions=frozenset({"tier.edited"}), elsewhere=True))
        await pilot.press(*["enter"] * 5)
        await settled(pilot)
        assert "another terminal meanwhile" in " ".join(screen_text(app).replace("│", " ").split())
        await pilot.press("escape", "y")
        await settled(pilot)
        assert "5 points for every" in screen_text(app)
    assert tiers.rules(shell).program.earn_points == 5


async def test_an_auditor_looks_and_changes_nothing(console: Opened, people: None) -> None:
    async with console("auditor") as (app, pilot):
        for place in ("tags", "loyalty_rules"):
            await go(app, pilot, place)
            assert not {"add", "change", "remove", "join_tags", "earning"} & set(app.offered())
