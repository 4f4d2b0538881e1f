"""The chain names every row that was changed, removed, inserted or swapped, and survives erasing personal values."""

import random
import sqlite3

import pytest

from bookkeeper_tui.store import audit, audit_log, audit_verify, audit_walk
from bookkeeper_tui.store.audit import Head
from bookkeeper_tui.store.desk import Desk

ROWS = 30


@pytest.fixture
def raw(shell: Desk) -> sqlite3.Connection:
    """The database file as somebody with a shell opens it, behind the program's back, triggers dropped."""
    for place in range(ROWS):
        shell.look("customer.viewed", subject=f"C-{place:06d}", customer_id=place, personal={"name": f"Ana {place}"})
    connection = sqlite3.connect(shell.store.engine.path, isolation_level=None)
    for trigger in ("audit_no_update", "audit_no_delete", "audit_personal_only_erased", "audit_personal_no_delete"):
        connection.execute(f"DROP TRIGGER {trigger}")
    return connection


def broken(desk: Desk) -> set[int]:
    return {place.seq for place in audit_verify.broken(desk)}


def test_an_untouched_log_holds(shell: Desk) -> None:
    shell.look("customer.viewed", personal={"name": "x"})
    assert not broken(shell)


def test_sqlite_itself_refuses_to_change_the_log(shell: Desk) -> None:
    shell.look("customer.viewed")
    connection = sqlite3.connect(shell.store.engine.path)
    for statement in ("UPDATE audit SET who = 'x'", "DELETE FROM audit"):
        with pytest.raises(sqlite3.IntegrityError, match="only added to"):
            connection.execute(statement)


@pytest.mark.parametrize("column", ["at", "who", "role", "terminal", "action", "subject", "customer_id", "detail"])
def test_a_changed_value_is_named(shell: Desk, raw: sqlite3.Connection, column: str) -> None:
    seq = random.Random(column).randint(2, ROWS - 1)
    raw.execute(f"UPDATE audit SET {column} = CASE typeof({column}) WHEN 'integer' THEN {column} + 1 "
                f"ELSE {column} || ' ' END WHERE seq = ?", (seq,))  # fmt: skip
    assert broken(shell) == {seq}


def test_a_removed_row_is_named(shell: Desk, raw: sqlite3.Connection) -> None:
    raw.execute("DELETE FROM audit_personal WHERE seq = 9")
    raw.execute("DELETE FROM audit WHERE seq = 9")
    assert 9 in broken(shell)


def test_two_swapped_rows_are_named(shell: Desk, raw: sqlite3.Connection) -> None:
    for old, new in ((11, -1), (12, 11), (-1, 12)):
        raw.execute("UPDATE audit SET seq = ? WHERE seq = ?", (new, old))
    assert {11, 12} <= broken(shell)


def test_an_inserted_row_is_named(shell: Desk, raw: sqlite3.Connection) -> None:
    head = audit_log.head_seq(shell)
    raw.execute(
        "INSERT INTO audit SELECT ?, at, staff_id, who, role, terminal, action, subject, customer_id, detail, "
        "personal_digest, key_id, mac FROM audit WHERE seq = ?",
        (head + 1, head),
    )
    assert head + 1 in broken(shell)


def test_changed_personal_values_are_named_and_erased_ones_are_not(shell: Desk, raw: sqlite3.Connection) -> None:
    raw.execute("UPDATE audit_personal SET body = '{}' WHERE seq = 5")
    assert broken(shell) == {5}
    raw.execute("UPDATE audit_personal SET body = NULL, salt = NULL WHERE seq IN (5, 6)")
    assert broken(shell) == {5, 6}
    for seq in (5, 6):
        owner = raw.execute("SELECT customer_id FROM audit WHERE seq = ?", (seq,)).fetchone()[0]
        shell.look("customer.erased", customer_id=owner)
    assert not broken(shell)


def test_personal_values_may_be_erased_but_not_rewritten(shell: Desk) -> None:
    shell.look("customer.viewed", personal={"name": "Ana"})
    connection = sqlite3.connect(shell.store.engine.path)
    with pytest.raises(sqlite3.IntegrityError, match="never changed"):
        connection.execute("UPDATE audit_personal SET body = 'other'")
    connection.execute("UPDATE audit_personal SET body = NULL, salt = NULL")


