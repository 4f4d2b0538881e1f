"""The profile of a customer with ten thousand sales: what the store needs for it, and paging from first to last."""

from __future__ import annotations

from collections.abc import Callable

from bookkeeper_tui.store import customers, history, overview
from bookkeeper_tui.store.desk import Desk
from tests.benchmarks.measure import Area, figure, median, repeated, timed
from tests.benchmarks.shop import Shop

TIMES = 60
PAGE = 50


def run(shop: Shop) -> Area:
    """Measure on an open shop."""
    store = shop.open()
    try:
        desk = Desk.shell(store)
        database = store.database
        heavy = shop.heavy_id
        point = "SELECT id, name FROM customer WHERE id = ?"
        floor = median(repeated(lambda: database.execute_sql(point, (heavy,)).fetchone(), 300))
        bare_page = (
            "SELECT id, sold_at, number, total FROM sale WHERE customer_id = ? ORDER BY sold_at DESC, id DESC LIMIT ?"
        )
        page_floor = median(repeated(lambda: database.execute_sql(bare_page, (heavy, PAGE)).fetchall(), 100))

        def whole() -> None:
            customers.get(desk, heavy)
            overview.overview(desk, heavy)
            history.page(desk, heavy, limit=PAGE)

        start, middle, end = (page_from(desk, shop, share) for share in (0.0, 0.5, 0.99))
        first_page = repeated(start, TIMES)
        return Area(
            "Profile in the store",
            [
                figure(
                    "customer, 10,000 sales", "ms", repeated(lambda: customers.get(desk, heavy), TIMES), floor=floor
                ),
                figure("overview", "ms", repeated(lambda: overview.overview(desk, heavy), TIMES), floor=floor),
                figure("count of sales", "ms", repeated(lambda: history.count(desk, heavy), TIMES), floor=floor),
                figure("customer + overview + page", "ms", repeated(whole, TIMES), floor=floor, budget=20.0),
                figure("the second page", "ms", first_page, floor=page_floor),
                figure("a page in the middle", "ms", repeated(middle, TIMES), floor=page_floor),
                figure(
                    "a page at the end, by start",
                    "ms",
                    repeated(end, TIMES),
                    floor=median(first_page),
                    budget=1.3,
                    judged="ratio",
                ),
                figure("light customers, whole", "ms", light(desk, shop), floor=floor),
            ],
            ("Floors: a point read; the bare page of fifty by index.",),
        )
    finally:
        store.close()


def page_from(desk: Desk, shop: Shop, share: float) -> Callable[[], object]:
    """Reading the page after the first one, counted from `share` of the sales."""
    row = desk.database.execute_sql(
        "SELECT sold_at, id FROM sale WHERE customer_id = ? ORDER BY sold_at DESC, id DESC LIMIT 1 OFFSET ?",
        (shop.heavy_id, int(shop.heavy_sales * share) + PAGE - 1),
    ).fetchone()
    return lambda: history.page(desk, shop.heavy_id, before=(row[0], row[1]), limit=PAGE)


def light(desk: Desk, shop: Shop) -> list[float]:
    """The same for two hundred others, each read once."""

    def whole(customer_id: int) -> None:
        customers.get(desk, customer_id)
        overview.overview(desk, customer_id)
        history.page(desk, customer_id, limit=PAGE)

    step = max(1, shop.customers // 200)
    return [timed(lambda i=i: whole(i)) for i in range(2, shop.customers, step)]  # type: ignore[misc]
