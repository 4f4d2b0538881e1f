"""The Packages and Usage tabs: sessions are used, taken off, given back and said anew, and the log tells of it."""

from __future__ import annotations

import csv
from dataclasses import dataclass, replace
from datetime import date

import pytest
from textual.pilot import Pilot

from bookkeeper_tui.actions import ACTIONS
from bookkeeper_tui.app import BookkeeperApp
from bookkeeper_tui.screens.dialogs.override import OverrideDialog
from bookkeeper_tui.screens.dialogs.use_session import UseSession
from bookkeeper_tui.screens.profile.package_drawing import package_lines, state_words
from bookkeeper_tui.store import bookings, customers, packages, shifts, staff
from bookkeeper_tui.store.customers import Customer, CustomerFields
from bookkeeper_tui.store.desk import Desk
from bookkeeper_tui.store.packages import Package
from bookkeeper_tui.widgets.hot_list import HotList
from bookkeeper_tui.widgets.notice_line import NoticeLine
from tests.conftest import PIN
from tests.screens.conftest import Opened, deeds, settled
from tests.screens.recording import looks_as_recorded, screen_text
from tests.screens.regulars import NOW, maria
from tests.screens.studio import Studio, sell_package, studio

SIZES = ((80, 24), (60, 20), (132, 43))
HOUR = 3_600_000_000


@dataclass
class There:
    """María, who has bought packages at a studio."""

    desk: Desk
    studio: Studio
    customer: Customer
    ten: Package
    five: Package

    def events(self, kind: str = "") -> list[tuple[object, ...]]:
        """Kind, sessions, trainer, resource and remarks of what was written to the usage log, oldest first."""
        rows = self.desk.database.execute_sql(
            "SELECT kind, sessions, trainer_id, resource_id, remarks FROM package_event "
            "WHERE kind <> 'sold' ORDER BY id"
        )
        return [row for row in rows if not kind or row[0] == kind]

    def left(self) -> int:
        return packages.get(self.desk, self.ten.id).remaining


@pytest.fixture
def there(shell: Desk, still: None) -> There:
    customer, place = maria(shell), studio(shell)
    ten, five = sell_package(shell, customer, "Y10"), sell_package(shell, customer, "F5")
    return There(shell, place, customer, ten, five)


async def to(app: BookkeeperApp, pilot: Pilot[int], customer: Customer, tab: str = "packages") -> None:
    app.show("profile", customer_id=customer.id, tab=tab)
    await settled(pilot)


async def keys(pilot: Pilot[int], *pressed: str) -> None:
    for key in pressed:
        await pilot.press(key)
        await settled(pilot)


def said(app: BookkeeperApp) -> str:
    return app.screen.query_one(NoticeLine).sentence


def used_a_lot(there: There) -> None:
    """Two sessions used, one cancelled and one changed, one deducted; a package frozen, one used up, one expired."""
    desk, place, customer = there.desk, there.studio, there.customer
    first = packages.use(
        desk, there.ten.id, trainer_id=place.marta, resource_id=place.hall, at=NOW - 5 * HOUR, remarks="First lesson"
    )
    packages.use(desk, there.ten.id, 2, trainer_id=place.luis, resource_id=place.hall, at=NOW - 2 * HOUR)
    wrong = packages.use(desk, there.ten.id, trainer_id=place.luis, resource_id=place.hall)
    packages.restore(desk, wrong.id, "Did not stay")
    packages.change_use(
        desk, first.id, trainer_id=place.luis, resource_id=place.hall, service_id=place.yoga, at=first.at,
        remarks="First lesson",
    )  # fmt: skip
    packages.deduct(desk, there.five.id, 5, "Moved to the card of the old system")
    frozen = sell_package(desk, customer, "F5")
    packages.freeze(desk, frozen.id, "2026-12-05", "Broken leg")
    packages.extend(desk, there.ten.id, "2027-03-31", "Was ill in October")
    sell_package(desk, customer, "Y3")


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("tab", ["packages", "usage"])
async def test_tabs_look_as_recorded(console: Opened, there: There, tab: str, size: tuple[int, int]) -> None:
    used_a_lot(there)
    at_size = "" if size == (80, 24) else f"_{size[0]}x{size[1]}"
    async with console("manager", size=size) as (app, pilot):
        await to(app, pilot, there.customer, tab)
        looks_as_recorded(app, f"profile_{tab}{at_size}")


