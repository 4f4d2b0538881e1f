"""What a profile says of somebody's sessions, bookings, memberships and cards, on the days it should."""

from dataclasses import replace
from datetime import date
from types import SimpleNamespace

import pytest

from bookkeeper_tui.store import (
    bookings,
    catalogue,
    customers,
    member_cards,
    members,
    membership_plans,
    membership_rows,
    memberships,
    packages,
    standing_services,
    timers,
)
from bookkeeper_tui.store.catalogue import NewProduct
from bookkeeper_tui.store.desk import Actor, Desk
from bookkeeper_tui.store.matters import matters
from bookkeeper_tui.store.members import NewMember
from bookkeeper_tui.store.membership_plans import MembershipPlan
from bookkeeper_tui.store.memberships import Membership
from bookkeeper_tui.store.opening import Store
from bookkeeper_tui.store.packages import package as package_rows
from bookkeeper_tui.store.standing_services import ServicesGlance, services_at_a_glance
from tests.store.bookings.studio import Studio, studio_in
from tests.store.tills import Till

DAY_US, MINUTE_US = 86_400_000_000, 60_000_000


@pytest.fixture
def studio(store: Store) -> Studio:
    """A studio on a Monday at eight in the morning."""
    return studio_in(store)


def glance(studio: Studio, person: int = 0) -> ServicesGlance:
    found = services_at_a_glance(studio.desk, studio.people[person])
    assert found is not None
    return found


def said(studio: Studio, person: int = 0) -> list[str]:
    """What the strip says of somebody's services now; `!` first where it is pressing."""
    seen = glance(studio, person)
    customer = customers.get(studio.desk, studio.people[person])
    found = matters(
        customer, today=date.fromisoformat(seen.today), owes=0, asking=None, pinned=(),
        conventions=studio.store.conventions, services=seen,
    )  # fmt: skip
    return [("! " if one.pressing else "") + one.words for one in found]


def member(studio: Studio, months: int = 1) -> Membership:
    """The first of the people buys a membership for two, from today on."""
    with studio.desk.change("import.products") as change:
        catalogue.bring_in(change, [NewProduct("GOLD", "Gold", price=9000)])
    product_id = catalogue.ids_by_sku(studio.desk.database, ["GOLD"])["GOLD"]
    membership_plans.set_plan(studio.desk, MembershipPlan(product_id, months, 2))
    studio.sell()
    till = Till(SimpleNamespace(), studio.desk)  # type: ignore[arg-type]
    till.pay(till.rung("GOLD", customer=studio.people[0]))
    return memberships.of_customer(studio.desk, studio.people[0])[0]


def test_of_most_people_nothing_is_said(studio: Studio) -> None:
    assert said(studio) == []
    assert glance(studio).sessions_left == 0


def test_a_shop_without_services_reads_nothing_of_it(studio: Studio) -> None:
    studio.sell()
    without = replace(studio.store, settings=replace(studio.store.settings, services=False))
    assert services_at_a_glance(Desk(without, studio.desk.staff, "till-1"), studio.people[0]) is None


def test_a_package_is_spoken_of_when_it_ends_soon_or_one_session_is_left(studio: Studio) -> None:
    package = studio.sell(sessions=2)
    assert (said(studio), glance(studio).sessions_left) == ([], 2)
    packages.use(studio.desk, package.id)
    assert (said(studio), glance(studio).sessions_left) == (["! 2 sessions: 1 session left"], 1)
    studio.at += 76 * DAY_US
    assert said(studio) == ["! 2 sessions ends in 14 days, 1 session left"]
    studio.at += 13 * DAY_US
    assert said(studio) == ["! 2 sessions ends tomorrow, 1 session left"]
    studio.at += 2 * DAY_US
    assert (said(studio), glance(studio).sessions_left) == (["! 2 sessions expired 21/02/2027 with 1 session left"], 0)
    studio.at += 30 * DAY_US
    assert said(studio) == []


def test_a_frozen_package_says_so_and_its_sessions_do_not_count(studio: Studio) -> None:
    package = studio.sell()
    packages.freeze(studio.desk, package.id, "2026-12-01", "ill")
    assert (said(studio), glance(studio).sessions_left) == (["5 sessions is frozen until 01/12/2026"], 0)


def test_what_was_used_up_or_given_back_is_not_spoken_of(studio: Studio) -> None:
    package = studio.sell(sessions=1)
    packages.use(studio.desk, package.id)
    back = studio.sell(sessions=3)
    packages.refund(studio.desk, back.id, "cash", reason="moves away")
    assert (said(studio), glance(studio).packages) == ([], ())


