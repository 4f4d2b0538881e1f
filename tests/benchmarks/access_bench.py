"""An access request of a customer with ten thousand sales: all that is held, in each format that it is given in."""

from __future__ import annotations

import time

from bookkeeper_tui.paper.access import FORMATS, file_bytes
from bookkeeper_tui.store.desk import Desk
from bookkeeper_tui.store.privacy import access
from tests.benchmarks.measure import Area, Figure, figure, median, repeated
from tests.benchmarks.shop import Shop

TIMES = 9
BUDGET_MS = 1000.0


def run(shop: Shop) -> Area:
    """Measure on an open shop, the formats in turns, so that whatever else the machine does meets them alike."""
    store = shop.open()
    try:
        desk = Desk.shell(store)
        held = access.held(desk, shop.heavy_id)
        found: dict[str, list[tuple[float, float]]] = {format: [] for format in FORMATS.values()}
        sizes = {format: len(file_bytes(desk, shop.heavy_id, format)) for format in found}
        bare = []
        for _ in range(TIMES):
            bare += repeated(lambda: [section.rows() for section in held.sections], 1)
            for format, samples in found.items():
                samples.append(clocked(desk, shop.heavy_id, format))
        floor = median(bare)
        figures = [figure("floor: the bare rows read", "ms", bare, note=f"{held.count:,} rows")]
        seen = repeated(lambda: access.held(desk, shop.heavy_id), TIMES)
        figures.append(figure("what is held, counted and recorded", "ms", seen, floor=floor))
        for format, samples in found.items():
            figures += judged(format, samples, floor, sizes[format])
        title = f"An access request, {shop.heavy_sales:,} sales"
        return Area(title, figures, ("Processor: what this process took of it, whatever else the machine did.",))
    finally:
        store.close()


def judged(format: str, samples: list[tuple[float, float]], floor: float, size: int) -> list[Figure]:
    """A format's time by the clock, which has the budget, and by the processor."""
    clock, processor = zip(*samples, strict=True)
    return [
        figure(format, "ms", clock, floor=floor, budget=BUDGET_MS, note=f"{size / 1_000_000:.1f} MB"),
        figure(f"{format}, processor", "ms", processor, floor=floor),
    ]


def clocked(desk: Desk, customer_id: int, format: str) -> tuple[float, float]:
    """Milliseconds by the clock and by the processor."""
    clock, processor = time.perf_counter(), time.process_time()
    file_bytes(desk, customer_id, format)
    return (time.perf_counter() - clock) * 1000, (time.process_time() - processor) * 1000
