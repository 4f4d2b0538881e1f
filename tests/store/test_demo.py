"""The demo shop: what it promises to whoever tries the console for the first time."""

import shutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from bookkeeper_tui.formats import now_us
from bookkeeper_tui.resources import data_path
from bookkeeper_tui.store import (
    bookings,
    consents,
    customers,
    interests,
    measurements,
    member_cards,
    members,
    notes,
    preferences,
    proof,
    sign_ins,
    timers,
    work_hours,
)
from bookkeeper_tui.store.demo import DemoShop, DemoStaff, make_demo
from bookkeeper_tui.store.desk import Desk
from bookkeeper_tui.store.importing import import_files
from bookkeeper_tui.store.opening import open_store
from bookkeeper_tui.store.sign_in import sign_in
from tests.conftest import cost_little


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, tuple[DemoStaff, ...]]:
    """Where the demo shop lies, made once, and its staff."""
    home = tmp_path_factory.mktemp("demo")
    with pytest.MonkeyPatch.context() as patched:
        cost_little(patched)
        shop = make_demo(home / "shop", home / "keys")
    shop.store.close()
    return home, shop.staff


@pytest.fixture
def demo(made: tuple[Path, tuple[DemoStaff, ...]], tmp_path: Path) -> Iterator[DemoShop]:
    """A copy of the demo shop."""
    home, staff = made
    shutil.copytree(home, tmp_path, dirs_exist_ok=True)
    store = open_store(tmp_path / "shop", tmp_path / "keys")
    yield DemoShop(store, staff)
    store.close()


def test_the_demo_shop_is_whole_and_proves_itself(demo: DemoShop) -> None:
    desk = Desk.shell(demo.store)
    for table, count in (("customer", 241), ("product", 321), ("branch", 3), ("shift", 36)):
        assert desk.database.execute_sql(f"SELECT COUNT(*) FROM {table}").fetchone() == (count,)
    assert [check.check for check in proof.checks(desk) if not check.ok] == []
    assert now_us() > desk.database.execute_sql("SELECT MAX(sold_at) FROM sale").fetchone()[0]


def test_the_regular_customer_has_a_thick_history_and_a_pinned_note(demo: DemoShop) -> None:
    desk = Desk.shell(demo.store)
    maria = customers.by_number(desk, "C-000184")
    assert maria.name == "María Fernández"
    visits = desk.database.execute_sql("SELECT visits FROM standing WHERE customer_id = ?", (maria.id,)).fetchone()[0]
    assert visits > 830
    assert notes.page(desk, maria.id)[0].pinned


def test_its_files_are_refused_nothing_and_change_nothing_again(demo: DemoShop) -> None:
    desk = Desk.shell(demo.store)
    for kind, name in (("products", "products.csv"), ("customers", "customers.csv"), ("sales", "sales.csv.gz")):
        report = import_files(desk, kind, [data_path("demo") / name])  # type: ignore[arg-type]
        assert (report.added, report.changed, report.rejected) == (0, 0, 0)
        assert report.unchanged == report.read
        assert not [remark for remark in report.remarks if report.remarks[remark]]


def test_all_five_may_sign_in(demo: DemoShop) -> None:
    assert [one.role for one in demo.staff] == ["cashier", "cashier", "supervisor", "manager", "auditor"]
    for one in demo.staff:
        desk = sign_in(demo.store, "till-1", one.number, one.pin).desk
        assert desk.staff.name == one.name


