"""An access request: all that is held about a customer, who looked at it and where it came from, section by section."""

import csv
import io
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TextIO

from peewee import SqliteDatabase

from bookkeeper_tui.errors import BadInput
from bookkeeper_tui.formats import fold, harmless, json_text, local_time
from bookkeeper_tui.money import plain
from bookkeeper_tui.store import gone, sight
from bookkeeper_tui.store.customer_rows import WALK_IN_ID, must_read
from bookkeeper_tui.store.desk import Desk
from bookkeeper_tui.store.exporting.tables import defused
from bookkeeper_tui.store.privacy.inventory import PLACES
from bookkeeper_tui.store.privacy.log_words import in_words
from bookkeeper_tui.store.privacy.place import (
    AT,
    DAY,
    LOGGED,
    MONEY,
    NUMBER,
    THOUSANDTHS,
    YES,
    Place,
    Shown,
)
from bookkeeper_tui.store.privacy.refusing import their_ids

FORMATS = ("json", "csv")
SENSITIVE = (sight.PHONE, sight.EMAIL, sight.BORN, sight.DOCUMENTS, sight.NOTES, sight.MEASUREMENTS)
CAME_FROM = "customer_origin"
Row = tuple[Any, ...]
_NOTHING = ("", None)
_QUOTED = re.compile('[",\r\n]')


@dataclass(frozen=True, slots=True)
class Section:
    """One part of what is held: its title, what its values are, how many rows there are, and a way to read them.

    `rows` gives values as they are kept, each as `shown` says; it reads anew each time.
    """

    title: str
    table: str
    shown: tuple[Shown, ...]
    count: int
    rows: Callable[[], list[Row]]


@dataclass(frozen=True, slots=True)
class Held:
    """All that is held about a customer. `count` is of all rows; sections without any are left out."""

    customer_id: int
    number: str
    name: str
    at: int
    sections: tuple[Section, ...]

    @property
    def count(self) -> int:
        """How many rows there are in all."""
        return sum(section.count for section in self.sections)


def held(desk: Desk, customer_id: int) -> Held:
    """What is held about a customer and those merged into them; recorded, since it shows everything.

    Raises BadInput for the walk-in, and NotAllowed to those who may not see every field whole.
    """
    database = _all_of(desk, "access.viewed")
    found = _held(desk, database, customer_id)
    desk.look("access.viewed", subject=found.number, customer_id=found.customer_id, detail={"rows": found.count})
    return found


def export_customer(desk: Desk, customer_id: int, format: str, file: TextIO) -> int:
    """Write all that is held as JSON or CSV, and answer how many rows; recorded before anything is written.

    In JSON and CSV instants and dates are ISO, amounts plain decimals. Raises BadInput for another format.
    """
    if format not in _WRITERS:
        raise BadInput(f"“{harmless(format[:20])}” is no format for this: there are {', '.join(FORMATS)}")
    found = recorded(desk, customer_id, format)
    _WRITERS[format](desk, found, file)
    return found.count


def recorded(desk: Desk, customer_id: int, format: str) -> Held:
    """What is held, to be given away as a file or on paper, which is recorded."""
    database = _all_of(desk, "export.customer")
    found = _held(desk, database, customer_id)
    detail = {"format": format, "rows": found.count}
    desk.look("export.customer", subject=found.number, customer_id=found.customer_id, detail=detail)
    return found


def for_people(shown: Shown, desk: Desk) -> Callable[[Any], str]:
    """How this shop writes a kind of value, on one line."""
    conventions, zone = desk.store.conventions, desk.store.shop.time_zone
    ways: Mapping[str, Callable[[Any], str]] = {
        AT: lambda value: conventions.instant(int(value or 0), zone),
        DAY: lambda value: conventions.date(value) if value else "",
        MONEY: lru_cache(maxsize=4096)(conventions.amount),
        THOUSANDTHS: lru_cache(maxsize=4096)(conventions.quantity),
        NUMBER: conventions.count,
        YES: lambda value: "yes" if value else "no",
        LOGGED: lambda value: harmless(in_words(json.loads(value), conventions, zone)) if value else "",
    }
    return ways.get(shown.kind, lambda value: harmless(str(value)))


def by_columns(rows: Sequence[Row], ways: Iterable[Callable[[Any], str]]) -> list[list[str]]:
    """The values of each column in its own way; each that differs from the others is turned once, however often it is.

    Without rows there are no columns.
    """
    return [
        list(map({value: way(value) for value in set(column)}.__getitem__, column))
        for column, way in zip(zip(*rows, strict=True), ways, strict=bool(rows))
    ]


def _held(desk: Desk, database: SqliteDatabase, customer_id: int) -> Held:
    if customer_id == WALK_IN_ID:
        raise BadInput("The walk-in customer stands for everyone unknown: nothing is held about a person")
    customer = must_read(database, gone.survivor(database, customer_id))
    who = ", ".join(map(str, their_ids(database, customer.id)))
    sections = []
    for place in PLACES:
        rows = place.mine.format(who=who)
        count = int(
            database.execute_sql(f"SELECT COUNT(*) FROM {place.source or place.table} WHERE {rows}").fetchone()[0]
        )
        if count:
            sections.append(
                Section(place.title, place.table, place.shown, count, _reading(database, place, who, count))
            )
        elif place.table == CAME_FROM:
            sections += _taken_on(database, customer.id)
    return Held(customer.id, customer.number, customer.name, desk.now(), tuple(sections))


