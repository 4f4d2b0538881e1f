"""Using packages: what is left, what becomes revenue, who is paid for it, and what is refused."""

from threading import Barrier, Thread

import pytest

from bookkeeper_tui.errors import BadInput, NotAllowed
from bookkeeper_tui.store import customers, packages
from bookkeeper_tui.store.desk import Actor, Approval, Desk
from bookkeeper_tui.store.opening import open_store
from bookkeeper_tui.store.packages import Package, UsageEvent
from bookkeeper_tui.store.packages import usage as usage_room
from tests.store.packages.studio import DAY_US, Studio


def changed(studio: Studio, event: UsageEvent, **what: object) -> UsageEvent:
    """A use with something of it said anew."""
    said = {
        "trainer_id": event.trainer_id, "resource_id": event.resource_id, "service_id": event.service_id,
        "at": event.at, "remarks": event.remarks,
    }  # fmt: skip
    return packages.change_use(studio.desk, event.id, **(said | what))  # type: ignore[arg-type]


def test_a_package_is_a_liability_until_its_sessions_are_used(studio: Studio) -> None:
    package = studio.bought("THREE")
    assert (package.sessions, package.remaining, package.price, package.session_worth) == (3, 3, 1000, 333)
    assert (studio.prepaid(studio.ana), studio.revenue()) == (1000, 0)
    worths = [studio.used(package).worth for _ in range(3)]
    assert worths == [333, 333, 334], "the last one takes what is left over"
    assert (studio.prepaid(studio.ana), studio.revenue()) == (0, 1000)
    with pytest.raises(BadInput, match=r"Nothing is left of K-0000001: all of its sessions \(3\) are used"):
        studio.used(package)
    assert studio.floor.failing() == {}


def test_several_sessions_are_used_at_once_but_not_more_than_are_left(studio: Studio) -> None:
    package = studio.bought("THREE")
    assert studio.used(package, 2).used == 2
    with pytest.raises(BadInput, match="K-0000001 has 1 session left: 2 cannot be used"):
        studio.used(package, 2)
    with pytest.raises(BadInput, match="0 is no number of sessions"):
        studio.used(package, 0)
    assert studio.now(package).remaining == 1


def test_a_command_that_arrives_twice_uses_one_session(studio: Studio) -> None:
    package = studio.bought("THREE")
    once = [packages.use(studio.desk, package.id, once="a key").id for _ in range(2)]
    assert once[0] == once[1]
    assert studio.now(package).used == 1


def test_a_use_names_who_gave_it_where_and_when_and_who_wrote_it_down(studio: Studio) -> None:
    package, yesterday = studio.bought("TEN"), studio.at
    studio.days_pass(1)
    event = packages.use(
        studio.desk, package.id, trainer_id=studio.ids["Marta"], resource_id=studio.ids["Room 1"], at=yesterday + 1,
        remarks="sore shoulder\x1b[2J",
    )  # fmt: skip
    assert (event.trainer, event.resource, event.service, event.at) == ("Marta", "Room 1", "Massage", yesterday + 1)
    assert (event.staff, event.recorded_at) == (studio.desk.staff.who, studio.at)
    assert "\x1b" not in event.remarks
    assert (event.worth, event.commission) == (1000, 300)


def test_a_trainer_who_left_lacks_the_skill_or_is_a_room_is_refused(studio: Studio) -> None:
    package, marta, luis, room = studio.bought("TEN"), *(studio.ids[name] for name in ("Marta", "Luis", "Room 1"))
    with pytest.raises(BadInput, match="Luis is not for Massage: choose another trainer"):
        packages.use(studio.desk, package.id, trainer_id=luis)
    with pytest.raises(BadInput, match="There is no trainer with the id"):
        packages.use(studio.desk, package.id, trainer_id=room)
    with pytest.raises(BadInput, match="There is no resource with the id 99"):
        packages.use(studio.desk, package.id, resource_id=99)
    with studio.floor.desk.change("bookable.edited") as change:
        change.database.execute_sql("UPDATE bookable SET left_on = '2026-11-21' WHERE id = ?", (marta,))
    with pytest.raises(BadInput, match=r"Marta left on .*2026: choose another trainer"):
        packages.use(studio.desk, package.id, trainer_id=marta)
    assert studio.now(package).used == 0