def test_the_walk_can_go_on_from_a_trusted_head(shell: Desk, raw: sqlite3.Connection) -> None:
    head = Head(*shell.store.engine.audit_head())
    raw.execute("UPDATE audit SET who = 'x' WHERE seq = 3")
    shell.look("customer.viewed")
    assert not audit_verify.broken(shell, after=head)
    assert broken(shell) == {3}


def test_pages_follow_one_another_without_gap_or_repeat(shell: Desk, raw: sqlite3.Connection) -> None:
    seen: list[int] = []
    before: int | None = None
    while rows := audit_log.page(shell, before=before, limit=7):
        seen += [row.seq for row in rows]
        before = rows[-1].seq
    assert seen == list(range(audit_log.head_seq(shell), 0, -1))


def test_rows_are_found_by_customer_action_and_time(shell: Desk, raw: sqlite3.Connection) -> None:
    assert [row.subject for row in audit_log.page(shell, customer_id=4)] == ["C-000004"]
    shell.look("tab.sales")
    assert [row.action for row in audit_log.page(shell, action="tab.")] == ["tab.sales"]
    last = audit_log.page(shell, limit=1)[0]
    assert [row.seq for row in audit_log.everything(shell, since=last.at)] == [last.seq]
    assert audit_log.count(shell, 4) == 1


@pytest.mark.parametrize("seq", [0, -7])
def test_a_row_inserted_before_the_first_is_named(shell: Desk, raw: sqlite3.Connection, seq: int) -> None:
    raw.execute(
        "INSERT INTO audit SELECT ?, at, staff_id, who, role, terminal, action, subject, customer_id, detail, "
        "personal_digest, key_id, mac FROM audit WHERE seq = 3",
        (seq,),
    )
    assert broken(shell) == {seq}


def test_personal_values_that_were_removed_instead_of_erased_are_named(shell: Desk, raw: sqlite3.Connection) -> None:
    raw.execute("DELETE FROM audit_personal WHERE seq = 5")
    assert broken(shell) == {5}


def test_a_long_log_is_walked_in_pages_that_leave_nothing_out(
    shell: Desk, raw: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audit_walk, "WALKED_AT_ONCE", 7)
    assert not broken(shell)
    for seq in (7, 8, 15):
        raw.execute("UPDATE audit SET who = 'x' WHERE seq = ?", (seq,))
    assert broken(shell) == {7, 8, 15}
    told: list[int] = []

    def half_way(done: int, of: int) -> None:
        told.append(done)
        shell.look("customer.viewed")
        assert raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0] == 0, (
            "a walk half-way keeps the log from ending"
        )

    keys = {shell.store.keys.audit_id: shell.store.keys.audit}
    walked = audit_walk.broken_rows(shell.database, keys, told=half_way)
    assert {place.seq for place in walked} == {7, 8, 15}
    assert len(told) > 3


def test_halves_of_letters_are_logged_as_question_marks(shell: Desk) -> None:
    broken_name = b"ventas-\xff.csv".decode(errors="surrogateescape")
    shell.look("search.made", subject=broken_name, detail={"file": broken_name}, personal={"text": broken_name})
    row = audit_log.page(shell, limit=1)[0]
    assert row.subject == row.detail["file"] == "ventas-?.csv"
    assert row.personal == {"text": "ventas-?.csv"}
    assert not broken(shell)


def test_a_customers_edits_are_found_among_the_customers_rows_and_not_among_all_edits(
    shell: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[str, tuple[object, ...]]] = []
    execute = shell.database.execute_sql

    def overheard(sql: str, values: tuple[object, ...]) -> object:
        asked.append((sql, values))
        return execute(sql, values)

    monkeypatch.setattr(shell.database, "execute_sql", overheard)
    audit.rows_before(shell.database, customer_id=5, action="customer.edited")
    ((sql, values),) = asked
    plan = str(execute(f"EXPLAIN QUERY PLAN {sql}", values).fetchall())
    assert "audit_customer" in plan
