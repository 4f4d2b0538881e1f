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
    cells = [{name: harmless(str(value)) for name, value in row.items()} for row in rows]
    print(tabulate(cells, headers="keys", tablefmt="simple", disable_numparse=True))
