"""The audit log as a table: one row a deed, oldest first, with what it changed as far as it was not erased."""

import json
from collections.abc import Iterator

from bookkeeper_tui.dates import midnight, read_iso
from bookkeeper_tui.formats import local_time
from bookkeeper_tui.store import audit_log, customers, staff
from bookkeeper_tui.store.desk import Desk
from bookkeeper_tui.store.exporting.kind import OF_CUSTOMER, SINCE, UNTIL, Asked, Filter, ReportKind, Row, columns_of

COLUMNS = ("seq", "time", "who", "role", "terminal", "action", "subject", "customer_no", "detail", "personal")


def _rows(desk: Desk, asked: Asked) -> Iterator[Row]:
    """`action` is a whole name, or the beginning of some that ends with a point, such as `export.`."""
    zone, numbers = desk.store.shop.time_zone, _Numbers(desk)
    newest = audit_log.head_seq(desk)
    until = midnight(read_iso(asked["until"]), zone, days=1) if asked["until"] else 1 << 62
    terminal, action = asked["terminal"].casefold(), asked["action"]
    for row in audit_log.everything(
        desk,
        customer_id=customers.by_number(desk, asked["customer"]).id if asked["customer"] else None,
        staff_id=staff.find(desk, asked["staff"]).id if asked["staff"] else None,
        since=midnight(read_iso(asked["since"]), zone) if asked["since"] else 0,
    ):
        if not row.seq % 500:
            asked.far.reach(row.seq, newest)
        if row.at >= until or (terminal and row.terminal.casefold() != terminal):
            continue
        if action and not (row.action.startswith(action) if action.endswith(".") else row.action == action):
            continue
        when = local_time(row.at, zone).isoformat(timespec="milliseconds")
        personal = _as_text(row.personal) if row.personal else ""
        number = numbers[row.customer_id] if row.customer_id is not None else ""
        yield (
            row.seq, when, row.who, row.role, row.terminal, row.action, row.subject, number, _as_text(row.detail),
            personal,
        )  # fmt: skip


def _refuse(desk: Desk, asked: Asked) -> None:
    if asked["staff"]:
        staff.find(desk, asked["staff"])


class _Numbers(dict[int, str]):
    """Customers' numbers by their ids; the same few come again and again."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._database = desk.database

    def __missing__(self, customer_id: int) -> str:
        row = self._database.execute_sql("SELECT number FROM customer WHERE id = ?", (customer_id,)).fetchone()
        number = str(row[0]) if row else ""
        if len(self) < 10_000:
            self[customer_id] = number
        return number


def _as_text(values: object) -> str:
    return json.dumps(values, ensure_ascii=False) if values else ""


AUDIT = ReportKind(
    name="audit",
    title="Audit log",
    what="what was looked at and changed, a row a deed",
    one="row of the audit log",
    many="rows of the audit log",
    columns=columns_of(*COLUMNS, right=("seq",)),
    filters=(
        SINCE,
        UNTIL,
        OF_CUSTOMER,
        Filter("staff", "by one member of staff, by number"),
        Filter("action", "one action, or the beginning of some: export."),
        Filter("terminal", "at one terminal"),
    ),
    rows=_rows,
    refuse=_refuse,
)
