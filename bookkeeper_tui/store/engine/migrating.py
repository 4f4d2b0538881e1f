"""Numbered migrations: applied in order, each whole or not at all, safe when many consoles start at once."""

import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from bookkeeper_tui.errors import StoreUnusable
from bookkeeper_tui.store.engine.connection import APPLICATION_ID, Engine

_FOLDER = Path(__file__).parent / "migrations"
_MADE = re.compile(
    r"^\s*CREATE\s+(?:UNIQUE\s+|VIRTUAL\s+)?(TABLE|INDEX|TRIGGER)\s+(\w+)(.*)", re.IGNORECASE | re.DOTALL
)
_DROPPED = re.compile(r"^\s*DROP\s+(?:TABLE|INDEX|TRIGGER)\s+(?:IF\s+EXISTS\s+)?(\w+)", re.IGNORECASE)


def latest_version() -> int:
    """The version of a store that this program writes."""
    return max(number for number, _ in _numbered())


def migrate(engine: Engine) -> None:
    """Bring a store to this program's version.

    Raises StoreUnusable for a store newer than the program, and when something a migration made is missing afterwards.
    """
    if _version(engine) == latest_version():
        return
    with engine.write() as database:
        version = _version(engine)
        if version > latest_version():
            raise StoreUnusable(
                f"{engine.path} was written by a newer Bookkeeper (version {version}, this one knows "
                f"{latest_version()}): install that one"
            )
        for number, path in _numbered():
            if number > version:
                for statement in statements(path.read_text(encoding="utf-8")):
                    database.execute_sql(statement)
        database.execute_sql(f"PRAGMA application_id = {APPLICATION_ID}")
        database.execute_sql(f"PRAGMA user_version = {latest_version()}")
        if missing := sorted(missing_parts(engine)):
            raise StoreUnusable(f"{engine.path}: after migrating, {', '.join(missing)} are missing")


def missing_parts(engine: Engine) -> set[str]:
    """Tables, indexes and triggers that the migrations make and the store lacks, and tables that lost STRICT."""
    expected = _expected_parts()
    rows = engine.database.execute_sql("SELECT name, type, sql FROM sqlite_master WHERE sql IS NOT NULL")
    found = {name: (kind, ") STRICT" in sql) for name, kind, sql in rows}
    return {f"{kind} {name}" for name, (kind, strict) in expected.items() if found.get(name) != (kind, strict)}


def parts_counted() -> int:
    """How many tables, indexes and triggers a store has."""
    return len(_expected_parts())


def _expected_parts() -> dict[str, tuple[str, bool]]:
    """Each part by name: its kind, and whether it is STRICT."""
    expected: dict[str, tuple[str, bool]] = {}
    for _, path in _numbered():
        for statement in statements(path.read_text(encoding="utf-8")):
            bare = re.sub(r"^\s*--.*$", "", statement, flags=re.MULTILINE)
            if made := _MADE.match(bare):
                expected[made[2]] = (made[1].lower(), ") STRICT" in bare)
            elif dropped := _DROPPED.match(bare):
                expected.pop(dropped[1], None)
    return expected


def statements(script: str) -> Iterator[str]:
    """The statements of a script one by one, so that they can run inside one transaction."""
    gathered = ""
    for line in script.splitlines(keepends=True):
        gathered += line
        if line.rstrip().endswith(";") and sqlite3.complete_statement(gathered):
            yield gathered
            gathered = ""


def _numbered() -> list[tuple[int, Path]]:
    return sorted((int(path.name[:4]), path) for path in _FOLDER.glob("[0-9][0-9][0-9][0-9]_*.sql"))


def _version(engine: Engine) -> int:
    return int(engine.database.execute_sql("PRAGMA user_version").fetchone()[0])
