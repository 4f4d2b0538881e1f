"""The commissions of a period as a table: one row a trainer."""

from collections.abc import Iterator

from bookkeeper_tui.money import plain
from bookkeeper_tui.store import commissions
from bookkeeper_tui.store.desk import Desk
from bookkeeper_tui.store.exporting.kind import SINCE, UNTIL, Asked, ReportKind, Row, columns_of

COLUMNS = ("trainer", "first", "last", "sessions", "worth", "commission", "no_shows")


def _days(desk: Desk, asked: Asked) -> tuple[str, str]:
    """The days that are meant: this month so far, where they are not said."""
    last = asked["until"] or max(asked["since"], desk.today())
    return asked["since"] or f"{last[:8]}01", last


def _count(desk: Desk, asked: Asked) -> int:
    return len(commissions.report(desk, *_days(desk, asked)))


def _rows(desk: Desk, asked: Asked) -> Iterator[Row]:
    """A row for each trainer with something to report, by name; amounts are without tax."""
    (first, last), exponent = _days(desk, asked), desk.store.shop.exponent
    for one in commissions.report(desk, first, last):
        money = (plain(one.worth, exponent), plain(one.commission, exponent))
        yield (one.name, first, last, one.sessions, *money, one.no_shows)


COMMISSIONS = ReportKind(
    name="commissions",
    title="Commissions",
    what="what each trainer gave in some days (this month), a row a trainer",
    one="trainer's commission",
    many="trainers' commissions",
    columns=columns_of(*COLUMNS, right=("sessions", "worth", "commission", "no_shows")),
    filters=(SINCE, UNTIL),
    rows=_rows,
    count=_count,
    services=True,
)
