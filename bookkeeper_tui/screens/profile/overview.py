"""The Overview tab: what a customer spends, when, where and on what."""

from __future__ import annotations

from bookkeeper_tui.formats import Conventions
from bookkeeper_tui.screens.profile.tab import SheetTab
from bookkeeper_tui.store import overview
from bookkeeper_tui.widgets.chart import Measure, bars
from bookkeeper_tui.widgets.figures import Figure, figure_lines, heading, table_lines
from bookkeeper_tui.widgets.pieces import Line, Piece
from bookkeeper_tui.widgets.sheet import Sheet

Titled = tuple[str, list[tuple[str, str]]]
SIDE_BY_SIDE = 52
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


class OverviewTab(SheetTab):
    """Figures, spend by month as a chart, the five best brands, favourite products, branches."""

    NAME = "overview"
    TITLE = "Overview"
    PERMISSION = "customer.viewed"

    def draw(self, *, from_top: bool) -> None:
        """Read the figures and draw them."""
        found, conventions, zone = overview.overview(self.desk, self.customer.id), self.conventions, self.time_zone
        if not found.last_at:
            self.query_one(Sheet).draw(_nothing_yet, from_top=from_top)
            return
        self.query_one(Sheet).draw(lambda width: overview_lines(found, conventions, zone, width), from_top=from_top)


def overview_lines(found: overview.Overview, conventions: Conventions, time_zone: str, width: int) -> list[Line]:
    """The tab's lines for a width."""
    amount, count = conventions.amount, conventions.count
    figures = [
        Figure("Spend", amount(found.spend), "strong"),
        Figure("Visits", count(found.visits)),
        Figure("Average basket", amount(found.average_basket)),
        Figure("Last visit", conventions.day(found.last_at, time_zone)),
        Figure("First visit", conventions.day(found.first_at, time_zone)),
        Figure("Branches", count(len(found.branches))),
    ]
    lines = [*figure_lines(figures, width), ()]
    last = found.months[-1].month
    lines.append(heading(f"Spend by month, to {_name(last)} {last[:4]}", width, ascii_only=conventions.ascii))
    months = [Measure(_name(month.month), month.spend, amount(month.spend)) for month in found.months]
    lines += [*bars(months, width, ascii_only=conventions.ascii), ()]
    brands = [(brand.brand, amount(brand.spend)) for brand in found.brands]
    products = [(product.name, f"{count(product.times)}x") for product in found.favourites]
    branches = [(branch.branch, count(branch.visits), amount(branch.spend)) for branch in found.branches]
    lines += _beside(("Top brands", brands), ("Favourite products", products), conventions, width)
    lines.append(())
    lines.append(heading("Branches", width, ascii_only=conventions.ascii))
    lines += table_lines(branches, width, right=(1, 2))
    return lines


def _name(month: str) -> str:
    return MONTHS[int(month[5:7]) - 1]


def _beside(left: Titled, right: Titled, conventions: Conventions, width: int) -> list[Line]:
    parts = []
    each = (width - 3) // 2 if width >= SIDE_BY_SIDE else width
    for title, rows in (left, right):
        table = table_lines(rows, each, right=(1,)) or [(Piece("none yet".ljust(each), "quiet"),)]
        parts.append([(heading(title, each, ascii_only=conventions.ascii)), *table])
    if width < SIDE_BY_SIDE:
        return [*parts[0], (), *parts[1]]
    height = max(len(part) for part in parts)
    blank: Line = (Piece(" " * each),)
    return [
        (*(parts[0][y] if y < len(parts[0]) else blank), Piece("   "), *(parts[1][y] if y < len(parts[1]) else ()))
        for y in range(height)
    ]


def _nothing_yet(width: int) -> list[Line]:
    return [
        (),
        (Piece("  No sales yet.", "strong"),),
        (Piece("  Spend by month, brands and favourite products will", "quiet"),),
        (Piece("  stand here after the first sale.", "quiet"),),
    ]
