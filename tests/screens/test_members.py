"""The Members tab, the shop's member list, and members' cards that are scanned wherever one is."""

from __future__ import annotations

import csv
from dataclasses import dataclass

import pytest
from textual.pilot import Pilot

from bookkeeper_tui.app import BookkeeperApp
from bookkeeper_tui.screens.dialogs.override import OverrideDialog
from bookkeeper_tui.screens.profile.members import MembersTab
from bookkeeper_tui.store import audit, customers, member_cards, members, memberships, staff
from bookkeeper_tui.store.customers import Customer, CustomerFields
from bookkeeper_tui.store.desk import Desk
from bookkeeper_tui.store.members import Member, NewMember
from bookkeeper_tui.store.memberships import Membership
from bookkeeper_tui.widgets.hot_list import HotList
from bookkeeper_tui.widgets.notice_line import NoticeLine
from tests.conftest import PIN
from tests.screens.club import Club, club, sell_membership
from tests.screens.conftest import Opened, deeds, settled, typed_key
from tests.screens.recording import looks_as_recorded, screen_text
from tests.screens.regulars import maria

SIZES = ((80, 24), (60, 20), (132, 43))
LINUX = {"TERM": "linux", "BOOKKEEPER_TERMINAL": "Till 3"}


@dataclass
class There:
    """María, who has a family membership with a son on it, who has a card."""

    desk: Desk
    club: Club
    customer: Customer
    membership: Membership
    son: Member

    def member(self) -> Member:
        return members.get(self.desk, self.son.id)

    def now(self) -> Membership:
        return memberships.get(self.desk, self.membership.id)


@pytest.fixture
def there(shell: Desk, still: None) -> There:
    customer, plans = maria(shell), club(shell)
    membership = sell_membership(shell, customer)
    son = members.add(shell, membership.id, NewMember("Lucas Vega", "son", "612 000 111", "lucas@example.com"))
    return There(shell, plans, customer, membership, member_cards.give(shell, son.id, "7700100"))


async def to(app: BookkeeperApp, pilot: Pilot[int], customer: Customer) -> None:
    app.show("profile", customer_id=customer.id, tab="members")
    await settled(pilot)


async def keys(pilot: Pilot[int], *pressed: str) -> None:
    for key in pressed:
        await pilot.press(key)
        await settled(pilot)


async def scan(app: BookkeeperApp, pilot: Pilot[int], code: str) -> None:
    """What a scanner sends: the letters of a code and Enter, faster than a hand."""
    app.keyboard.scan_gap = 0.5
    for key in (*code, "enter"):
        app.post_message(typed_key(key))
    await settled(pilot)
    app.keyboard.scan_gap = 0


def said(app: BookkeeperApp) -> str:
    return app.screen.query_one(NoticeLine).sentence


def lived(there: There) -> None:
    """The son's card is lost, a daughter left, and a second membership is frozen."""
    daughter = members.add(there.desk, there.membership.id, NewMember("Noa Vega", "daughter"))
    members.end(there.desk, daughter.id)
    member_cards.lose(there.desk, there.son.id)
    month = sell_membership(there.desk, there.customer, "MON")
    memberships.freeze(there.desk, month.id, "2026-11-30", "Broken leg")


@pytest.mark.parametrize("size", SIZES)
async def test_the_tab_looks_as_recorded(console: Opened, there: There, size: tuple[int, int]) -> None:
    lived(there)
    at_size = "" if size == (80, 24) else f"_{size[0]}x{size[1]}"
    async with console("manager", size=size) as (app, pilot):
        await to(app, pilot, there.customer)
        looks_as_recorded(app, f"profile_members{at_size}")
        await keys(pilot, "down", "down")
        looks_as_recorded(app, f"profile_members_member{at_size}")


async def test_an_ascii_terminal_is_sent_nothing_else(console: Opened, there: There) -> None:
    lived(there)
    async with console("manager", environment=LINUX) as (app, pilot):
        await to(app, pilot, there.customer)
        await keys(pilot, "down", "down")
        assert screen_text(app).replace("María", "").replace("á", "").isascii()


