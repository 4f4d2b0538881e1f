"""What one process does with a store leaves the consoles of others whole."""

import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from bookkeeper_tui.errors import StoreUnusable
from bookkeeper_tui.store import audit_log, audit_verify
from bookkeeper_tui.store.desk import Desk
from bookkeeper_tui.store.engine import connection
from bookkeeper_tui.store.engine.bulk import insert_rows
from bookkeeper_tui.store.engine.changes import Watcher
from bookkeeper_tui.store.opening import Store

ANOTHER = """
import sys
from pathlib import Path
from bookkeeper_tui.store.desk import Desk
from bookkeeper_tui.store.opening import open_store
store = open_store(Path(sys.argv[1]), Path(sys.argv[2]))
Desk.shell(store).look("customer.viewed")
print(store.engine.audit_head()[0])
store.close()
"""


def another_program(store: Store) -> int:
    """Another process opens the store, writes a row, and goes; answers the row's sequence."""
    command = [sys.executable, "-c", ANOTHER, str(store.directory), str(store.keys_directory)]
    return int(subprocess.run(command, check=True, capture_output=True, text=True, timeout=60).stdout)


@pytest.mark.parametrize("fresh", [False, True], ids=["kept open", "opened once more meanwhile"])
def test_a_console_keeps_its_log_when_another_program_goes(store: Store, shell: Desk, fresh: bool) -> None:
    if fresh:
        store.again().close()
    another_program(store)
    assert Path(f"{store.engine.path}-wal").exists()
    shell.look("customer.viewed")
    mine = audit_log.head_seq(shell)
    assert another_program(store) == mine + 1
    assert audit_log.head_seq(shell) == mine + 1
    assert not audit_verify.broken(shell)


def test_another_file_in_the_stores_place_is_still_looked_at(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    path.write_bytes(b"no store")
    with pytest.raises(StoreUnusable, match="not a Bookkeeper store"):
        connection.Engine(path).connect()


def test_a_full_disk_while_many_rows_are_written_is_one_sentence(store: Store) -> None:
    pages = store.database.execute_sql("PRAGMA page_count").fetchone()[0]
    store.database.execute_sql(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(StoreUnusable, match=r"disk .* is full"), store.engine.write() as database:
        insert_rows(database, "branch (name)", [(f"{place}" * 200,) for place in range(2000)])
    assert store.database.execute_sql("SELECT count(*) FROM branch").fetchone()[0] == 0


def test_the_log_may_be_emptied_under_a_watching_console(store: Store) -> None:
    other, watcher = store.again(), Watcher(store.engine)
    for _ in range(3):
        Desk.shell(other).look("customer.viewed")
        assert watcher.changed()
        with sqlite3.connect(store.engine.path) as outsider:
            outsider.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        outsider.close()
        watcher.changed()
    watcher.close()
    other.close()


def test_a_watcher_that_gets_no_notices_keeps_no_file_open(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    inotify = pytest.importorskip("inotify_simple")

    def no_more(*_: object) -> None:
        raise OSError(28, "no watches left")

    monkeypatch.setattr(inotify.INotify, "add_watch", no_more)
    open_before = len(list(Path("/proc/self/fd").iterdir()))
    watchers = [Watcher(store.engine) for _ in range(5)]
    assert {watcher.file for watcher in watchers} == {None}
    assert len(list(Path("/proc/self/fd").iterdir())) == open_before
