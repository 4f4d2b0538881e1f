"""What every verb begins with: the store it was pointed at, opened, and the owner's desk in it."""

import argparse
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from bookkeeper_tui.directories import keys_directory, store_directory
from bookkeeper_tui.formats import json_text
from bookkeeper_tui.store.desk import Desk
from bookkeeper_tui.store.opening import open_store


@contextmanager
def owners_desk(arguments: argparse.Namespace) -> Iterator[Desk]:
    """The desk of whoever runs the verb, closed afterwards. Raises StoreUnusable."""
    store = open_store(store_directory(arguments), keys_directory(arguments))
    try:
        yield Desk.shell(store)
    finally:
        store.close()


def print_json(value: object) -> None:
    """Print an answer for programs."""
    print(json_text(value, indent=2))


def print_table(rows: Sequence[Mapping[str, object]], empty: str) -> None:
    """Print rows for people, or the sentence for none; foreign texts are made harmless."""
    from tabulate import tabulate

    from bookkeeper_tui.formats import harmless

    if not rows:
        print(empty)
        return
    cells = [{name: harmless(_in_words(value)) for name, value in row.items()} for row in rows]
    print(tabulate(cells, headers="keys", tablefmt="simple", disable_numparse=True))


def _in_words(value: object) -> str:
    """A value for a cell: what the log keeps is named one by one, in brackets where it stands within another."""
    if isinstance(value, Mapping):
        return "; ".join(
            f"{name}: ({_in_words(one)})" if isinstance(one, Mapping) else f"{name}: {_in_words(one)}"
            for name, one in value.items()
        )
    if isinstance(value, list | tuple):
        return ", ".join(_in_words(one) or "-" for one in value)
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)
