"""How rows of the audit log are shown: as a line of a list, and one of them in full."""

from collections.abc import Sequence

from bookkeeper_tui.formats import Conventions
from bookkeeper_tui.screens.profile.audit import said
from bookkeeper_tui.store.audit import AuditRow
from bookkeeper_tui.store.log_search import Looker
from bookkeeper_tui.widgets.hot_list import Row
from bookkeeper_tui.widgets.pieces import Line, Piece, wrap

REFUSED = ("signin.failed", "discount.refused")


def log_row(entry: AuditRow, number: str, conventions: Conventions, zone: str) -> Row:
    """A row of the list; `number` is the customer's."""
    told = "; ".join(said(entry, conventions))
    what = "  ".join(part for part in (entry.subject if entry.subject != number else "", told) if part)
    cells = (when(entry.at, conventions, zone), entry.who or "nobody", entry.action, number, what, entry.terminal,
             conventions.count(entry.seq))  # fmt: skip
    return Row(entry.seq, cells, ("warn",) if entry.action in REFUSED else (), record=entry)


def whole(entry: AuditRow, conventions: Conventions, zone: str, width: int) -> Sequence[Line]:
    """All that a row tells."""
    dot = " - " if conventions.ascii else " · "
    who = f"{entry.who or 'nobody'}, {entry.role}{f', {entry.terminal}' if entry.terminal else ''}"
    head = dot.join(
        part
        for part in (
            f"row {conventions.count(entry.seq)}", entry.action, entry.subject, when(entry.at, conventions, zone), who
        )
        if part
    )  # fmt: skip
    told = "; ".join(said(entry, conventions))
    return [
        *((Piece(line, "quiet"),) for line in wrap(head, width)),
        *((Piece(line),) for line in (wrap(told, width) if told else ())),
    ]


def looked(one: Looker, conventions: Conventions, zone: str) -> str:
    """Who looked, how often, and when first and last."""
    times = "once" if one.times == 1 else f"{conventions.count(one.times)} times"
    last = when(one.last, conventions, zone)
    since = "" if one.times == 1 else f", since {when(one.first, conventions, zone).partition(' ')[0]}"
    return f"{one.who}, {times}, last {last}{since}"


def when(at: int, conventions: Conventions, zone: str) -> str:
    """A time, also one that somebody wrote into the file and that is none."""
    try:
        return conventions.instant(at, zone)
    except (OverflowError, ValueError, OSError, TypeError):
        return "no time"
