"""Having the files forget what the tables no longer say: the search index, the write-ahead log, pages set free."""

from collections.abc import Callable, Iterable
from pathlib import Path

from peewee import SqliteDatabase

from bookkeeper_tui.store.engine.connection import Engine

_PATIENCE_MS = 5000
_USUAL_MS = 30_000
_PIECE = 4 << 20


def forget_words(database: SqliteDatabase) -> None:
    """Write the search index anew as one piece, inside a change: words taken out of it stay in older pieces until then.

    About a second for each million customers.
    """
    database.execute_sql("INSERT INTO search_name (search_name) VALUES ('optimize')")


def empty_log(engine: Engine) -> bool:
    """Write the log into the store's file and cut it to nothing; False where another terminal was reading all along."""
    with engine.lock.held():
        engine.database.execute_sql(f"PRAGMA busy_timeout = {_PATIENCE_MS}")
        try:
            busy, _, _ = engine.database.execute_sql("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        finally:
            engine.database.execute_sql(f"PRAGMA busy_timeout = {_USUAL_MS}")
    return not busy


def files_of(engine: Engine) -> tuple[Path, ...]:
    """The store's own files that hold data: the database and its log."""
    path = engine.path
    return tuple(one for one in (path, path.with_name(f"{path.name}-wal")) if one.exists())


def found_in(
    files: Iterable[Path], texts: Iterable[str], told: Callable[[int], None] = lambda megabytes: None
) -> set[str]:
    """Those of the texts whose bytes (UTF-8) stand anywhere in the files; `told` hears how many megabytes were read.

    A text with another of them in it is looked for only where that was found. The files are read in pieces, so that
    whatever else this program does goes on meanwhile.
    """
    texts = {text for text in texts if text}
    parts = {text for text in texts if not any(other in text for other in texts if other != text)}
    found = _found_in(files, parts, told)
    whole = {text for text in texts - parts if any(part in text for part in found)}
    return found | (_found_in(files, whole, told) if whole else set())


def _found_in(files: Iterable[Path], texts: Iterable[str], told: Callable[[int], None]) -> set[str]:
    wanted, pieces = {text: text.encode() for text in texts}, 0
    overlap = max(map(len, wanted.values()), default=1) - 1
    found: set[str] = set()
    for path in files:
        with path.open("rb") as file:
            piece = b""
            while read := file.read(_PIECE):
                piece = piece[-overlap:] + read if overlap else read
                for text in [text for text, sought in wanted.items() if sought in piece]:
                    found.add(text)
                    del wanted[text]
                pieces += 1
                told(pieces * (_PIECE >> 20))
    return found
