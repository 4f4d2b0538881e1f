"""Bringing files into a test's shop: from `tests/data/`, or from a text in the test."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from bookkeeper_tui.store.desk import Desk
from bookkeeper_tui.store.importing import Kind, Report, import_files

DATA = Path(__file__).parents[2] / "data"

Bring = Callable[..., Report]


@pytest.fixture
def bring(shell: Desk, tmp_path: Path) -> Bring:
    """Import a file of `tests/data/` by its name, or a text or bytes written to a file first."""

    def brought(kind: Kind, what: str | bytes, *, mapping: str = "", **options: Any) -> Report:
        if isinstance(what, str) and "\n" not in what:
            path = DATA / what
        else:
            path = tmp_path / "given.csv"
            path.write_bytes(what if isinstance(what, bytes) else what.encode())
        if mapping:
            options["mapping"] = tmp_path / "map.toml"
            options["mapping"].write_text(mapping)
        return import_files(shell, kind, [path], **options)

    return brought


@pytest.fixture
def ask(shell: Desk) -> Callable[..., list[Any]]:
    """Rows that the store answers to a question in SQL."""

    def asked(sql: str, *values: object) -> list[Any]:
        return list(shell.database.execute_sql(sql, values).fetchall())

    return asked


@pytest.fixture
def counts(shell: Desk) -> Callable[[], Mapping[str, int]]:
    """How many rows every table has."""

    def counted() -> Mapping[str, int]:
        names = shell.database.execute_sql("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        return {name: shell.database.execute_sql(f"SELECT COUNT(*) FROM {name}").fetchone()[0] for (name,) in names}

    return counted