def test_a_package_for_one_service_pays_for_no_other(studio: Studio) -> None:
    package = studio.bought("TEN")
    with pytest.raises(BadInput, match="K-0000001 is for Massage, not for Yoga"):
        packages.use(studio.desk, package.id, service_id=studio.ids["Yoga"])
    anything = studio.bought("THREE")
    assert packages.use(studio.desk, anything.id, service_id=studio.ids["Yoga"]).service == "Yoga"


def test_a_use_is_not_written_down_days_ahead(studio: Studio) -> None:
    package = studio.bought("TEN")
    with pytest.raises(BadInput, match="has not come yet"):
        packages.use(studio.desk, package.id, at=studio.at + DAY_US)


def test_a_customer_who_is_inactive_uses_nothing(studio: Studio) -> None:
    package = studio.bought("TEN")
    customers.set_status(studio.floor.desk, studio.ana, "inactive")
    with pytest.raises(BadInput, match="is inactive: make the customer active first"):
        studio.used(package)


def test_sessions_are_taken_off_by_hand_with_a_remark(studio: Studio) -> None:
    package = studio.bought("TEN")
    with pytest.raises(BadInput, match="is needed"):
        packages.deduct(studio.desk, package.id, 2, "  ")
    event = packages.deduct(studio.desk, package.id, 2, "forgotten last week")
    assert (event.kind, event.sessions, event.remarks, studio.now(package).remaining) == (
        "deduct", 2, "forgotten last week", 8,
    )  # fmt: skip
    assert studio.revenue() == 2000


def test_a_use_is_given_back_once_and_its_revenue_is_deferred_again(studio: Studio) -> None:
    package = studio.bought("THREE")
    first = studio.used(package)
    studio.used(package, 2)
    back = packages.restore(studio.desk, first.id, "nobody came")
    assert (back.sessions, back.undoes, back.worth) == (-1, first.id, -334), "what the last one is worth is deferred"
    assert (studio.now(package).remaining, studio.prepaid(), studio.revenue()) == (1, 334, 666)
    assert usage_room.get(studio.desk, first.id).restored_by == studio.desk.staff.who
    with pytest.raises(BadInput, match="taken back already, by"):
        packages.restore(studio.desk, first.id, "once more")
    with pytest.raises(BadInput, match="Only a use can be taken back"):
        packages.restore(studio.desk, back.id, "the other way")
    assert studio.used(package).worth == 334
    assert studio.floor.failing() == {}


def test_changing_the_trainer_is_a_new_event_and_moves_the_commission(studio: Studio) -> None:
    package = studio.bought("THREE")
    event = packages.use(studio.desk, package.id, trainer_id=studio.ids["Marta"], service_id=studio.ids["Yoga"])
    now = changed(studio, event, trainer_id=studio.ids["Luis"], remarks="Luis stood in")
    assert (now.id, now.trainer, now.remarks, now.commission) == (event.id, "Luis", "Luis stood in", 41)
    assert [(one.trainer, one.who) for one in now.changes] == [
        ("Marta", studio.desk.staff.who), ("Luis", studio.desk.staff.who),
    ]  # fmt: skip
    again = changed(studio, now, trainer_id=None)
    assert (again.trainer, again.commission, len(again.changes)) == ("", 0, 3)
    assert studio.now(package).used == 1
    assert studio.revenue() == 333
    newest = usage_room.page(studio.desk, studio.ana)[0]
    assert (newest.kind, newest.undoes, newest.sessions) == ("change", event.id, 0)
    assert studio.floor.failing() == {}


def test_saying_the_same_of_a_use_changes_nothing(studio: Studio) -> None:
    event = studio.used(studio.bought("THREE"))
    before = usage_room.count(studio.desk, studio.ana)
    assert changed(studio, event).changes == ()
    assert usage_room.count(studio.desk, studio.ana) == before


