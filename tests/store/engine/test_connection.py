"""The store only reads, but for one door; writers take turns, and what fails undoes itself."""

import multiprocessing
import os
import signal
import time
from pathlib import Path

import pytest
from peewee import OperationalError

from bookkeeper_tui.errors import StoreUnusable
from bookkeeper_tui.store.engine import Engine
from bookkeeper_tui.store.engine import write_lock as write_lock_room
from bookkeeper_tui.store.opening import Store

COUNT = "INSERT INTO counter (name, value) VALUES ('n', 1) ON CONFLICT (name) DO UPDATE SET value = value + 1"


def test_sqlite_itself_refuses_a_write_outside_the_door(store: Store) -> None:
    with pytest.raises(OperationalError, match="readonly"):
        store.database.execute_sql(COUNT)


def test_the_door_closes_again_after_success_and_after_failure(store: Store) -> None:
    with store.engine.write() as database:
        database.execute_sql(COUNT)
    with pytest.raises(ZeroDivisionError), store.engine.write() as database:
        database.execute_sql(COUNT)
        raise ZeroDivisionError
    with pytest.raises(OperationalError, match="readonly"):
        store.database.execute_sql(COUNT)
    assert store.database.execute_sql("SELECT value FROM counter").fetchone()[0] == 1


def test_money_is_synced_and_keys_are_enforced(store: Store) -> None:
    again = store.again()
    settings = {name: again.database.execute_sql(f"PRAGMA {name}").fetchone()[0] for name in (
        "journal_mode", "synchronous", "foreign_keys", "query_only")}  # fmt: skip
    again.close()
    assert settings == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "query_only": 1}


def count_often(path: str, times: int, failures: object) -> None:
    engine = Engine(Path(path))
    engine.connect()
    for _ in range(times):
        try:
            with engine.write() as database:
                database.execute_sql(COUNT)
        except Exception as error:
            failures.put(repr(error))  # type: ignore[attr-defined]


def test_eight_terminals_writing_at_once_all_succeed(store: Store) -> None:
    context = multiprocessing.get_context("fork")
    failures = context.Queue()
    writers = [context.Process(target=count_often, args=(str(store.engine.path), 50, failures)) for _ in range(8)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(60)
    assert failures.empty()
    assert store.database.execute_sql("SELECT value FROM counter").fetchone()[0] == 400


def write_and_hang(path: str, begun: object) -> None:
    engine = Engine(Path(path))
    engine.connect()
    with engine.write() as database:
        database.execute_sql(COUNT)
        begun.set()  # type: ignore[attr-defined]
        time.sleep(60)


def test_a_terminal_killed_while_writing_leaves_nothing_and_blocks_nobody(store: Store) -> None:
    context = multiprocessing.get_context("fork")
    begun = context.Event()
    victim = context.Process(target=write_and_hang, args=(str(store.engine.path), begun))
    victim.start()
    assert begun.wait(30)
    assert victim.pid is not None
    os.kill(victim.pid, signal.SIGKILL)
    victim.join(10)
    with store.engine.write() as database:
        database.execute_sql(COUNT)
    assert store.database.execute_sql("SELECT value FROM counter").fetchone()[0] == 1


def test_a_terminal_that_hangs_is_named_after_a_while(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(write_lock_room, "PATIENCE_SECONDS", 0.05)
    other = store.again()
    with other.engine.write(), pytest.raises(StoreUnusable, match="kept the store busy"), store.engine.write():
        pass
    other.close()


def test_a_change_inside_a_change_is_a_mistake_of_the_program(store: Store) -> None:
    with store.engine.write(), pytest.raises(RuntimeError, match="inside"), store.engine.write():
        pass


def test_a_full_disk_is_one_sentence_and_nothing_changed(store: Store) -> None:
    pages = store.database.execute_sql("PRAGMA page_count").fetchone()[0]
    store.database.execute_sql(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(StoreUnusable, match=r"disk .* is full"), store.engine.write() as database:
        for place in range(2000):
            database.execute_sql("INSERT INTO branch (name) VALUES (?)", (f"{place}" * 200,))
    assert store.database.execute_sql("SELECT count(*) FROM branch").fetchone()[0] == 0
