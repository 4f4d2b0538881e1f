"""Members: the people whom a customer's membership covers, as long as it runs or until they leave it."""

from dataclasses import dataclass
from typing import Any, NamedTuple

from peewee import SqliteDatabase

from bookkeeper_tui.errors import BadInput, Conflict
from bookkeeper_tui.formats import fold, harmless
from bookkeeper_tui.store import customer_fields, memberships, sight
from bookkeeper_tui.store.desk import AlreadyDone, Change, Desk
from bookkeeper_tui.store.membership_rows import STATES, Membership, last_day, state_of

LONGEST_NAME, LONGEST_RELATION, LONGEST_CONTACT, LONGEST_REASON = 200, 40, 200, 200


class NewMember(NamedTuple):
    """A member as a form brings them: texts as typed, checked when they are kept."""

    name: str
    relation: str = ""
    phone: str = ""
    email: str = ""


@dataclass(frozen=True, slots=True)
class Member:
    """A person whom a membership covers. Dates are ISO, instants microseconds UTC.

    `until` is the day they left it, empty for one who did not. `card` is their newest card, with its state "active",
    "lost", "replaced" or "ended"; all of it is empty for one who never had any.
    """

    id: int
    membership_id: int
    membership: str
    plan: str
    customer_id: int
    customer_number: str
    customer_name: str
    name: str
    name_key: str
    relation: str
    phone: str
    email: str
    since: str
    until: str
    version: int
    card_id: int | None
    card: str
    card_state: str
    card_since: int
    membership_until: str
    frozen_since: str
    ended_on: str

    def status(self, today: str) -> str:
        """On an ISO date: "active", "frozen", "expired" or "former"; their membership's, until they leave it."""
        return "former" if self.until else state_of(self.membership_until, self.frozen_since, self.ended_on, today)

    def last_day(self, today: str) -> str:
        """The last day as a member as it stands on an ISO date."""
        return self.until or last_day(self.membership_until, self.frozen_since, self.ended_on, today)


class MemberFilter(NamedTuple):
    """Which members are meant: by status (empty for all), by plan, and by how a part of their name begins."""

    status: str = ""
    product_id: int | None = None
    name: str = ""


def of_customer(desk: Desk, customer_id: int) -> list[Member]:
    """The members of all memberships of a customer: those of running ones first, those who left last; at most 500."""
    database = desk.require("member.viewed")
    return _seen(desk, database.execute_sql(f"{SELECT} {OF_CUSTOMER}", (customer_id,)).fetchall())


def get(desk: Desk, member_id: int) -> Member:
    """A member by id, with what this desk may see of them. Raises BadInput when there is none."""
    return sight.masked(desk, read(desk.require("member.viewed"), member_id))


def reveal(desk: Desk, member_id: int) -> Member:
    """The same with phone and e-mail whole, for this once: that they were shown stands in the log."""
    member = read(desk.require("customer.revealed"), member_id)
    detail = {"member": member.id}
    desk.look("customer.revealed", subject=member.membership, customer_id=member.customer_id, detail=detail)
    return sight.revealed(desk, member)


def add(desk: Desk, membership_id: int, member: NewMember, once: str | None = None) -> Member:
    """Adds a person to a membership from today.

    Raises BadInput for a field that cannot be, when the membership is former, and when it covers no more people.
    """
    member = _checked(desk, member)
    try:
        with desk.change("member.edited", once=once) as change:
            membership = memberships.read(change.database, membership_id)
            today = change.today
            refuse_full(membership, today)
            values = (membership_id, *member, fold(member.name), today)
            member_id = int(change.database.execute_sql(INSERT, values).fetchone()[0])
            _say(change, membership, NewMember(""), member)
            change.result = str(member_id)
    except AlreadyDone as done:
        member_id = int(done.result)
    return get(desk, member_id)