LIVED_IN = {
    "voids": "SELECT COUNT(*) FROM sale WHERE voids IS NOT NULL",
    "returns": "SELECT COUNT(DISTINCT return_id) FROM returned_line",
    "moved": "SELECT COUNT(*) FROM sale_move WHERE old_customer_id <> 1",
    "attached": "SELECT COUNT(*) FROM sale_move WHERE old_customer_id = 1",
    "open layaways": "SELECT COUNT(*) FROM layaway WHERE state = 'open'",
    "overdue": "SELECT COUNT(*) FROM layaway WHERE state = 'open' AND due < '2026-11-21'",
    "picked up": "SELECT COUNT(*) FROM layaway WHERE state = 'picked up'",
    "cancelled": "SELECT COUNT(*) FROM layaway WHERE state = 'cancelled' AND fee > 0",
    "on account": "SELECT COUNT(*) FROM account_item JOIN sale USING (entry_id) WHERE shift_id > 0 AND amount > 0",
    "by points": "SELECT COUNT(*) FROM sale_tender WHERE kind = 'points'",
    "by store credit": "SELECT COUNT(*) FROM sale_tender WHERE kind = 'store credit' AND amount > 0",
    "payments": "SELECT COUNT(*) FROM payment WHERE kind = 'account'",
    "on hold": "SELECT COUNT(*) FROM customer_account WHERE status = 'hold'",
    "short": "SELECT COUNT(*) FROM drawer_movement WHERE kind = 'short'",
    "over": "SELECT COUNT(*) FROM drawer_movement WHERE kind = 'over'",
    "petty": "SELECT COUNT(*) FROM drawer_movement WHERE kind = 'petty'",
    "overrides": "SELECT COUNT(*) FROM audit WHERE action = 'override.used'",
    "expired codes tried": "SELECT COUNT(*) FROM audit WHERE action = 'discount.refused'",
    "weighed": "SELECT COUNT(*) FROM sale_line WHERE price > 0 AND quantity % 1000 <> 0",
    "prices overridden": "SELECT COUNT(*) FROM sale_line WHERE list_price IS NOT NULL",
    "parked": "SELECT COUNT(*) FROM basket WHERE state = 'parked'",
    "Z reports": "SELECT COUNT(*) FROM business_day WHERE z_number IS NOT NULL",
    "own rates": "SELECT COUNT(*) FROM customer_loyalty WHERE own_rate IS NOT NULL",
    "tiers": "SELECT COUNT(*) FROM customer_loyalty WHERE tier <> ''",
    "packages half used": "SELECT COUNT(*) FROM package WHERE state = 'live' AND used * 2 = sessions",
    "frozen packages": "SELECT COUNT(*) FROM package WHERE frozen_since <> '' AND state = 'live'",
    "refunded packages": "SELECT COUNT(*) FROM package WHERE state = 'refunded'",
    "lapsed packages": "SELECT COUNT(*) FROM package WHERE state = 'lapsed'",
    "uses taken back": "SELECT COUNT(*) FROM package_event WHERE kind = 'restore'",
    "uses said anew": "SELECT COUNT(*) FROM package_event WHERE kind = 'change'",
    "late cancelled": "SELECT COUNT(*) FROM booking WHERE state = 'late cancelled'",
    "booked every week": "SELECT COUNT(*) FROM booking WHERE series_id IS NOT NULL",
    "from the waiting list": "SELECT COUNT(*) FROM waiting WHERE state = 'booked'",
    "waiting": "SELECT COUNT(*) FROM waiting WHERE state = 'waiting'",
    "offered": "SELECT COUNT(*) FROM waiting WHERE state = 'offered'",
    "frozen memberships": "SELECT COUNT(*) FROM membership WHERE frozen_since <> ''",
    "lost cards": "SELECT COUNT(*) FROM member_card WHERE state = 'lost'",
    "replaced cards": "SELECT COUNT(*) FROM member_card WHERE state = 'replaced'",
    "days off": "SELECT COUNT(*) FROM time_off",
    "who left": "SELECT COUNT(*) FROM bookable WHERE left_on <> ''",
    "commission": "SELECT COUNT(*) FROM package_event WHERE commission > 0",
}


def test_the_shop_is_lived_in(demo: DemoShop) -> None:
    found = {what: demo.store.database.execute_sql(sql).fetchone()[0] for what, sql in LIVED_IN.items()}
    assert [what for what, count in found.items() if not count] == []