@pytest.mark.parametrize("tab", ["packages", "usage"])
async def test_an_ascii_terminal_is_sent_nothing_else(console: Opened, there: There, tab: str) -> None:
    used_a_lot(there)
    async with console("manager", environment={"TERM": "linux", "BOOKKEEPER_TERMINAL": "Till 3"}) as (app, pilot):
        await to(app, pilot, there.customer, tab)
        assert screen_text(app).replace("María", "").replace("á", "").isascii()
        await keys(pilot, "u")
        assert screen_text(app).replace("María", "").replace("á", "").isascii()


async def test_who_bought_no_package_is_told_how_one_is_sold(console: Opened, shell: Desk, still: None) -> None:
    found = maria(shell)
    async with console("cashier") as (app, pilot):
        for tab in ("packages", "usage"):
            await to(app, pilot, found, tab)
            looks_as_recorded(app, f"profile_empty_{tab}")
        await keys(pilot, "u")
        assert "has no package" in said(app)
        shifts.open_shift(app.desk, 10_000)
        await keys(pilot, "a")
        assert app.screen.NAME == "sale"


async def test_a_session_is_used_with_the_trainer_whose_name_is_begun(console: Opened, there: There) -> None:
    async with console("cashier") as (app, pilot):
        await to(app, pilot, there.customer, "sales")
        await keys(pilot, "u", *"ort")
        assert isinstance(app.screen, UseSession)
        looks_as_recorded(app, "use_session")
        await keys(pilot, "enter", "enter", *"Late", "ctrl+s")
        assert said(app) == "K-0000001: 9 of 10 sessions left."
        assert "9/10" in screen_text(app)
    assert there.events() == [("use", 1, there.studio.luis, there.studio.hall, "Late")]
    assert deeds(there.desk, "package.used") == ["package.used"]


@pytest.mark.parametrize("size", [(60, 20), (132, 43)])
async def test_the_dialog_fits_every_terminal(console: Opened, there: There, size: tuple[int, int]) -> None:
    async with console("cashier", size=size) as (app, pilot):
        await to(app, pilot, there.customer)
        await keys(pilot, "down", "u")
        looks_as_recorded(app, f"use_session_{size[0]}x{size[1]}")


async def test_going_up_past_a_list_chooses_nobody(console: Opened, there: There) -> None:
    async with console("cashier") as (app, pilot):
        await to(app, pilot, there.customer)
        await keys(pilot, "u", "up", "up", *"2", "ctrl+s")
        assert "Trainer: choose one of the list." in screen_text(app)
    assert there.events() == []


async def test_a_count_before_the_key_uses_several(console: Opened, there: There) -> None:
    async with console("cashier") as (app, pilot):
        await to(app, pilot, there.customer)
        await pilot.press("3", "u")
        await settled(pilot)
        await keys(pilot, "enter", "enter", "ctrl+s")
        assert there.left() == 7
        await pilot.press("8", "u")
        await settled(pilot)
        assert "has 7 sessions left, not 8" in said(app)
    assert there.left() == 7


async def test_what_is_refused_leaves_what_was_typed(console: Opened, there: There) -> None:
    async with console("manager") as (app, pilot):
        await to(app, pilot, there.customer)
        await keys(pilot, "minus", *"11", "enter", *"Old card", "enter")
        assert "10" in screen_text(app)
        assert "Old card" in screen_text(app)
        assert there.left() == 10
        await keys(pilot, "up", *"4", "enter", "enter")
        assert said(app) == "K-0000001: 6 of 10 sessions left."
    assert there.events() == [("deduct", 4, None, None, "Old card")]


async def test_two_consoles_use_the_last_session_and_one_is_told(console: Opened, there: There) -> None:
    packages.deduct(there.desk, there.ten.id, 9, "Old card")
    async with console("cashier") as (app, pilot):
        await to(app, pilot, there.customer)
        await keys(pilot, "u")
        packages.use(there.desk, there.ten.id, trainer_id=there.studio.marta, resource_id=there.studio.hall)
        await keys(pilot, "ctrl+s")
        assert isinstance(app.screen, UseSession)
        assert "K-0000001" in screen_text(app)
    assert there.left() == 0
    assert len(there.events("use")) == 1


def test_what_is_over_is_not_to_be_used(there: There) -> None:
    for state, told in (("live", "not yet: u uses a session"), ("refunded", "never")):
        package = replace(packages.get(there.desk, there.ten.id), state=state)
        lines = package_lines(package, 0, (), "2026-11-21", there.desk.store.conventions, "Europe/Madrid", 55)
        assert lines[-1][0].text == told


