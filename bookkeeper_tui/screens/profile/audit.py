"""The Audit tab: who looked at this customer and what was changed, from old to new."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

from textual.app import ComposeResult

from bookkeeper_tui.formats import Conventions
from bookkeeper_tui.screens.profile.tab import ListTab
from bookkeeper_tui.store import audit_log
from bookkeeper_tui.store.audit import AuditRow
from bookkeeper_tui.store.desk import Desk
from bookkeeper_tui.widgets.hot_list import Column, HotList, Row
from bookkeeper_tui.widgets.pieces import Line, Piece, wrap
from bookkeeper_tui.widgets.sheet import Sheet


class AuditTab(ListTab):
    """Newest first; the row under the cursor stands in full below."""

    NAME = "audit"
    TITLE = "Audit"
    PERMISSION = "audit.viewed"

    def compose(self) -> ComposeResult:
        """The list, and what its row says in full."""
        yield HotList(
            [Column("When", 16), Column("Who", 14), Column("Did", 17), Column("What", 0, from_width=58)],
            empty=["Nothing about this customer is in the log yet: every look and every change will stand here."],
        )
        yield Sheet(inset=1, id="audit-whole").taking_no_focus()

    def load(self) -> None:
        """Read from the newest row."""
        self.hot_list.read(AuditRows(self.desk, self.customer.id, self.conventions, self.time_zone))
        self._show_whole()

    def reload(self) -> None:
        """Read the same rows again."""
        self.hot_list.reload()
        self._show_whole()

    def moved(self) -> None:
        """Show the row under the cursor in full."""
        self._show_whole()

    def _show_whole(self) -> None:
        row = self.hot_list.cursor_row
        if row is None or not isinstance(entry := row.record, AuditRow):
            self.query_one(Sheet).draw(lambda width: ())
            return
        conventions, zone = self.conventions, self.time_zone

        def drawing(width: int) -> list[Line]:
            dot = " - " if conventions.ascii else " · "
            who = f"{entry.who}, {entry.role}, {entry.terminal}"
            head = wrap(dot.join((entry.action, conventions.instant(entry.at, zone), who)), width)
            told = wrap("; ".join(said(entry, conventions)), width)
            return [*((Piece(line, "quiet"),) for line in head), *((Piece(line),) for line in told)]

        self.query_one(Sheet).draw(drawing)


@dataclass(frozen=True)
class AuditRows:
    """One customer's rows of the log, newest first, paged by sequence."""

    desk: Desk
    customer_id: int
    conventions: Conventions
    time_zone: str

    def total(self) -> int:
        """How many rows concern the customer."""
        return audit_log.count(self.desk, self.customer_id)

    def after(self, key: Hashable | None, limit: int, including: bool = False) -> Sequence[Row]:
        """Older rows."""
        before = int(str(key)) + (1 if including else 0) if key is not None else None
        found = audit_log.page(self.desk, customer_id=self.customer_id, before=before, limit=limit)
        return [self._row(entry) for entry in found]

    def before(self, key: Hashable | None, limit: int) -> Sequence[Row]:
        """Newer rows."""
        after = int(str(key)) if key is not None else 0
        found = audit_log.page_newer(self.desk, customer_id=self.customer_id, after=after, limit=limit)
        return [self._row(entry) for entry in reversed(found)]

    def _row(self, entry: AuditRow) -> Row:
        when = self.conventions.instant(entry.at, self.time_zone)
        what = "; ".join(said(entry, self.conventions))
        return Row(entry.seq, (when, entry.who, entry.action, what), record=entry)


def said(entry: AuditRow, conventions: Conventions) -> list[str]:
    """What a row tells beyond its action: each changed field from old to new, then the rest of its detail."""
    arrow = "->" if conventions.ascii else "→"
    told = []
    named = entry.detail.get("fields", [])
    fields = [str(name) for name in named] if isinstance(named, list) else []
    for name in fields:
        match (entry.personal or {}).get(name):
            case None:
                told.append(f"{name}: erased")
            case [old, new]:
                old, new = (str(value) if value not in (None, "") else "(empty)" for value in (old, new))
                told.append(f"{name}: {old} {arrow} {new}")
            case other:
                told.append(f"{name}: {other}")
    for source in (entry.detail, entry.personal or {}):
        told += [f"{name}: {value}" for name, value in source.items() if name != "fields" and name not in fields]
    return told
