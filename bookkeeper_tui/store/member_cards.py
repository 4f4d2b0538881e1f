"""Members' cards: given, lost, found again, replaced; and whose card a scanned one is."""

from dataclasses import dataclass

from peewee import SqliteDatabase

from bookkeeper_tui.errors import BadInput
from bookkeeper_tui.formats import harmless
from bookkeeper_tui.store import members, memberships
from bookkeeper_tui.store.desk import AlreadyDone, Change, Desk
from bookkeeper_tui.store.members import Member

FEWEST, LONGEST = 4, 64


@dataclass(frozen=True, slots=True)
class Card:
    """A card of a member: its state is "active", "lost", "replaced" or "ended"; instants in microseconds UTC."""

    id: int
    member_id: int
    number: str
    state: str
    since: int
    changed_at: int
    replaced_by: str


@dataclass(frozen=True, slots=True)
class CardHolder:
    """Whose card a number is: their customer, their name, the card's state, and what their membership is today."""

    customer_id: int
    member_id: int
    member: str
    number: str
    state: str
    membership: str
    status: str

    @property
    def is_good(self) -> bool:
        """Whether the card is in use and its membership runs."""
        return self.state == "active" and self.status == "active"

    @property
    def matter(self) -> str:
        """What is the matter with the card, in one word; empty for one that is good."""
        if self.state != "active":
            return self.state
        return "" if self.status == "active" else self.status

    @property
    def sentence(self) -> str:
        """Whose card it is, and what is the matter with it."""
        if self.state == "lost":
            return f"The card of {self.member} is reported lost: keep it and give another"
        if self.state == "replaced":
            return f"This card of {self.member} was replaced by another"
        if self.state == "ended":
            return f"This card of {self.member} is not in use: {self.member} is no member now"
        said = {
            "frozen": f": {self.membership} is frozen",
            "expired": f": {self.membership} has expired",
            "former": f": {self.membership} was ended",
        }
        return f"Card of {self.member}{said.get(self.status, '')}"


def give(desk: Desk, member_id: int, number: str, once: str | None = None) -> Member:
    """Gives a member who has no card in use one; one that ended with another member may be given again.

    Raises BadInput for a number that is no card or somebody's, and for a member who has one or has left.
    """
    number = written(number)
    try:
        with desk.change("member.card", once=once) as change:
            member = _taken_up(change, member_id)
            _refuse_former(change, member)
            if member.card_state in ("active", "lost"):
                raise BadInput(
                    f"{harmless(member.name)} has the card {member.card} ({member.card_state}): replace it instead"
                )
            _refuse_taken(change.database, number, member.customer_id)
            _give(change, member, number)
            change.personal(card=["", number])
    except AlreadyDone:
        pass
    return members.get(desk, member_id)


def replace(desk: Desk, member_id: int, number: str, once: str | None = None) -> Member:
    """Gives a member another card in place of the one in use or lost, which counts no more.

    Raises BadInput as `give` does, and for a member who has none to replace.
    """
    number = written(number)
    try:
        with desk.change("member.card", once=once) as change:
            member = _taken_up(change, member_id)
            _refuse_former(change, member)
            if member.card_id is None or member.card_state not in ("active", "lost"):
                raise BadInput(f"{harmless(member.name)} has no card to replace: give one")
            if number == member.card:
                raise BadInput(f"{number} is the card that {harmless(member.name)} has: scan or type another")
            _refuse_taken(change.database, number, member.customer_id)
            # There may be one card in use at a time: the old one goes before the new one comes.
            change.database.execute_sql(SET_STATE, ("ended", change.at, member.card_id))
            card_id = _give(change, member, number)
            change.database.execute_sql(SET_REPLACED, (card_id, member.card_id))
            change.personal(card=[member.card, number])
    except AlreadyDone:
        pass
    return members.get(desk, member_id)


def lose(desk: Desk, member_id: int) -> Member:
    """Marks the card that a member uses as lost. Raises BadInput for one who uses none."""
    return _turn(desk, member_id, "active", "lost", "has no card in use")


def find(desk: Desk, member_id: int) -> Member:
    """Takes the lost card of a member back into use. Raises BadInput for one who has lost none."""
    return _turn(desk, member_id, "lost", "active", "has not lost a card")


