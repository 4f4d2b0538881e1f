"""Services, trainers and resources: added, changed, with hours and days off; nobody leaves while something stands."""

from __future__ import annotations

import pytest
from textual.pilot import Pilot

from bookkeeper_tui.app import BookkeeperApp
from bookkeeper_tui.screens.house import StoreChanged
from bookkeeper_tui.store import bookables, bookings, services, staff
from bookkeeper_tui.store.bookables import Bookable, Hours, NewBookable
from bookkeeper_tui.store.desk import Desk
from bookkeeper_tui.store.services import NewService
from tests.conftest import PIN
from tests.screens.conftest import Opened, settled
from tests.screens.recording import looks_as_recorded, screen_text
from tests.screens.regulars import maria

MONDAY = "2026-11-23"
WEEK = "Mo-Fr 09:00-13:00 16:00-20:00; Sa 10:00-14:00"


@pytest.fixture
def shop(shell: Desk, still: None) -> dict[str, int]:
    """Three services, one out of use; two trainers and two rooms, one of them gone."""
    yoga = services.add(shell, NewService("Yoga", 60, 5, 10)).id
    massage = services.add(shell, NewService("Massage", 45, buffer_after=15, cancel_hours=12)).id
    sunbed = services.add(shell, NewService("Solarium", 20, needs_trainer=False, late_takes=0, no_show_takes=0)).id
    services.retire(shell, sunbed)
    marta = bookables.add(shell, NewBookable("trainer", "Marta", 1, 40_000, None, frozenset({yoga, massage}))).id
    bookables.add(shell, NewBookable("trainer", "Leo", 8, 35_500, None, frozenset({yoga})))
    room = bookables.add(shell, NewBookable("resource", "Room 2", 3)).id
    gone = bookables.add(shell, NewBookable("resource", "Old sunbed")).id
    bookables.leave(shell, gone, "2026-11-01")
    bookables.set_hours(shell, marta, [Hours(day, *span) for day in range(5) for span in ((540, 780), (960, 1200))])
    bookables.add_time_off(shell, marta, "2026-12-24", "2027-01-06", "Christmas")
    return {"Yoga": yoga, "Massage": massage, "Marta": marta, "Room 2": room}


def named(desk: Desk, name: str) -> Bookable:
    return next(one for one in bookables.list_bookables(desk, also_left=True) if one.name == name)


async def at(app: BookkeeperApp, pilot: Pilot[int], place: str) -> None:
    app.show(place)
    await settled(pilot)


@pytest.mark.parametrize("size", [(80, 24), (60, 20), (132, 43)])
async def test_services_and_who_gives_them(console: Opened, shop: dict[str, int], size: tuple[int, int]) -> None:
    ending = "" if size == (80, 24) else f"_{size[0]}x{size[1]}"
    async with console("manager", size=size) as (app, pilot):
        await at(app, pilot, "services")
        looks_as_recorded(app, f"services{ending}")
        await at(app, pilot, "bookables")
        await pilot.press("down")
        await settled(pilot)
        looks_as_recorded(app, f"bookables{ending}")


async def test_everything_is_written_where_only_ascii_is(console: Opened, shop: dict[str, int]) -> None:
    async with console("manager", environment={"TERM": "vt220", "BOOKKEEPER_TERMINAL": "Till 3"}) as (app, pilot):
        await at(app, pilot, "bookables")
        await pilot.press("down", "o")
        await settled(pilot)
        assert screen_text(app).isascii()


async def test_an_empty_shop_says_what_comes_first(console: Opened) -> None:
    async with console("manager") as (app, pilot):
        await at(app, pilot, "services")
        assert "No services yet" in screen_text(app)
        await at(app, pilot, "bookables")
        assert "No trainers and no resources yet" in screen_text(app)


