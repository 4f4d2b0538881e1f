"""The audit log at the console: narrowed on one line, one sign-in followed, who looked, verified in place."""

from __future__ import annotations

import sqlite3

import pytest

from bookkeeper_tui.screens.audit_log import AuditLogScreen
from bookkeeper_tui.store import audit_log, customers, log_search, seals, shifts, sign_in, staff
from bookkeeper_tui.store.customers import Customer
from bookkeeper_tui.store.desk import Desk
from bookkeeper_tui.widgets.hot_list import HotList
from tests.conftest import PIN
from tests.screens.conftest import Opened, deeds, settled
from tests.screens.recording import looks_as_recorded, screen_text
from tests.screens.regulars import maria


@pytest.fixture
def customer(shell: Desk, still: None) -> Customer:
    """María, whom Tom has looked at, and whom he gave another phone number."""
    found = maria(shell)
    tom = staff.add(shell, "Tom Baker", "supervisor", PIN)
    desk = sign_in.sign_in(shell.store, "till-1", tom.number, PIN).desk
    for _ in range(3):
        desk.look("customer.viewed", subject=found.number, customer_id=found.id)
    desk.look("customer.revealed", subject=found.number, customer_id=found.id)
    with desk.change("customer.edited", subject=found.number, customer_id=found.id) as change:
        change.field("phone", "+34600111222", "+34600111999")
    sign_in.sign_out(desk)
    return found


@pytest.mark.parametrize("size", [(80, 24), (60, 20), (132, 43)])
async def test_it_is_narrowed_on_one_line(console: Opened, customer: Customer, size: tuple[int, int]) -> None:
    async with console("manager", size=size) as (app, pilot):
        app.show("audit_log")
        await settled(pilot)
        await pilot.press("/", *f"customer:{customer.number} who:tom", "enter")
        await settled(pilot)
        looks_as_recorded(app, f"audit_log_{size[0]}x{size[1]}")
        assert "+34600111999" in screen_text(app)


async def test_one_sign_in_is_followed_and_esc_comes_back(console: Opened, customer: Customer) -> None:
    async with console("auditor") as (app, pilot):
        app.show("audit_log", text="customer.revealed")
        await settled(pilot)
        await pilot.press("enter")
        await settled(pilot)
        looks_as_recorded(app, "audit_log_sign_in")
        text = screen_text(app)
        assert "signin.done" in text
        assert "signout.done" in text
        await pilot.press("escape")
        await settled(pilot)
        listed = app.screen.query_one(HotList)
        assert [row.cells[2] for row in listed.visible_rows] == ["customer.revealed"]
        await pilot.press("escape")
        await settled(pilot)
        assert not isinstance(app.screen, AuditLogScreen)


async def test_who_looked_at_a_customer(console: Opened, customer: Customer, shell: Desk) -> None:
    async with console("manager") as (app, pilot):
        app.show("audit_log", customer_id=customer.id)
        await settled(pilot)
        listed = app.screen.query_one(HotList)
        assert {row.cells[2] for row in listed.visible_rows} == {"customer.viewed", "customer.revealed"}
        await pilot.press("w")
        await settled(pilot)
        looks_as_recorded(app, "audit_log_who_looked")
        await pilot.press("enter")
        await settled(pilot)
        assert listed.total == 4
        await pilot.press("c")
        await settled(pilot)
        assert app.screen.NAME == "profile"  # type: ignore[attr-defined]
        assert "audit.viewed" in deeds(shell)


async def test_that_it_was_asked_stands_in_the_log(console: Opened, customer: Customer, shell: Desk) -> None:
    async with console("manager") as (app, pilot):
        app.show("audit_log", text="customer.edited")
        await settled(pilot)
        row = audit_log.page(shell, action="audit.viewed", limit=1)[0]
        assert row.personal == {"text": "customer.edited"}
        assert row.detail == {"found": 1}


async def test_going_below_the_last_looks_further_back(
    console: Opened, shell: Desk, still: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log_search, "LOOKED_AT", 30)
    for _ in range(120):
        shell.look("customer.viewed")
    async with console("manager") as (app, pilot):
        app.show("audit_log", text="who:shell customer.")
        await settled(pilot)
        listed = app.screen.query_one(HotList)
        assert listed.total >= 25
        for _ in range(6):
            await pilot.press("end")
            await settled(pilot)
        assert listed.total >= 120


async def test_rows_that_come_are_put_on_top_and_the_cursor_stays(
    console: Opened, customer: Customer, shell: Desk
) -> None:
    async with console("manager") as (app, pilot):
        app.show("audit_log", text=f"customer:{customer.number}")
        await settled(pilot)
        listed = app.screen.query_one(HotList)
        await pilot.press("down")
        key, total = listed.cursor_key, listed.total
        customers.set_status(shell, customer.id, "inactive")
        await settled(pilot)
        for _ in range(50):
            if listed.total > total:
                break
            await pilot.pause(0.05)
        assert (listed.cursor_key, listed.total) == (key, total + 1)


async def test_looks_elsewhere_are_put_on_top_as_they_come(console: Opened, customer: Customer, shell: Desk) -> None:
    async with console("manager") as (app, pilot):
        app.show("audit_log", text="who:tom")
        await settled(pilot)
        listed = app.screen.query_one(HotList)
        total = listed.total
        other = shell.store.again()
        tom = next(person for person in staff.list_staff(shell) if person.name == "Tom Baker")
        desk = sign_in.sign_in(other, "till-2", tom.number, PIN).desk
        desk.look("customer.viewed", subject=customer.number, customer_id=customer.id)
        for _ in range(50):
            await pilot.pause(0.05)
            if listed.total >= total + 2:
                break
        assert listed.total == total + 2, "the sign-in, and the look"
        desk.look("customer.viewed", subject=customer.number, customer_id=customer.id)
        for _ in range(50):
            await pilot.pause(0.05)
            if listed.total >= total + 3:
                break
        other.close()
        assert listed.total == total + 3
        await settled(pilot)
        did = [row.cells[2] for row in listed.visible_rows]
        assert did[:3] == ["customer.viewed", "customer.viewed", "signin.done"]
        assert listed.place == 4, "the cursor stays on its row"


