"""A cashier at the till who is curious, dishonest, or only away from it for a moment."""

import multiprocessing
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bookkeeper_tui.errors import BadInput, NotAllowed
from bookkeeper_tui.store import audit_log, customers, notes, role_table, search, sign_in, staff, work_hours
from bookkeeper_tui.store.customers import Customer
from bookkeeper_tui.store.desk import Approval, Desk
from bookkeeper_tui.store.opening import Store, open_store
from bookkeeper_tui.store.sign_in import SignInRefused
from tests.conftest import PIN
from tests.screens.conftest import Opened, settled
from tests.screens.recording import screen_text
from tests.threats.conftest import EMAIL, PHONE

Seat = Callable[[str], Desk]
GUESSES = [f"{82047 + 7 * place}1" for place in range(16)]


def guess(directory: Path, keys: Path, number: str, pin: str, at_once: Any, answers: Any) -> None:
    """Another terminal, another process: one guess."""
    store = open_store(directory, keys)
    at_once.wait(30)
    try:
        sign_in.sign_in(store, f"till-{pin}", number, pin)
        answers.put("in")
    except SignInRefused as refused:
        answers.put("locked" if "Too many" in str(refused) else "wrong")
    store.close()


def test_guessing_a_pin_from_many_terminals_at_once_is_five_tries_in_all(store: Store, shell: Desk) -> None:
    ana = staff.add(shell, "Ana Reyes", "manager", PIN)
    context = multiprocessing.get_context("fork")
    at_once, answers = context.Barrier(len(GUESSES)), context.Queue()
    places = (store.directory, store.keys_directory, ana.number)
    guessers = [context.Process(target=guess, args=(*places, pin, at_once, answers)) for pin in GUESSES]
    for guesser in guessers:
        guesser.start()
    given = [answers.get(timeout=60) for _ in guessers]
    for guesser in guessers:
        guesser.join(10)
    assert (given.count("wrong"), given.count("locked"), given.count("in")) == (5, 11, 0)
    with pytest.raises(SignInRefused, match="Too many tries"):
        sign_in.sign_in(store, "till-1", ana.number, PIN)
    tried = audit_log.page(shell, action="signin.failed", limit=50)
    assert len({row.terminal for row in tried}) == 5, "each wrong one stands in the log with its terminal"


def test_the_override_is_no_way_round_the_lock(store: Store, shell: Desk, desk_of: Seat) -> None:
    manager, cashier = staff.add(shell, "Ana Reyes", "manager", PIN), desk_of("cashier")
    for pin in GUESSES[:5]:
        attempt = sign_in.begin(Desk.unattended(store, "till-1"), manager.number)
        with pytest.raises(SignInRefused):
            sign_in.finish_approval(cashier, attempt, sign_in.pin_matches(store, attempt, pin), "sale.voided")
    for terminal in ("till-1", "till-2"):
        with pytest.raises(SignInRefused, match="Too many tries"):
            sign_in.begin(Desk.unattended(store, terminal), manager.number)


def test_nobody_learns_which_staff_numbers_there_are(store: Store, shell: Desk) -> None:
    ana = staff.add(shell, "Ana Reyes", "manager", PIN)
    said = set()
    for number in (ana.number, "999"):
        for pin in GUESSES[:6]:
            with pytest.raises(SignInRefused) as refused:
                sign_in.sign_in(store, "till-1", number, pin)
            said.add(str(refused.value).replace(number, ""))
    assert len(said) == 2, "one sentence for a wrong one, one for a locked one, known or not"


def test_looking_people_up_shows_masks_and_each_look_stands_in_the_log(
    shell: Desk, desk_of: Seat, maria: Customer
) -> None:
    cashier = desk_of("cashier")
    shown = [customers.get(cashier, maria.id), *search.search(cashier, "maria").hits]
    assert not [one for one in shown if PHONE in str(one) or EMAIL in str(one) or "1985" in str(one)]
    customers.reveal(cashier, maria.id)
    row = audit_log.page(shell, customer_id=maria.id)[0]
    assert (row.action, row.who, row.terminal) == ("customer.revealed", cashier.staff.who, cashier.terminal)