async def test_a_service_is_added_changed_and_taken_out_of_use(
    console: Opened, shop: dict[str, int], shell: Desk
) -> None:
    async with console("manager") as (app, pilot):
        await at(app, pilot, "services")
        await pilot.press("a")
        await settled(pilot)
        looks_as_recorded(app, "services_adding")
        await pilot.press(*"Pilates", "enter", *"55", "enter", "enter", *"5", "enter", "enter", *"no", "enter")
        await pilot.press(*"6", "enter", *"no", "enter", "enter")
        await settled(pilot)
        assert ">Pilates" in screen_text(app), "the cursor stands on the new one"
        await pilot.press("enter", "down", *"50")
        await pilot.press(*["enter"] * 8)
        await settled(pilot)
        await pilot.press("r")
        await settled(pilot)
        assert "out of use" in screen_text(app)
    made = next(one for one in services.list_services(shell, also_retired=True) if one.name == "Pilates")
    assert (made.minutes, made.buffer_before, made.buffer_after) == (50, 0, 5)
    assert (made.needs_trainer, made.needs_resource, made.cancel_hours) == (True, False, 6)
    assert (made.late_takes, made.no_show_takes, made.retired) == (0, 1, True)


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        (["down", *"soon"], "Minutes: “soo” is no whole number"),
        (["down", *"900"], "Minutes: 900 is none: it is from 5 to 720"),
        ([*["down"] * 4, *"si"], "Needs a trainer: “si” is neither yes nor no"),
        ([*"Yoga"], "There is a service Yoga already"),
    ],
)
async def test_a_mistake_is_said_and_what_was_typed_stays(
    console: Opened, shop: dict[str, int], shell: Desk, typed: list[str], sentence: str
) -> None:
    async with console("manager") as (app, pilot):
        await at(app, pilot, "services")
        await pilot.press("home", "e")
        await settled(pilot)
        await pilot.press(*typed)
        for _ in range(9):
            await pilot.press("enter")
        await settled(pilot)
        assert sentence in screen_text(app)
    assert services.read(shell.database, shop["Massage"]).minutes == 45


async def test_a_trainer_is_added_with_skills_commission_and_staff_number(
    console: Opened, shop: dict[str, int], shell: Desk
) -> None:
    eva = staff.add(shell, "Eva Sol", "cashier", PIN)
    async with console("manager") as (app, pilot):
        await at(app, pilot, "bookables")
        await pilot.press("a", "1")
        await settled(pilot)
        looks_as_recorded(app, "bookables_adding")
        await pilot.press(*"Eva", "enter", *"yo, mass", "enter", *"4", "enter", *"7,5 %", "enter", *eva.number, "enter")
        await settled(pilot)
        assert ">Eva" in screen_text(app)
    made = named(shell, "Eva")
    assert (made.kind, made.capacity, made.commission, made.staff_id) == ("trainer", 4, 7_500, eva.staff_id)
    assert made.service_ids == {shop["Yoga"], shop["Massage"]}
    assert made.staff_number == eva.number


async def test_a_resource_has_no_commission_to_type(console: Opened, shop: dict[str, int], shell: Desk) -> None:
    async with console("manager") as (app, pilot):
        await at(app, pilot, "bookables")
        await pilot.press("a", "2")
        await settled(pilot)
        assert "Commission (%)" not in screen_text(app)
        await pilot.press(*"Hall", "enter", "enter", *"12", "enter")
        await settled(pilot)
    assert (named(shell, "Hall").capacity, named(shell, "Hall").service_ids) == (12, frozenset())


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        (["down", *"tai chi"], "Services: “tai chi” is none of them"),
        (["down", "down", *"two"], "Capacity: “two” is no whole number"),
        ([*["down"] * 3, *"half"], "Commission: “half” is no percentage such as 40 or 7,5"),
        ([*["down"] * 4, *"999"], "There is no staff number “999”"),
        ([*"Leo"], "There is a trainer Leo already"),
    ],
)
async def test_what_cannot_be_a_trainer_is_said(
    console: Opened, shop: dict[str, int], shell: Desk, typed: list[str], sentence: str
) -> None:
    before = named(shell, "Marta")
    async with console("manager", size=(60, 20)) as (app, pilot):
        await at(app, pilot, "bookables")
        await pilot.press("down", "enter")
        await settled(pilot)
        await pilot.press(*typed)
        for _ in range(5):
            await pilot.press("enter")
        await settled(pilot)
        assert sentence in screen_text(app)
    assert named(shell, "Marta") == before


