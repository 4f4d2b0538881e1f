"""The kinds of reports there are, in the order in which people look for them."""

from bookkeeper_tui.errors import BadInput
from bookkeeper_tui.formats import harmless
from bookkeeper_tui.store.desk import Desk
from bookkeeper_tui.store.exporting.audit import AUDIT
from bookkeeper_tui.store.exporting.balances import STATEMENTS
from bookkeeper_tui.store.exporting.commissions import COMMISSIONS
from bookkeeper_tui.store.exporting.consents import CONSENTS
from bookkeeper_tui.store.exporting.customers import CUSTOMERS
from bookkeeper_tui.store.exporting.hours import HOURS
from bookkeeper_tui.store.exporting.kind import ReportKind
from bookkeeper_tui.store.exporting.loyalty import LOYALTY
from bookkeeper_tui.store.exporting.members import MEMBERS
from bookkeeper_tui.store.exporting.packages import PACKAGES
from bookkeeper_tui.store.exporting.sales import SALES
from bookkeeper_tui.store.exporting.usage import USAGE

KINDS: tuple[ReportKind, ...] = (
    CUSTOMERS,
    SALES,
    STATEMENTS,
    LOYALTY,
    CONSENTS,
    PACKAGES,
    USAGE,
    MEMBERS,
    COMMISSIONS,
    HOURS,
    AUDIT,
)


def kind_named(name: str) -> ReportKind:
    """The kind of that name. Raises BadInput for none."""
    for kind in KINDS:
        if kind.name == name:
            return kind
    raise BadInput(f"“{harmless(name[:40])}” is no report: there are {', '.join(kind.name for kind in KINDS)}")


def kinds_for(desk: Desk) -> tuple[ReportKind, ...]:
    """The kinds that this desk may run, in a shop such as this."""
    desk.require("report.viewed")
    services = desk.store.settings.services
    return tuple(kind for kind in KINDS if desk.may(kind.permission) and (services or not kind.services))
