"""A Z report over two thousand sales, rung up and paid as at a till: figures, proof, page, close."""

from __future__ import annotations

import tempfile
from pathlib import Path

from bookkeeper_tui.paper.plain import as_text
from bookkeeper_tui.paper.shift_reports import x_page, z_page
from bookkeeper_tui.store import baskets, catalogue, customers, day_proof, days, shifts, staff, takings, till
from bookkeeper_tui.store.catalogue import NewProduct
from bookkeeper_tui.store.customer_fields import CustomerFields
from bookkeeper_tui.store.desk import Actor, Desk
from bookkeeper_tui.store.founding import found_shop
from bookkeeper_tui.store.till import Tendered
from tests.benchmarks.measure import Area, figure, median, repeated, timed
from tests.benchmarks.shop import cache_directory, say

SALES, LINES, TILLS = 2_000, 4, 4
CATEGORIES, PRODUCTS = 12, 240
TIMES = 30
BUDGET_MS = 200.0
FLOOR = """
SELECT SUM(sale.total), SUM(sale_line.amount), SUM(sale_line.tax)
FROM sale JOIN sale_line ON sale_line.sale_id = sale.id
WHERE sale.business_date = ?
"""


def run() -> Area:
    """Sell for a day, and measure on it."""
    with tempfile.TemporaryDirectory(dir=cache_directory()) as place:
        store = found_shop(Path(place) / "shop", Path(place) / "keys", name="Bench", currency="EUR", country="ES")
        try:
            return _measured(Desk.shell(store))
        finally:
            store.close()


def _measured(shell: Desk) -> Area:
    desks = _tills(shell)
    _first_day(desks[0])
    say(f"ringing up {SALES:,} sales")
    _sell(shell, desks)
    database, keys, date = shell.database, shell.store.keys, shell.today()
    floor = median(repeated(lambda: database.execute_sql(FLOOR, (date,)).fetchone(), TIMES))
    of_day = shifts.of_day(database, date)
    last = day_proof.last_closed(database)
    proved = day_proof.prove(database, keys, last)
    figures = [
        figure("Z figures", "ms", repeated(lambda: takings.figures(database, of_day), TIMES), floor=floor,
               budget=BUDGET_MS),
        figure("Z report of the open day, on the page", "ms",
               repeated(lambda: as_text(z_page(shell, days.report(shell)), 42), TIMES), floor=floor, budget=BUDGET_MS),
        figure("X report of one of four shifts, on the page", "ms",
               repeated(lambda: as_text(x_page(shell, takings.x_report(shell, of_day[0].id)), 42), TIMES)),
        figure("sales spot check", "ms", repeated(lambda: takings.spot_check(shell, date), TIMES), floor=floor),
        figure("proof of the day, all of it", "ms",
               repeated(lambda: day_proof.prove(database, keys, last), 10),
               note=f"{proved.entries - last.entries:,} entries, {proved.audit_rows:,} audit rows"),
    ]  # fmt: skip
    for desk in desks:
        shift = shifts.current(desk)
        assert shift is not None
        expected = shifts.expected_cash(database, shift.id)
        shifts.end(desk, {100: expected // 100, 1: expected % 100})
    figures.append(figure("close: proof, Z report, frozen", "ms", [timed(lambda: days.close(shell))], budget=BUDGET_MS))
    closed = repeated(lambda: as_text(z_page(shell, days.report(shell)), 42), TIMES)
    figures.append(figure("Z report of a closed day, on the page", "ms", closed, budget=BUDGET_MS))
    return Area(
        f"A day of {SALES:,} sales of {LINES} lines", figures, ("Floor: the day's sales and lines summed up bare.",)
    )


def _tills(shell: Desk) -> list[Desk]:
    with shell.change("import.products") as change:
        products = [
            NewProduct(f"{n:05d}", f"Article {n}", f"20000{n:08d}", None, f"Category {n % CATEGORIES}", None, 100 + n)
            for n in range(PRODUCTS)
        ]
        catalogue.bring_in(change, products)
    desks = []
    for n in range(TILLS):
        added = staff.add(shell, f"Cashier {n}", "manager", f"{493817 + n * 1111}")
        desks.append(Desk(shell.store, Actor(added.staff_id, added.number, added.name, "manager"), f"till-{n}"))
    return desks


def _first_day(desk: Desk) -> None:
    """A Z report before, so that the measured one continues a proof as it does on any day but the first."""
    yesterday = Desk(desk.store, desk.staff, desk.terminal, lambda: desk.now() - 86_400_000_000)
    shifts.open_shift(yesterday, 0)
    shifts.end(yesterday, {})
    days.close(yesterday)


def _sell(shell: Desk, desks: list[Desk]) -> None:
    someone = [customers.create(shell, CustomerFields(name=f"Customer {n}", phone=f"+3460011{n:04d}")).id
               for n in range(50)]  # fmt: skip
    for desk in desks:
        shifts.open_shift(desk, 15000)
    for n in range(SALES):
        desk = desks[n % TILLS]
        basket = baskets.start(desk, someone[n % 50]) if n % 3 else baskets.start(desk)
        for line in range(LINES):
            basket = baskets.ring(desk, basket.id, f"{(n * 7 + line * 31) % PRODUCTS:05d}")
        kind = "card" if n % 2 else "cash"
        till.pay(desk, basket.id, [Tendered(kind, basket.total)])
