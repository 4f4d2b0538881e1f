"""The administrator: they have the store, its keys and the program, and can only be shown up by what lies elsewhere."""

import json
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from bookkeeper_tui.errors import StoreUnusable
from bookkeeper_tui.store import audit_log, audit_verify, customers, seals
from bookkeeper_tui.store.customers import Customer
from bookkeeper_tui.store.desk import Desk
from bookkeeper_tui.store.opening import Store, open_store

Seat = Callable[[str], Desk]


@pytest.fixture
def sealed(store: Store, shell: Desk, maria: Customer, desk_of: Seat, tmp_path: Path) -> Path:
    """A log with a look that somebody would rather not have in it, and a seal made after it, copied elsewhere."""
    customers.reveal(desk_of("manager"), maria.id)
    seals.make(shell)
    shutil.copytree(store.keys_directory, tmp_path / "elsewhere")
    return tmp_path / "elsewhere"


def rewritten(store: Store, action: str) -> Store:
    """The log without the rows of an action, chained anew under the right key: nothing in it shows by itself."""
    rows = list(audit_log.everything(Desk.shell(store)))
    path = store.directory / "store.db"
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        triggers = database.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name LIKE 'audit%'"
        ).fetchall()
        for name, _ in triggers:
            database.execute(f"DROP TRIGGER {name}")
        for table in ("audit_personal", "command_key", "audit", "audit_head"):
            database.execute(f"DELETE FROM {table}")
        for _, sql in triggers:
            database.execute(sql)
    again = open_store(store.directory, store.keys_directory)
    desk = Desk.shell(again)
    for row in rows:
        if row.action != action:
            desk.look(
                row.action,
                subject=row.subject,
                customer_id=row.customer_id,
                detail=row.detail,
                personal=row.personal or {},
            )
    return again


def test_a_log_written_anew_with_the_right_key_does_not_fit_its_seals(store: Store, shell: Desk, sealed: Path) -> None:
    assert audit_verify.verify(shell).holds
    again = rewritten(store, "customer.revealed")
    found = audit_verify.verify(Desk.shell(again))
    assert not found.holds
    again.close()


def test_a_log_written_anew_is_not_the_one_on_paper(store: Store, shell: Desk, sealed: Path) -> None:
    head = audit_log.head(shell)
    printed = f"{head.seq}:{head.mac.hex()[:12]}"
    assert audit_verify.is_printed_head(shell, printed)
    again = rewritten(store, "customer.revealed")
    assert not audit_verify.is_printed_head(Desk.shell(again), printed)
    again.close()


def test_a_seal_that_was_removed_is_missed(store: Store, shell: Desk, sealed: Path) -> None:
    seals.make(shell)
    file = store.keys_directory / seals.FILE
    lines = file.read_text().splitlines(keepends=True)
    for kept in (lines[:1], lines[1:], []):
        file.write_text("".join(kept))
        assert audit_verify.verify(shell).broken_seals


def test_a_seal_that_was_changed_or_signed_by_another_is_told(store: Store, shell: Desk, sealed: Path) -> None:
    file = store.keys_directory / seals.FILE
    before = file.read_text()
    line = json.loads(before)
    for name, value in (("seq", 1), ("mac", "00" * 32), ("number", 2), ("signature", "00" * 64)):
        assert name in line
        file.write_text(json.dumps(line | {name: value}) + "\n")
        assert audit_verify.verify(shell).broken_seals, name
    file.write_text(before)
    assert audit_verify.verify(shell).holds
    (store.keys_directory / seals.PUBLIC).write_text("00" * 32 + "\n")
    assert audit_verify.verify(shell).broken_seals


def test_a_new_key_for_seals_is_not_made_unasked(store: Store, shell: Desk, sealed: Path) -> None:
    for name in (seals.KEY, seals.PUBLIC, seals.FILE):
        (store.keys_directory / name).unlink()
    with pytest.raises(StoreUnusable, match="is missing"):
        seals.make(shell)
    assert audit_verify.verify(shell).broken_seals, "the log tells of the seal that was there before"


def test_seals_kept_elsewhere_show_what_was_done_here(store: Store, shell: Desk, sealed: Path) -> None:
    """Log and seals both made anew on the machine: only the copy from outside says so."""
    for name in (seals.KEY, seals.PUBLIC, seals.FILE):
        (store.keys_directory / name).unlink()
    again = rewritten(store, "customer.revealed")
    with closing(sqlite3.connect(store.directory / "store.db")) as database:
        assert database.execute("SELECT COUNT(*) FROM audit WHERE action = 'customer.revealed'").fetchone() == (0,)
    again.close()
    for name in (seals.PUBLIC, seals.FILE):
        shutil.copy(sealed / name, store.keys_directory / name)
    anew = open_store(store.directory, store.keys_directory)
    assert not audit_verify.verify(Desk.shell(anew)).holds
    anew.close()
