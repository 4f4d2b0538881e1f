"""A second person's PIN: for one act, in place, both names in the log, and never open any longer."""

from collections.abc import Callable

import pytest

from bookkeeper_tui.errors import BadInput, NotAllowed
from bookkeeper_tui.store import audit_log, notes, role_table, sign_in, staff
from bookkeeper_tui.store.desk import APPROVAL_MINUTES, Approval, Desk
from bookkeeper_tui.store.opening import Store
from bookkeeper_tui.store.sign_in import SignInRefused
from tests.conftest import PIN
from tests.store.floor import Floor

Seat = Callable[[str], Desk]
OTHERS = "820471"
MINUTE = 60_000_000


class Clock:
    """A clock that the test moves, from now on."""

    def __init__(self, desk: Desk) -> None:
        self.at = desk.now()

    def __call__(self) -> int:
        self.at += 1
        return self.at


def approved(desk: Desk, by: Desk, permission: str, pin: str = PIN) -> Approval:
    """What the dialog does: a number and a PIN at somebody else's desk."""
    attempt = sign_in.begin(Desk.unattended(desk.store, desk.terminal), by.staff.number)
    return sign_in.finish_approval(desk, attempt, sign_in.pin_matches(desk.store, attempt, pin), permission)


@pytest.fixture
def cashier(desk_of: Seat) -> Desk:
    """Who needs somebody else for it."""
    return desk_of("cashier")


@pytest.fixture
def supervisor(desk_of: Seat) -> Desk:
    """Who may."""
    return desk_of("supervisor")


def act(desk: Desk) -> None:
    """Something that a cashier may not do alone."""
    with desk.change("drawer.opened"):
        pass


def test_it_is_for_one_act_and_both_names_stand_in_the_log(shell: Desk, cashier: Desk, supervisor: Desk) -> None:
    backed = cashier.backed_by(approved(cashier, supervisor, "drawer.opened"))
    act(backed)
    used, done = audit_log.page(shell, limit=2)[::-1]
    assert (used.action, used.who, used.subject) == ("override.used", cashier.staff.who, supervisor.staff.number)
    assert (done.who, done.detail["approved_by"]) == (cashier.staff.who, supervisor.staff.who)
    asked = audit_log.page(shell, action="override.asked")[0]
    assert (asked.who, asked.detail["approved_by"]) == (cashier.staff.who, supervisor.staff.who)
    for again in (backed, cashier):
        with pytest.raises(NotAllowed):
            act(again)


def test_it_is_for_the_act_that_it_names_only(cashier: Desk, supervisor: Desk) -> None:
    backed = cashier.backed_by(approved(cashier, supervisor, "drawer.opened"))
    for other in ("sale.voided", "staff.added", "field.phone", "takings.viewed"):
        assert not backed.may(other)
        with pytest.raises(NotAllowed):
            backed.require(other)


def test_a_look_uses_it_up_as_well(shell: Desk, cashier: Desk, supervisor: Desk) -> None:
    backed = cashier.backed_by(approved(cashier, supervisor, "takings.viewed"))
    backed.look("takings.viewed", subject="X")
    used, looked = audit_log.page(shell, limit=2)[::-1]
    assert (used.action, used.subject, looked.detail["approved_by"]) == (
        "override.used",
        supervisor.staff.number,
        supervisor.staff.who,
    )
    with pytest.raises(NotAllowed):
        backed.look("takings.viewed", subject="X")


def test_an_error_leaves_it_to_the_desk_that_asked_and_to_no_other(cashier: Desk, supervisor: Desk) -> None:
    backed = cashier.backed_by(approved(cashier, supervisor, "drawer.opened"))
    with pytest.raises(BadInput), backed.change("drawer.opened"):
        raise BadInput("The drawer is stuck")
    assert not cashier.may("drawer.opened")
    act(backed)
    with pytest.raises(NotAllowed):
        act(backed)


