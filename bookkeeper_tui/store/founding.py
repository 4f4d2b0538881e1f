"""Founding a shop: a new store with what every shop starts from, the walk-in customer and its first audit row."""

from collections.abc import Callable
from pathlib import Path

from bookkeeper_tui.store.customers import create_walk_in
from bookkeeper_tui.store.desk import Desk
from bookkeeper_tui.store.opening import DATABASE, Store, create_store


def found_shop(
    directory: Path,
    keys: Path,
    *,
    name: str,
    currency: str,
    country: str,
    time_zone: str = "",
    clock: Callable[[], int] | None = None,
) -> Store:
    """Make a shop that is ready to sell, and open it.

    `currency` is an ISO code, `country` two letters. Raises BadInput and StoreUnusable as `create_store` does; what was
    begun is removed when it fails.
    """
    store = create_store(directory, keys, name=name, currency=currency, country=country, time_zone=time_zone)
    try:
        with Desk.shell(store, clock).change("store.created") as change:
            change.note(name=name, currency=store.shop.currency, country=store.shop.country, headed=True)
            create_walk_in(change)
    except BaseException:
        store.close()
        for path in directory.glob(f"{DATABASE}*"):
            path.unlink()
        raise
    return store
