"""PINs are hard to guess and hard to steal; staff come, are helped and leave."""

from collections.abc import Callable

import pytest

from bookkeeper_tui.errors import BadInput, NotAllowed
from bookkeeper_tui.store import audit, shifts, sign_in, staff
from bookkeeper_tui.store.desk import Desk
from bookkeeper_tui.store.keys import Keys
from bookkeeper_tui.store.opening import Store
from tests.conftest import PIN


@pytest.mark.parametrize(
    "pin", ["12345", "123456", "987654", "111111", "121212", "123123", "abc123", "١٢٣٤٥٦",
            "111222", "240585", "850524", "052485", "24051985", "19850524", "1234567890123", "", " 493817"]
)  # fmt: skip
def test_a_guessable_pin_is_refused(pin: str) -> None:
    with pytest.raises(BadInput, match="PIN"):
        staff.check_new_pin(pin)


@pytest.mark.parametrize("pin", ["493817", "806241", "99314758"])
def test_a_good_pin_is_taken(pin: str) -> None:
    staff.check_new_pin(pin)


def test_a_pin_is_kept_only_as_the_costly_hash_of_its_peppered_self(
    store: Store, shell: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.undo()
    added = staff.add(shell, "Ana Reyes", "cashier", PIN)
    kept = staff.find(shell, added.number).pin_hash
    assert kept.startswith("$argon2id$v=19$m=65536,t=3,p=1$")
    assert PIN.encode() not in store.engine.path.read_bytes()
    assert staff.matches(store.keys, added.number, 1, kept, PIN)
    assert not staff.matches(store.keys, "999", 1, kept, PIN)


def test_numbers_count_up_and_are_never_given_twice(shell: Desk) -> None:
    first = staff.add(shell, "Ana Reyes", "cashier", PIN)
    staff.retire(shell, first.number)
    second = staff.add(shell, "Ben Okafor", "supervisor", PIN)
    assert (first.number, second.number) == ("101", "102")
    assert [one.retired_at is None for one in staff.list_staff(shell)] == [False, True]


def test_who_has_left_may_not_sign_in(store: Store, shell: Desk) -> None:
    gone = staff.add(shell, "Ana Reyes", "cashier", PIN)
    staff.retire(shell, gone.number)
    with pytest.raises(sign_in.SignInRefused, match="wrong"):
        sign_in.sign_in(store, "till-1", gone.number, PIN)


def test_a_reset_pin_must_be_changed_at_the_next_sign_in(store: Store, shell: Desk) -> None:
    one = staff.add(shell, "Ana Reyes", "cashier", PIN)
    staff.reset_pin(shell, one.number, "806241")
    signed_in = sign_in.sign_in(store, "till-1", one.number, "806241")
    assert signed_in.must_change
    with pytest.raises(BadInput, match="old one"):
        staff.change_pin(signed_in.desk, "806241")
    staff.change_pin(signed_in.desk, "739154")
    assert not sign_in.sign_in(store, "till-1", one.number, "739154").must_change


def test_a_cashier_manages_nobody(desk_of: Callable[[str], Desk]) -> None:
    cashier = desk_of("cashier")
    for act in (
        lambda: staff.add(cashier, "Eve", "manager", PIN),
        lambda: staff.reset_pin(cashier, cashier.staff.number, "806241"),
        lambda: staff.unlock(cashier, cashier.staff.number),
        lambda: staff.list_staff(cashier),
    ):
        with pytest.raises(NotAllowed):
            act()


def test_unknown_numbers_roles_and_names_are_named(shell: Desk) -> None:
    with pytest.raises(BadInput, match="“999”"):
        staff.unlock(shell, "999")
    with pytest.raises(BadInput, match="“boss”"):
        staff.add(shell, "Ana", "boss", PIN)
    with pytest.raises(BadInput, match="name"):
        staff.add(shell, " \x00 ".replace("\x00", ""), "cashier", PIN)


def test_a_new_role_counts_at_once_and_stands_in_the_log(shell: Desk, desk_of: Callable[[str], Desk]) -> None:
    cashier = desk_of("cashier")
    staff.change_role(shell, cashier.staff.number, "supervisor")
    staff.change_role(shell, cashier.staff.number, "supervisor")
    cashier.require("staff.listed")
    rows = audit.rows_before(shell.database, action="staff.role")
    assert [(row.subject, row.detail) for row in rows] == [("101", {"role": ["cashier", "supervisor"]})]


def test_a_shop_keeps_a_manager(shell: Desk, desk_of: Callable[[str], Desk]) -> None:
    manager = desk_of("manager")
    for act in (
        lambda: staff.retire(manager, manager.staff.number),
        lambda: staff.change_role(manager, manager.staff.number, "cashier"),
    ):
        with pytest.raises(BadInput, match="the only manager"):
            act()
    other = desk_of("manager")
    staff.change_role(manager, manager.staff.number, "cashier")
    with pytest.raises(BadInput, match="the only manager"):
        staff.retire(shell, other.staff.number)


def test_nobody_leaves_with_an_open_shift_or_a_running_clock(
    store: Store, shell: Desk, desk_of: Callable[[str], Desk]
) -> None:
    one = staff.add(shell, "Ana Reyes", "cashier", PIN)
    ana = sign_in.sign_in(store, "till-1", one.number, PIN).desk
    shift = shifts.open_shift(ana, 10_000)
    assert [(who.terminal, who.since > 0) for who in staff.list_staff(shell)] == [("till-1", True)]
    with pytest.raises(BadInput, match=f"Ana Reyes has the shift {shift.number} open at till-1"):
        staff.retire(shell, one.number)
    shifts.end(ana, {10_000: 1})
    staff.retire(shell, one.number)
    assert shell.database.execute_sql("SELECT COUNT(*) FROM work_period WHERE out_at IS NULL").fetchone() == (0,)
    for act in (
        lambda: staff.retire(shell, one.number),
        lambda: staff.change_role(shell, one.number, "supervisor"),
        lambda: staff.reset_pin(shell, one.number, "806241"),
    ):
        with pytest.raises(BadInput, match="Ana Reyes \\(101\\) has left already"):
            act()


def test_two_who_reset_a_pin_at_once_do_not_overwrite_each_other(shell: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    one = staff.add(shell, "Ana Reyes", "cashier", PIN)
    slow = staff.hash_pin

    def meanwhile(keys: Keys, number: str, version: int, pin: str) -> str:
        monkeypatch.setattr(staff, "hash_pin", slow)
        staff.reset_pin(shell, number, "739154")
        return slow(keys, number, version, pin)

    monkeypatch.setattr(staff, "hash_pin", meanwhile)
    with pytest.raises(BadInput, match="changed at the same moment"):
        staff.reset_pin(shell, one.number, "806241")


def test_a_made_pin_is_one_that_may_be_chosen() -> None:
    made = {staff.make_pin() for _ in range(200)}
    for pin in made:
        staff.check_new_pin(pin)
    assert len(made) > 190