def edit(desk: Desk, member_id: int, member: NewMember, seen_version: int) -> Member:
    """Changes who a member is or how they are reached; a phone or e-mail left as it was shown stays.

    Raises BadInput for a field that cannot be, and Conflict when somebody changed the member since.
    """
    known = read(desk.require("member.edited"), member_id)
    _refuse_newer(known, seen_version)
    shown = sight.masked(desk, known)
    whole = {
        name: getattr(known, name)
        for name in ("phone", "email")
        if sight.same_mask(getattr(member, name), getattr(shown, name))
    }
    member = _checked(desk, member._replace(**whole))
    with desk.change("member.edited") as change:
        old = read(change.database, member_id)
        _refuse_newer(old, seen_version)
        before = NewMember(old.name, old.relation, old.phone, old.email)
        if before == member:
            change.drop()
        change.database.execute_sql(UPDATE, (*member, fold(member.name), member_id))
        _say(change, memberships.read(change.database, old.membership_id), before, member)
    return get(desk, member_id)


def end(desk: Desk, member_id: int, reason: str = "") -> Member:
    """Takes a person off a membership today, with their card; somebody else may be added in their place.

    Raises BadInput for one who left already.
    """
    with desk.change("member.edited") as change:
        member = read(change.database, member_id)
        change.concerns(subject=member.membership, customer_id=member.customer_id)
        today = change.today
        if member.until:
            when = desk.store.conventions.date(member.until)
            raise BadInput(f"{harmless(member.name)} left {member.membership} already, on {when}")
        change.database.execute_sql(END, (today, member_id))
        change.database.execute_sql(END_CARD, (change.at, member_id))
        change.note(until=today)
        change.personal(member=member.name, reason=" ".join(harmless(reason).split())[:LONGEST_REASON])
    return get(desk, member_id)


def page(
    desk: Desk, which: MemberFilter, today: str, *, after: tuple[str, int] | None = None, limit: int = 50
) -> list[Member]:
    """The shop's members who meet a filter on an ISO date, by name; `after` is the name key and id to go on from."""
    database = desk.require("member.viewed")
    test, values = _test(which, today)
    key = after or ("", 0)
    sql = f"{SELECT} WHERE (member.name_key, member.id) > (?, ?){test} ORDER BY member.name_key, member.id LIMIT ?"
    return _seen(desk, database.execute_sql(sql, (*key, *values, limit)).fetchall())


def page_before(
    desk: Desk, which: MemberFilter, today: str, *, before: tuple[str, int], limit: int = 50
) -> list[Member]:
    """Those who come before a name key and id in that list, by name."""
    database = desk.require("member.viewed")
    test, values = _test(which, today)
    order = "ORDER BY member.name_key DESC, member.id DESC LIMIT ?"
    sql = f"{SELECT} WHERE (member.name_key, member.id) < (?, ?){test} {order}"
    return _seen(desk, reversed(database.execute_sql(sql, (*before, *values, limit)).fetchall()))


def count(desk: Desk, which: MemberFilter, today: str) -> int:
    """How many of the shop's members meet a filter on an ISO date."""
    test, values = _test(which, today)
    sql = f"SELECT COUNT(*) {FROM} WHERE 1 = 1{test}"
    return int(desk.require("member.viewed").execute_sql(sql, values).fetchone()[0])


def refuse_full(membership: Membership, today: str) -> None:
    """Raises BadInput when nobody may be added to a membership on an ISO date: it is former, or has no place left."""
    if membership.status(today) == "former":
        raise BadInput(f"{membership.number} is former: a new membership has to be sold first")
    if membership.taken >= membership.members:
        people = "1 person" if membership.members == 1 else f"{membership.members} people"
        raise BadInput(f"{membership.number} covers {people}, and has so many: take one off it first")


def read(database: SqliteDatabase, member_id: int) -> Member:
    """A member by id, for those who hold a database already. Raises BadInput when there is none."""
    row = database.execute_sql(f"{SELECT} WHERE member.id = ?", (member_id,)).fetchone()
    if row is None:
        raise BadInput(f"There is no member {member_id}")
    return Member(*row)


