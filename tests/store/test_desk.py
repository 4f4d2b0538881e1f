"""A desk is the one way in: who may, what is written, what is logged, and what happens when it fails or comes twice."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

import bookkeeper_tui
from bookkeeper_tui.errors import NotAllowed
from bookkeeper_tui.store import audit_log
from bookkeeper_tui.store.desk import AlreadyDone, Desk
from bookkeeper_tui.store.opening import Store
from bookkeeper_tui.store.shop import branch_id


def branches(desk: Desk) -> int:
    return int(desk.database.execute_sql("SELECT count(*) FROM branch").fetchone()[0])


def newest(desk: Desk) -> audit_log.AuditRow:
    return audit_log.page(desk, limit=1)[0]


def test_a_change_is_logged_with_who_what_old_and_new(shell: Desk) -> None:
    with shell.change("customer.edited", subject="C-000007", customer_id=7) as change:
        change.field("phone", "1", "2")
        change.note(reason="typing mistake")
    row = newest(shell)
    assert (row.action, row.subject, row.customer_id, row.terminal) == ("customer.edited", "C-000007", 7, "shell")
    assert row.who.startswith("shell:")
    assert row.detail == {"fields": ["phone"], "reason": "typing mistake"}
    assert row.personal == {"phone": ["1", "2"]}


def test_a_change_that_fails_leaves_neither_row_nor_log(shell: Desk) -> None:
    before = audit_log.head_seq(shell)
    with pytest.raises(ZeroDivisionError), shell.change("branch.added") as change:
        branch_id(change.database, "North")
        raise ZeroDivisionError
    assert (branches(shell), audit_log.head_seq(shell)) == (0, before)


def test_a_change_that_turns_out_to_be_none_is_not_logged(shell: Desk) -> None:
    before = audit_log.head_seq(shell)
    with shell.change("branch.added") as change:
        branch_id(change.database, "North")
        change.drop()
    assert (branches(shell), audit_log.head_seq(shell)) == (0, before)


def add_branch_once(desk: Desk, name: str) -> None:
    with desk.change("branch.added", once="key-1") as change:
        change.result = str(branch_id(change.database, name))


def test_a_command_that_arrives_twice_counts_once(shell: Desk) -> None:
    add_branch_once(shell, "North")
    with pytest.raises(AlreadyDone) as second:
        add_branch_once(shell, "North again")
    assert (second.value.result, branches(shell)) == ("1", 1)


def test_one_act_may_concern_many_customers(shell: Desk) -> None:
    with shell.change("import.customers") as change:
        change.also("customer.edited", subject="C-000001", customer_id=1, personal={"name": ["a", "b"]})
        change.also("customer.edited", subject="C-000002", customer_id=2)
    rows = audit_log.page(shell, limit=3)
    assert [row.action for row in rows] == ["import.customers", "customer.edited", "customer.edited"]
    assert rows[2].personal == {"name": ["a", "b"]}


def test_who_may_not_is_told_and_nothing_happens(desk_of: Callable[[str], Desk]) -> None:
    cashier = desk_of("cashier")
    before = audit_log.head_seq(cashier)
    with pytest.raises(NotAllowed, match="cashier"), cashier.change("staff.added"):
        pytest.fail("the block must not run")
    with pytest.raises(NotAllowed):
        cashier.look("audit.viewed")
    assert audit_log.head_seq(cashier) == before


def test_nobody_may_only_try_to_sign_in(store: Store) -> None:
    nobody = Desk.unattended(store, "till-1")
    allowed = {name for name in ("signin.tried", "customer.viewed", "search.made", "staff.added") if nobody.may(name)}
    assert allowed == {"signin.tried"}


def test_an_auditor_changes_nothing(desk_of: Callable[[str], Desk]) -> None:
    auditor = desk_of("auditor")
    assert auditor.may("audit.viewed")
    assert not [
        name for name in ("customer.created", "customer.edited", "note.added", "staff.added") if auditor.may(name)
    ]


def test_a_look_is_logged_before_anything_is_shown(shell: Desk) -> None:
    shell.look("customer.viewed", subject="C-000009", customer_id=9, detail={"tab": "sales"})
    row = newest(shell)
    assert (row.action, row.customer_id, row.detail) == ("customer.viewed", 9, {"tab": "sales"})


def test_no_other_file_opens_the_write_door() -> None:
    package = Path(bookkeeper_tui.__file__).parent
    openers = {
        path.relative_to(package).as_posix()
        for path in package.rglob("*.py")
        if re.search(r"engine\.write\(|query_only|\.atomic\(|BEGIN IMMEDIATE", path.read_text(encoding="utf-8"))
    }
    assert openers == {
        "store/desk.py",
        "store/engine/connection.py",
        "store/engine/copying.py",
        "store/engine/migrating.py",
        "store/opening.py",
    }
