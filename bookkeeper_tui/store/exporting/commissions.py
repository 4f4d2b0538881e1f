"""The commissions of a period as a table: one row a trainer."""

from typing import TextIO

from bookkeeper_tui.money import plain
from bookkeeper_tui.store import commissions
from bookkeeper_tui.store.desk import Desk
from bookkeeper_tui.store.exporting.tables import write_table

COLUMNS = ("trainer", "first", "last", "sessions", "worth", "commission", "no_shows")


def export_commissions(desk: Desk, format: str, file: TextIO, *, first: str, last: str) -> int:
    """Writes a row for each trainer with something to report, by name, and answers how many.

    Amounts are decimal strings without tax. Raises BadInput for dates that are none, or a format other than csv or
    json. That it was done stands in the audit log before the first row is out.
    """
    desk.require("export.commissions")
    found, exponent = commissions.report(desk, first, last), desk.store.shop.exponent
    detail = {"format": format, "first": first, "last": last, "rows": len(found)}
    desk.look("export.commissions", subject="commissions", detail=detail)
    rows = (
        (one.name, first, last, one.sessions, plain(one.worth, exponent), plain(one.commission, exponent), one.no_shows)
        for one in found
    )
    return write_table(file, format, COLUMNS, rows)
