"""A place that holds something of customers: how their rows are found, what they are shown, what erasing does to it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

TEXT, AT, DAY, MONEY, THOUSANDTHS, NUMBER, YES, LOGGED = "text", "at", "day", "money", "1/1000", "number", "yes", "log"
"""What a value is: instants in microseconds UTC, days as ISO text, money in minor units, quantities in thousandths.

What the audit log keeps is JSON.
"""

BLANK, DROP, NAME, NAME_KEY, CARD = "blank", "drop", "name", "name key", "card"
"""What erasing puts in a column: nothing, NULL, the pseudonym, its search key, or a card number that opens nothing."""


class Shown(NamedTuple):
    """One value that the customer is given: what it is called, the SQL it is read by, and its kind."""

    label: str
    sql: str
    kind: str = TEXT


@dataclass(frozen=True, slots=True)
class Place:
    """A table with something of customers.

    `mine` tests a row of it by `{who}`, their ids with commas. `erased` are the columns that erasing empties, and how;
    `gone` says that it removes the rows; `rows` tests them where `mine` needs other tables. `kept` says, of each other
    column of text, why it stays. What is `shown` is read by `source` and ordered by `order`.
    """

    table: str
    title: str
    mine: str
    shown: tuple[Shown, ...]
    source: str = ""
    order: str = "1"
    erased: Mapping[str, str] = field(default_factory=dict)
    gone: bool = False
    rows: str = ""
    kept: Mapping[str, str] = field(default_factory=dict)

    @property
    def reading(self) -> str:
        """The SELECT of what is shown, with `{who}` to be filled in."""
        columns = ", ".join(one.sql for one in self.shown)
        return f"SELECT {columns} FROM {self.source or self.table} WHERE {self.mine} ORDER BY {self.order}"


# Why a column of text stays.
OF_BOOKS = "a code of the books, which stay"
OF_STAFF = "who of the staff it was"
A_DATE = "a date of the books"
SHOPS_OWN = "the shop's own word"
THEIRS = "customer_id IN ({who})"
"""The usual test of a customer's row."""


def theirs(table: str) -> str:
    """The same, naming the table where several have such a column."""
    return f"{table}.{THEIRS}"