def _test(which: MemberFilter, today: str) -> tuple[str, list[object]]:
    """The filter as SQL that goes behind a WHERE, and its values."""
    test, values = "", list[object]()
    if which.status:
        if which.status not in STATES:
            raise BadInput(f"Status: “{harmless(which.status[:20])}” is none: {', '.join(STATES)}")
        test += f" AND {STATUS} = ?"
        values += [today, which.status]
    if which.product_id is not None:
        test += " AND membership.product_id = ?"
        values.append(which.product_id)
    if key := fold(which.name):
        test += " AND ' ' || member.name_key LIKE ?"
        values.append(f"% {key}%")
    return test, values


def _checked(desk: Desk, member: NewMember) -> NewMember:
    name, relation = (" ".join(harmless(text).split()) for text in (member.name, member.relation))
    if not fold(name):
        raise BadInput("Name: a member needs one")
    for label, text, longest in (("Name", name, LONGEST_NAME), ("Relation", relation, LONGEST_RELATION)):
        if len(text) > longest:
            raise BadInput(f"{label}: more than {longest} letters (“{text[:30]}…”)")
    phone = customer_fields.check_field(desk, "phone", member.phone)
    email = customer_fields.check_field(desk, "email", member.email)
    return NewMember(name, relation, phone, email)


def _refuse_newer(member: Member, seen_version: int) -> None:
    if member.version != seen_version:
        raise Conflict(f"{harmless(member.name)} was changed at another terminal meanwhile: look at it again")


def _say(change: Change, membership: Membership, before: NewMember, after: NewMember) -> None:
    """What the audit log keeps: the fields, their values where they can be erased."""
    change.concerns(subject=membership.number, customer_id=membership.customer_id)
    for name, old, new in zip(NewMember._fields, before, after, strict=True):
        if old != new:
            change.field(f"member_{name}", old, new)


def _seen(desk: Desk, rows: Any) -> list[Member]:
    """Members as this desk may see them."""
    return [sight.masked(desk, Member(*row)) for row in rows]


FROM = """
FROM member JOIN membership ON membership.id = member.membership_id
JOIN customer ON customer.id = membership.customer_id
"""
SELECT = f"""
SELECT member.id, member.membership_id, membership.number, membership.name, membership.customer_id, customer.number,
       customer.name, member.name, member.name_key, member.relation, member.phone, member.email, member.since,
       member.until, member.version, card.id, COALESCE(card.number, ''), COALESCE(card.state, ''),
       COALESCE(card.since, 0), membership.until, membership.frozen_since, membership.ended_on
{FROM} LEFT JOIN member_card AS card ON card.id = (
    SELECT id FROM member_card WHERE member_id = member.id ORDER BY state = 'active' DESC, since DESC, id DESC LIMIT 1)
"""
OF_CUSTOMER = """
WHERE membership.customer_id = ?
ORDER BY membership.ended_on <> '', membership.until DESC, membership.id DESC, member.until <> '', member.id LIMIT 500
"""
STATUS = """
CASE WHEN member.until <> '' OR membership.ended_on <> '' THEN 'former' WHEN membership.frozen_since <> '' THEN 'frozen'
     WHEN membership.until < ? THEN 'expired' ELSE 'active' END
"""
INSERT = """
INSERT INTO member (membership_id, name, relation, phone, email, name_key, since) VALUES (?, ?, ?, ?, ?, ?, ?)
RETURNING id
"""
UPDATE = """
UPDATE member SET name = ?, relation = ?, phone = ?, email = ?, name_key = ?, version = version + 1 WHERE id = ?
"""
END = "UPDATE member SET until = ?, version = version + 1 WHERE id = ?"
END_CARD = """
UPDATE member_card SET state = 'ended', changed_at = ? WHERE member_id = ? AND state IN ('active', 'lost')
"""
