"""Whether the audit log holds: its chain from the first row or from the newest seal, and every seal outside."""

from collections.abc import Callable
from dataclasses import dataclass

from bookkeeper_tui.errors import BadInput
from bookkeeper_tui.store import seals
from bookkeeper_tui.store.audit import Head, newest
from bookkeeper_tui.store.audit_walk import START, Broken, broken_rows
from bookkeeper_tui.store.desk import Desk
from bookkeeper_tui.store.seals import BrokenSeal

_SHORT = 8


@dataclass(frozen=True, slots=True)
class Verified:
    """What was found: `rows` of the log were walked, those above row `since`.

    `seals` is how many seals there are, `sealed_to` the newest row that one of them names and that is still so, and
    `explained` how many stand for what the log was before a backup was put back.
    """

    rows: int
    since: int
    broken: tuple[Broken, ...]
    seals: int
    sealed_to: int
    explained: int
    broken_seals: tuple[BrokenSeal, ...]

    @property
    def holds(self) -> bool:
        """Nothing was found."""
        return not self.broken and not self.broken_seals


def verify(
    desk: Desk, *, since_seal: bool = False, told: Callable[[int, int], None] = lambda done, of: None
) -> Verified:
    """Walks the log, all of it or what came after the newest seal that still fits, and checks every seal.

    `told` hears how many rows were walked, of how many; what it raises ends the work. Raises StoreUnusable when the
    seals cannot be read.
    """
    database = desk.require("audit.verified")
    checked = seals.check(desk)
    sealed = checked.newest
    after = Head(sealed.seq, sealed.mac) if since_seal and sealed is not None else START
    last = newest(database).seq
    found = list(broken_rows(database, _keys(desk), after, told))
    named = {seq for one in found for seq in (one.seq, one.until)}
    found += [one for one in checked.rows if one.seq not in named]
    return Verified(
        max(0, last - after.seq),
        after.seq,
        tuple(sorted(found)),
        len(checked.seals),
        sealed.seq if sealed is not None else 0,
        checked.explained,
        checked.broken,
    )


def broken(desk: Desk, after: Head = START) -> list[Broken]:
    """Every row of the chain since a trusted head that does not hold, without the seals outside."""
    return list(broken_rows(desk.require("audit.verified"), _keys(desk), after))


def is_printed_head(desk: Desk, printed: str) -> bool:
    """Whether the log still has the row that a Z report names, as it is printed there: `1234:7f3a9c210be1`.

    Raises BadInput for what is no such line.
    """
    database = desk.require("audit.verified")
    seq, _, mac = printed.replace(" ", "").partition(":")
    if not seq.isdecimal() or len(seq) > 18 or len(mac) < _SHORT or not set(mac.lower()) <= set("0123456789abcdef"):
        raise BadInput(f"“{printed[:40]}” is not what a Z report prints of the audit log, such as 1234:7f3a9c210be1")
    row = database.execute_sql("SELECT mac FROM audit WHERE seq = ?", (int(seq),)).fetchone()
    return row is not None and bytes(row[0]).hex().startswith(mac.lower())


def _keys(desk: Desk) -> dict[str, bytes]:
    return {desk.store.keys.audit_id: desk.store.keys.audit}