def test_a_freeze_with_an_end_says_when_the_package_ends(there: There) -> None:
    ends = packages.get(there.desk, there.ten.id).expires_on
    packages.freeze(there.desk, there.ten.id, "2026-11-30", "Broken leg")
    package = packages.get(there.desk, there.ten.id)
    told = state_words(package, package.frozen_since, there.desk.store.conventions)
    frozen = date(2026, 12, 1) - date.fromisoformat(package.frozen_since)
    last = there.desk.store.conventions.date(date.fromisoformat(ends) + frozen)
    assert told.endswith(f"then ends on {last}")


async def test_a_frozen_package_is_used_with_a_second_persons_pin(console: Opened, there: There) -> None:
    packages.freeze(there.desk, there.ten.id, "", "Holiday")
    number = staff.add(there.desk, "Tom Becker", "supervisor", PIN).number
    async with console("cashier") as (app, pilot):
        await to(app, pilot, there.customer)
        await keys(pilot, "end", "u")
        assert isinstance(app.screen, OverrideDialog)
        await keys(pilot, *number, "enter", *PIN, "enter")
        assert isinstance(app.screen, UseSession)
        await keys(pilot, "enter", "enter", "ctrl+s")
    forced = there.desk.database.execute_sql("SELECT forced FROM package_event WHERE kind = 'use'").fetchall()
    assert forced == [(1,)]
    assert deeds(there.desk, "override.used") == ["override.used"]


async def test_a_package_is_frozen_thawed_and_extended(console: Opened, there: There) -> None:
    async with console("manager") as (app, pilot):
        await to(app, pilot, there.customer)
        await keys(pilot, "f", *"05/12/2026", "enter", *"Broken leg", "enter")
        assert "frozen since 21/11/2026 until 05/12/2026" in screen_text(app)
        assert packages.get(there.desk, there.ten.id).frozen_until == "2026-12-05"
        await keys(pilot, "f", "y")
        assert not packages.get(there.desk, there.ten.id).is_frozen
        await keys(pilot, "plus", *"+30", "enter", *"Was ill", "enter")
        assert "21/03/2027" in screen_text(app)
    assert packages.get(there.desk, there.ten.id).expires_on == "2027-03-21"


async def test_a_package_goes_to_another_customer(console: Opened, there: There) -> None:
    other = customers.create(there.desk, CustomerFields(name="Luis Vega", phone="+34600111333"))
    async with console("manager") as (app, pilot):
        await to(app, pilot, there.customer)
        await keys(pilot, "t", *"vega", "enter", *"A present", "enter")
        assert said(app) == "K-0000001 is Luis Vega's now."
        assert "Yoga 10-pack" not in screen_text(app)
    assert packages.get(there.desk, there.ten.id).customer_id == other.id


async def test_what_is_unused_is_paid_back_and_its_receipt_shown(console: Opened, there: There) -> None:
    packages.deduct(there.desk, there.ten.id, 6, "Old card")
    async with console("supervisor") as (app, pilot):
        await to(app, pilot, there.customer)
        await keys(pilot, "r")
        assert "No shift is open" in said(app)
        shifts.open_shift(app.desk, 10_000)
        await keys(pilot, "r")
        assert "38,00 goes back for 4 of 10 sessions" in screen_text(app)
        await keys(pilot, "1", *"Moved away", "enter")
        assert app.screen.NAME == "receipt"
        assert "−38,00" in screen_text(app)
    after = packages.get(there.desk, there.ten.id)
    assert (after.state, after.remaining) == ("refunded", 0)


async def test_a_use_is_cancelled_from_the_log(console: Opened, there: There) -> None:
    used_a_lot(there)
    before = there.left()
    async with console("cashier") as (app, pilot):
        await to(app, pilot, there.customer, "usage")
        await keys(pilot, "c")
        assert "Only a use can be cancelled" in said(app)
        listed = app.screen.query_one("#tab-usage HotList", HotList)
        while listed.cursor_row is not None and listed.cursor_row.record.sessions != 2:  # type: ignore[attr-defined]
            await keys(pilot, "down")
        await keys(pilot, "c", *"Hall was cold", "enter")
        assert said(app) == "2 sessions of K-0000001 are given back."
        assert "cancelled: Yoga" in screen_text(app)
        await keys(pilot, "c")
    assert there.left() == before + 2