@pytest.mark.parametrize("left", ["signed out", "locked"])
def test_it_ends_when_the_console_is_left(cashier: Desk, supervisor: Desk, left: str) -> None:
    backed = cashier.backed_by(approved(cashier, supervisor, "drawer.opened"))
    sign_in.sign_out(cashier) if left == "signed out" else sign_in.lock_console(cashier, "key")
    assert not backed.may("drawer.opened")
    with pytest.raises(NotAllowed, match=r"counts no more: ask for another"):
        act(backed)


def test_it_ends_after_a_few_minutes(cashier: Desk, supervisor: Desk) -> None:
    clock = Clock(cashier)
    timed = Desk(cashier.store, cashier.staff, cashier.terminal, clock)
    backed = timed.backed_by(approved(timed, supervisor, "drawer.opened"))
    clock.at += APPROVAL_MINUTES * MINUTE - 1000
    assert backed.may("drawer.opened")
    clock.at += 2000
    with pytest.raises(NotAllowed, match="counts no more"):
        act(backed)
    with pytest.raises(NotAllowed, match="counts no more"):
        backed.look("drawer.opened")


def test_nobody_approves_themselves_and_nobody_what_they_may_not_do(desk_of: Seat, cashier: Desk) -> None:
    with pytest.raises(NotAllowed, match="your own PIN"):
        approved(cashier, cashier, "drawer.opened")
    with pytest.raises(NotAllowed, match="may not do this either"):
        approved(cashier, desk_of("cashier"), "drawer.opened")
    with pytest.raises(NotAllowed, match="may not do this either"):
        approved(cashier, desk_of("supervisor"), "staff.added")


def test_a_wrong_pin_is_a_counted_try_and_approves_nothing(shell: Desk, cashier: Desk, supervisor: Desk) -> None:
    for _ in range(5):
        with pytest.raises(SignInRefused):
            approved(cashier, supervisor, "drawer.opened", OTHERS)
    with pytest.raises(SignInRefused, match="Too many tries"):
        approved(cashier, supervisor, "drawer.opened")
    assert [row.who for row in audit_log.page(shell, action="override.used")] == []


def test_whoever_changes_nothing_changes_nothing_with_a_second_person(desk_of: Seat) -> None:
    auditor, manager = desk_of("auditor"), desk_of("manager")
    with pytest.raises(NotAllowed):
        approved(auditor, manager, "sale.voided")


def test_nobody_signed_in_asks_for_one(store: Store, supervisor: Desk) -> None:
    with pytest.raises(NotAllowed):
        approved(Desk.unattended(store, "till-1"), supervisor, "drawer.opened")


def test_who_is_dismissed_meanwhile_uses_none(shell: Desk, cashier: Desk, supervisor: Desk) -> None:
    backed = cashier.backed_by(approved(cashier, supervisor, "drawer.opened"))
    staff.retire(shell, cashier.staff.number)
    with pytest.raises(NotAllowed):
        act(backed)


@pytest.mark.parametrize("what", ["dismissed", "given another role", "no longer allowed it"])
def test_what_somebody_approved_who_is_then_allowed_it_no_more_counts_no_more(
    shell: Desk, cashier: Desk, supervisor: Desk, what: str
) -> None:
    backed = cashier.backed_by(approved(cashier, supervisor, "drawer.opened"))
    match what:
        case "dismissed":
            staff.retire(shell, supervisor.staff.number)
        case "given another role":
            staff.change_role(shell, supervisor.staff.number, "cashier")
        case _:
            role_table.set_permission(shell, "supervisor", "drawer.opened", False)
    with pytest.raises(NotAllowed, match="counts no more"):
        act(backed)


def test_what_somebody_approved_stands_when_other_rights_change(shell: Desk, cashier: Desk, supervisor: Desk) -> None:
    backed = cashier.backed_by(approved(cashier, supervisor, "drawer.opened"))
    role_table.set_permission(shell, "supervisor", "customer.status", False)
    act(backed)


def test_a_shared_approval_never_shows_hidden_fields(floor: Floor, cashier: Desk, supervisor: Desk) -> None:
    notes.add(floor.desk, floor.customers[0], "Is being treated for it", sensitive=True)
    backed = cashier.backed_by(approved(cashier, supervisor, "drawer.opened"))
    assert [note.text for note in notes.page(backed, floor.customers[0])] == ["Sensitive note"]
