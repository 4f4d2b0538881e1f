"""Duplicates found and judged, merged field by field and taken apart again, and a customer shown as of a past day."""

from __future__ import annotations

import pytest
from textual.pilot import Pilot

from bookkeeper_tui.app import BookkeeperApp
from bookkeeper_tui.screens import duplicates as duplicates_screen
from bookkeeper_tui.screens.house import StoreChanged
from bookkeeper_tui.store import audit_log, customers, duplicate_review, log_search, loyalty, merging, notes
from bookkeeper_tui.store.addresses import Address
from bookkeeper_tui.store.customer_fields import CustomerFields
from bookkeeper_tui.store.desk import Actor, Desk
from tests.screens.conftest import Opened, deeds, settled
from tests.screens.recording import looks_as_recorded, screen_text

SIZES = [(80, 24), (60, 20), (132, 43)]
HOME = Address("Calle Mayor 1", city="Vigo", postcode="36201")


@pytest.fixture
def people(shell: Desk, still: None) -> tuple[int, ...]:
    """Ana twice, with another e-mail; Bruno and Eva who share a phone; Chen."""
    given = (
        CustomerFields(name="Ana Reyes", phone="+34600111222", email="ana@example.com", billing=HOME, tags=("vip",)),
        CustomerFields(name="Anna Reyes", phone="+34600111222", email="reyes@example.com", card="7700000002"),
        CustomerFields(name="Bruno Díaz", phone="+34600111333"),
        CustomerFields(name="Eva Díaz", phone="+34600111333"),
        CustomerFields(name="Chen"),
    )
    ids = tuple(customers.create(shell, fields).id for fields in given)
    loyalty.adjust(shell, ids[1], 120, "a gift")
    nadia = Desk(shell.store, Actor(None, "104", "Nadia Haddad", "manager"), "Till 1")
    notes.add(nadia, ids[1], "likes the window")
    return ids


def ending(size: tuple[int, int]) -> str:
    return "" if size == (80, 24) else f"_{size[0]}x{size[1]}"


async def go(app: BookkeeperApp, pilot: Pilot[int], place: str, **what: object) -> None:
    app.show(place, **what)
    await settled(pilot)


async def done(pilot: Pilot[int]) -> None:
    """Wait until the work of the thread is over too."""
    await settled(pilot)
    await pilot.app.workers.wait_for_complete()
    await settled(pilot)


@pytest.mark.parametrize("size", SIZES)
async def test_pairs_are_looked_for_and_shown_side_by_side(
    console: Opened, people: tuple[int, ...], size: tuple[int, int]
) -> None:
    async with console("manager", size=size) as (app, pilot):
        await go(app, pilot, "duplicates")
        assert "F5 looks at all customers for those who may be one." in screen_text(app)
        await pilot.press("f5")
        await done(pilot)
        assert "5 customers looked at: 2 pairs, 2 new" in screen_text(app)
        looks_as_recorded(app, f"duplicates{ending(size)}")


async def test_whoever_is_shown_side_by_side_was_looked_at(
    console: Opened, people: tuple[int, ...], shell: Desk
) -> None:
    async with console("manager") as (app, pilot):
        duplicate_review.find(app.desk)
        await go(app, pilot, "duplicates")
        looked = [[one.who for one in log_search.lookers(shell, customer_id)] for customer_id in people]
        who = app.desk.staff.who
        assert looked == [[who], [who], [], [], []]
        await pilot.press("down", "up", "down")
        await settled(pilot)
        named = [row.subject for row in audit_log.page(shell, limit=50) if row.action == "duplicates.viewed"]
        assert named == ["C-000004", "C-000003", "C-000002", "C-000001"], "each once"
        await go(app, pilot, "merge", from_id=people[3], into_id=people[2])
        assert deeds(shell, "customer.viewed") == ["customer.viewed"] * 2


async def test_two_who_are_two_leave_the_list_and_can_come_back(console: Opened, people: tuple[int, ...]) -> None:
    async with console("manager") as (app, pilot):
        duplicate_review.find(app.desk)
        await go(app, pilot, "duplicates")
        await pilot.press("end", "d")
        await settled(pilot)
        assert "C-000003 and C-000004 are two." in screen_text(app)
        await pilot.press("j")
        await settled(pilot)
        assert "Bruno Díaz" in screen_text(app)
        await pilot.press("d", "escape")
        await settled(pilot)
        assert duplicate_review.count(app.desk) == 2


