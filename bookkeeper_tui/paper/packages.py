"""A customer's packages on paper: a card of what is left; and the usage log as a file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from bookkeeper_tui.errors import BadInput
from bookkeeper_tui.formats import Conventions
from bookkeeper_tui.paper.page import GAP, RULE, Page, PaperLine
from bookkeeper_tui.paper.receipts import foot, head
from bookkeeper_tui.store import customers, packages
from bookkeeper_tui.store.desk import Desk
from bookkeeper_tui.store.packages import OVER, Package
from bookkeeper_tui.store.packages.usage import UsageFilter


def packages_page(desk: Desk, customer_id: int) -> Page:
    """The card of what is left of a customer's packages today. Raises BadInput when there is nothing left of any."""
    customer = customers.get(desk, customer_id)
    today = desk.today()
    found = [one for one in packages.of_customer(desk, customer_id) if one.status(today) not in OVER]
    if not found:
        raise BadInput(f"{customer.number} has no package with anything left")
    conventions = desk.store.conventions
    lines = (
        *head(desk),
        PaperLine("PACKAGES", strong=True, centre=True),
        PaperLine(customer.name, customer.number),
        PaperLine(f"As of {conventions.date(today)}"),
        RULE,
        *(line for one in found for line in _package(one, today, conventions)),
        *foot(desk),
    )
    return Page("packages", customer.number, lines, customer_id)


def save_usage(desk: Desk, name: str, customer_id: int, asked: UsageFilter) -> Path:
    """Keeps what a filter leaves of a customer's usage log as a file where this terminal's paper goes.

    The name's end says the format. Raises as `save_report` does.
    """
    from bookkeeper_tui.paper.reports import save_report
    from bookkeeper_tui.store.reports import Question

    filters = {
        "customer": customers.get(desk, customer_id).number,
        "trainer": f"#{asked.trainer}" if asked.trainer else "",
        "service": f"#{asked.service}" if asked.service else "",
        "since": asked.first,
        "until": asked.last,
    }
    path, _ = save_report(desk, Question("usage", filters), name)
    return path


def _package(package: Package, today: str, conventions: Conventions) -> Iterator[PaperLine]:
    left = f"{conventions.count(package.remaining)} of {conventions.count(package.sessions)} left"
    yield PaperLine(package.name, left, strong=True)
    until = f"until {conventions.date(package.expires_on)}" if package.expires_on else "no last day"
    state = package.status(today)
    yield PaperLine(f"{package.number}, {until}", "" if state == "live" else state)
    if package.service:
        yield PaperLine(f"for {package.service}")
    yield GAP