async def test_a_use_is_said_anew_and_both_stand_in_the_log(console: Opened, there: There) -> None:
    place = there.studio
    use = packages.use(there.desk, there.ten.id, trainer_id=place.marta, resource_id=place.hall)
    async with console("cashier") as (app, pilot):
        await to(app, pilot, there.customer, "usage")
        await keys(pilot, "h", *"luis", "enter", "ctrl+s")
        assert "The use was changed" in said(app)
        await keys(pilot, "c", *"Was ill", "enter")
        looks_as_recorded(app, "profile_usage_changed")
    assert [row[0] for row in there.events()] == ["use", "change", "restore"]
    assert there.events("change")[0][2] == place.luis
    row = there.desk.database.execute_sql("SELECT undoes FROM package_event WHERE kind = 'change'").fetchone()
    assert row == (use.id,)


async def test_the_log_is_narrowed_and_saved(console: Opened, there: There) -> None:
    used_a_lot(there)
    async with console("supervisor") as (app, pilot):
        await to(app, pilot, there.customer, "usage")
        listed = app.screen.query_one("#tab-usage HotList", HotList)
        everything = listed.total
        await keys(pilot, "slash", *"nobody", "enter", "enter", "enter", "enter")
        assert "there is none called “nobody”" in screen_text(app)
        await keys(pilot, "up", "up", "up", *["backspace"] * 6, *"luis", "enter", *"yo", "enter", "enter", "enter")
        assert "Only Luis Ortega, Yoga" in screen_text(app)
        assert 0 < listed.total < everything
        await keys(pilot, "x", *["backspace"] * 40, *"luis.csv", "enter")
        assert "Saved as luis.csv" in said(app)
        narrowed = listed.total
        await keys(pilot, "escape")
        assert listed.total == everything
        assert app.screen.NAME == "profile"
    saved = (there.desk.store.directory / "paper" / "luis.csv").read_text(encoding="utf-8")
    rows = list(csv.DictReader(saved.splitlines()))
    assert len(rows) == narrowed
    assert {row["trainer"] for row in rows} == {"Luis Ortega"}
    assert deeds(there.desk, "export.") == ["export.usage", "export.usage"], "begun, and done"


async def test_who_may_not_save_the_log_is_not_offered_it(console: Opened, there: There) -> None:
    used_a_lot(there)
    async with console("cashier") as (app, pilot):
        await to(app, pilot, there.customer, "usage")
        assert "export" not in app.offered()
        assert "cancel_use" in app.offered()


async def test_what_is_used_elsewhere_shows_where_the_cursor_stands(console: Opened, there: There) -> None:
    async with console("cashier") as (app, pilot):
        await to(app, pilot, there.customer)
        listed = app.screen.query_one("#tab-packages HotList", HotList)
        await keys(pilot, "down")
        key = listed.cursor_key
        packages.use(there.desk, there.ten.id, trainer_id=there.studio.marta, resource_id=there.studio.hall)
        await keys(pilot, "f5")
        assert listed.cursor_key == key
        assert "9/10" in screen_text(app)


async def test_the_timer_is_started_with_the_use_or_after_it(console: Opened, there: There) -> None:
    async with console("cashier") as (app, pilot):
        await to(app, pilot, there.customer)
        await keys(pilot, "s")
        assert "No session of K-0000001 was used today" in said(app)
        await keys(pilot, "u", "enter", "enter", "enter", "y", "enter")
        assert said(app) == "K-0000001: 9 of 10 sessions left. The timer runs until 15:02."
        await keys(pilot, "s")
        assert "timer" in said(app)
    rows = there.desk.database.execute_sql("SELECT event_id, ends_at - started_at FROM session_timer").fetchall()
    use = there.desk.database.execute_sql("SELECT id FROM package_event WHERE kind = 'use'").fetchone()
    assert rows == [(use[0], HOUR)]


async def test_the_timer_is_of_a_session_used_and_not_of_one_taken_off_by_hand(console: Opened, there: There) -> None:
    used = packages.use(there.desk, there.ten.id, trainer_id=there.studio.marta)
    packages.deduct(there.desk, there.ten.id, 2, "Missed the course")
    async with console("cashier") as (app, pilot):
        await to(app, pilot, there.customer)
        await keys(pilot, "s")
    timed = there.desk.database.execute_sql("SELECT event_id, trainer_id FROM session_timer").fetchall()
    assert timed == [(used.id, there.studio.marta)]