async def test_esc_stops_looking(console: Opened, people: tuple[int, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    async with console("manager") as (app, pilot):
        await go(app, pilot, "duplicates")

        def find(desk: Desk, told: duplicates_screen.Told) -> None:
            app.call_from_thread(app.screen.do_back)  # type: ignore[attr-defined]
            told(1, 5)

        monkeypatch.setattr(duplicate_review, "find", find)
        await pilot.press("f5")
        await done(pilot)
        assert "Stopped. F5 looks again." in screen_text(app)


@pytest.mark.parametrize("size", SIZES)
async def test_each_field_has_its_side(console: Opened, people: tuple[int, ...], size: tuple[int, int]) -> None:
    async with console("manager", size=size) as (app, pilot):
        await go(app, pilot, "merge", from_id=people[1], into_id=people[0])
        await pilot.press("down", "space")
        await settled(pilot)
        looks_as_recorded(app, f"merge{ending(size)}")


async def test_two_become_one_and_are_taken_apart_again(console: Opened, people: tuple[int, ...], shell: Desk) -> None:
    async with console("manager") as (app, pilot):
        duplicate_review.find(app.desk)
        await go(app, pilot, "duplicates")
        await pilot.press("m")
        await settled(pilot)
        await pilot.press("x", "left", "ctrl+s")
        await settled(pilot)
        await pilot.press(*"told us", "enter")
        await settled(pilot)
        assert "Merge them?" in screen_text(app)
        await pilot.press("2")
        await settled(pilot)
        (merged,) = merging.merges_of(shell, people[1]) or merging.merges_of(shell, people[0])
        stays = customers.get(shell, merged.into_id)
        assert (stays.name, merged.reason) == (customers.get(shell, merged.from_id).name, "told us")
        assert f"was {merged.from_number}" in screen_text(app)
        assert "q undoes it" in screen_text(app)
        await pilot.press("q", "u")
        await settled(pilot)
        await pilot.press("enter")
        await settled(pilot)
        await pilot.press("y")
        await settled(pilot)
        assert f"{merged.from_number} is a customer of their own again." in screen_text(app)
        assert customers.get(shell, merged.from_id).gone == ""
    assert deeds(shell, "customer.merged") + deeds(shell, "customer.unmerged") == [
        "customer.merged", "customer.merged", "customer.unmerged", "customer.unmerged",
    ]  # fmt: skip


async def test_an_old_number_leads_to_who_they_are_now(console: Opened, people: tuple[int, ...], shell: Desk) -> None:
    merging.merge(shell, people[1], people[0])
    async with console("cashier") as (app, pilot):
        await pilot.press(*"C-000002")
        await settled(pilot)
        assert "was C-000002" in screen_text(app)
        await pilot.press("enter")
        await settled(pilot)
        assert "was C-000002" in screen_text(app)
        await go(app, pilot, "profile", customer_id=people[1])
        assert "C-000002 was merged: they are C-000001 now." in screen_text(app)


async def test_what_stands_in_the_way_is_said_and_nothing_is_merged(
    console: Opened, people: tuple[int, ...], shell: Desk
) -> None:
    customers.set_status(shell, people[0], "inactive")
    async with console("manager") as (app, pilot):
        await go(app, pilot, "merge", from_id=people[1], into_id=people[0])
        assert "C-000001 is inactive: make them active first" in screen_text(app)
        await pilot.press("ctrl+s")
        await settled(pilot)
        assert merging.merges_of(shell, people[0]) == []


async def test_a_merge_at_another_terminal_shows_at_once(console: Opened, people: tuple[int, ...], shell: Desk) -> None:
    async with console("manager") as (app, pilot):
        duplicate_review.find(app.desk)
        await go(app, pilot, "duplicates")
        merging.merge(shell, people[2], people[3])
        app.tell(app.screen, StoreChanged(frozenset({people[3]}), frozenset({"customer.merged"})))
        await settled(pilot)
        assert "Bruno" not in screen_text(app)


@pytest.mark.parametrize("size", SIZES)
async def test_a_past_day_is_shown_and_plainly_marked(
    console: Opened, people: tuple[int, ...], size: tuple[int, int]
) -> None:
    async with console("manager", size=size) as (app, pilot):
        await go(app, pilot, "profile", customer_id=people[1])
        await pilot.press("z")
        await settled(pilot)
        await pilot.press(*"21/11/2026", "enter")
        await settled(pilot)
        assert "AS OF 21/11/2026" in screen_text(app)
        looks_as_recorded(app, f"as_of{ending(size)}")
        await pilot.press("left")
        await settled(pilot)
        assert "They were no customer yet on 20/11/2026." in screen_text(app)
        await pilot.press("right", "right")
        await settled(pilot)
        assert "22/11/2026 has not come" in screen_text(app)
        assert "AS OF 21/11/2026" in screen_text(app)


async def test_the_profile_of_who_is_merged_elsewhere_turns_to_the_survivor(
    console: Opened, people: tuple[int, ...], shell: Desk
) -> None:
    async with console("cashier") as (app, pilot):
        await go(app, pilot, "profile", customer_id=people[1])
        merging.merge(shell, people[1], people[0])
        app.tell(app.screen, StoreChanged(frozenset(people[:2]), frozenset({"customer.merged"})))
        await settled(pilot)
        assert "C-000002 was merged: they are C-000001 now." in screen_text(app)
        assert "ana" in screen_text(app).lower()
