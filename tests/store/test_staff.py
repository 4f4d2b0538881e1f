"""PINs are hard to guess and hard to steal; staff come, are helped and leave."""

from collections.abc import Callable

import pytest

from bookkeeper_tui.errors import BadInput, NotAllowed
from bookkeeper_tui.store import sign_in, staff
from bookkeeper_tui.store.desk import Desk
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
