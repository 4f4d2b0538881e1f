"""The profile: who they are on every tab, what matters now, the tabs, and what is written down of looking at them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bookkeeper_tui.actions import ACTIONS
from bookkeeper_tui.screens.profile.profile import ProfileScreen
from bookkeeper_tui.screens.profile.registry import TABS
from bookkeeper_tui.screens.profile.tab import ListTab
from bookkeeper_tui.store import customers, notes
from bookkeeper_tui.store.customers import Customer, CustomerFields
from bookkeeper_tui.store.desk import Desk
from bookkeeper_tui.store.opening import Store
from bookkeeper_tui.widgets.hot_list import HotList
from bookkeeper_tui.widgets.sheet import Sheet
from tests.screens.conftest import Opened, deeds, settled
from tests.screens.recording import looks_as_recorded, screen_text
from tests.screens.regulars import maria, sell


@pytest.fixture
def customer(shell: Desk, still: None) -> Customer:
    """María, with forty sales."""
    found = maria(shell)
    sell(shell, found, 40, on_account=2)
    return found


def profile(app: object) -> ProfileScreen:
    screen = app.screen  # type: ignore[attr-defined]
    assert isinstance(screen, ProfileScreen)
    return screen


def hot_list(app: object) -> HotList:
    tab = profile(app)._current
    assert isinstance(tab, ListTab)
    return tab.hot_list


async def to(app: object, pilot: object, customer: Customer, *keys: str) -> None:
    app.show("profile", customer_id=customer.id)  # type: ignore[attr-defined]
    await settled(pilot)  # type: ignore[arg-type]
    for key in keys:
        await pilot.press(*(key if key[1:] == "]" * len(key[1:]) else (key,)))  # type: ignore[attr-defined]
    await settled(pilot)  # type: ignore[arg-type]


def tab(name: str) -> str:
    """The key of a tab, by its place among all of them; one beyond the tenth is walked to from the tenth."""
    place = [one.NAME for one in TABS].index(name) + 1
    return str(place % 10) if place <= 10 else "0" + "]" * (place - 10)


TABS_LOOK = ("overview", "sales", "addresses", "notes", "audit", "loyalty")


@pytest.mark.parametrize(("size", "tabs"), [((80, 24), 6), ((60, 20), 2), ((132, 43), 2)])
async def test_tabs_look_as_recorded(console: Opened, customer: Customer, size: tuple[int, int], tabs: int) -> None:
    at_size = "" if size == (80, 24) else f"_{size[0]}x{size[1]}"
    async with console("manager", size=size) as (app, pilot):
        for name in TABS_LOOK[:tabs]:
            await to(app, pilot, customer, tab(name))
            looks_as_recorded(app, f"profile_{name}{at_size}")


async def test_the_panes_follow_a_terminal_that_changes_its_size(console: Opened, customer: Customer) -> None:
    async with console("manager") as (app, pilot):
        await to(app, pilot, customer)
        wide = app.screen.query_one("#who").size.width
        await pilot.press("f10", "escape")
        await settled(pilot)
        await pilot.resize_terminal(60, 20)
        await settled(pilot)
        assert app.screen.query_one("#who").size.width < wide


async def test_an_ascii_terminal_is_sent_nothing_else(console: Opened, customer: Customer) -> None:
    async with console("manager", environment={"TERM": "linux", "BOOKKEEPER_TERMINAL": "Till 3"}) as (app, pilot):
        for name in TABS_LOOK[:2]:
            await to(app, pilot, customer, tab(name))
            looks_as_recorded(app, f"profile_{name}_ascii")
            assert screen_text(app).replace("María", "").replace("á", "").isascii()


async def test_empty_tabs_say_what_would_be_there(console: Opened, shell: Desk) -> None:
    nobody = customers.create(shell, CustomerFields(name="Nuria Vacía", phone="+34 612 345 680"))
    async with console("cashier") as (app, pilot):
        for name in TABS_LOOK[:4]:
            await to(app, pilot, nobody, tab(name))
            looks_as_recorded(app, f"profile_empty_{name}")


async def test_opening_a_profile_is_written_down_with_its_first_tab(
    console: Opened, shell: Desk, customer: Customer
) -> None:
    async with console("cashier") as (app, pilot):
        await to(app, pilot, customer)
        assert {"customer.viewed", "screen.profile", "tab.overview"} <= set(deeds(shell))
        rows = shell.database.execute_sql(
            "SELECT action, subject, terminal FROM audit WHERE customer_id = ? AND action LIKE 'tab.%'", (customer.id,)
        )
        assert rows.fetchall() == [("tab.overview", customer.number, "Till 3")]


async def test_every_tab_is_written_down_when_it_is_shown_and_only_then(
    console: Opened, shell: Desk, customer: Customer
) -> None:
    async with console("manager") as (app, pilot):
        await to(app, pilot, customer, *["]"] * (len(TABS) - 1))
        assert deeds(shell, "tab.") == [f"tab.{tab.NAME}" for tab in TABS]


async def test_who_may_not_see_the_log_is_not_offered_it(console: Opened, customer: Customer) -> None:
    async with console("cashier") as (app, pilot):
        await to(app, pilot, customer, tab("audit"))
        assert "Audit" not in screen_text(app)
        assert profile(app)._current is not None
        assert profile(app)._current.NAME == "overview"  # type: ignore[union-attr]


async def test_a_tab_the_shop_has_no_use_for_is_hidden(console: Opened, store: Store, customer: Customer) -> None:
    plain = replace(store, settings=replace(store.settings, tabs_hidden=("addresses",)))
    async with console("manager", of=plain) as (app, pilot):
        await to(app, pilot, customer, tab("addresses"))
        assert "Addresses" not in screen_text(app)
        assert profile(app)._current.NAME == "measurements"  # type: ignore[union-attr]


async def test_brackets_walk_the_tabs_round(console: Opened, customer: Customer) -> None:
    async with console("manager") as (app, pilot):
        await to(app, pilot, customer, "[")
        assert profile(app)._current.NAME == "audit"  # type: ignore[union-attr]
        await pilot.press("]", "]")
        assert profile(app)._current.NAME == "sales"  # type: ignore[union-attr]


async def test_on_packages_a_digit_waits_for_the_key_that_it_counts_for(console: Opened, customer: Customer) -> None:
    async with console("manager") as (app, pilot):
        await to(app, pilot, customer, tab("packages"), "5")
        assert profile(app)._current.NAME == "packages"  # type: ignore[union-attr]
        await pilot.pause(0.5)
        assert profile(app)._current.NAME == "soa"  # type: ignore[union-attr]
        await pilot.press("3", "1", "2")
        assert profile(app)._current.NAME == "packages"  # type: ignore[union-attr]
        assert (profile(app).take_count(), profile(app).take_count()) == (12, 1)


async def test_a_shop_without_services_sees_nothing_of_them(console: Opened, store: Store, customer: Customer) -> None:
    plain = replace(store, settings=replace(store.settings, services=False))
    async with console("manager", of=plain) as (app, pilot):
        await to(app, pilot, customer, "3")
        assert profile(app)._current.NAME == "soa"  # type: ignore[union-attr]
        assert not {action.id for action in ACTIONS if action.services} & set(app.offered())
        assert "Packages" not in screen_text(app)


async def test_a_tab_keeps_its_place_while_another_is_looked_at(console: Opened, customer: Customer) -> None:
    async with console("manager") as (app, pilot):
        await to(app, pilot, customer, "2", "down", "down", "down", "4", "2")
        assert hot_list(app).place == 4


async def test_another_customer_begins_at_the_first_tab_and_shows_nothing_of_the_one_before(
    console: Opened, shell: Desk, customer: Customer
) -> None:
    other = customers.create(shell, CustomerFields(name="Bruno Otro", phone="+34 612 345 681"))
    async with console("supervisor") as (app, pilot):
        await to(app, pilot, customer, "2", "end", "v")
        await to(app, pilot, other)
        said = screen_text(app)
        assert "[1 Overview]" in said
        assert "María" not in said
        assert "612 345 681" not in said
        await pilot.press("2")
        assert hot_list(app).total == 0


async def test_a_tab_out_of_sight_when_the_customer_changes_shows_the_new_one(
    console: Opened, shell: Desk, customer: Customer
) -> None:
    other = customers.create(shell, CustomerFields(name="Bob Jones"))
    sell(shell, other, 3)
    async with console("manager") as (app, pilot):
        await to(app, pilot, customer, "2")
        await pilot.press("f2")
        await to(app, pilot, other)
        figures = screen_text(app).splitlines()[2]
        assert figures.split()[-2:] == ["Visits", "3"], figures


async def test_sales_page_by_key_from_first_to_last_and_know_their_total(
    console: Opened, shell: Desk, customer: Customer
) -> None:
    sell(shell, customer, 600, days_apart=0.5)
    async with console("manager") as (app, pilot):
        await to(app, pilot, customer, "2")
        assert screen_text(app).rstrip().endswith("1 of 640")
        await pilot.press("end")
        await settled(pilot)
        assert screen_text(app).rstrip().endswith("640 of 640")
        shown = [row.cells[1] for row in hot_list(app).visible_rows]
        rows = shell.database.execute_sql(
            "SELECT number FROM sale WHERE customer_id = ? ORDER BY sold_at, id LIMIT ?", (customer.id, len(shown))
        )
        assert shown == [number for (number,) in rows][::-1]


async def test_the_filter_narrows_the_sales_and_esc_takes_it_away(console: Opened, customer: Customer) -> None:
    async with console("manager") as (app, pilot):
        await to(app, pilot, customer, "2", "/", *"yoga 2026", "enter")
        assert 0 < hot_list(app).total < 40
        looks_as_recorded(app, "profile_sales_filter")
        await pilot.press("escape")
        await settled(pilot)
        assert hot_list(app).total == 40
        assert profile(app)


async def test_a_filter_that_is_none_is_told_and_stays_to_be_mended(console: Opened, customer: Customer) -> None:
    async with console("manager") as (app, pilot):
        await to(app, pilot, customer, "2", "/", *">x", "enter")
        said = screen_text(app)
        assert ">x" in said
        assert "“x”" in said or '"x"' in said


async def test_enter_opens_the_receipt_and_esc_comes_back_to_the_row(
    console: Opened, shell: Desk, customer: Customer
) -> None:
    async with console("manager") as (app, pilot):
        await to(app, pilot, customer, "2", "down", "enter")
        assert app.screen.NAME == "receipt"  # type: ignore[attr-defined]
        assert deeds(shell, "sale.viewed") == ["sale.viewed"]
        looks_as_recorded(app, "receipt")
        await pilot.press("escape")
        await settled(pilot)
        assert hot_list(app).place == 2


async def test_a_note_is_asked_for_written_and_shown(console: Opened, shell: Desk, customer: Customer) -> None:
    async with console("cashier") as (app, pilot):
        await to(app, pilot, customer, "n", *"Left a scarf", "enter")
        assert "Left a scarf" in screen_text(app)
        assert [note.text for note in notes.page(shell, customer.id)].count("Left a scarf") == 1
        assert deeds(shell, "note.added")[-1] == "note.added"


async def test_a_half_typed_note_is_not_lost_without_asking(console: Opened, shell: Desk, customer: Customer) -> None:
    async with console("cashier") as (app, pilot):
        await to(app, pilot, customer, "n", *"Left", "escape")
        assert "Leave without saving" in screen_text(app)
        await pilot.press("escape")
        await settled(pilot)
        await pilot.press(*" it", "enter")
        await settled(pilot)
        assert "Left it" in [note.text for note in notes.page(shell, customer.id)]


async def test_coming_back_later_shows_phone_and_email_masked_again(console: Opened, customer: Customer) -> None:
    async with console("cashier") as (app, pilot):
        await to(app, pilot, customer, "v", "f2")
        await to(app, pilot, customer)
        assert "612 345 678" not in screen_text(app)


async def test_a_pinned_note_stands_in_the_left_pane(console: Opened, shell: Desk, customer: Customer) -> None:
    async with console("manager") as (app, pilot):
        await to(app, pilot, customer, tab("notes"), "down", "asterisk")
        who = " ".join(app.screen.query_one("#who", Sheet).lines)
        assert "Asked about the" in who
        assert [note.pinned for note in notes.page(shell, customer.id)] == [True, True]
        await pilot.press("asterisk")
        await settled(pilot)
        assert [note.pinned for note in notes.page(shell, customer.id)] == [True, False]


async def test_a_pinned_note_too_long_for_the_left_pane_says_that_it_goes_on(
    console: Opened, shell: Desk, customer: Customer
) -> None:
    note = notes.add(shell, customer.id, "Wants to be called before anything is sent to her, and only in the morning")
    notes.pin(shell, note.id, True)
    async with console("cashier") as (app, pilot):
        await to(app, pilot, customer)
        said = screen_text(app)
        assert "Wants to be called" in said
        assert [line for line in said.splitlines() if line.partition("│")[0].rstrip().endswith("…")]


async def test_phone_and_email_are_masked_until_revealed_and_that_is_written_down(
    console: Opened, shell: Desk, customer: Customer
) -> None:
    async with console("cashier") as (app, pilot):
        await to(app, pilot, customer)
        assert "612 345" not in screen_text(app)
        assert "maria@" not in screen_text(app)
        assert deeds(shell, "customer.revealed") == []
        await pilot.press("v")
        await settled(pilot)
        assert "612 345 678" in screen_text(app)
        assert "maria@example.com" in screen_text(app)
        assert deeds(shell, "customer.revealed") == ["customer.revealed"]
        customers.edit(shell, customer.id, {"card": "C-77"}, customer.version)
        await pilot.press("f5")
        await settled(pilot)
        assert "612 345" not in screen_text(app), "another version was not revealed"
        await pilot.press("v", "v")
        await settled(pilot)
        assert "612 345" not in screen_text(app), "v hides it again"
        assert len(deeds(shell, "customer.revealed")) == 2


async def test_who_sees_all_reveals_nothing(console: Opened, shell: Desk, customer: Customer) -> None:
    async with console("manager") as (app, pilot):
        await to(app, pilot, customer)
        assert "612 345 678" in screen_text(app)
        await pilot.press("v")
        await settled(pilot)
        assert "shown to you in full already" in " ".join(screen_text(app).split())
        assert deeds(shell, "customer.revealed") == []


async def test_the_form_keeps_masks_and_what_was_revealed_is_whole_in_it(
    console: Opened, shell: Desk, customer: Customer
) -> None:
    async with console("cashier") as (app, pilot):
        await to(app, pilot, customer, "e")
        assert "•••• ••• 678" in screen_text(app)
        assert "612 345" not in screen_text(app)
        await pilot.press("end", "x", "ctrl+s")
        await settled(pilot)
        kept = customers.get(shell, customer.id)
        assert kept.name == f"{customer.name}x"
        assert (kept.phone_raw, kept.email, kept.born) == (customer.phone_raw, customer.email, customer.born)
        await pilot.press("v", "e")
        await settled(pilot)
        assert "612 345 678" in screen_text(app)
        assert len(deeds(shell, "customer.revealed")) == 1


async def test_who_may_not_edit_is_told_no_key_for_an_address(console: Opened, customer: Customer) -> None:
    async with console("auditor") as (app, pilot):
        await to(app, pilot, customer)
        for _ in TABS:
            if "[Addresses]" not in screen_text(app):
                await pilot.press("]")
                await settled(pilot)
        assert "None yet." in screen_text(app)
        assert "Press e" not in screen_text(app)


async def test_a_sensitive_note_is_told_and_not_shown(console: Opened, shell: Desk, customer: Customer) -> None:
    async with console("cashier") as (app, pilot):
        await to(app, pilot, customer, tab("notes"), "i", *"asthma", "enter")
        said = " ".join(screen_text(app).split())
        assert "asthma" not in said
        assert "Sensitive note" in said
        assert "ask a manager or auditor, who may read it" in said
    assert ("asthma", True) in [(note.text, note.sensitive) for note in notes.page(shell, customer.id)]


async def test_making_a_customer_inactive_says_so_in_words(console: Opened, shell: Desk, customer: Customer) -> None:
    async with console("manager") as (app, pilot):
        await to(app, pilot, customer)
        app.act("status")
        await settled(pilot)
        assert customers.get(shell, customer.id).status == "inactive"
        assert "! inactive" in screen_text(app)


async def test_what_matters_now_stands_on_every_tab(console: Opened, customer: Customer) -> None:
    async with console("manager") as (app, pilot):
        for name in TABS_LOOK:
            await to(app, pilot, customer, tab(name))
            said = screen_text(app)
            assert "birthday in 3 days" in said
            assert "code ends in 5 days" in said
            assert "Prefers the corner" in said


async def test_a_change_elsewhere_shows_where_it_stands(
    console: Opened, store: Store, shell: Desk, customer: Customer
) -> None:
    async with console("manager") as (app, pilot):
        await to(app, pilot, customer, "2", *["pagedown"] * 1, "down")
        listed = hot_list(app)
        key, rows = listed.cursor_key, [row.key for row in listed.visible_rows]
        elsewhere = store.again()
        try:
            sell(Desk.shell(elsewhere), customer, 1)
        finally:
            elsewhere.close()
        await until(pilot, lambda: listed.total == 41)
        assert listed.cursor_key == key
        assert [row.key for row in listed.visible_rows] == rows


async def test_a_change_elsewhere_that_was_painted_is_measured(
    console: Opened, store: Store, shell: Desk, customer: Customer
) -> None:
    async with console("manager") as (app, pilot):
        await to(app, pilot, customer)
        elsewhere = store.again()
        try:
            customers.edit(Desk.shell(elsewhere), customer.id, {"name": "María Nueva"}, customer.version)
        finally:
            elsewhere.close()
        await until(pilot, lambda: "María Nueva" in screen_text(app))
        await until(pilot, lambda: deeds(shell, "live.shown") == ["live.shown"])
        detail = shell.database.execute_sql("SELECT detail FROM audit WHERE action = 'live.shown'").fetchone()[0]
        assert "latency_us" in detail


async def test_a_change_of_another_customer_is_not_measured(
    console: Opened, store: Store, shell: Desk, customer: Customer
) -> None:
    other = customers.create(shell, CustomerFields(name="Bruno Otro", phone="+34 612 345 681"))
    async with console("supervisor") as (app, pilot):
        await to(app, pilot, customer)
        elsewhere = store.again()
        try:
            customers.edit(Desk.shell(elsewhere), other.id, {"name": "Bruno Nuevo"}, other.version)
        finally:
            elsewhere.close()
        await pilot.pause(0.3)
        assert deeds(shell, "live.shown") == []


async def test_the_audit_tab_says_what_was_changed_from_old_to_new(
    console: Opened, shell: Desk, customer: Customer
) -> None:
    customers.edit(shell, customer.id, {"email": "new@example.com", "gender": ""}, customer.version)
    async with console("auditor") as (app, pilot):
        await to(app, pilot, customer, "[", "down", "down", "down")
        assert "customer.edited" in screen_text(app)
        said = " ".join(" ".join(app.screen.query_one("#audit-whole", Sheet).lines).split())
        assert "email: maria@example.com → new@example.com" in said
        assert "gender: female → (empty)" in said


async def test_leaving_the_filter_empty_takes_its_line_away(console: Opened, customer: Customer) -> None:
    async with console("manager") as (app, pilot):
        await to(app, pilot, customer, "2", "/", "enter")
        assert "Filter" not in screen_text(app)
        assert app.focused is hot_list(app)


async def test_f6_goes_to_the_left_pane_and_back(console: Opened, customer: Customer) -> None:
    async with console("manager", size=(60, 20)) as (app, pilot):
        await to(app, pilot, customer, "f6", "end")
        assert "vip" in screen_text(app)
        await pilot.press("f6")
        assert app.focused is profile(app)._current.main()  # type: ignore[union-attr]


async def test_wild_names_keep_the_panes_straight(console: Opened, shell: Desk) -> None:
    wild = customers.create(
        shell,
        CustomerFields(
            name="李小龍 的非常非常長的名字公司有限責任公司 الشركة",
            company="محمد علي \x1b[31mred\u202e",
            phone="612345679",
        ),
    )
    sell(shell, wild, 5)
    async with console("manager") as (app, pilot):
        await to(app, pilot, wild, "2")
        said = screen_text(app)
        assert "\x1b" not in said
        assert "\u202e" not in said
        looks_as_recorded(app, "profile_wild_names")


async def until(pilot: object, true: object) -> None:
    """Wait for something that comes from another connection."""
    for _ in range(200):
        await pilot.pause(0.02)  # type: ignore[attr-defined]
        if true():  # type: ignore[operator]
            return
    raise AssertionError("it never came")