async def test_who_has_no_membership_is_told_how_one_is_sold(console: Opened, shell: Desk, still: None) -> None:
    customer = maria(shell)
    async with console("cashier") as (app, pilot):
        await to(app, pilot, customer)
        looks_as_recorded(app, "profile_empty_members")
        await keys(pilot, "a")
        assert "no membership yet: r rings one up" in said(app)
        await keys(pilot, "r")
        assert "No article is a membership yet" in said(app)


async def test_a_membership_is_chosen_and_rung_up_for_the_customer(console: Opened, there: There) -> None:
    other = customers.create(there.desk, CustomerFields(name="Eve", phone="600111222"))
    async with console("cashier") as (app, pilot):
        await to(app, pilot, other)
        await keys(pilot, "r", "2", "escape")
        assert app.screen.NAME == "sale"  # type: ignore[attr-defined]
        text = screen_text(app)
        assert "Eve" in text
        assert "Monthly membership" in text


async def test_enter_on_a_membership_opens_the_receipt_that_sold_it_once(console: Opened, there: There) -> None:
    async with console("cashier") as (app, pilot):
        await to(app, pilot, there.customer)
        before = len(deeds(there.desk, "sale.viewed"))
        await keys(pilot, "enter")
        assert app.screen.NAME == "receipt"  # type: ignore[attr-defined]
        assert len(deeds(there.desk, "sale.viewed")) == before + 1


async def test_r_renews_the_membership_under_the_cursor(console: Opened, there: There) -> None:
    async with console("cashier") as (app, pilot):
        await to(app, pilot, there.customer)
        await keys(pilot, "down", "r", "escape")
        assert app.screen.NAME == "sale"  # type: ignore[attr-defined]
        assert "Family year" in screen_text(app)


async def test_a_person_is_added_and_changed(console: Opened, there: There) -> None:
    async with console("cashier") as (app, pilot):
        await to(app, pilot, there.customer)
        await keys(pilot, "a", *"Noa", "enter", *"daughter", "enter", *"12", "enter", "enter")
        assert "Phone: “12” is no phone number" in " ".join(screen_text(app).split())
        await keys(pilot, "up", *"612000222", "enter", "enter")
        assert said(app) == "Noa is a member now; c on their line gives a card."
        await keys(pilot, "h", "enter", *"niece", "enter", "enter", "enter")
        assert "612000222" not in screen_text(app)
        assert "•••• ••• 222" in screen_text(app)
        await keys(pilot, "v")
        assert "612000222" in screen_text(app)
        await keys(pilot, "up")
    found = members.of_customer(there.desk, there.customer.id)
    assert [(one.name, one.relation) for one in found][-1] == ("Noa", "niece")
    assert found[-1].phone == "612000222"
    assert deeds(there.desk, "customer.revealed") == ["customer.revealed"]


async def test_a_full_membership_takes_nobody_more(console: Opened, there: There) -> None:
    for name in ("Noa", "Pau"):
        members.add(there.desk, there.membership.id, NewMember(name))
    async with console("cashier") as (app, pilot):
        await to(app, pilot, there.customer)
        await keys(pilot, "a")
        assert "covers 4 people, and has so many" in said(app)


async def test_a_card_is_lost_found_and_replaced_by_a_scan(console: Opened, there: There) -> None:
    async with console("cashier") as (app, pilot):
        await to(app, pilot, there.customer)
        await keys(pilot, "c")
        assert "this line is the membership itself" in said(app)
        await keys(pilot, "down", "down", "c", "1")
        assert there.member().card_state == "lost"
        assert "is reported lost" in said(app)
        await keys(pilot, "c", "1")
        assert there.member().card_state == "active"
        await keys(pilot, "c", "2")
        await scan(app, pilot, "7700101")
        assert (there.member().card, there.member().card_state) == ("7700101", "active")
        looks_as_recorded(app, "profile_members_replaced")