async def test_opening_a_profile_leaves_a_row_before_it_is_shown(console: Opened, shell: Desk, maria: Customer) -> None:
    async with console("cashier") as (app, pilot):
        app.show("profile", customer_id=maria.id)
        await settled(pilot)
        assert PHONE not in screen_text(app)
        seen = [row.action for row in audit_log.page(shell, customer_id=maria.id)]
        assert {"customer.viewed", "tab.overview"} <= set(seen)
        assert "customer.revealed" not in seen
        await pilot.press("v")
        await settled(pilot)
        assert PHONE in screen_text(app)
        assert audit_log.page(shell, customer_id=maria.id)[0].action == "customer.revealed"
        app.show("search")
        await settled(pilot)
        app.show("profile", customer_id=maria.id)
        await settled(pilot)
        assert PHONE not in screen_text(app), "for that view only"


def test_sensitive_notes_and_years_of_birth_are_not_found_by_searching(desk_of: Seat, maria: Customer) -> None:
    cashier = desk_of("cashier")
    notes.add(desk_of("manager"), maria.id, "Is being treated for it", sensitive=True)
    assert [note.text for note in notes.page(cashier, maria.id)] == ["Sensitive note"]
    assert search.search(cashier, "treated").hits == []
    assert search.search(cashier, "maria born:1985").mistakes


def test_rights_are_not_taken_by_those_who_have_none(store: Store, desk_of: Seat) -> None:
    cashier = desk_of("cashier")
    for act in (
        lambda: staff.add(cashier, "Eve", "manager", PIN),
        lambda: staff.reset_pin(cashier, "101", PIN),
        lambda: staff.change_role(cashier, cashier.staff.number, "manager"),
        lambda: role_table.set_permission(cashier, "cashier", "field.phone", True),
        lambda: work_hours.correct(cashier, 1, 0, 1, "Worked longer", seen=0),
    ):
        with pytest.raises(NotAllowed):
            act()
    row = store.database.execute_sql("SELECT role FROM staff WHERE id = ?", (cashier.staff.staff_id,)).fetchone()
    assert row == ("cashier",)


def test_an_approval_is_for_one_act_and_not_for_the_next(desk_of: Seat) -> None:
    cashier, manager = desk_of("cashier"), desk_of("manager")
    backed = cashier.backed_by(Approval(manager.staff, "drawer.opened"))
    with backed.change("drawer.opened"):
        pass
    for action in ("drawer.opened", "sale.voided"):
        with pytest.raises(NotAllowed), backed.change(action):
            pass


async def test_a_till_left_alone_is_locked_and_shows_nobody(console: Opened, maria: Customer) -> None:
    async with console("cashier") as (app, pilot):
        app.show("profile", customer_id=maria.id)
        await settled(pilot)
        await pilot.press("f12")
        await settled(pilot)
        said = screen_text(app)
        assert "María" not in said
        for key in ("escape", "f2", "f10", "v", "ctrl+p"):
            await pilot.press(key)
            await settled(pilot)
            assert screen_text(app).count("María") == 0


def test_a_note_of_five_megabytes_is_refused_and_leaves_nothing(shell: Desk, desk_of: Seat, maria: Customer) -> None:
    cashier, before = desk_of("cashier"), shell.store.engine.audit_head()
    for text in ("x" * 5_000_000, "ß\n" * 2_500_000, " " * 5_000_000):
        with pytest.raises(BadInput):
            notes.add(cashier, maria.id, text)
    assert shell.store.engine.audit_head() == before
    assert notes.count(shell, maria.id) == 0


def test_five_megabytes_in_a_field_or_the_search_box_are_refused_or_cut(
    shell: Desk, desk_of: Seat, maria: Customer
) -> None:
    cashier, before = desk_of("cashier"), shell.store.engine.audit_head()
    for field in ("name", "phone", "email", "born", "tags", "attributes", "billing_line1"):
        with pytest.raises(BadInput) as refused:
            customers.edit(cashier, maria.id, {field: "7" * 5_000_000}, maria.version)
        assert len(str(refused.value)) < 300
    assert shell.store.engine.audit_head() == before
    assert search.search(cashier, "ana " * 1_250_000).hits == []
