"""The formats known without a mapping file: one module each, found by being here, with one or more `Format`s."""

from collections.abc import Iterator
from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from bookkeeper_tui.store.importing.columns import Format


@cache
def known_formats() -> tuple[Format, ...]:
    """Every format of every module of this package."""
    return tuple(_formats())


def _formats() -> Iterator[Format]:
    for module in sorted(iter_modules(__path__), key=lambda found: found.name):
        for value in vars(import_module(f"{__name__}.{module.name}")).values():
            if isinstance(value, Format):
                yield value