def test_a_booking_of_today_is_told_with_its_time_until_it_is_done(studio: Studio) -> None:
    booking = studio.book("10:00")
    tomorrow = studio.book("10:00", date="2026-11-24")
    assert said(studio) == ["booked today 10:00: Massage with Marta"]
    studio.at = studio.instant("10:01")
    assert said(studio) == ["! booked today 10:00: Massage with Marta; done or no-show?"]
    bookings.check_in(studio.desk, booking.id)
    assert said(studio) == ["here for Massage at 10:00 with Marta"]
    bookings.done(studio.desk, booking.id, None)
    assert said(studio) == []
    studio.at = studio.instant("00:00", "2026-11-24")
    assert said(studio) == ["booked today 10:00: Massage with Marta"]
    bookings.cancel(studio.desk, tomorrow.id, "ill")
    assert said(studio) == []


def test_a_time_that_came_free_is_told_to_who_waits(studio: Studio) -> None:
    taken = studio.book("10:00", 1, date="2026-11-25")
    earliest = studio.instant("09:30", "2026-11-25")
    bookings.wait(studio.desk, studio.people[0], studio.massage, earliest, earliest + DAY_US // 24)
    assert said(studio) == []
    bookings.cancel(studio.desk, taken.id, "ill")
    (words,) = said(studio)
    assert words.startswith("! is offered Massage on 25/11/2026 ")


def test_a_session_under_way_is_told_until_it_is_stopped(studio: Studio) -> None:
    timer = timers.start(studio.desk, event_id=packages.use(studio.desk, studio.sell().id).id)
    assert said(studio) == ["Massage under way until 09:00"]
    studio.at += 10 * MINUTE_US
    timers.pause(studio.desk, timer.id)
    assert said(studio) == ["Massage paused, 50 min left"]
    timers.resume(studio.desk, timer.id)
    studio.at += 50 * MINUTE_US
    assert said(studio) == ["! Massage under way, over since 09:00"]
    timers.stop(studio.desk, timer.id)
    assert said(studio) == []


def test_a_membership_that_ends_ended_or_is_frozen_is_told(studio: Studio) -> None:
    membership = member(studio)
    assert said(studio) == []
    studio.at += (29 - membership.remind_days) * DAY_US
    assert said(studio) == [f"! Gold ends in {membership.remind_days} days"]
    studio.at += membership.remind_days * DAY_US
    assert said(studio) == ["! Gold ends today"]
    studio.at += 2 * DAY_US
    assert said(studio) == ["! Gold expired 22/12/2026"]
    studio.at += 40 * DAY_US
    assert said(studio) == []


def test_a_frozen_membership_says_until_when(studio: Studio) -> None:
    memberships.freeze(studio.desk, member(studio).id, "2026-12-05", "abroad")
    assert said(studio) == ["Gold is frozen until 05/12/2026"]


def test_a_lost_card_is_told_until_it_is_replaced(studio: Studio) -> None:
    membership = member(studio, months=12)
    lucas = members.add(studio.desk, membership.id, NewMember("Lucas"))
    member_cards.give(studio.desk, lucas.id, "770001")
    assert said(studio) == []
    member_cards.lose(studio.desk, lucas.id)
    assert said(studio) == ["! card of Lucas reported lost"]
    member_cards.replace(studio.desk, lucas.id, "770002")
    assert said(studio) == []


def test_it_is_read_by_indexes_and_no_more_than_five_looks(studio: Studio) -> None:
    sql = [
        package_rows.SELECT + standing_services.WITH_SESSIONS_LEFT,
        standing_services.TIMES,
        timers.SELECT + timers.RUNNING_OF,
        membership_rows.SELECT + standing_services.NOT_ENDED,
        standing_services.LOST,
    ]
    database = studio.desk.database
    for one in sql:
        values = (1,) * (5 if one is standing_services.TIMES else 2)
        plan = [row[3] for row in database.execute_sql(f"EXPLAIN QUERY PLAN {one}", values).fetchall()]
        assert not [step for step in plan if step.startswith("SCAN") and "CONSTANT" not in step], plan
    asked: list[str] = []
    database.connection().set_trace_callback(asked.append)
    glance(studio)
    database.connection().set_trace_callback(None)
    assert len([one for one in asked if "FROM rights" not in one]) == len(sql)


def test_who_may_see_nothing_of_it_is_refused(studio: Studio) -> None:
    nobody = Desk(studio.store, Actor(None, "", "nobody", "nobody"), "till-1")
    with pytest.raises(Exception, match=r"package\.viewed"):
        services_at_a_glance(nobody, studio.people[0])
