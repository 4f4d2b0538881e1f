"""A layaway's slip: what is set aside, what was paid and is outstanding, and by when to pick it up."""

from bookkeeper_tui.paper.page import GAP, RULE, Page, PaperLine
from bookkeeper_tui.paper.receipts import foot, head
from bookkeeper_tui.store import layaways
from bookkeeper_tui.store.desk import Desk


def layaway_page(desk: Desk, layaway_id: int) -> Page:
    """The slip of a layaway as it stands now. Raises BadInput when there is none with this id."""
    found = layaways.get(desk, layaway_id)
    conventions, zone = desk.store.conventions, desk.store.shop.time_zone
    goods = [
        PaperLine(f"{conventions.quantity(line.quantity)} {name}", conventions.amount(line.amount))
        for name, line in zip(found.descriptions, found.lines, strict=True)
    ]
    paid = [
        PaperLine(f"{conventions.day(one.at, zone)} {one.tender} {one.number}", conventions.amount(one.amount))
        for one in layaways.deposits(desk, layaway_id)
    ]
    state = f"to be picked up by {conventions.date(found.due)}" if found.state == "open" else found.state
    lines = (
        *head(desk),
        PaperLine(f"LAYAWAY {found.number}", strong=True, centre=True),
        PaperLine(found.customer_name, found.customer_number),
        PaperLine(f"Set aside {conventions.instant(found.opened_at, zone)}, {state}"),
        RULE,
        *goods,
        PaperLine("Total", conventions.amount(found.total), strong=True),
        RULE,
        *paid,
        PaperLine("Paid", conventions.amount(found.paid)),
        *([PaperLine("Fee", conventions.amount(found.fee))] if found.fee else []),
        PaperLine("Outstanding", conventions.amount(found.outstanding), strong=True),
        GAP,
        *foot(desk),
    )
    return Page("layaway", found.number, lines, found.customer_id)
