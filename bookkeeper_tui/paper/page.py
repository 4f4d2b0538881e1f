"""A page as it is handed to paper: lines of a left and a right part, whatever the printer or file will make of them."""

from dataclasses import dataclass
from typing import NamedTuple


class PaperLine(NamedTuple):
    """One line: `left` begins it and may wrap, `right` ends it (amounts). `rule` is a line drawn across, without text.

    Spaces within `left` stay as they are where the line fits, so that a wide page may hold a table.
    """

    left: str = ""
    right: str = ""
    strong: bool = False
    centre: bool = False
    rule: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """Something to print: its kind ("receipt", "bill", "statement"...) and its number, which name it in log and file.

    `columns` is the width it was laid out for, 0 for the receipt printer's own. `kick` opens the drawer, `copy` says
    that this was printed before. A page without lines only opens the drawer.
    """

    kind: str
    number: str
    lines: tuple[PaperLine, ...]
    customer_id: int | None = None
    kick: bool = False
    copy: bool = False
    columns: int = 0


RULE = PaperLine(rule=True)
GAP = PaperLine()


def drawer_page() -> Page:
    """Nothing to read: it opens the drawer."""
    return Page("drawer", "", (), kick=True)
