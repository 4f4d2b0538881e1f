"""What another terminal commits is noticed, once; what this one commits is not news."""

import selectors

import pytest

from bookkeeper_tui.store.engine.changes import Watcher
from bookkeeper_tui.store.opening import Store


def add_branch(store: Store, name: str) -> None:
    with store.engine.write() as database:
        database.execute_sql("INSERT INTO branch (name) VALUES (?)", (name,))


def test_a_commit_elsewhere_wakes_the_console(store: Store) -> None:
    other, watcher = store.again(), Watcher(store.engine)
    assert watcher.file is not None, "this system has no inotify"
    with selectors.DefaultSelector() as selector:
        selector.register(watcher.file, selectors.EVENT_READ)
        add_branch(other, "North")
        assert selector.select(timeout=10)
        assert watcher.changed()
        assert not watcher.changed()
        assert not selector.select(timeout=0)
    watcher.close()
    other.close()


def test_ones_own_commit_is_no_news(store: Store) -> None:
    watcher = Watcher(store.engine)
    add_branch(store, "South")
    assert not watcher.changed()
    watcher.close()


def test_without_notices_from_the_system_asking_still_tells(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Watcher, "_watch", lambda self: None)
    other, watcher = store.again(), Watcher(store.engine)
    assert watcher.file is None
    add_branch(other, "East")
    assert watcher.changed()
    other.close()
