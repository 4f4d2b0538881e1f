"""The audit log as a table: one row a deed, oldest first, with what it changed as far as it was not erased."""

import json
from collections.abc import Iterator
from dataclasses import replace

from bookkeeper_tui.dates import midnight, read_iso
from bookkeeper_tui.formats import local_time
from bookkeeper_tui.store import audit_log, customers, log_search, staff
from bookkeeper_tui.store.desk import Desk
from bookkeeper_tui.store.exporting.kind import (
    OF_CUSTOMER,
    SINCE,
    UNTIL,
    WORDS,
    Asked,
    Filter,
    ReportKind,
    Row,
    columns_of,
)
from bookkeeper_tui.store.log_search import LogQuestion

COLUMNS = ("seq", "time", "who", "role", "terminal", "action", "subject", "customer_no", "detail", "personal")


def _rows(desk: Desk, asked: Asked) -> Iterator[Row]:
    zone, numbers = desk.store.shop.time_zone, _Numbers(desk)
    newest = audit_log.head_seq(desk)
    for row in log_search.all_rows(desk, _question(desk, asked)):
        asked.far.reach(row.seq, newest)
        when = local_time(row.at, zone).isoformat(timespec="milliseconds")
        personal = _as_text(row.personal) if row.personal else ""
        number = numbers[row.customer_id] if row.customer_id is not None else ""
        yield (
            row.seq, when, row.who, row.role, row.terminal, row.action, row.subject, number, _as_text(row.detail),
            personal,
        )  # fmt: skip


def _question(desk: Desk, asked: Asked) -> LogQuestion:
    """What the filters ask, by name or as on the line of the audit log's screen."""
    zone = desk.store.shop.time_zone
    question = log_search.parse(desk, asked[WORDS])
    if asked["customer"]:
        question = replace(question, customer_id=customers.by_number(desk, asked["customer"]).id)
    if asked["staff"]:
        question = replace(question, staff_id=staff.find(desk, asked["staff"]).id)
    if asked["action"]:
        question = replace(question, action=log_search.checked_action(asked["action"]))
    if asked["terminal"]:
        question = log_search.at_terminal(desk, question, asked["terminal"])
    if asked["since"]:
        question = replace(question, since=midnight(read_iso(asked["since"]), zone))
    if asked["until"]:
        question = replace(question, until=midnight(read_iso(asked["until"]), zone, days=1))
    return question


def _refuse(desk: Desk, asked: Asked) -> None:
    _question(desk, asked)


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
        Filter(WORDS, "as on the line of the audit log's screen: who:ana looks", personal=True),
    ),
    rows=_rows,
    refuse=_refuse,
    whole_line=True,
)
