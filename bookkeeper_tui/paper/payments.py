"""A payment as its slip: what somebody paid without buying anything, and what they owe now."""

from __future__ import annotations

from bookkeeper_tui.paper.page import RULE, Page, PaperLine
from bookkeeper_tui.paper.receipts import foot, head
from bookkeeper_tui.store import customer_accounts, customers, payments
from bookkeeper_tui.store.desk import Desk


def payment_page(desk: Desk, payment_id: int, *, copy: bool = False, kick: bool = False) -> Page:
    """The slip of a payment on account or of a deposit; what is owed is left off a copy, which may be printed later.

    Raises BadInput when there is no such payment.
    """
    found, conventions = payments.get(desk, payment_id), desk.store.conventions
    customer = customers.get(desk, found.customer_id)
    what = "Payment" if found.amount >= 0 else "Paid back"
    lines = [
        *head(desk),
        *([PaperLine("COPY", strong=True, centre=True)] if copy else []),
        PaperLine(f"{what} {found.number}", conventions.instant(found.at, desk.store.shop.time_zone), strong=True),
        PaperLine(f"{found.branch} {found.terminal}".strip(), found.staff),
        PaperLine(f"Customer {customer.number} {customer.name}"),
        RULE,
        PaperLine("On account" if found.kind == "account" else "Deposit"),
        PaperLine(
            f"{found.tender.capitalize()} {found.reference}".strip(), conventions.amount(found.amount), strong=True
        ),
        *([PaperLine(found.note)] if found.note else []),
    ]
    if found.kind == "account" and not copy:
        owes = customer_accounts.of(desk, found.customer_id).owes
        lines.append(PaperLine(f"Owed now {conventions.currency}", conventions.amount(owes)))
    return Page("payment", found.number, (*lines, *foot(desk, copy=copy)), found.customer_id, kick, copy)
