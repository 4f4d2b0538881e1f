"""Migrations are whole or not at all, and safe when many consoles start at once."""

import multiprocessing
import sqlite3
from pathlib import Path

import pytest

from bookkeeper_tui.errors import StoreUnusable
from bookkeeper_tui.store.engine import Engine, migrating
from bookkeeper_tui.store.engine.migrating import latest_version, migrate, missing_parts
from bookkeeper_tui.store.opening import Store
from bookkeeper_tui.store.permissions import give_new_permissions, permissions_of


def start_console(path: str, at_once: object, answers: object) -> None:
    engine = Engine(Path(path))
    engine.database.connect()
    at_once.wait()  # type: ignore[attr-defined]
    try:
        migrate(engine)
        answers.put(sorted(missing_parts(engine)))  # type: ignore[attr-defined]
    except BaseException as error:
        answers.put(repr(error))  # type: ignore[attr-defined]


def test_six_consoles_that_start_at_once_make_one_store(tmp_path: Path) -> None:
    context = multiprocessing.get_context("fork")
    at_once, answers = context.Barrier(6), context.Queue()
    path = tmp_path / "store.db"
    sqlite3.connect(path).execute("PRAGMA journal_mode = wal")
    consoles = [context.Process(target=start_console, args=(str(path), at_once, answers)) for _ in range(6)]
    for console in consoles:
        console.start()
    assert [answers.get(timeout=60) for _ in consoles] == [[]] * 6
    for console in consoles:
        console.join(10)
    assert sqlite3.connect(path).execute("PRAGMA user_version").fetchone()[0] == latest_version()


def test_a_migration_that_fails_leaves_the_store_as_it_was(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "migrations"
    folder.mkdir()
    for _, path in migrating._numbered():
        (folder / path.name).write_text(path.read_text())
    (folder / f"{latest_version() + 1:04d}_breaks.sql").write_text("CREATE TABLE half (id INTEGER) STRICT;\nNO SUCH;\n")
    monkeypatch.setattr(migrating, "_FOLDER", folder)
    with pytest.raises(Exception, match="NO"):
        migrate(store.engine)
    assert not store.database.execute_sql("SELECT 1 FROM sqlite_master WHERE name = 'half'").fetchone()


def test_a_lost_trigger_is_noticed(store: Store) -> None:
    sqlite3.connect(store.engine.path).execute("DROP TRIGGER audit_no_update").connection.commit()
    assert missing_parts(store.engine) == {"trigger audit_no_update"}


def test_a_table_that_is_no_longer_strict_is_noticed(store: Store) -> None:
    raw = sqlite3.connect(store.engine.path)
    raw.execute("DROP TABLE command_key")
    raw.execute("CREATE TABLE command_key (key TEXT PRIMARY KEY, seq INTEGER NOT NULL, result TEXT NOT NULL)")
    raw.commit()
    assert missing_parts(store.engine) == {"table command_key"}


def test_a_newer_store_is_left_alone(store: Store) -> None:
    sqlite3.connect(store.engine.path).execute(f"PRAGMA user_version = {latest_version() + 1}").connection.commit()
    with pytest.raises(StoreUnusable, match="newer Bookkeeper"):
        store.again()


def test_a_store_of_the_first_version_gets_its_account_items_and_the_new_permissions(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = Engine(tmp_path / "store.db")
    engine.database.connect()
    every = migrating._numbered()
    monkeypatch.setattr(migrating, "_numbered", lambda: every[:1])
    migrate(engine)
    with engine.write() as database:
        for statement in FIRST_VERSION:
            database.execute_sql(statement)
    monkeypatch.setattr(migrating, "_numbered", lambda: every)
    migrate(engine)
    with engine.write() as database:
        give_new_permissions(database)
    items = engine.database.execute_sql("SELECT customer_id, entry_id, date, amount FROM account_item").fetchall()
    assert items == [(2, 1, "2026-03-01", 4700)]
    cashier = permissions_of(engine.database, "cashier")
    assert "sale.paid" in cashier
    assert "note.added" not in cashier, "what a manager took away stays away"
    assert missing_parts(engine) == set()
    engine.close()


FIRST_VERSION = (
    "INSERT INTO role_permission VALUES ('cashier', 'customer.viewed'), ('supervisor', 'note.added')",
    "INSERT INTO customer (id, number, name, created_at) VALUES (2, 'C-000001', 'Ana', 0)",
    "INSERT INTO account VALUES (1, 'Assets:Receivables', 'Owed', 1), (2, 'Income:Sales:Coffee', 'Coffee', 0)",
    "INSERT INTO entry (id, date, kind, document_kind, document_id, posted_at) "
    "VALUES (1, '2026-03-01', 'sale', 'sale', 1, 0)",
    "INSERT INTO posting VALUES (1, 1, 1, 2, 4700), (1, 2, 2, NULL, -4700)",
)