def test_a_full_saturday_was_played_at_the_studio(demo: DemoShop) -> None:
    schedule = bookings.day(Desk.shell(demo.store), "2026-11-21", "trainer")
    assert Counter(entry.state for entry in schedule.bookings) == {"done": 28}
    assert sorted(entry.state for entry in schedule.freed) == ["cancelled", "late cancelled", "no-show"]
    assert Counter(entry.starts for entry in schedule.bookings if entry.trainer == "Luis Ortega") == {
        bookings.local_instant("2026-11-21", "10:00", "Europe/Madrid"): 8
    }, "his class was full"


def test_its_next_saturday_is_booked_and_nothing_runs(demo: DemoShop) -> None:
    desk = Desk.shell(demo.store)
    schedule = bookings.day(desk, "2026-11-28", "trainer")
    assert len([entry for entry in schedule.bookings if entry.state == "booked"]) >= 20
    assert timers.running(desk) == []
    assert now_us() > desk.database.execute_sql("SELECT MAX(at) FROM audit").fetchone()[0]


def test_a_family_shares_a_membership_and_one_card_is_lost(demo: DemoShop) -> None:
    desk = Desk.shell(demo.store)
    family = members.of_customer(desk, customers.by_number(desk, "C-000076").id)
    assert sorted(member.card_state for member in family) == ["active", "active", "active", "lost"]
    holder = member_cards.whose(desk, "8800000013")
    assert holder is not None
    assert "Lucas" in holder.sentence


def test_it_is_the_same_shop_every_time(demo: DemoShop, tmp_path: Path) -> None:
    again = make_demo(tmp_path / "again", tmp_path / "again-keys")
    for sql in (
        "SELECT number, sold_at, customer_id, total, tax, discount FROM sale",
        "SELECT entry_id, line_no, account_id, customer_id, amount FROM posting",
        "SELECT customer_id, kind, points, lot_id, at FROM points_entry",
        "SELECT seq, at, who, action, subject FROM audit",
        "SELECT number, customer_id, starts, trainer_id, resource_id, state FROM booking",
        "SELECT package_id, kind, used, at, worth, commission FROM package_event",
        "SELECT member_id, number, state, since FROM member_card",
    ):
        first = demo.store.database.execute_sql(sql).fetchall()
        assert again.store.database.execute_sql(sql).fetchall() == first
    again.store.close()


def test_its_customers_said_what_they_allow_prefer_and_like(demo: DemoShop) -> None:
    desk = Desk.shell(demo.store)
    maria = customers.by_number(desk, "C-000184").id
    states = {(one.purpose.name, one.channel): one.state for one in consents.standing(desk, maria)}
    assert (states["marketing", "email"], states["marketing", "sms"]) == ("yes", "ask")
    assert (states["reminders", "sms"], states["reminders", "phone"]) == ("yes", "no")
    assert any("Main St" in one.wording for one in consents.page(desk, maria))
    assert preferences.quiet_hours(preferences.of(desk, maria)) == "21:00-08:00"
    assert [one.name for one in interests.of_customer(desk, maria)] == ["Yoga", "Cooking", "Wine"]


def test_people_come_and_go_and_one_forgot_to_sign_out(demo: DemoShop) -> None:
    desk = Desk.shell(demo.store)
    found = work_hours.periods(desk, "2026-11-02", "2026-11-21")
    assert {one.number for one in found} == {"101", "102", "103", "104"}
    assert [one.reason for one in found if one.correction] == ["Forgot to sign out"]
    assert all(one.out_at is not None and 10 <= one.worked(0) // 3_600_000_000 <= 13 for one in found)
    assert len(sign_ins.page(desk, failed=True)) == 4


def test_the_regular_customer_was_measured(demo: DemoShop) -> None:
    desk = Desk.shell(demo.store)
    seen = measurements.latest(desk, customers.by_number(desk, "C-000184").id)
    assert [(one.kind.name, one.times) for one in seen] == [("Height", 1), ("Weight", 2), ("Forward bend", 4)]