async def test_rows_do_not_stand_under_a_question_that_was_not_asked(console: Opened, customer: Customer) -> None:
    async with console("manager") as (app, pilot):
        app.show("audit_log", text=f"customer:{customer.number}")
        await settled(pilot)
        assert f"about {customer.number}" in screen_text(app)
        await pilot.press("/", *"foo:bar", "enter")
        await settled(pilot)
        await pilot.press("up")
        await settled(pilot)
        said = screen_text(app)
        assert f"about {customer.number}" not in said
        assert "Not asked" in said
        assert app.screen.query_one(HotList).total == 0


async def test_a_word_that_means_nothing_is_a_notice(console: Opened, customer: Customer) -> None:
    async with console("manager", size=(60, 20)) as (app, pilot):
        app.show("audit_log")
        await settled(pilot)
        await pilot.press("/", *"who:zoe", "enter")
        await settled(pilot)
        assert "No member of staff" in screen_text(app)


@pytest.mark.parametrize("whole", [False, True])
async def test_the_log_is_verified_in_place(console: Opened, customer: Customer, shell: Desk, whole: bool) -> None:
    seals.make(shell)
    async with console("auditor") as (app, pilot):
        app.show("audit_log")
        await settled(pilot)
        await pilot.press("v", *(["down"] if whole else []), "enter")
        await until_verified(app.screen, pilot)
        text = screen_text(app)
        assert "The log holds" in text
        assert ("after row" in text) != whole


async def test_what_does_not_hold_is_listed_and_gone_to(console: Opened, customer: Customer, shell: Desk) -> None:
    file = sqlite3.connect(shell.store.engine.path, isolation_level=None)
    file.execute("DROP TRIGGER audit_no_update")
    async with console("auditor") as (app, pilot):
        app.show("audit_log")
        await settled(pilot)
        file.execute("UPDATE audit SET who = '' WHERE seq = 3")
        log = app.screen
        await pilot.press("v", "down", "enter")
        await until_verified(log, pilot)
        assert "row 3 was changed" in screen_text(app)
        await pilot.press("enter")
        await settled(pilot)
        assert app.screen.query_one(HotList).cursor_key == 3


async def until_verified(screen: object, pilot: object) -> None:
    assert isinstance(screen, AuditLogScreen)
    for _ in range(200):
        await pilot.pause(0.02)  # type: ignore[attr-defined]
        if screen._stop is None:
            break
    await settled(pilot)  # type: ignore[arg-type]


async def test_nonsense_in_the_file_is_drawn_harmless(console: Opened, customer: Customer, shell: Desk) -> None:
    file = sqlite3.connect(shell.store.engine.path, isolation_level=None)
    for (trigger,) in file.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        file.execute(f"DROP TRIGGER {trigger}")
    head = audit_log.head_seq(shell)
    file.execute("UPDATE audit SET who = CAST(x'1b5b324afffe' AS TEXT), at = 1 << 62 WHERE seq = ?", (head,))
    file.execute("UPDATE audit SET detail = '{\"fields\": 7}' WHERE seq = ?", (head - 1,))
    file.execute("UPDATE audit SET detail = '{\"fields\": [[]]}', terminal = char(27) WHERE seq = ?", (head - 2,))
    async with console("auditor") as (app, pilot):
        app.show("audit_log")
        await settled(pilot)
        for _ in range(6):
            await pilot.press("down")
        text = screen_text(app)
        assert "no time" in text
        assert "\x1b" not in text


async def test_what_looked_unusual_leads_to_its_rows(console: Opened, customer: Customer) -> None:
    async with console("manager") as (app, pilot):
        app.show("unusual")
        await settled(pilot)
        looks_as_recorded(app, "unusual")
        await pilot.press("enter")
        await settled(pilot)
        assert isinstance(app.screen, AuditLogScreen)
        assert app.screen.query_one(HotList).total == 3


@pytest.mark.parametrize("size", [(60, 20), (132, 43)])
async def test_unusual_looks_at_other_widths(console: Opened, customer: Customer, size: tuple[int, int]) -> None:
    async with console("manager", size=size) as (app, pilot):
        app.show("unusual")
        await settled(pilot)
        looks_as_recorded(app, f"unusual_{size[0]}x{size[1]}")


async def test_days_without_anything_unusual_say_what_would_be_told(console: Opened, desk: Desk, still: None) -> None:
    shifts.open_shift(desk, 10000)
    async with console("manager") as (app, pilot):
        app.show("unusual")
        await settled(pilot)
        looks_as_recorded(app, "unusual_empty")
        await pilot.press("/")
        await settled(pilot)
        await pilot.press(*"2026-11-25", "tab", *"2026-11-20", "enter")
        await settled(pilot)
        assert "is before" in screen_text(app)


async def test_a_cashier_is_not_shown_the_log(console: Opened) -> None:
    async with console("cashier") as (app, pilot):
        assert "audit_log" not in app.offered()
        assert "unusual" not in app.offered()
        app.act("audit_log")
        await settled(pilot)
        assert not isinstance(app.screen, AuditLogScreen)