async def test_hours_are_typed_in_one_line_and_shown_the_same_way(
    console: Opened, shop: dict[str, int], shell: Desk
) -> None:
    async with console("manager") as (app, pilot):
        await at(app, pilot, "bookables")
        await pilot.press("down", "h")
        await settled(pilot)
        await pilot.press("end", *"; sa 10-14, 16", "enter")
        await settled(pilot)
        looks_as_recorded(app, "bookables_hours")
        for _ in range(4):
            await pilot.press("backspace")
        await pilot.press("enter")
        await settled(pilot)
        assert f"There     {WEEK}" in screen_text(app)
        await pilot.press("h")
        await settled(pilot)
        await pilot.press("backspace", "enter")
        await settled(pilot)
        assert "There     at any time" in screen_text(app)
    assert bookables.hours(shell, shop["Marta"]) == []


async def test_days_off_are_given_and_taken_back(console: Opened, shop: dict[str, int], shell: Desk) -> None:
    async with console("manager") as (app, pilot):
        await at(app, pilot, "bookables")
        await pilot.press("down", "o")
        await settled(pilot)
        looks_as_recorded(app, "bookables_days_off")
        await pilot.press("1")
        await settled(pilot)
        await pilot.press(*"30/11", "enter", "enter", *"Course", "enter")
        await settled(pilot)
        assert "Days off  30/11/2026 (Course); 24/12/2026 to 06/01/2027 (Christmas)" in screen_text(app)
        await pilot.press("o", "3")
        await settled(pilot)
        await pilot.press("y")
        await settled(pilot)
        assert "Christmas" not in screen_text(app)
    assert [one.reason for one in bookables.time_off(shell, shop["Marta"])] == ["Course"]


async def test_one_leaves_and_comes_back(console: Opened, shop: dict[str, int], shell: Desk) -> None:
    async with console("manager") as (app, pilot):
        await at(app, pilot, "bookables")
        await pilot.press("down", "r")
        await settled(pilot)
        await pilot.press(*"01/12/2026", "enter")
        await settled(pilot)
        assert "to 01/12/2026" in screen_text(app)
        assert "Leaves    not there from 01/12/2026 on" in screen_text(app)
        await pilot.press("r")
        await settled(pilot)
        await pilot.press("y")
        await settled(pilot)
    assert named(shell, "Marta").left_on == ""


async def test_a_trainer_with_bookings_standing_does_not_leave(
    console: Opened, shop: dict[str, int], shell: Desk
) -> None:
    for hour in ("10:00", "17:00"):
        starts = bookings.local_instant(MONDAY, hour, "Europe/Madrid")
        bookings.book(
            shell, maria(shell).id, shop["Yoga"], starts, trainer_id=shop["Marta"], resource_id=shop["Room 2"]
        )
    async with console("manager") as (app, pilot):
        await at(app, pilot, "bookables")
        await pilot.press("down", "r")
        await settled(pilot)
        await pilot.press("enter")
        await settled(pilot)
        looks_as_recorded(app, "bookables_standing")
    assert named(shell, "Marta").left_on == ""


@pytest.mark.parametrize("size", [(80, 24), (60, 20)])
async def test_a_booking_outside_of_new_hours_is_told(
    console: Opened, shop: dict[str, int], shell: Desk, size: tuple[int, int]
) -> None:
    starts = bookings.local_instant(MONDAY, "17:00", "Europe/Madrid")
    bookings.book(shell, maria(shell).id, shop["Yoga"], starts, trainer_id=shop["Marta"], resource_id=shop["Room 2"])
    async with console("manager", size=size) as (app, pilot):
        await at(app, pilot, "bookables")
        await pilot.press("down", "h")
        await settled(pilot)
        await pilot.press(*"Mo-Fr 9-13", "enter")
        await settled(pilot)
        looks_as_recorded(app, "bookables_outside" if size == (80, 24) else "bookables_outside_60x20")


async def test_who_may_only_look_is_offered_nothing_to_change(console: Opened, shop: dict[str, int]) -> None:
    async with console("auditor") as (app, pilot):
        await at(app, pilot, "bookables")
        await pilot.press("down")
        text = screen_text(app)
        assert "Marta" in text
        assert not {"Add", "Edit", "Retire", "Hours"} & set(text.splitlines()[-1].split())


async def test_a_change_at_another_console_is_seen(console: Opened, shop: dict[str, int], shell: Desk) -> None:
    async with console("manager") as (app, pilot):
        await at(app, pilot, "bookables")
        bookables.add(shell, NewBookable("trainer", "Aitor"))
        app.store_changed(StoreChanged(actions=frozenset({"bookable.edited"})))
        await settled(pilot)
        assert "Aitor" in screen_text(app)
