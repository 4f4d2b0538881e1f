"""Sign-ins and failed tries are read from the log: whose, where, when, and who let them in again."""

from collections.abc import Callable

import pytest

from bookkeeper_tui.errors import NotAllowed
from bookkeeper_tui.store import sign_in, sign_ins, staff
from bookkeeper_tui.store.desk import Desk
from bookkeeper_tui.store.opening import Store
from bookkeeper_tui.store.sign_in import SignInRefused
from tests.conftest import PIN


def fail(store: Store, number: str, times: int = 1, terminal: str = "till-2") -> None:
    for _ in range(times):
        with pytest.raises(SignInRefused):
            sign_in.sign_in(store, terminal, number, "000000")


@pytest.fixture
def ana(store: Store, shell: Desk) -> staff.StaffRecord:
    """Ana signed in at till-1 and out again, after a wrong PIN at till-2."""
    one = staff.add(shell, "Ana Reyes", "cashier", PIN)
    fail(store, one.number)
    sign_in.sign_out(sign_in.sign_in(store, "till-1", one.number, PIN).desk)
    return one


def words(rows: list[sign_ins.SignIn]) -> list[str]:
    return [f"{row.number} {row.words}" for row in rows]


def test_what_happened_with_a_number_stands_newest_first(shell: Desk, ana: staff.StaffRecord) -> None:
    staff.add(shell, "Ben", "cashier", PIN)
    rows = sign_ins.page(shell, number="101")
    assert [row.words.partition(" by ")[0] for row in rows] == [
        "signed out", "signed in", "wrong PIN", "taken on cashier",
    ]  # fmt: skip
    assert [row.terminal for row in rows[:3]] == ["till-1", "till-1", "till-2"]
    assert [row.name for row in rows] == ["Ana Reyes"] * 4
    assert sign_ins.page(shell, number="101", before=rows[1].seq) == rows[2:]
    assert sign_ins.page(shell, number="101", limit=2) == rows[:2]


def test_failed_tries_stand_alone_with_numbers_that_nobody_has(
    store: Store, shell: Desk, ana: staff.StaffRecord
) -> None:
    fail(store, "999")
    fail(store, PIN)
    rows = sign_ins.page(shell, failed=True)
    assert words(rows) == ["6 letters no such number", "999 no such number", "101 wrong PIN"]
    assert PIN not in str(rows)


def test_a_locked_number_and_who_unlocked_it(
    store: Store, shell: Desk, desk_of: Callable[[str], Desk], ana: staff.StaffRecord
) -> None:
    tom = desk_of("supervisor")
    fail(store, ana.number, 5)
    fail(store, ana.number)
    staff.unlock(tom, ana.number)
    rows = sign_ins.page(tom, number=ana.number, limit=3)
    assert words(rows) == ["101 unlocked by 102 Test supervisor", "101 tried while locked", "101 wrong PIN"]


def test_an_approval_says_for_whom(store: Store, shell: Desk, desk_of: Callable[[str], Desk]) -> None:
    cashier = desk_of("cashier")
    tom = staff.add(shell, "Tom Becker", "supervisor", PIN)
    attempt = sign_in.begin(Desk.unattended(store, "till-1"), tom.number)
    sign_in.finish_approval(cashier, attempt, True, "sale.voided")
    [row, *_] = sign_ins.page(shell, number=tom.number)
    assert row.words == "approved sale.voided for 101 Test cashier"


def test_the_newest_sign_in_of_somebody(store: Store, shell: Desk, ana: staff.StaffRecord) -> None:
    ben = staff.add(shell, "Ben", "cashier", PIN)
    assert sign_ins.last_of(shell, ben.staff_id) is None
    sign_in.sign_in(store, "till-3", ana.number, PIN)
    last = sign_ins.last_of(shell, ana.staff_id)
    assert last is not None
    assert (last.terminal, last.words) == ("till-3", "signed in")


def test_pages_go_on_where_there_are_many(store: Store, shell: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sign_ins, "AT_ONCE", 2)
    for number in range(900, 905):
        fail(store, str(number))
    assert [row.number for row in sign_ins.page(shell, failed=True)] == ["904", "903", "902", "901", "900"]


def test_who_cannot_wait_looks_back_only_so_far(store: Store, shell: Desk) -> None:
    for number in range(900, 905):
        fail(store, str(number))
    assert [row.number for row in sign_ins.page(shell, failed=True, reach=2)] == ["904", "903"]


def test_a_cashier_reads_no_sign_ins(desk_of: Callable[[str], Desk]) -> None:
    cashier = desk_of("cashier")
    with pytest.raises(NotAllowed, match=r"signin\.viewed"):
        sign_ins.page(cashier)