async def test_a_first_card_that_is_somebodys_stays_in_the_question(console: Opened, there: There) -> None:
    async with console("cashier") as (app, pilot):
        await to(app, pilot, there.customer)
        await keys(pilot, "down", "c", *"7700100", "enter")
        assert "7700100 is a card of Lucas Vega already" in " ".join(screen_text(app).split())
        await keys(pilot, "backspace", "9", "enter")
    assert members.of_customer(there.desk, there.customer.id)[0].card == "7700109"


async def test_a_member_leaves_after_a_question(console: Opened, there: There) -> None:
    async with console("cashier") as (app, pilot):
        await to(app, pilot, there.customer)
        await keys(pilot, "down", "down", "w", "1")
        assert not there.member().until
        await keys(pilot, "w", "2")
        assert there.member().until == "2026-11-21"
        await keys(pilot, "w")
        assert "left M-0000001 already" in said(app)


async def test_a_cashier_freezes_with_a_second_persons_pin(console: Opened, there: There) -> None:
    boss = staff.add(there.desk, "Marco", "manager", PIN)
    async with console("cashier") as (app, pilot):
        await to(app, pilot, there.customer)
        await keys(pilot, "f")
        assert isinstance(app.screen, OverrideDialog)
        await keys(pilot, *boss.number, "enter", *PIN, "enter")
        await keys(pilot, *"20/11/2026", "enter", *"Broken leg", "enter")
        assert "20/11/2026 is over" in " ".join(screen_text(app).split())
        await keys(pilot, "up", *"05/12/2026", "enter", "enter")
        assert there.now().status("2026-11-21") == "frozen"
        assert "frozen from 21/11/2026 to 05/12/2026, then runs to 05/12/2027" in said(app)


async def test_a_manager_thaws_and_ends(console: Opened, there: There) -> None:
    memberships.freeze(there.desk, there.membership.id)
    async with console("manager") as (app, pilot):
        await to(app, pilot, there.customer)
        await keys(pilot, "f")
        assert there.now().status("2026-11-21") == "active"
        await keys(pilot, "w", "enter")
        assert "ended for a reason" in " ".join(screen_text(app).split())
        await keys(pilot, *"Moved away", "enter")
        assert there.now().status("2026-11-21") == "former"
        await keys(pilot, "w")
        await keys(pilot, *"Again", "enter")
        assert "is former" in screen_text(app)


async def test_enter_opens_the_receipt_of_a_membership_and_the_form_of_a_member(console: Opened, there: There) -> None:
    async with console("cashier") as (app, pilot):
        await to(app, pilot, there.customer)
        await keys(pilot, "down", "down", "enter")
        assert "Lucas Vega" in screen_text(app)
        assert app.screen.NAME == "ask_fields"  # type: ignore[attr-defined]
        await keys(pilot, "escape", "home", "enter")
        assert app.screen.NAME == "receipt"  # type: ignore[attr-defined]


async def test_what_another_console_does_is_seen(console: Opened, there: There) -> None:
    async with console("cashier") as (app, pilot):
        await to(app, pilot, there.customer)
        await keys(pilot, "down", "down")
        member_cards.lose(there.desk, there.son.id)
        app.act("refresh")
        await settled(pilot)
        tab = app.screen.query_one(MembersTab)
        assert tab.hot_list.cursor_key == ("member", there.son.id)
        assert "reported lost" in screen_text(app)


# Scanning.


@pytest.mark.parametrize("place", ["search", "members", "takings", "profile"])
async def test_a_scanned_card_opens_its_customer_wherever_one_is(console: Opened, there: There, place: str) -> None:
    other = customers.create(there.desk, CustomerFields(name="Eve", phone="600111222"))
    async with console("manager") as (app, pilot):
        app.show(place, **({"customer_id": other.id} if place == "profile" else {}))
        await settled(pilot)
        await scan(app, pilot, "7700100")
        assert app.screen.NAME == "profile"  # type: ignore[attr-defined]
        assert "María Fernández" in screen_text(app)
        assert said(app) == "Card of Lucas Vega."


