"""Where a person may still be named once their rows are empty: other texts, pages set free, files beside the store."""

import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from peewee import SqliteDatabase

from bookkeeper_tui.store.engine import Engine, scrubbing
from bookkeeper_tui.store.opening import Store
from bookkeeper_tui.store.privacy.traces import Traces, texts_in

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
    for table, column, key, sql in JSON_IN:
        named = traces.are_in if "{who}" in sql else traces.are_told_by
        for value, text in database.execute_sql(sql.format(who=who)).fetchall():
            if (emptied := _emptied(text, traces, named)) != text:
                database.execute_sql(f"UPDATE {table} SET {column} = ? WHERE {key} = ?", (emptied, value))
    for table, column, keys, test in NAMED_IN:
        sql = f"SELECT {', '.join(keys)}, {column} FROM {table} WHERE {column} <> '' AND {test.format(who=who)}"
        named = traces.are_in if "{who}" in test else traces.are_told_by
        for *key, text in database.execute_sql(sql).fetchall():
            if traces.may_be_in(text) and named(text):
                tests = " AND ".join(f"{one} = ?" for one in keys)
                database.execute_sql(f"UPDATE {table} SET {column} = '' WHERE {tests}", key)
    for report_id, name, question in database.execute_sql("SELECT id, name, question FROM saved_report").fetchall():
        if traces.are_told_by(f"{name} {' '.join(_texts_of(question))}"):
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
    """The numbers of customers of whom something names the person, such as a note or one of their members.

    Those texts are about somebody else, and a person decides.
    """
    found = set[str]()
    for table, columns, whose in OTHERS_TEXTS:
        text = " || ' ' || ".join(f"COALESCE({table}.{column}, '')" for column in columns)
        sql = f"SELECT customer.number, {text} FROM {table} {whose} WHERE customer.id > 1 AND TRIM({text}) <> ''"
        found |= {
            number
            for number, text in database.execute_sql(sql)
            if number not in found and traces.may_be_in(text) and traces.are_told_by(text)
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


def _texts_of(question: str) -> Iterator[str]:
    try:
        yield from texts_in(question)
    except ValueError:
        yield question


def _emptied(text: str, traces: Traces, named: Callable[[str], bool]) -> str:
    """JSON without the texts in it that name the person; as it was where none does."""
    if not text.startswith(("[", "{")) or not traces.may_be_in(text):
        return text
    values = json.loads(text)
    emptied = _without_names(values, named)
    return json.dumps(emptied) if emptied != values else text


def _without_names(value: Any, named: Callable[[str], bool]) -> Any:
    if isinstance(value, str):
        return "" if named(value) else value
    if isinstance(value, list):
        return [_without_names(one, named) for one in value]
    return value


OF_NOBODYS_SALES = "sale_id IN (SELECT id FROM sale WHERE customer_id = 1)"
OF_NOBODYS_BASKETS = "basket_id IN (SELECT id FROM basket WHERE customer_id = 1)"
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
    ("sale", "note", ("id",), "customer_id = 1"),
    *(("sale_line", column, ("sale_id", "line_no"), OF_NOBODYS_SALES) for column in ("note", "description")),
    ("sale_tender", "reference", ("sale_id", "line_no"), OF_NOBODYS_SALES),
    *(("basket", column, ("id",), "customer_id = 1") for column in ("label", "note")),
    *(("basket_line", column, ("basket_id", "line_no"), OF_NOBODYS_BASKETS) for column in ("note", "description")),
    ("basket_tender", "reference", ("basket_id", "line_no"), OF_NOBODYS_BASKETS),
    ("drawer_movement", "reason", ("id",), "1"),
    ("time_off", "reason", ("id",), "1"),
    ("work_correction", "reason", ("id",), "1"),
    ("import_run", "file_name", ("id",), "1"),
)
"""Texts that are emptied where they name somebody: table, column, its key, and which rows are read.

Their own where a part of the name is in them; those of the walk-in customer and of nobody where it is plain who is
meant.
"""
JSON_IN: Sequence[tuple[str, str, str, str]] = (
    ("layaway", "frozen", "id", "SELECT id, frozen FROM layaway WHERE customer_id IN ({who})"),
    (
        "command_key",
        "result",
        "key",
        "SELECT key, result FROM basket JOIN sale ON sale.id = basket.sale_id "
        "JOIN command_key ON command_key.key = 'pay:' || basket.id WHERE sale.customer_id IN ({who})",
    ),
    (
        "command_key",
        "result",
        "key",
        "SELECT key, result FROM basket JOIN sale ON sale.id = basket.sale_id "
        "JOIN command_key ON command_key.key = 'pay:' || basket.id WHERE sale.customer_id = 1 "
        "AND EXISTS (SELECT 1 FROM sale_tender WHERE sale_id = sale.id AND reference <> '')",
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
_DIRECTLY = "JOIN customer ON customer.id = {}.customer_id"
_BY_BASKET = "JOIN basket ON basket.id = basket_id JOIN customer ON customer.id = basket.customer_id"
_BY_BOOKING = "JOIN booking ON booking.id = booking_id JOIN customer ON customer.id = booking.customer_id"
_BY_MEMBERSHIP = (
    "JOIN membership ON membership.id = membership_id JOIN customer ON customer.id = membership.customer_id"
)
_BY_SALE = "JOIN sale ON sale.id = sale_id JOIN customer ON customer.id = sale.customer_id"
OTHERS_TEXTS: Sequence[tuple[str, tuple[str, ...], str]] = (
    *(
        (table, columns, _DIRECTLY.format(table))
        for table, columns in (
            ("note", ("text",)),
            ("customer_attribute", ("value",)),
            ("consent", ("how",)),
            ("interest_event", ("note",)),
            ("measurement", ("note",)),
            ("tax_exemption", ("reason",)),
            ("sale", ("note",)),
            ("payment", ("note", "reference")),
            ("points_entry", ("reason",)),
            ("layaway", ("note",)),
            ("basket", ("label", "note")),
            ("package_event", ("remarks",)),
            ("booking", ("note",)),
            ("waiting", ("note",)),
        )
    ),
    ("sale_line", ("note", "description"), _BY_SALE),
    ("sale_tender", ("reference",), _BY_SALE),
    ("sale_move", ("why",), _BY_SALE),
    ("basket_line", ("note", "description"), _BY_BASKET),
    ("booking_event", ("reason",), _BY_BOOKING),
    ("membership_event", ("reason",), _BY_MEMBERSHIP),
    ("member", ("name", "relation", "phone", "email"), _BY_MEMBERSHIP),
)
"""What was written about other customers: table, columns, and what leads from them to the customer."""
IN_THE_LOG = "SELECT 1 FROM audit WHERE instr(subject, ?) > 0 OR instr(detail, ?) > 0 LIMIT 1"
_LIKELY = ("search_entry", "customer", "customer_address", "member", "product", "staff", "audit_personal", "note")
TABLES = """
SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%' AND name NOT LIKE 'sqlite_%'
AND name <> 'audit' AND name NOT LIKE 'search_name_%' AND name NOT LIKE 'product_search_%'
"""
