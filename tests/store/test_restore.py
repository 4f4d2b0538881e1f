"""A backup put in the place of a running store: consoles show it at once, and nothing between the two is lost."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest

from bookkeeper_tui import listening
from bookkeeper_tui.errors import StoreUnusable
from bookkeeper_tui.listening import Listener
from bookkeeper_tui.screens.house import StoreChanged
from bookkeeper_tui.store import audit_log, audit_verify, backups, customers
from bookkeeper_tui.store.customer_fields import CustomerFields
from bookkeeper_tui.store.desk import Desk
from bookkeeper_tui.store.engine import copying
from bookkeeper_tui.store.opening import Store, open_store
from bookkeeper_tui.store.privacy import deleting, erasing
from bookkeeper_tui.store.search import search


def new_customer(desk: Desk, name: str) -> int:
    return customers.create(desk, CustomerFields(name=name)).id


@pytest.fixture
def backup(shell: Desk, tmp_path: Path) -> Path:
    """A backup of a shop with one customer, who has been joined by others since."""
    new_customer(shell, "Ana Reyes")
    backups.back_up(shell, tmp_path / "backup.db")
    for name in ("Bruno Diaz", "Carla Moreno", "Dan Okafor", "Eva Lind", "Fay Wray"):
        new_customer(shell, name)
    return tmp_path / "backup.db"


async def heard_after(desk: Desk, acts: list[Callable[[], object]]) -> list[StoreChanged]:
    """What a console hears after each act, one by one."""
    heard: list[StoreChanged] = []
    listener = Listener(desk, heard.append)
    try:
        for act in acts:
            before = len(heard)
            act()
            for _ in range(100):
                await asyncio.sleep(0.02)
                if len(heard) > before:
                    break
            assert len(heard) > before, "the console heard nothing"
    finally:
        listener.close()
    return heard


@pytest.mark.parametrize("notices", [True, False], ids=["told by the kernel", "asking"])
def test_a_console_hears_of_a_restored_backup_and_of_what_comes_after(
    store: Store, shell: Desk, backup: Path, notices: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not notices:
        monkeypatch.setattr(listening.Watcher, "_watch", lambda self: None)
    other = store.again()

    def restore() -> None:
        backups.restore(store.directory, store.keys_directory, backup)

    heard = asyncio.run(heard_after(shell, [restore, lambda: new_customer(Desk.shell(other), "Gus Hall")]))
    other.close()
    assert heard[0].everything
    assert "customer.created" in heard[-1].actions
    assert customers.get(shell, 3).name == "Gus Hall"


def test_a_log_that_grew_past_the_known_row_is_still_known_to_be_another(
    shell: Desk, store: Store, backup: Path
) -> None:
    known = audit_log.head(shell)
    backups.restore(store.directory, store.keys_directory, backup)
    while audit_log.head_seq(shell) <= known.seq:
        shell.look("customer.viewed")
    assert not audit_log.holds(shell, known)
    assert audit_log.holds(shell, audit_log.head(shell))


def test_nothing_is_sold_between_keeping_the_old_store_and_restoring(
    store: Store, shell: Desk, backup: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = []
    copy_out = copying.copy_out

    def watched(engine: copying.Engine, file: Path) -> None:
        held.append(engine.lock._held)
        copy_out(engine, file)

    monkeypatch.setattr(copying, "copy_out", watched)
    kept = backups.restore(store.directory, store.keys_directory, backup)
    assert (held, kept.is_file()) == ([True], True)


def test_misspelt_names_are_found_after_the_order_was_worked_out_anew(store: Store, shell: Desk, backup: Path) -> None:
    from bookkeeper_tui.store.search.ranking import rerank

    assert [hit.name for hit in search(shell, "Brumo").hits] == ["Bruno Diaz"]
    other = store.again()
    rerank(Desk.shell(other))
    new_customer(Desk.shell(other), "Wilhelmina Zoetemelk")
    other.close()
    assert [hit.name for hit in search(shell, "Wilhelmena").hits] == ["Wilhelmina Zoetemelk"]


def test_a_backup_is_for_its_owner_alone_and_never_takes_anothers_place(shell: Desk, backup: Path) -> None:
    assert backup.stat().st_mode & 0o777 == 0o600
    there = backup.read_bytes()
    with pytest.raises(StoreUnusable, match="cannot be written"):
        copying.copy_out(shell.store.engine, backup)
    assert backup.read_bytes() == there


def test_a_log_left_behind_by_a_lost_store_is_not_played_into_the_backup(
    store: Store, shell: Desk, backup: Path
) -> None:
    log = Path(f"{store.engine.path}-wal").read_bytes()
    assert log
    store.close()
    store.engine.path.unlink()
    Path(f"{store.engine.path}-wal").write_bytes(log)
    backups.restore(store.directory, store.keys_directory, backup)
    restored = open_store(store.directory, store.keys_directory)
    desk = Desk.shell(restored)
    assert [row[0] for row in restored.database.execute_sql("SELECT name FROM customer")] == ["Walk-in", "Ana Reyes"]
    assert restored.database.execute_sql("PRAGMA integrity_check").fetchone()[0] == "ok"
    assert not audit_verify.broken(desk)
    restored.close()


def test_whoever_was_erased_or_deleted_since_the_backup_is_named(store: Store, shell: Desk, backup: Path) -> None:
    ana = customers.by_number(shell, "C-000001")
    erasing.erase(shell, ana.id, "asked by letter")
    kept = backups.restore(store.directory, store.keys_directory, backup)
    assert kept is not None
    assert backups.brought_back(store.directory, store.keys_directory, kept) == ("C-000001",)
    deleting.delete(shell, ana.id)
    again = backups.restore(store.directory, store.keys_directory, backup)
    assert again is not None
    assert backups.brought_back(store.directory, store.keys_directory, again) == ("C-000001",)
    erasing.erase(shell, ana.id, "asked by letter")
    last = backups.restore(store.directory, store.keys_directory, again)
    assert last is not None
    assert backups.brought_back(store.directory, store.keys_directory, last) == (), "deleted, not erased, but gone too"