async def test_a_lost_card_says_so(console: Opened, there: There) -> None:
    member_cards.lose(there.desk, there.son.id)
    async with console("cashier") as (app, pilot):
        await keys(pilot, *"fern")
        await pilot.pause(0.6)
        await scan(app, pilot, "7700100")
        looks_as_recorded(app, "profile_card_lost")
        await keys(pilot, "f2")
        await pilot.pause(0.6)
        await scan(app, pilot, "7700100")
        assert "reported lost" in said(app)
        await keys(pilot, "f2", *"7700100")
        assert "lost card of" in screen_text(app)


async def test_a_card_scanned_at_the_till_chooses_the_customer(console: Opened, there: There) -> None:
    memberships.freeze(there.desk, there.membership.id)
    async with console("cashier") as (app, pilot):
        app.show("sale")
        await settled(pilot)
        await keys(pilot, "escape")
        await scan(app, pilot, "7700100")
        assert "María Fernández" in screen_text(app)
        assert "Card of Lucas Vega: M-0000001 is frozen" in said(app)


# The shop's list.


def many(there: There) -> None:
    """More members: an expiring month, a frozen one, one that was ended."""
    for name, phone in (("Bruno Díaz", "600111333"), ("Clara Ruiz", "600111444"), ("李小龍", "600111555")):
        one = customers.create(there.desk, CustomerFields(name=name, phone=phone))
        month = sell_membership(there.desk, one, "MON")
        if name.startswith("Bruno"):
            memberships.freeze(there.desk, month.id)
        if name.startswith("Clara"):
            memberships.end(there.desk, month.id, "Moved away")
    member_cards.lose(there.desk, there.son.id)


@pytest.mark.parametrize("size", SIZES)
async def test_the_list_looks_as_recorded(console: Opened, there: There, size: tuple[int, int]) -> None:
    many(there)
    at_size = "" if size == (80, 24) else f"_{size[0]}x{size[1]}"
    async with console("manager", size=size) as (app, pilot):
        app.show("members")
        await settled(pilot)
        looks_as_recorded(app, f"members{at_size}")


async def test_the_list_is_narrowed_and_saved(console: Opened, there: There) -> None:
    many(there)
    async with console("supervisor") as (app, pilot):
        app.show("members")
        await settled(pilot)
        listed = app.screen.query_one(HotList)

        def names() -> list[str]:
            return [row.cells[1] for row in listed.visible_rows]

        assert len(names()) == 5
        await keys(pilot, "s", "s")
        assert names() == ["Bruno Díaz"]
        await keys(pilot, "s", "s", "l", "3")
        assert names() == ["Clara Ruiz"]
        await keys(pilot, "s", "l", "1", "/", *"vega")
        assert names() == ["Lucas Vega"]
        await keys(pilot, "down", "x", "enter")
        assert "Saved as members-2026-11-21.csv" in said(app)
        path = next((there.desk.store.directory / "paper").glob("members-*.csv"))
        rows = list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))
        assert [(row["name"], row["card_state"]) for row in rows] == [("Lucas Vega", "lost")]
        database = there.desk.database
        searched = audit.rows_before(database, action="search.made", limit=1)[0]
        assert (searched.detail, searched.personal) == ({"found": 1}, {"text": "vega"})
        saved = audit.rows_before(database, action="export.members", limit=1)[0]
        assert (saved.detail["rows"], saved.personal) == (1, {"words": "vega"})
        await keys(pilot, "/", *"nobody", "down")
        assert "No member is like that." in screen_text(app)
        await keys(pilot, *["backspace"] * 6)
        await keys(pilot, "down", "enter")
        assert app.screen.NAME == "profile"  # type: ignore[attr-defined]


async def test_a_cashier_sees_the_list_and_saves_none(console: Opened, there: There) -> None:
    async with console("cashier") as (app, pilot):
        app.show("members")
        await settled(pilot)
        assert "Lucas Vega" in screen_text(app)
        await keys(pilot, "x")
        assert app.screen.NAME == "members"  # type: ignore[attr-defined]


async def test_a_shop_without_members_is_told_where_they_come_from(console: Opened, still: None) -> None:
    async with console("cashier") as (app, pilot):
        app.show("members")
        await settled(pilot)
        assert "Nobody has a membership yet." in screen_text(app)
