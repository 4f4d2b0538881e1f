"""Running a report: its rows one after the other, how far it has come, and what the audit log says of it."""

from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import NamedTuple, TextIO

from bookkeeper_tui.errors import BookkeeperError
from bookkeeper_tui.store import customers
from bookkeeper_tui.store.desk import Desk
from bookkeeper_tui.store.exporting.kind import Asked, Cell, Column, Far, ReportKind
from bookkeeper_tui.store.exporting.tables import picked, refuse_long, write_table
from bookkeeper_tui.store.reports.kinds import kind_named
from bookkeeper_tui.store.reports.questions import Question, check

BEGUN, DONE, STOPPED, FAILED = "begun", "done", "stopped", "failed"
SCREEN = "screen"
_BETWEEN_WORDS = 500
_LOOKED_AT = 200


class Stopped(BookkeeperError):
    """Whoever waited gave the export up; nothing of it is kept."""


class Progress(NamedTuple):
    """How far an export has come: rows written, and the share that is done, None while nobody can say."""

    rows: int
    share: float | None

    def words(self, seconds: float) -> str:
        """As people read it, so many seconds after it began: `12,000 rows, 40 %, 3 s left`."""
        said = f"{self.rows:,} rows"
        if not self.share:
            return said
        return f"{said}, {100 * self.share:.0f} %, {seconds / self.share - seconds:.0f} s left"


Told = Callable[[Progress], None]
Write = Callable[[Sequence[Column], Iterator[tuple[Cell, ...]]], int]


def _unheard(progress: Progress) -> None:
    return None


def export(desk: Desk, question: Question, format: str, file: TextIO, *, told: Told = _unheard) -> int:
    """Writes a report into a file as csv, json, markdown, html or text, and answers how many rows it has.

    Raises BadInput as `run` does.
    """
    title = kind_named(question.kind).title
    return run(desk, question, format, lambda columns, rows: write_table(file, format, columns, rows, title), told=told)


def run(desk: Desk, question: Question, format: str, write: Write, *, told: Told = _unheard) -> int:
    """Hands the columns and rows of a report to `write`, which puts them out in that format, and answers its count.

    Rows are read as they are written, each as it stands then. `told` hears now and then how far it is, and stops the
    export by raising Stopped. The audit log has a row `export.<kind>` before the first row is out, with the filters,
    the columns and the format, and another with the number of rows when it is done, stopped or failed. Raises BadInput
    for a filter or a column that is none, and for more rows than the format holds.
    """
    question = check(desk, question)
    kind = kind_named(question.kind)
    far = Far()
    asked = Asked(question.filters, question.columns, far)
    if kind.refuse is not None:
        kind.refuse(desk, asked)
    expected = kind.count(desk, asked) if kind.count else 0
    refuse_long(expected, format)
    counting = _Counting(told, far, expected)
    record = _Record(desk, kind, question, format)
    columns = kind.columns_at(desk)
    places = {column.name: place for place, column in enumerate(columns)}
    chosen = [columns[places[name]] for name in question.columns]
    rows = kind.rows(desk, asked)
    record.write(BEGUN)
    try:
        written = write(chosen, counting.over(picked(rows, [places[name] for name in question.columns])))
    except BaseException as error:
        record.write(STOPPED if isinstance(error, Stopped | KeyboardInterrupt) else FAILED, counting.rows)
        raise
    record.write(DONE, written)
    return written


def first_rows(desk: Desk, question: Question, *, told: Told = _unheard) -> list[tuple[str, ...]]:
    """The first rows of a report, to be looked at: two hundred at most. It stands in the log as any report does.

    Raises BadInput as `run` does.
    """
    found: list[tuple[str, ...]] = []

    def keep(columns: Sequence[Column], rows: Iterator[tuple[Cell, ...]]) -> int:
        found.extend(tuple(map(str, row)) for row in islice(rows, _LOOKED_AT))
        return len(found)

    run(desk, question, SCREEN, keep, told=told)
    return found


def expected(desk: Desk, question: Question) -> int | None:
    """How many rows a report will have, None where only running it can say. Raises BadInput as `run` does."""
    question = check(desk, question)
    kind, asked = kind_named(question.kind), Asked(question.filters, question.columns)
    if kind.refuse is not None:
        kind.refuse(desk, asked)
    return kind.count(desk, asked) if kind.count is not None else None


class _Counting:
    """Counts the rows that go by, and tells how far they are."""

    def __init__(self, told: Told, far: Far, expected: int) -> None:
        self.rows = 0
        self._told, self._far, self._expected = told, far, expected
        far.heard = self._tell

    def over(self, rows: Iterator[tuple[Cell, ...]]) -> Iterator[tuple[Cell, ...]]:
        """The same rows."""
        self._tell()
        for row in rows:
            yield row
            self.rows += 1
            if not self.rows % _BETWEEN_WORDS:
                self._tell()

    def _tell(self) -> None:
        done, of = (self.rows, self._expected) if self._expected else (self._far.done, self._far.of)
        self._told(Progress(self.rows, min(1.0, done / of) if of else None))


class _Record:
    """What the audit log says of an export: nothing of it is personal but the words of some filters."""

    def __init__(self, desk: Desk, kind: ReportKind, question: Question, format: str) -> None:
        self._desk, self._kind = desk, kind
        personal = {one.name for one in kind.filters if one.personal}
        self._personal = {name: text for name, text in question.filters.items() if name in personal}
        plain = {name: text for name, text in question.filters.items() if name not in personal}
        self._detail = {"format": format, "columns": list(question.columns), **({"filter": plain} if plain else {})}
        self._customer_id = self._whose(question)

    def write(self, state: str, rows: int | None = None) -> None:
        """One row; whoever may no longer export is told so only where nothing is out yet."""
        detail = {**self._detail, "state": state, **({} if rows is None else {"rows": rows})}
        self._desk.look(
            self._kind.permission,
            subject=self._kind.name,
            customer_id=self._customer_id,
            detail=detail,
            personal=self._personal,
        )

    def _whose(self, question: Question) -> int | None:
        number = question.filters.get("customer")
        return customers.by_number(self._desk, number).id if number else None