def _reading(database: SqliteDatabase, place: Place, who: str, count: int) -> Callable[[], list[Row]]:
    """Reads as many rows as were counted: that they are given away is itself a row of the log."""

    def read() -> list[Row]:
        return list(database.execute_sql(place.reading.format(who=who)).fetchmany(count))

    return read


def _taken_on(database: SqliteDatabase, customer_id: int) -> Iterator[Section]:
    """Where somebody came from whom no file brought: who took them on."""
    rows = [tuple(row) for row in database.execute_sql(TAKEN_ON, (customer_id,)).fetchall()]
    shown = (Shown("From", ""), Shown("Taken on by", ""), Shown("At terminal", ""), Shown("When", "", AT))
    if rows:
        yield Section("Where this came from", CAME_FROM, shown, len(rows), lambda: rows)


def _all_of(desk: Desk, permission: str) -> SqliteDatabase:
    for sensitive in SENSITIVE:
        desk.require(sensitive)
    return desk.require(permission)


def _write_json(desk: Desk, found: Held, file: TextIO) -> None:
    head = {"shop": desk.store.shop.name, "customer": found.number, "name": found.name, "at": _iso(desk, found.at)}
    file.write(json_text(head)[:-1] + ', "held": {')
    for place, section in enumerate(found.sections):
        written = by_columns(section.rows(), [_in_json(desk, one) for one in section.shown])
        file.write(f"{',' if place else ''}\n {json_text(_key(section.title))}: [")
        for number, row in enumerate(zip(*written, strict=True)):
            file.write(f"{',' if number else ''}\n  {{{', '.join(row)}}}")
        file.write("]")
    file.write("\n}}\n")


def _write_csv(desk: Desk, found: Held, file: TextIO) -> None:
    """A row a value, since sections have other columns each; empty values are left out."""
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(["section", "row", "what", "value"])
    for section in found.sections:
        written = by_columns(section.rows(), [_in_csv(desk, one) for one in section.shown])
        title = _csv_cells(section.title)
        for number, row in enumerate(zip(*written, strict=True), 1):
            file.writelines([f"{title},{number},{cells}\n" for cells in row if cells])


def _in_json(desk: Desk, shown: Shown) -> Callable[[Any], str]:
    """A value behind its name, as JSON."""
    name, turn, encode = (
        json_text(_key(shown.label)),
        _plain_of(desk, shown),
        json.JSONEncoder(ensure_ascii=False).encode,
    )

    def written(kept: Any) -> str:
        value = turn(kept)
        text = encode(value)
        return f"{name}: {text if text.isprintable() else json_text(value)}"

    return written


def _in_csv(desk: Desk, shown: Shown) -> Callable[[Any], str]:
    """A value behind its name, as two cells of CSV; empty for nothing."""
    turn = _plain_of(desk, shown)

    def written(kept: Any) -> str:
        value = None if kept in _NOTHING else turn(kept)
        return "" if value in _NOTHING else _csv_cells(shown.label, _cell(value))

    return written


def _csv_cells(*cells: object) -> str:
    texts = list(map(str, cells))
    if all(texts) and not any(map(_QUOTED.search, texts)):
        return ",".join(texts)
    line = io.StringIO(newline="")
    csv.writer(line, lineterminator="").writerow(cells)
    return line.getvalue()


def _cell(value: Any) -> Any:
    if isinstance(value, str):
        return value if value.isalnum() and value.isascii() else defused(harmless(value))
    if isinstance(value, bool):
        return "yes" if value else "no"
    return defused(harmless(json.dumps(value, ensure_ascii=False))) if isinstance(value, dict | list) else value


def _plain_of(desk: Desk, shown: Shown) -> Callable[[Any], Any]:
    """How a kind of value is given to other programs."""
    exponent = desk.store.shop.exponent
    ways: Mapping[str, Callable[[Any], Any]] = {
        AT: lambda value: _iso(desk, int(value or 0)),
        MONEY: lru_cache(maxsize=4096)(lambda value: plain(value, exponent)),
        THOUSANDTHS: lru_cache(maxsize=4096)(lambda value: plain(value, 3)),
        YES: bool,
        LOGGED: lambda value: json.loads(value) if value else "",
    }
    return ways.get(shown.kind, lambda value: value)


def _iso(desk: Desk, at: int) -> str:
    return local_time(at, desk.store.shop.time_zone).isoformat(timespec="seconds") if at else ""


def _key(label: str) -> str:
    return re.sub(r"\W+", "_", fold(label)).strip("_")


_WRITERS: Mapping[str, Callable[[Desk, Held, TextIO], None]] = {"json": _write_json, "csv": _write_csv}
TAKEN_ON = """
SELECT CASE WHEN detail LIKE '%import_run%' THEN 'a file that was imported' ELSE 'this shop' END, who, terminal, at
FROM audit WHERE customer_id = ? AND action = 'customer.created' ORDER BY seq LIMIT 1
"""
