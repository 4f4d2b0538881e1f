"""What a list shows: its columns, its rows, and where the rows come from when they are too many to hold."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol


class Column(NamedTuple):
    """A column: `width` 0 shares what is left; it is drawn only where the list has at least `from_width` columns."""

    title: str
    width: int = 0
    right: bool = False
    from_width: int = 0


class Row(NamedTuple):
    """One record: the key it is known by, its cells, a role for each cell that is not plain, and the record itself."""

    key: Hashable
    cells: tuple[str, ...]
    roles: tuple[str, ...] = ()
    record: object = None


class Source(Protocol):
    """Where a long list's rows come from, in the order shown; a key stands for its row's place (never an offset)."""

    def total(self) -> int:
        """How many rows there are in all."""

    def after(self, key: Hashable | None, limit: int, including: bool = False) -> Sequence[Row]:
        """The rows that follow `key` (from the beginning for None), nearest first."""

    def before(self, key: Hashable | None, limit: int) -> Sequence[Row]:
        """The rows that precede `key` (from the end for None), in the order shown."""


@dataclass(frozen=True, slots=True)
class Fixed:
    """Rows that are all there already."""

    rows: Sequence[Row]

    def total(self) -> int:
        """How many rows there are."""
        return len(self.rows)

    def after(self, key: Hashable | None, limit: int, including: bool = False) -> Sequence[Row]:
        """The rows that follow a key."""
        start = 0 if key is None else self._place(key) + (0 if including else 1)
        return self.rows[start : start + limit]

    def before(self, key: Hashable | None, limit: int) -> Sequence[Row]:
        """The rows that precede a key."""
        end = len(self.rows) if key is None else self._place(key)
        return self.rows[max(0, end - limit) : end]

    def _place(self, key: Hashable) -> int:
        return next((index for index, row in enumerate(self.rows) if row.key == key), len(self.rows))