def test_a_use_that_was_given_back_is_not_changed(studio: Studio) -> None:
    event = studio.used(studio.bought("THREE"))
    packages.restore(studio.desk, event.id, "a slip")
    with pytest.raises(BadInput, match="was taken back by"):
        changed(studio, event, remarks="but")


def expired(studio: Studio) -> Package:
    package = studio.bought("ONE")
    studio.days_pass(31)
    return package


def test_an_expired_package_takes_an_override_that_stands_in_the_log(studio: Studio) -> None:
    package = expired(studio)
    with pytest.raises(BadInput, match="K-0000001 expired on"):
        studio.used(package)
    event = packages.use(studio.desk, package.id, force=True)
    assert event.is_forced
    assert studio.now(package).used == 1
    assert not packages.use(studio.desk, studio.bought("TEN").id, force=True).is_forced, "there was nothing to force"
    assert studio.floor.failing() == {}


def test_a_cashier_needs_anothers_pin_to_force_a_use(studio: Studio) -> None:
    package = expired(studio)
    cashier = studio.at_desk("till-2", Actor(studio.desk.staff.staff_id, "102", "Caro", "cashier"))
    with pytest.raises(NotAllowed, match=r"package\.forced"):
        packages.use(cashier, package.id, force=True)
    backed = cashier.backed_by(Approval(studio.desk.staff, "package.forced"))
    assert packages.use(backed, package.id, force=True).is_forced
    rows = studio.desk.database.execute_sql("SELECT action FROM audit ORDER BY seq DESC LIMIT 2").fetchall()
    assert {row[0] for row in rows} == {"package.forced", "override.used"}


def test_one_approval_forces_one_deduction(studio: Studio) -> None:
    package, manager = expired(studio), studio.desk.staff
    with studio.floor.desk.change("product.edited") as change:
        change.database.execute_sql("INSERT INTO role_permission VALUES ('cashier', 'package.deducted')")
    cashier = studio.at_desk("till-2", Actor(manager.staff_id, "102", "Caro", "cashier"))
    backed = cashier.backed_by(Approval(manager, "package.forced"))
    assert packages.deduct(backed, package.id, 1, "forgotten", force=True).is_forced
    rows = studio.desk.database.execute_sql("SELECT action FROM audit ORDER BY seq DESC LIMIT 2").fetchall()
    assert {row[0] for row in rows} == {"package.forced", "override.used"}
    with pytest.raises(NotAllowed, match=r"package\.forced"):
        packages.deduct(backed, package.id, 1, "forgotten", force=True)
    assert studio.now(package).used == 1


@pytest.mark.parametrize("at", [-(10**18), -1, 10**18, 2**62])
def test_a_use_in_no_calendar_is_refused_in_a_sentence(studio: Studio, at: int) -> None:
    package = studio.bought("TEN")
    with pytest.raises(BadInput, match="no year of the books"):
        packages.use(studio.desk, package.id, at=at)
    event = studio.used(package)
    with pytest.raises(BadInput, match="no year of the books"):
        changed(studio, event, at=at)


def test_a_package_is_not_used_before_it_begins(studio: Studio) -> None:
    package = studio.bought("TEN")
    with pytest.raises(BadInput, match="K-0000001 begins on"):
        packages.use(studio.desk, package.id, at=studio.at - DAY_US)


def test_two_consoles_use_the_last_session_at_once_and_one_wins(studio: Studio) -> None:
    package = studio.bought("ONE")
    home = studio.desk.store.engine.path.parent
    ready, said = Barrier(2), list[str]()

    def console(terminal: str) -> None:
        store = open_store(home, home.parent / "keys")
        try:
            desk = Desk(store, studio.staff, terminal, lambda: studio.at)
            ready.wait()
            try:
                packages.use(desk, package.id)
                said.append("used")
            except BadInput as refused:
                said.append(str(refused))
        finally:
            store.close()

    both = [Thread(target=console, args=(terminal,)) for terminal in ("till-2", "till-3")]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert sorted(said) == ["Nothing is left of K-0000001: all of its sessions (1) are used", "used"]
    assert studio.now(package).used == 1
    assert studio.revenue() == 1500
