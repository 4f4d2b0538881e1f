"""What a report is: its columns, what narrows it, and how its rows are read, page by page."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from peewee import SqliteDatabase

from bookkeeper_tui.store.desk import Desk

Cell = str | int
Row = Sequence[Cell]
AT_ONCE = 1000
"""Rows read by one statement: between two of them nothing is kept open, so that the store's log does not grow."""
TEXT, DATE, CUSTOMER = "text", "date", "customer"
"""What a filter may be: words, an ISO date, a customer's number."""


class Column(NamedTuple):
    """A column: its name for programs, its title for people; `usual` ones are taken where none are chosen."""

    name: str
    title: str
    right: bool = False
    usual: bool = True


class Filter(NamedTuple):
    """Something that narrows a report: its name as typed, what it means, what it takes.

    `takes` is TEXT, DATE or CUSTOMER; `choices` are the only words, where there are few. The values of a `personal`
    one may name a person: the audit log keeps them where they can be erased.
    """

    name: str
    what: str
    takes: str = TEXT
    choices: tuple[str, ...] = ()
    personal: bool = False

    @property
    def explained(self) -> str:
        """What it means, with the words it takes where it takes only some."""
        return f"{self.what}: {', '.join(self.choices)}" if len(self.choices) > 1 else self.what


SINCE = Filter("since", "from this day on", DATE)
UNTIL = Filter("until", "up to this day", DATE)
OF_CUSTOMER = Filter("customer", "of one customer, by number", CUSTOMER)
WORDS = "words"
"""The name of the filter that takes whatever is typed without a name."""


@dataclass(slots=True)
class Far:
    """How far an export has come, for whoever waits: `done` of so many, `of` 0 while nobody knows."""

    done: int = 0
    of: int = 0
    heard: Callable[[], None] = lambda: None

    def reach(self, done: int, of: int) -> None:
        """Say how far it is; whoever waits may stop it here, by an exception."""
        self.done, self.of = done, of
        self.heard()


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody wants of a report: checked filters by name (those left out are not in it), and columns."""

    filters: Mapping[str, str] = field(default_factory=dict)
    columns: tuple[str, ...] = ()
    far: Far = field(default_factory=Far)

    def __getitem__(self, name: str) -> str:
        """A filter's value; empty where it was left out."""
        return self.filters.get(name, "")

    def wants(self, *names: str) -> bool:
        """Whether one of these columns is asked for: reading the others may be left."""
        return not self.columns or any(name in self.columns for name in names)


@dataclass(frozen=True, slots=True)
class ReportKind:
    """A report. Its permission is `export.<name>`, which whoever runs it has asked for already.

    `rows` answers rows as wide as `columns` (and `more_columns` after them), whatever columns are asked for; it reads
    page by page (`by_key`), keeping no statement open between two rows. `count` says how many there will be; without
    it `rows` itself tells by `asked.far.reach`. `refuse` raises BadInput for filters that mean nothing. With `services`
    it is only for shops that sell services. With `whole_line` what is typed on one line goes to the filter WORDS as it
    stands.
    """

    name: str
    title: str
    what: str
    one: str
    many: str
    columns: tuple[Column, ...]
    filters: tuple[Filter, ...]
    rows: Callable[[Desk, Asked], Iterator[Row]]
    count: Callable[[Desk, Asked], int] | None = None
    refuse: Callable[[Desk, Asked], None] | None = None
    more_columns: Callable[[Desk], tuple[Column, ...]] | None = None
    services: bool = False
    whole_line: bool = False

    @property
    def permission(self) -> str:
        """What somebody needs to run it."""
        return f"export.{self.name}"

    def columns_at(self, desk: Desk) -> tuple[Column, ...]:
        """All columns that there are in this shop."""
        return (*self.columns, *self.more_columns(desk)) if self.more_columns else self.columns

    def counted(self, count: int) -> str:
        """So many rows, in words: `1 sale is`, `1,204 sales are`."""
        return f"{count:,} {self.one} is" if count == 1 else f"{count:,} {self.many} are"


def by_key(database: SqliteDatabase, sql: str, values: Mapping[str, object], first: object = -1) -> Iterator[Any]:
    """The rows of a SELECT, in pages: its first column is the key, which rises and is tested by `> :after`.

    The SELECT ends in `ORDER BY key LIMIT :at_once`.
    """
    after = first
    while page := database.execute_sql(sql, {**values, "after": after, "at_once": AT_ONCE}).fetchall():
        yield from page
        if len(page) < AT_ONCE:
            return
        after = page[-1][0]


def columns_of(*names: str, right: Sequence[str] = ()) -> tuple[Column, ...]:
    """Columns whose titles are their names in words; those in `right` hold figures."""
    return tuple(Column(name, _title(name), name in right) for name in names)


def _title(name: str) -> str:
    if name == "customer":
        return "Customer’s name"
    words = name.replace("_", " ").removesuffix(" no")
    return words[:1].upper() + words[1:]
