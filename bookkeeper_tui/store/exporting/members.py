"""The members as a table: one row a person, by name."""

from collections.abc import Iterator

from bookkeeper_tui.store import members
from bookkeeper_tui.store.desk import Desk
from bookkeeper_tui.store.exporting.kind import AT_ONCE, WORDS, Asked, Filter, ReportKind, Row, columns_of
from bookkeeper_tui.store.exporting.names import plan_id
from bookkeeper_tui.store.members import MemberFilter
from bookkeeper_tui.store.membership_rows import STATES

COLUMNS = (
    "name", "relation", "status", "membership_no", "plan", "since", "until", "left_on", "card", "card_state", "phone",
    "email", "customer_no", "customer",
)  # fmt: skip


def _which(desk: Desk, asked: Asked) -> MemberFilter:
    return MemberFilter(asked["status"], plan_id(desk, asked["plan"]), asked[WORDS])


def _count(desk: Desk, asked: Asked) -> int:
    return members.count(desk, _which(desk, asked), desk.today())


def _rows(desk: Desk, asked: Asked) -> Iterator[Row]:
    """`until` is the last day as a member; while frozen it is as it would be if the freeze ended today."""
    which, today = _which(desk, asked), desk.today()
    after: tuple[str, int] | None = None
    while page := members.page(desk, which, today, after=after, limit=AT_ONCE):
        for one in page:
            yield (
                one.name, one.relation, one.status(today), one.membership, one.plan, one.since, one.last_day(today),
                one.until or one.ended_on, one.card, one.card_state, one.phone, one.email, one.customer_number,
                one.customer_name,
            )  # fmt: skip
        after = (page[-1].name_key, page[-1].id)


MEMBERS = ReportKind(
    name="members",
    title="Members",
    what="the members of all memberships, a row a person",
    one="member",
    many="members",
    columns=columns_of(*COLUMNS),
    filters=(
        Filter("status", "only those who are", choices=STATES),
        Filter("plan", "of one plan, by name or its beginning"),
        Filter(WORDS, "how a part of their name begins", personal=True),
    ),
    rows=_rows,
    count=_count,
    services=True,
)
