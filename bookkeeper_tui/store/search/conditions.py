"""What a search asks of a customer, as SQL: a test for each one looked at, and where an index helps, a way to them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

LAST_LETTER = "\U0010ffff"


class Facts(NamedTuple):
    """What is read of a customer who is found: what a hit shows, and what may be the reason. Minor units; µs UTC."""

    customer_id: int
    number: str
    name: str
    company: str
    phone: str
    phone_reversed: str
    email: str
    card: str
    born: str
    gender: str
    status: str
    visits: int
    spend: int
    last_at: int
    owes: int
    city: str
    words: str
    gone: str


@dataclass(frozen=True, slots=True)
class Condition:
    """One thing that a customer must be.

    `test` is SQL about the entry `e`, the customer `c` or the standing `s`. `way` selects the ids of those who meet it
    by an index, empty where none helps. `why` says of one who was found what it was, in a word or two. `exact` holds
    those meant without doubt, the surest first, each with its reason.
    """

    test: str
    values: tuple[object, ...]
    why: Callable[[Facts], str]
    way: str = ""
    way_values: tuple[object, ...] = ()
    exact: Mapping[int, str] = field(default_factory=dict)


def beginning(column: str, key: str) -> tuple[str, tuple[str, str]]:
    """A test that a column begins with a key, written so that an index answers it."""
    return f"{column} >= ? AND {column} < ?", (key, key + LAST_LETTER)
