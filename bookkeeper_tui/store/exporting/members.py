"""The members as a table: one row a person, by name."""

from collections.abc import Iterator
from typing import TextIO

from bookkeeper_tui.store import members
from bookkeeper_tui.store.desk import Desk
from bookkeeper_tui.store.exporting.tables import write_table
from bookkeeper_tui.store.members import MemberFilter

COLUMNS = (
    "name", "relation", "status", "membership_no", "plan", "since", "until", "left_on", "card", "card_state", "phone",
    "email", "customer_no", "customer",
)  # fmt: skip
AT_ONCE = 500


def export_members(desk: Desk, format: str, file: TextIO, *, which: MemberFilter = MemberFilter()) -> int:  # noqa: B008
    """Writes the members who meet a filter today, by name, and answers how many; dates are ISO.

    `until` is the last day as a member; while frozen it is as it would be if the freeze ended today. Raises BadInput
    for a format other than csv or json. That it was done, with what filter and how many rows, stands in the audit log
    before the first row is out.
    """
    desk.require("export.members")
    today = desk.today()
    detail = {"format": format, "status": which.status, "plan": which.product_id or "", "rows": 0}
    detail["rows"] = members.count(desk, which, today)
    desk.look("export.members", subject="members", detail=detail, personal={"name": which.name} if which.name else {})
    return write_table(file, format, COLUMNS, _rows(desk, which, today))


def _rows(desk: Desk, which: MemberFilter, today: str) -> Iterator[tuple[str, ...]]:
    """Read page by page, so that no transaction stays open while a file is slow."""
    after: tuple[str, int] | None = None
    while page := members.page(desk, which, today, after=after, limit=AT_ONCE):
        for one in page:
            yield (
                one.name, one.relation, one.status(today), one.membership, one.plan, one.since, one.last_day(today),
                one.until or one.ended_on, one.card, one.card_state, one.phone, one.email, one.customer_number,
                one.customer_name,
            )  # fmt: skip
        after = (page[-1].name_key, page[-1].id)
