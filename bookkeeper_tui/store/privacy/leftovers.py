"""Where a person may still be named once their rows are empty: other texts, pages set free, files beside the store."""

import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from peewee import SqliteDatabase

from bookkeeper_tui.store.engine import Engine, scrubbing
from bookkeeper_tui.store.opening import Store
from bookkeeper_tui.store.privacy.traces import Traces

MOST_FILES = 20_000
_NO_PAPERS = (".lock", ".toml", "-wal", "-shm", "store.db")


def now_called(database: SqliteDatabase, customer_id: int) -> Traces:
    """What another customer is called and reached by now: that is no trace of somebody else in their own texts."""
    found = Traces()
    row = database.execute_sql(
        "SELECT name, company, phone_raw, phone_e164, email, card, phone_reversed FROM customer WHERE id = ?",
        (customer_id,),
    ).fetchone()
    if row is not None:
        for name, value in zip(("name", "company", "phone", "phone", "email", "card"), row, strict=False):
            found.take(name, value)
        found.phones.add(row[6][::-1])
    return found


def empty_where_named(database: SqliteDatabase, ids: Sequence[int], traces: Traces) -> None:
    """Empty texts of the books that stay, where they name the person: what was rung up by hand, references, reasons."""
    who = ", ".join(map(str, ids))
    for table, column, keys, test in NAMED_IN:
        sql = f"SELECT {', '.join(keys)}, {column} FROM {table} WHERE {column} <> '' AND {test.format(who=who)}"
        whole = "{who}" not in test
        for *key, text in database.execute_sql(sql).fetchall():
            if traces.are_in(text, whole=whole):
                tests = " AND ".join(f"{one} = ?" for one in keys)
                database.execute_sql(f"UPDATE {table} SET {column} = '' WHERE {tests}", key)
    for table, column, key, sql in JSON_IN:
        for value, text in database.execute_sql(sql.format(who=who)).fetchall():
            if (emptied := _emptied(text, traces)) != text:
                database.execute_sql(f"UPDATE {table} SET {column} = ? WHERE {key} = ?", (emptied, value))
    for report_id, name, question in database.execute_sql("SELECT id, name, question FROM saved_report").fetchall():
        if traces.are_in(f"{name} {question}", whole=True):
            database.execute_sql("DELETE FROM saved_report WHERE id = ?", (report_id,))


def chase(engine: Engine, traces: Traces, told: Callable[[int], None] = lambda megabytes: None) -> tuple[str, ...]:
    """Search the store's files for the bytes of what was erased, write them anew if need be; answers what is left.

    What others are called as well is theirs, and stays. `told` hears how many megabytes were searched.
    """
    seen = scrubbing.found_in(scrubbing.files_of(engine), traces.whole_texts(), told)
    found = _not_of_others(engine.database, seen)
    logged = {text for text in found if engine.database.execute_sql(IN_THE_LOG, (text, text)).fetchone() is not None}
    left = ["rows of the audit log, which are never changed"] if logged else []
    if found := found - logged:
        engine.write_anew()
        scrubbing.empty_log(engine)
        if scrubbing.found_in(scrubbing.files_of(engine), found):
            left.append("the store's file itself: tell whoever looks after it")
    return tuple(left)


def papers_of(database: SqliteDatabase, ids: Sequence[int]) -> set[str]:
    """The numbers by which files with papers of a customer are named: their own, of receipts, payments and layaways."""
    who = ", ".join(map(str, ids))
    return {number for sql in PAPERS for (number,) in database.execute_sql(sql.format(who=who))}


def files_with(store: Store, traces: Traces, papers: set[str]) -> tuple[str, ...]:
    """Files in the store's directory and where its tills keep papers that hold something of a person, by name.

    Those are older copies of the store, saved papers, exports and the log of errors: a person decides about them.
    """
    texts, found = traces.whole_texts(), []
    for path in _files_beside(store):
        known = any(number in path.stem for number in papers)
        try:
            if known or scrubbing.found_in([path], texts):
                found.append(str(path.relative_to(store.directory)) if _is_in(path, store.directory) else str(path))
        except OSError:
            continue
    return tuple(sorted(found))


def named_by_others(database: SqliteDatabase, traces: Traces) -> tuple[str, ...]:
    """The numbers of customers whose notes name the person: those are about somebody else, and a person decides."""
    found = {
        number
        for number, text in database.execute_sql(OTHERS_NOTES)
        if traces.may_be_in(text) and traces.are_in(text, whole=True)
    }
    return tuple(sorted(found))


