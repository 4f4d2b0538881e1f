"""The head of the log: rows cut off its end are missed, and nobody without the key makes another that is believed."""

import sqlite3
from pathlib import Path

import pytest

from bookkeeper_tui.errors import StoreUnusable
from bookkeeper_tui.store import audit, audit_log, audit_verify
from bookkeeper_tui.store.desk import Desk
from bookkeeper_tui.store.opening import Store, open_store

Row = tuple[object, ...]


@pytest.fixture
def file(shell: Desk) -> sqlite3.Connection:
    """The file as somebody with SQLite opens it, without its triggers, behind thirty looks."""
    for place in range(30):
        shell.look("customer.viewed", customer_id=place, personal={"name": f"Ana {place}"})
    connection = sqlite3.connect(shell.store.engine.path, isolation_level=None)
    for (trigger,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        connection.execute(f"DROP TRIGGER {trigger}")
    return connection


def broken(desk: Desk) -> dict[int, str]:
    return {one.seq: one.why for one in audit_verify.broken(desk)}


def head(file: sqlite3.Connection) -> Row:
    return tuple(file.execute("SELECT seq, mac, seal FROM audit_head").fetchone())


def put_back(file: sqlite3.Connection, head: Row) -> None:
    file.execute("UPDATE audit_head SET seq = ?, mac = ?, seal = ?", head)


def cut(file: sqlite3.Connection, after: int) -> None:
    for table in ("audit_personal", "audit"):
        file.execute(f"DELETE FROM {table} WHERE seq > ?", (after,))


def look(desk: Desk, times: int = 1) -> None:
    for _ in range(times):
        desk.look("customer.viewed", personal={"name": "x"})


def test_each_act_moves_the_head(shell: Desk, file: sqlite3.Connection) -> None:
    before = head(file)
    look(shell)
    newest = file.execute("SELECT seq, mac FROM audit ORDER BY seq DESC LIMIT 1").fetchone()
    assert head(file)[:2] == newest
    assert newest[0] == before[0] + 1  # type: ignore[operator]


def test_rows_cut_off_are_named_at_once_and_for_ever(shell: Desk, file: sqlite3.Connection) -> None:
    last = audit_log.head_seq(shell)
    cut(file, last - 3)
    assert set(broken(shell)) == {last - 2, last - 1, last}
    look(shell, 5)
    assert {last - 2, last - 1, last} <= set(broken(shell))
    assert audit_log.head_seq(shell) == last + 5


def test_all_rows_cut_off(shell: Desk, file: sqlite3.Connection) -> None:
    last = audit_log.head_seq(shell)
    cut(file, 0)
    assert set(broken(shell)) == set(range(1, last + 1))


def test_a_head_made_up_without_the_key_is_not_believed_now_or_later(shell: Desk, file: sqlite3.Connection) -> None:
    last = audit_log.head_seq(shell)
    cut(file, last - 3)
    seq, mac = file.execute("SELECT seq, mac FROM audit ORDER BY seq DESC LIMIT 1").fetchone()
    put_back(file, (seq, mac, head(file)[2]))
    assert "the head of the log was changed" in broken(shell)[last - 3]
    look(shell, 10)
    assert any("the head of the log was changed" in why for why in broken(shell).values())


def test_an_older_head_put_back_with_its_rows_left_is_told(shell: Desk, file: sqlite3.Connection) -> None:
    older = head(file)
    look(shell, 5)
    put_back(file, older)
    assert "goes on to row" in broken(shell)[int(str(older[0]))]
    look(shell)
    assert any("head of the log" in why for why in broken(shell).values()), "the shop goes on, the trace stays"


def test_a_head_taken_away_is_told_now_and_after_it_is_made_anew(
    shell: Desk, store: Store, file: sqlite3.Connection
) -> None:
    last = audit_log.head_seq(shell)
    cut(file, last - 3)
    file.execute("DELETE FROM audit_head")
    assert "head of the log is missing" in next(iter(broken(shell).values()))
    again = store.again()
    found = broken(Desk.shell(again))
    again.close()
    assert list(found) == [last - 2]
    assert "taken away before row" in found[last - 2]


def test_a_head_taken_away_while_consoles_run_is_told(shell: Desk, file: sqlite3.Connection) -> None:
    file.execute("DELETE FROM audit_head")
    look(shell)
    assert any("head of the log" in why for why in broken(shell).values())


def test_rows_inserted_behind_the_last_do_not_stop_the_shop(shell: Desk, file: sqlite3.Connection) -> None:
    last = audit_log.head_seq(shell)
    for seq in (last + 1, last + 4, (1 << 62) - 1, (1 << 63) - 1):
        file.execute("INSERT INTO audit SELECT ?, at, staff_id, who, role, terminal, action, subject, customer_id, "
                     "detail, NULL, key_id, mac FROM audit WHERE seq = 5", (seq,))  # fmt: skip
    look(shell, 3)
    assert {last + 1, last + 4} <= set(broken(shell))


@pytest.mark.parametrize("column", ["key_id", "mac"])
def test_the_last_rows_key_or_hash_changed_is_named_in_a_store_opened_anew(
    shell: Desk, store: Store, file: sqlite3.Connection, column: str
) -> None:
    last = audit_log.head_seq(shell)
    file.execute(f"UPDATE audit SET {column} = substr({column} || 'x', 2) WHERE seq = ?", (last,)) if (
        column == "key_id"
    ) else file.execute("UPDATE audit SET mac = zeroblob(32) WHERE seq = ?", (last,))
    again = store.again()
    assert set(broken(Desk.shell(again))) == {last}
    again.close()


def test_another_stores_keys_still_do_not_open_it(store: Store, file: sqlite3.Connection, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    for name in ("audit.key", "pepper.key"):
        (other / name).write_text("ab" * 32 + "\n")
    with pytest.raises(StoreUnusable, match="belong to another store"):
        open_store(store.directory, other)


def test_a_store_of_before_is_given_a_head_once(shell: Desk, store: Store, file: sqlite3.Connection) -> None:
    """As a migration leaves it: a log whose founding tells of no head, and none kept."""
    file.execute("DELETE FROM audit_head")
    database = store.database
    keys = store.keys
    with store.engine.write():
        row = list(database.execute_sql("SELECT * FROM audit WHERE seq = 1").fetchone()[:-1])
        row[9] = row[9].replace('"headed":true,', "")
        assert "headed" not in row[9]
        database.execute_sql("DELETE FROM audit_personal")
        database.execute_sql("DELETE FROM audit")
        deed = audit.Deed(row[1], None, "shell:x", "owner", "shell", "store.created", "", None, {}, {})
        audit.append(database, audit.Head(0, b""), keys.audit, keys.audit_id, deed)
    again = store.again()
    desk = Desk.shell(again)
    assert not broken(desk)
    assert [row.action for row in audit_log.page(desk)] == ["audit.head_made", "store.created"]
    again.close()
    again = store.again()
    assert audit_log.head_seq(Desk.shell(again)) == 2
    again.close()


def test_values_blanked_with_nobody_erased_are_named(shell: Desk, file: sqlite3.Connection) -> None:
    """Blank is what erasing leaves, so a blank row must be of somebody who was erased, or be named by an erasing."""
    shell.look("search.made", personal={"text": "ana"})
    search = audit_log.head_seq(shell)
    file.execute("UPDATE audit_personal SET salt = NULL, body = NULL WHERE seq IN (8, 9, ?)", (search,))
    owner = file.execute("SELECT customer_id FROM audit WHERE seq = 8").fetchone()[0]
    assert set(broken(shell)) == {8, 9, search}
    shell.look("customer.erased", customer_id=owner, detail={"blanked": []})
    assert set(broken(shell)) == {9, search}
    shell.look("customer.erased", customer_id=10_000, detail={"blanked": [search]})
    assert set(broken(shell)) == {9}
    shell.look("customer.viewed", customer_id=owner, personal={"name": "again"})
    later = audit_log.head_seq(shell)
    file.execute("UPDATE audit_personal SET salt = NULL, body = NULL WHERE seq = ?", (later,))
    assert set(broken(shell)) == {9, later}, "what was written after the erasing is not blanked by it"


def test_an_erasing_that_somebody_made_up_is_named_itself(shell: Desk, file: sqlite3.Connection) -> None:
    file.execute("UPDATE audit_personal SET salt = NULL, body = NULL WHERE seq = 8")
    file.execute("UPDATE audit SET action = 'customer.erased', customer_id = (SELECT customer_id FROM audit WHERE "
                 "seq = 8) WHERE seq = 12")  # fmt: skip
    assert 12 in broken(shell)


@pytest.mark.parametrize("false", ["another row says so", "a copied row", "more rows are listed"])
def test_values_blanked_behind_an_erasing_that_does_not_hold_are_named(
    shell: Desk, file: sqlite3.Connection, false: str
) -> None:
    shell.look("customer.erased", customer_id=10_000, detail={"blanked": []})
    erasing = audit_log.head_seq(shell)
    assert not broken(shell)
    owner = file.execute("SELECT customer_id FROM audit WHERE seq = 8").fetchone()[0]
    file.execute("UPDATE audit_personal SET salt = NULL, body = NULL WHERE seq = 8")
    match false:
        case "another row says so":
            false_row = 12
            file.execute("UPDATE audit SET action = 'customer.erased', customer_id = ? WHERE seq = 12", (owner,))
        case "a copied row":
            false_row = erasing + 1
            file.execute("CREATE TEMP TABLE copied AS SELECT * FROM audit WHERE seq = ?", (erasing,))
            file.execute("UPDATE copied SET seq = seq + 1, customer_id = ?", (owner,))
            file.execute("INSERT INTO audit SELECT * FROM copied")
        case _:
            false_row = erasing
            file.execute("UPDATE audit SET detail = '{\"blanked\":[8]}' WHERE seq = ?", (erasing,))
    found = broken(shell)
    assert found.keys() == {8, false_row}
    assert found[8] == "the personal values of row 8 were blanked, and the row of the erasure does not hold"
