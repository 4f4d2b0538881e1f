"""Everybody whom a search means, for what goes through all of them: batch after batch by id, in flat memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from bookkeeper_tui.errors import BadInput
from bookkeeper_tui.formats import harmless
from bookkeeper_tui.store.customer_rows import WALK_IN_ID
from bookkeeper_tui.store.engine import search_index
from bookkeeper_tui.store.engine.search_index import Budget, Word
from bookkeeper_tui.store.search.conditions import Condition
from bookkeeper_tui.store.search.finding import conditions_of, joins_of, tests_of
from bookkeeper_tui.store.search.question import read_question

if TYPE_CHECKING:
    from peewee import SqliteDatabase

    from bookkeeper_tui.store.desk import Desk

AT_ONCE = 1000
_SPAN = 20_000
"""Ids that are looked at by one statement where no index leads to those who are meant."""
_MOST_LED = 20_000
"""An index is followed where it leads to so few; else all customers are looked at."""
_STEPS_OF_WAY = 2_000_000


def check(desk: Desk, text: str) -> None:
    """Raises BadInput for a text that `batches` would refuse."""
    desk.require("search.made")
    _read(desk, text)


def batches(desk: Desk, text: str, told: Callable[[int, int], None] = lambda done, of: None) -> Iterator[list[int]]:
    """The ids of all customers whom a search means, rising, up to a thousand at once; of everybody for no text.

    Nobody who is gone is among them, and nobody who is only spelt alike. Between two batches nothing stays open:
    each customer is judged as they stand when they are reached. `told` hears how many were looked at of how many.
    Raises BadInput for a text of which a part says nothing to the search: what is left of it would mean others.
    """
    database = desk.require("search.made")
    words, conditions = _read(desk, text)
    if not (words or conditions):
        yield from _everybody(database, told)
        return
    led = _led(database, words, conditions)
    tests, values = _tests(words, conditions)
    if led is not None:
        yield from _of_some(database, led, tests, values, told)
    else:
        yield from _of_all(database, tests, values, told)


def _read(desk: Desk, text: str) -> tuple[list[str], list[Condition]]:
    question = read_question(text)
    conditions = conditions_of(question, desk)
    if question.mistakes:
        raise BadInput(f"“{harmless(text.strip()[:60])}” cannot be searched for: {question.mistakes[0].sentence}")
    if text.strip() and not (question.words or conditions):
        raise BadInput(f"“{harmless(text.strip()[:60])}” means nobody: leave it out for everybody")
    return question.words, conditions


def _led(database: SqliteDatabase, words: Sequence[str], conditions: Sequence[Condition]) -> list[int] | None:
    """The ids on the way to one of the things asked, rising, where an index has one that is short; else None."""
    ways = [(condition.way, condition.way_values) for condition in conditions if condition.way]
    if words:
        ways.append((search_index.NAMED, (search_index.expression([[Word(word)] for word in words]),)))
    for way, way_values in ways:
        budget = Budget(_STEPS_OF_WAY)
        sql = f"SELECT customer_id FROM ({way} LIMIT ?)"
        rows = search_index.bounded(database, sql, (*way_values, _MOST_LED + 1), budget)
        if len(rows) <= _MOST_LED and not budget.spent:
            return sorted({row[0] for row in rows})
    return None


def _tests(words: Sequence[str], conditions: Sequence[Condition]) -> tuple[str, list[object]]:
    tests, values = tests_of(conditions)
    named = "".join(" AND instr(' ' || e.words, ?) > 0" for _ in words)
    return _THERE + named + tests, [*(f" {word}" for word in words), *values]


def _everybody(database: SqliteDatabase, told: Callable[[int, int], None]) -> Iterator[list[int]]:
    newest, last = _newest(database), WALK_IN_ID
    while ids := [row[0] for row in database.execute_sql(_NEXT, (last, AT_ONCE))]:
        told(last, newest)
        yield ids
        last = ids[-1]


def _of_some(
    database: SqliteDatabase, led: list[int], tests: str, values: list[object], told: Callable[[int, int], None]
) -> Iterator[list[int]]:
    marks = ", ".join("?" * AT_ONCE)
    sql = f"{_MEANT.format(joins=joins_of(tests))} AND e.customer_id IN ({marks}){tests} ORDER BY e.customer_id"
    for start in range(0, len(led), AT_ONCE):
        some = led[start : start + AT_ONCE]
        told(start, len(led))
        # Always as many marks, so that it is one statement however many are left.
        padded = some + some[-1:] * (AT_ONCE - len(some))
        if ids := [row[0] for row in database.execute_sql(sql, (*padded, *values))]:
            yield ids


def _of_all(
    database: SqliteDatabase, tests: str, values: list[object], told: Callable[[int, int], None]
) -> Iterator[list[int]]:
    newest = _newest(database)
    within = "e.customer_id > ? AND e.customer_id <= ?"
    sql = f"{_MEANT.format(joins=joins_of(tests))} AND {within}{tests} ORDER BY e.customer_id LIMIT ?"
    last = WALK_IN_ID
    while last < newest:
        end = last + _SPAN
        told(last, newest)
        ids = [row[0] for row in database.execute_sql(sql, (last, end, *values, AT_ONCE))]
        if ids:
            yield ids
        last = ids[-1] if len(ids) == AT_ONCE else end


def _newest(database: SqliteDatabase) -> int:
    return int(database.execute_sql("SELECT COALESCE(MAX(id), 0) FROM customer").fetchone()[0])


_NEXT = "SELECT id FROM customer WHERE id > ? AND gone = '' ORDER BY id LIMIT ?"
_THERE = " AND EXISTS (SELECT 1 FROM customer WHERE customer.id = e.customer_id AND customer.gone = '')"
_MEANT = f"SELECT e.customer_id FROM {search_index.EVERYBODY}{{joins}} WHERE 1 = 1"