def _files_beside(store: Store) -> Iterator[Path]:
    settings = store.settings
    terminals = ("", *settings.printers)
    papers = {store.directory / settings.printer_of(terminal).path for terminal in terminals}
    seen = set[Path]()
    for directory in (store.directory, *sorted(papers)):
        if not directory.is_dir():
            continue
        for path in directory.rglob("*"):
            if path in seen or not path.is_file() or path.name.endswith(_NO_PAPERS):
                continue
            seen.add(path)
            yield path
            if len(seen) >= MOST_FILES:
                return


def _is_in(path: Path, directory: Path) -> bool:
    return directory in path.parents


def _not_of_others(database: SqliteDatabase, found: set[str]) -> set[str]:
    """Those of the texts that no row of the store holds: the likely places first, since the others take long."""
    if not found:
        return found
    tables = [row[0] for row in database.execute_sql(TABLES)]
    places = [
        (table, column)
        for table in sorted(tables, key=lambda name: (_LIKELY.index(name) if name in _LIKELY else len(_LIKELY), name))
        for _, column, kind, *_ in database.execute_sql(f"SELECT * FROM pragma_table_info('{table}')").fetchall()
        if kind == "TEXT"
    ]
    left = set(found)
    for table, column in places:
        for text in tuple(left):
            sql = f"SELECT 1 FROM {table} WHERE instr({column}, ?) > 0 LIMIT 1"
            if database.execute_sql(sql, (text,)).fetchone() is not None:
                left.discard(text)
        if not left:
            break
    return left


def _emptied(text: str, traces: Traces) -> str:
    """JSON without the texts in it that name the person; as it was where none does."""
    if not text.startswith(("[", "{")) or not traces.may_be_in(text):
        return text
    values = json.loads(text)
    emptied = _without_names(values, traces)
    return json.dumps(emptied) if emptied != values else text


def _without_names(value: Any, traces: Traces) -> Any:
    if isinstance(value, str):
        return "" if traces.are_in(value) else value
    if isinstance(value, list):
        return [_without_names(one, traces) for one in value]
    return value


NAMED_IN: Sequence[tuple[str, str, tuple[str, ...], str]] = (
    (
        "sale_line",
        "description",
        ("sale_id", "line_no"),
        "sale_id IN (SELECT id FROM sale WHERE customer_id IN ({who}))",
    ),
    (
        "sale_tender",
        "reference",
        ("sale_id", "line_no"),
        "sale_id IN (SELECT id FROM sale WHERE customer_id IN ({who}))",
    ),
    ("payment", "reference", ("id",), "customer_id IN ({who})"),
    (
        "basket_line",
        "description",
        ("basket_id", "line_no"),
        "product_id IS NULL AND basket_id IN (SELECT id FROM basket WHERE customer_id IN ({who}))",
    ),
    ("drawer_movement", "reason", ("id",), "1"),
)
"""Texts of the books that are emptied where they name somebody: table, column, its key, and which rows are read."""
JSON_IN: Sequence[tuple[str, str, str, str]] = (
    ("layaway", "frozen", "id", "SELECT id, frozen FROM layaway WHERE customer_id IN ({who})"),
    (
        "command_key",
        "result",
        "key",
        "SELECT key, result FROM basket JOIN sale ON sale.id = basket.sale_id "
        "JOIN command_key ON command_key.key = 'pay:' || basket.id WHERE sale.customer_id IN ({who})",
    ),
)
"""The same within lists kept as JSON: table, column, its key, and what reads key and text."""
PAPERS = (
    "SELECT number FROM customer WHERE id IN ({who})",
    "SELECT number FROM sale WHERE customer_id IN ({who})",
    "SELECT number FROM payment WHERE customer_id IN ({who})",
    "SELECT number FROM layaway WHERE customer_id IN ({who})",
    "SELECT number FROM package WHERE customer_id IN ({who})",
)
OTHERS_NOTES = "SELECT customer.number, note.text FROM note JOIN customer ON customer.id = note.customer_id"
IN_THE_LOG = "SELECT 1 FROM audit WHERE instr(subject, ?) > 0 OR instr(detail, ?) > 0 LIMIT 1"
_LIKELY = ("search_entry", "customer", "customer_address", "member", "product", "staff", "audit_personal", "note")
TABLES = """
SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%' AND name NOT LIKE 'sqlite_%'
AND name <> 'audit' AND name NOT LIKE 'search_name_%' AND name NOT LIKE 'product_search_%'
"""
