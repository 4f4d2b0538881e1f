"""The left pane of the profile: who they are and what matters now, on every tab."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bookkeeper_tui.formats import Conventions, cell_width, fit, harmless
from bookkeeper_tui.store.consent_wordings import channel_name
from bookkeeper_tui.store.matters import Matter, Money
from bookkeeper_tui.widgets.pieces import Line, Piece, pair, wrap

if TYPE_CHECKING:
    from bookkeeper_tui.store.customers import Customer
    from bookkeeper_tui.store.loyalty import LoyaltyGlance
    from bookkeeper_tui.store.overview import AtAGlance
    from bookkeeper_tui.store.standing_services import ServicesGlance

NOTHING: Line = ()
NAME_LINES = 3
MATTER_LINES = 3
WORDING_LINES = 9
"""What is read out is told in full, as far as any decent wording goes."""


@dataclass(frozen=True)
class Who:
    """What the pane shows; the customer is as whoever looks may see them.

    `money` and `points` are None to those who may not see them, `services` where none are sold.
    """

    customer: Customer
    standing: AtAGlance
    consents: dict[str, str]
    matters: tuple[Matter, ...]
    conventions: Conventions
    time_zone: str
    money: Money | None = None
    points: LoyaltyGlance | None = None
    services: ServicesGlance | None = None
    merged: tuple[str, ...] = ()
    """The numbers of those who turned out to be this customer."""


def who_lines(who: Who, width: int) -> list[Line]:
    """The pane's lines for a width."""
    customer, inner = who.customer, width - 2
    blocks = (_name(who, inner), _figures(who, inner), _matters(who, inner), _more(customer, who.conventions, inner))
    lines: list[Line] = []
    for block in blocks:
        if lines and block:
            lines.append(NOTHING)
        lines += [(Piece(" "), *line) for line in block]
    return lines


def _name(who: Who, width: int) -> list[Line]:
    customer = who.customer
    lines: list[Line] = [(Piece(line, "strong"),) for line in wrap(customer.name, width)[:NAME_LINES]]
    if customer.company and customer.company != customer.name:
        lines.append((Piece(customer.company),))
    tier = harmless(who.points.tier) if who.points is not None else ""
    status = Piece(tier, "strong") if tier and customer.status == "active" else _status(customer)
    room = width - cell_width(customer.number) - cell_width(status.text)
    lines.append((Piece(customer.number), Piece(" " * max(1, room)), status))
    lines += [(Piece(f"was {number}", "quiet"),) for number in who.merged]
    phone = customer.phone_raw or customer.phone_e164
    if phone:
        lines.append((Piece(phone),))
    if customer.email:
        lines += [(Piece(line),) for line in wrap(customer.email, width)[:3]]
    return lines


def _status(customer: Customer) -> Piece:
    return Piece(customer.gone or customer.status, "bad" if customer.status == "inactive" else "quiet")


def _figures(who: Who, width: int) -> list[Line]:
    standing, conventions = who.standing, who.conventions
    last = conventions.day(standing.last_at, who.time_zone) if standing.last_at else "never"
    lines = [
        *_points(who.points, conventions, width),
        *_money(who, width),
        *_sessions(who, width),
        pair("Spend", conventions.amount(standing.spend), width, "strong"),
        pair("Visits", conventions.count(standing.visits), width),
        pair("Last visit", last, width),
    ]
    dot = "|" if conventions.ascii else "·"
    named = (f"{_capital(channel_name(channel))} {state}" for channel, state in who.consents.items())
    return [*lines, *_joined(named, f" {dot} ", width)]


def _points(points: LoyaltyGlance | None, conventions: Conventions, width: int) -> list[Line]:
    if points is None:
        return []
    lines = [pair("Points", conventions.count(points.balance), width, "bad" if points.balance < 0 else "strong")]
    if points.next_tier and points.spend > 0:
        lines.append(pair(f" to {points.next_tier}", conventions.amount(points.to_next), width))
    return lines


def _money(who: Who, width: int) -> list[Line]:
    owes, money, conventions = who.standing.owes, who.money, who.conventions
    lines = [pair("Owes", conventions.amount(owes), width, "bad" if owes > 0 else "plain")]
    if money is None:
        return lines
    account = money.account
    if account.status == "active":
        lines.append(pair("Limit", conventions.amount(account.credit_limit), width))
    elif account.status != "none":
        lines.append(pair("Account", "on hold" if account.status == "hold" else account.status, width, "bad"))
    if money.credit:
        lines.append(pair("Store credit", conventions.amount(money.credit), width))
    if money.layaways:
        lines.append(pair("Set aside", conventions.count(len(money.layaways)), width))
    return lines


def _sessions(who: Who, width: int) -> list[Line]:
    left = who.services.sessions_left if who.services is not None else 0
    return [pair("Sessions", f"{who.conventions.count(left)} left", width, "strong")] if left else []


def _matters(who: Who, width: int) -> list[Line]:
    lines: list[Line] = []
    for matter in who.matters:
        mark, role = ("!", "warn") if matter.pressing else ("*", "plain")
        most = WORDING_LINES if matter.kind == "consent" else MATTER_LINES
        for number, text in enumerate(_at_most(most, wrap(matter.words, width - 2), who.conventions, width - 2)):
            lines.append((Piece(f"{mark} " if number == 0 else "  ", role), Piece(text, role)))
    return lines


def _at_most(count: int, lines: list[str], conventions: Conventions, width: int) -> list[str]:
    """The first lines of a text; the last of them says when there is more."""
    if len(lines) <= count:
        return lines
    rest = " ".join(lines[count - 1 :])
    return [*lines[: count - 1], fit(rest, width, ascii_only=conventions.ascii).rstrip()]


def _more(customer: Customer, conventions: Conventions, width: int) -> list[Line]:
    lines: list[Line] = []
    if customer.discount_code:
        lines.append(pair("Code", customer.discount_code, width))
        if customer.discount_until:
            lines.append(pair("  until", conventions.date(customer.discount_until), width))
    for label, value in (
        ("Born", conventions.date(customer.born) if customer.born else ""),
        ("Gender", customer.gender),
        ("Language", customer.language),
        ("Card", customer.card),
        ("VAT", customer.vat_no),
        ("Reg.", customer.registration_no),
    ):
        if value:
            lines.append(pair(label, value, width))
    if customer.tags:
        lines += [(Piece(text, "quiet"),) for text in wrap("Tags " + ", ".join(customer.tags), width)]
    for name, value in customer.attributes.items():
        lines.append(pair(_capital(name), value, width))
    return lines


def _joined(words: Iterable[str], between: str, width: int) -> list[Line]:
    lines: list[str] = []
    for word in words:
        if lines and cell_width(lines[-1] + between + word) <= width:
            lines[-1] += between + word
        else:
            lines.append(word)
    return [(Piece(line),) for line in lines]


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
