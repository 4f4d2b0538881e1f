"""Whether the audit log holds: its chain from the first row or from the newest seal, and every seal outside."""

from bookkeeper_tui.store.audit import Head
from bookkeeper_tui.store.audit_walk import START, Broken, broken_rows
from bookkeeper_tui.store.desk import Desk


def broken(desk: Desk, after: Head = START) -> list[Broken]:
    """Every row of the chain since a trusted head that does not hold, without the seals outside."""
    database = desk.require("audit.verified")
    return list(broken_rows(database, {desk.store.keys.audit_id: desk.store.keys.audit}, after))