def of_member(desk: Desk, member_id: int) -> list[Card]:
    """All cards that a member had, newest first."""
    database = desk.require("member.viewed")
    return [Card(*row) for row in database.execute_sql(SELECT_CARDS, (member_id,))]


def card_holder(database: SqliteDatabase, text: str, today: str) -> CardHolder | None:
    """Whose card a scanned or typed number is, as it stands on an ISO date; None when it is no member's."""
    row = database.execute_sql(SELECT_HOLDER, (_compact(text),)).fetchone()
    if row is None:
        return None
    member = members.read(database, row[0])
    holder = harmless(member.name)
    return CardHolder(member.customer_id, member.id, holder, row[1], row[2], member.membership, member.status(today))


def whose(desk: Desk, text: str) -> CardHolder | None:
    """Whose card a scanned or typed number is, today; None when it is no member's, or the shop sells no services."""
    database = desk.require("member.viewed")
    return card_holder(database, text, desk.today()) if desk.store.settings.services else None


def written(number: str) -> str:
    """A card's number as it is kept: capitals without spaces. Raises BadInput for one that is none."""
    card = _compact(number)
    if not FEWEST <= len(card) <= LONGEST or harmless(card) != card or not any(letter.isdigit() for letter in card):
        shown = harmless(number[:40]).strip()
        raise BadInput(f"Card: “{shown}” is no card number: {FEWEST} to {LONGEST} letters and digits")
    return card


def _compact(text: str) -> str:
    return "".join(text[: 10 * LONGEST].split()).upper()


def _turn(desk: Desk, member_id: int, state: str, into: str, otherwise: str) -> Member:
    with desk.change("member.card") as change:
        member = _taken_up(change, member_id)
        if member.card_state != state:
            raise BadInput(f"{harmless(member.name)} {otherwise}")
        change.database.execute_sql(SET_STATE, (into, change.at, member.card_id))
        change.note(state=[state, into])
        change.personal(card=member.card)
    return members.get(desk, member_id)


def _give(change: Change, member: Member, number: str) -> int:
    """A new card; or one that ended with whoever had it, which becomes this member's."""
    values = (member.id, number, change.at, change.at)
    return int(change.database.execute_sql(UPSERT, values).fetchone()[0])


def _taken_up(change: Change, member_id: int) -> Member:
    member = members.read(change.database, member_id)
    change.concerns(subject=member.membership, customer_id=member.customer_id)
    return member


def _refuse_former(change: Change, member: Member) -> None:
    membership = memberships.read(change.database, member.membership_id)
    if member.until or membership.ended_on:
        raise BadInput(f"{harmless(member.name)} is a former member of {membership.number}: there is no card for them")


def _refuse_taken(database: SqliteDatabase, number: str, customer_id: int) -> None:
    row = database.execute_sql(TAKEN, (number,)).fetchone()
    if row is not None:
        raise BadInput(f"{number} is a card of {harmless(row[0])} already ({row[1]})")
    row = database.execute_sql(CUSTOMERS, (number, customer_id)).fetchone()
    if row is not None:
        raise BadInput(f"{number} is the card of the customer {harmless(row[0])} ({row[1]}) already")


UPSERT = """
INSERT INTO member_card (member_id, number, since, changed_at) VALUES (?, ?, ?, ?)
ON CONFLICT (number) DO UPDATE SET member_id = excluded.member_id, state = 'active', since = excluded.since,
    changed_at = excluded.changed_at
RETURNING id
"""
TAKEN = """
SELECT member.name, member_card.state FROM member_card JOIN member ON member.id = member_card.member_id
WHERE number = ? AND state <> 'ended'
"""
CUSTOMERS = "SELECT name, number FROM customer WHERE card <> '' AND card = ? AND id <> ?"
SET_STATE = "UPDATE member_card SET state = ?, changed_at = ? WHERE id = ?"
SET_REPLACED = "UPDATE member_card SET state = 'replaced', replaced_by = ? WHERE id = ?"
SELECT_CARDS = """
SELECT card.id, card.member_id, card.number, card.state, card.since, card.changed_at, COALESCE(other.number, '')
FROM member_card AS card LEFT JOIN member_card AS other ON other.id = card.replaced_by
WHERE card.member_id = ? ORDER BY card.id DESC
"""
SELECT_HOLDER = "SELECT member_id, number, state FROM member_card WHERE number = ?"
