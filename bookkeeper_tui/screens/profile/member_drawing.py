"""Memberships and their members in words and lines, as the Members tab shows them."""

from __future__ import annotations

from collections.abc import Sequence

from bookkeeper_tui.formats import Conventions, harmless
from bookkeeper_tui.store.member_cards import Card
from bookkeeper_tui.store.members import Member
from bookkeeper_tui.store.memberships import Membership, MembershipEvent
from bookkeeper_tui.widgets.pieces import Line, Piece, wrap

KINDS = {
    "sold": "sold", "renewed": "renewed", "freeze": "frozen", "unfreeze": "freeze ended", "end": "ended",
    "return": "given back",
}  # fmt: skip
MARKED = ("frozen", "expired")


def status_words(membership: Membership, today: str, conventions: Conventions) -> str:
    """How a membership stands on a day, in a sentence without its end."""
    write, status = conventions.date, membership.status(today)
    if status == "former":
        return f"ended on {write(membership.ended_on)}"
    if status == "frozen":
        since, until = membership.frozen_since, membership.frozen_until
        if not until:
            return f"frozen since {write(since)}, then runs to {write(membership.last_day(today))} or later"
        return f"frozen from {write(since)} to {write(until)}, then runs to {write(membership.end_after(until))}"
    if status == "expired":
        return f"expired, its last day was {write(membership.until)}"
    return f"{'ends soon, on' if membership.is_ending(today) else 'runs to'} {write(membership.until)}"


def membership_lines(
    membership: Membership, events: Sequence[MembershipEvent], today: str, conventions: Conventions, width: int
) -> list[Line]:
    """A membership in full, and the last things that happened to it."""
    marked = membership.status(today) in MARKED or membership.is_ending(today)
    said = f"since {conventions.date(membership.since)}; {status_words(membership, today, conventions)}"
    people = f"{membership.taken} of {membership.members} members"
    lines: list[Line] = [(Piece(f"{membership.number} {harmless(membership.name)}, {people}", "strong"),)]
    lines += [(Piece(text, "warn" if marked else "plain"),) for text in wrap(f"{'! ' * marked}{said}", width)]
    return lines + [(Piece(event_words(event, conventions), "quiet"),) for event in events]


def member_lines(member: Member, cards: Sequence[Card], today: str, conventions: Conventions, width: int) -> list[Line]:
    """A member in full: who, how to reach them, since when, and their cards."""
    who = " ".join(filter(None, (harmless(member.name), f"({harmless(member.relation)})" if member.relation else "")))
    contact = [harmless(text) for text in (member.phone, member.email)]
    said = f"{member.membership} since {conventions.date(member.since)}, {member.status(today)}"
    if member.until:
        said += f" since {conventions.date(member.until)}"
    lines: list[Line] = [(Piece(who, "strong"),)]
    lines.append(
        (Piece("  ".join(filter(None, contact)) or "no contact of their own", "plain" if any(contact) else "quiet"),)
    )
    lines += [(Piece(text),) for text in wrap(said, width)]
    lines += [(Piece(card_words(card), "warn" if card.state == "lost" else "plain"),) for card in cards]
    return lines if cards else [*lines, (Piece("no card yet: c gives one", "quiet"),)]


def event_words(event: MembershipEvent, conventions: Conventions) -> str:
    """What happened, when, by which sale and to which end."""
    words = f"{conventions.date(event.date)} {KINDS[event.kind]}"
    if event.until != event.until_before:
        words += f" to {conventions.date(event.until)}"
    besides = event.sale_number or harmless(event.reason)
    return f"{words}, {besides}" if besides else words


def card_words(card: Card) -> str:
    """A card with its state: `card 77001, replaced by 77002`."""
    return f"{'! ' if card.state == 'lost' else ''}card {card.number}, {_state_words(card)}"


def _state_words(card: Card) -> str:
    if card.state == "replaced":
        return f"replaced by {card.replaced_by}"
    return {"active": "in use", "lost": "reported lost", "ended": "not in use"}[card.state]
