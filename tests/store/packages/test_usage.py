"""The usage log: its order, its pages, its filters."""

import pytest

from bookkeeper_tui.errors import BadInput
from bookkeeper_tui.store import bookings, packages
from bookkeeper_tui.store.packages import usage
from bookkeeper_tui.store.packages.usage import UsageFilter
from tests.store.packages.studio import DAY_US, Studio


def test_the_log_has_everything_newest_first_a_page_at_a_time(studio: Studio) -> None:
    package = studio.bought("TEN")
    first = studio.used(package)
    packages.restore(studio.desk, first.id, "a slip")
    packages.freeze(studio.desk, package.id)
    packages.unfreeze(studio.desk, package.id)
    studio.used(package, 3)
    kinds = [event.kind for event in usage.page(studio.desk, studio.ana)]
    assert kinds == ["use", "unfreeze", "freeze", "restore", "use", "sold"]
    assert usage.count(studio.desk, studio.ana) == 6
    page = usage.page(studio.desk, studio.ana, limit=4)
    following = usage.page(studio.desk, studio.ana, before=page[-1].id, limit=4)
    assert [event.kind for event in following] == ["use", "sold"]
    assert usage.newer(studio.desk, studio.ana, after=following[0].id, limit=2) == page[2:]
    assert following[0].is_restored
    assert usage.page(studio.desk, studio.bruno) == []


def test_the_log_is_filtered_by_trainer_service_day_and_package(studio: Studio) -> None:
    ten, three = studio.bought("TEN"), studio.bought("THREE")
    marta, luis, yoga = studio.ids["Marta"], studio.ids["Luis"], studio.ids["Yoga"]
    massage = packages.use(studio.desk, ten.id, trainer_id=marta)
    class_ = packages.use(studio.desk, three.id, trainer_id=luis, service_id=yoga)
    studio.days_pass(2)
    later = packages.use(studio.desk, ten.id)

    def found(wanted: UsageFilter) -> list[int]:
        assert usage.count(studio.desk, None, wanted) == len(usage.page(studio.desk, None, wanted))
        return [event.id for event in usage.page(studio.desk, studio.ana, wanted)]

    assert found(UsageFilter(trainer=marta)) == [massage.id]
    assert found(UsageFilter(service=yoga)) == [class_.id]
    assert found(UsageFilter(first="2026-11-22", last="2026-11-23")) == [later.id]
    assert found(UsageFilter(last="2026-11-22", only_uses=True)) == [class_.id, massage.id]
    assert found(UsageFilter(package_id=ten.id, only_uses=True)) == [later.id, massage.id]
    packages.change_use(
        studio.desk, massage.id, trainer_id=None, resource_id=None, service_id=ten.service_id, at=massage.at, remarks=""
    )
    assert found(UsageFilter(trainer=marta)) == [], "as its last change says, the trainer was somebody else"
    with pytest.raises(BadInput, match="“yesterday” is not a date"):
        usage.page(studio.desk, studio.ana, UsageFilter(first="yesterday"))


def test_uses_of_who_had_a_package_before_stay_theirs(studio: Studio) -> None:
    package = studio.bought("TEN")
    studio.used(package)
    packages.transfer(studio.desk, package.id, studio.bruno, "a gift")
    studio.used(package)
    assert [event.kind for event in usage.page(studio.desk, studio.ana)] == ["use", "sold"]
    assert [event.kind for event in usage.page(studio.desk, studio.bruno)] == ["use", "transfer"]


def test_a_booking_uses_one_session_of_its_own_customers_package(studio: Studio) -> None:
    anas, brunos = studio.bought("TEN"), studio.bought("TEN", studio.bruno)
    starts = studio.at + DAY_US // 24
    booking = bookings.book(
        studio.desk, studio.ana, studio.ids["Massage"], starts, trainer_id=studio.ids["Marta"],
        resource_id=studio.ids["Room 1"],
    )  # fmt: skip
    with (
        studio.desk.change("booking.done") as change,
        pytest.raises(BadInput, match="is Bruno Díaz's: it does not pay"),
    ):
        packages.use_for_booking(change, brunos.id, booking.id)
    bookings.done(studio.desk, booking.id)
    event = usage.page(studio.desk, studio.ana)[0]
    assert (event.kind, event.booking, event.trainer, event.at) == ("use", booking.number, "Marta", starts)
    with studio.desk.change("booking.done") as change, pytest.raises(BadInput, match="has used its session already"):
        packages.use_for_booking(change, anas.id, booking.id)
    packages.restore(studio.desk, event.id, "she left")
    with studio.desk.change("booking.put_back") as change:
        assert not packages.restore_of_booking(change, booking.id, "nothing is left to give back")
    assert studio.now(anas).remaining == 10
    assert studio.floor.failing() == {}