async def test_the_timer_of_a_use_is_started_from_the_log(console: Opened, there: There) -> None:
    packages.use(there.desk, there.ten.id, trainer_id=there.studio.marta, resource_id=there.studio.hall)
    async with console("cashier") as (app, pilot):
        await to(app, pilot, there.customer, "usage")
        await keys(pilot, "s")
        assert said(app) == "The timer runs until 15:02."


async def test_who_cannot_be_had_is_marked_with_why_and_stands_last(console: Opened, there: There) -> None:
    other = customers.create(there.desk, CustomerFields(name="Luis Vega", phone="+34600111333"))
    place = there.studio
    bookings.book(there.desk, other.id, place.yoga, NOW + HOUR // 2, trainer_id=place.luis, resource_id=place.hall)
    async with console("cashier") as (app, pilot):
        await to(app, pilot, there.customer)
        await keys(pilot, "u")
        looks_as_recorded(app, "use_session_busy")
        await keys(pilot, *"luis", "ctrl+s")
        assert "Resource: choose one of the list" in screen_text(app)
        await keys(pilot, "enter", "ctrl+s")
    assert there.events() == [("use", 1, place.luis, place.hall, "")]


async def test_nobody_who_cannot_be_had_is_taken_unasked(console: Opened, there: There) -> None:
    place = there.studio
    for name, service, trainer, room in (
        ("Luis Vega", place.yoga, place.luis, place.hall),
        ("Eva Vega", place.massage, place.marta, place.cabin),
    ):
        other = customers.create(there.desk, CustomerFields(name=name, phone="+34600111333"))
        bookings.book(there.desk, other.id, service, NOW + HOUR // 2, trainer_id=trainer, resource_id=room)
    async with console("cashier") as (app, pilot):
        await to(app, pilot, there.customer)
        await keys(pilot, "u", "ctrl+s", "ctrl+s")
    ((kind, _, trainer, _, _),) = there.events()
    assert (kind, trainer) == ("use", None)


async def test_a_trainer_who_is_unlike_the_service_is_refused_in_the_dialog(console: Opened, there: There) -> None:
    async with console("cashier") as (app, pilot):
        await to(app, pilot, there.customer)
        await keys(pilot, "down", "u", *"mass", "enter", *"luis", "enter", *"cab", "enter", "ctrl+s")
        assert isinstance(app.screen, UseSession)
        assert "Luis Ortega is not for Massage" in screen_text(app)
        await keys(pilot, "shift+tab", "shift+tab", *"marta", "ctrl+s")
        assert said(app) == "K-0000002: 4 of 5 sessions left."
    assert there.events() == [("use", 1, there.studio.marta, there.studio.cabin, "")]


@pytest.mark.parametrize("tab", ["packages", "usage"])
async def test_every_key_of_the_tabs_is_answered_there(console: Opened, there: There, tab: str) -> None:
    async with console("manager") as (app, pilot):
        await to(app, pilot, there.customer, tab)
        wanted = {action.id for action in ACTIONS if action.bound and f"profile/{tab}" in action.where}
        assert wanted
        assert wanted <= set(app.offered())


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("25/10/2026 02:30", "02:30 comes twice on 25/10/2026"),
        ("29/03/2026 02:30", "There is no 02:30 on 29/03/2026"),
        ("20:00/x", "“20:00/x” is not a time"),
        ("24/11/2026 10:00", "A session on 24/11/2026 has not come yet"),
    ],
)
async def test_a_time_that_cannot_be_is_told(console: Opened, there: There, typed: str, told: str) -> None:
    async with console("cashier") as (app, pilot):
        await to(app, pilot, there.customer)
        await keys(pilot, "u", "enter", "enter", "shift+tab", "shift+tab", "shift+tab", *typed, "ctrl+s")
        assert isinstance(app.screen, UseSession)
        assert told in screen_text(app)
    assert there.left() == 10


async def test_a_session_of_this_morning_is_recorded_with_its_time(console: Opened, there: There) -> None:
    async with console("cashier") as (app, pilot):
        await to(app, pilot, there.customer)
        await keys(pilot, "u", "enter", "enter", "shift+tab", "shift+tab", "shift+tab", *"9:30", "ctrl+s")
        assert "21/11/2026 09:30" in screen_text(app)
    row = there.desk.database.execute_sql("SELECT at, recorded_at FROM package_event WHERE kind = 'use'").fetchone()
    assert row == (NOW - 4 * HOUR - 32 * HOUR // 60, NOW)
