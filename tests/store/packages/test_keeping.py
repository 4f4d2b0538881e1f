"""Freezing, extending, giving away and lapsing: what of a package moves, and what of its money."""

import pytest

from bookkeeper_tui.errors import BadInput, Conflict
from bookkeeper_tui.store import customers, days, packages
from bookkeeper_tui.store.customer_rows import WALK_IN_ID
from bookkeeper_tui.store.opening import open_store
from tests.store.packages.studio import Studio


def breakage(studio: Studio) -> int:
    """What became revenue of sessions that were never used."""
    return -studio.balance("Income:Sessions-Expired")


def test_a_package_is_good_for_its_days_from_the_day_of_the_sale(studio: Studio) -> None:
    package = studio.bought("ONE")
    assert (package.starts_on, package.expires_on) == ("2026-11-21", "2026-12-21")
    assert package.status("2026-12-21") == "live"
    assert package.status("2026-12-22") == "expired"
    assert studio.bought("THREE").expires_on == "", "some are good for ever"
    studio.days_pass(30)
    assert studio.used(package).used == 1, "on its last day too"


def test_a_freeze_moves_the_last_day_by_the_days_frozen(studio: Studio) -> None:
    package = studio.bought("ONE")
    frozen = packages.freeze(studio.desk, package.id, reason="broke a leg")
    assert frozen.is_frozen
    assert frozen.status("2027-03-01") == "frozen", "it does not expire meanwhile"
    with pytest.raises(BadInput, match="K-0000001 is frozen: end the freeze first"):
        studio.used(package)
    with pytest.raises(BadInput, match="is frozen already, since"):
        packages.freeze(studio.desk, package.id)
    studio.days_pass(10)
    thawed = packages.unfreeze(studio.desk, package.id)
    assert (thawed.expires_on, thawed.frozen_since) == ("2026-12-31", "")
    with pytest.raises(BadInput, match="K-0000001 is not frozen"):
        packages.unfreeze(studio.desk, package.id)
    assert studio.used(package).used == 1
    assert studio.floor.failing() == {}


def test_a_freeze_of_no_day_moves_nothing(studio: Studio) -> None:
    package = studio.bought("ONE")
    packages.freeze(studio.desk, package.id)
    assert packages.unfreeze(studio.desk, package.id).expires_on == package.expires_on


@pytest.mark.parametrize("code", ["ONE", "THREE"])
def test_the_days_frozen_are_counted_over_all_freezes(studio: Studio, code: str) -> None:
    package = studio.bought(code)
    assert packages.frozen_days(studio.desk, package.id) == 0
    packages.freeze(studio.desk, package.id)
    studio.days_pass(10)
    if package.expires_on:
        packages.extend(studio.desk, package.id, "2027-06-30", "A present")
    assert packages.frozen_days(studio.desk, package.id) == 10
    packages.unfreeze(studio.desk, package.id)
    studio.days_pass(3)
    packages.freeze(studio.desk, package.id, "2026-12-06")
    studio.days_pass(14)
    assert packages.frozen_days(studio.desk, package.id) == 13, "ten days, and three until its freeze was over"


def test_a_freeze_until_a_day_ends_by_itself_even_when_the_shop_was_closed(studio: Studio) -> None:
    package = studio.bought("ONE")
    packages.freeze(studio.desk, package.id, "2026-11-30")
    with pytest.raises(BadInput, match=r"frozen until .*: end the freeze first"):
        studio.used(package)
    studio.days_pass(14)
    assert studio.used(package).used == 1, "its last day is over, whatever opened since"
    days.open(studio.desk)
    now = studio.now(package)
    assert (now.is_frozen, now.expires_on) == (False, "2026-12-31"), "ten days, not fourteen"
    assert studio.floor.failing() == {}


def test_a_freeze_cannot_end_in_the_past_or_on_no_date(studio: Studio) -> None:
    package = studio.bought("ONE")
    with pytest.raises(BadInput, match="which is past"):
        packages.freeze(studio.desk, package.id, "2026-11-20")
    with pytest.raises(BadInput, match="Until: “tomorrow” is not a date"):
        packages.freeze(studio.desk, package.id, "tomorrow")


@pytest.mark.parametrize("last", ["9999-12-31", "9001-01-01"])
def test_the_end_of_the_calendar_is_no_last_day(studio: Studio, last: str) -> None:
    package = studio.bought("TEN")
    with pytest.raises(BadInput, match=f"Until: {last} is in no year of the books"):
        packages.freeze(studio.desk, package.id, last)
    with pytest.raises(BadInput, match=r"Last day: .* is in no year of the books"):
        packages.extend(studio.desk, package.id, last, "was ill")
    packages.extend(studio.desk, package.id, "9000-12-31", "was ill")
    packages.freeze(studio.desk, package.id, "9000-12-31")
    studio.days_pass(3)
    assert packages.unfreeze(studio.desk, package.id).expires_on == "9001-01-03"
    assert studio.floor.failing() == {}


def test_a_package_whose_last_day_is_over_lapses_when_the_day_opens(studio: Studio) -> None:
    package = studio.bought("TEN")
    studio.used(package, 3)
    assert package.expires_on == "2027-02-19"
    studio.days_pass(90)
    days.open(studio.desk)
    assert studio.now(package).state == "live", "on its last day it is still good"
    studio.days_pass(1)
    assert studio.now(package).state == "live"
    assert packages.turn_day(studio.floor.desk, "2027-02-20") == (0, 1)
    assert packages.turn_day(studio.floor.desk, "2027-02-20") == (0, 0), "a second run finds nothing"
    now = studio.now(package)
    assert (now.state, now.recognised, now.deferred, now.remaining) == ("lapsed", 10_000, 0, 7)
    assert (breakage(studio), studio.revenue(), studio.prepaid()) == (7000, 3000, 0)
    forced = packages.use(studio.desk, package.id, force=True)
    assert forced.is_forced
    assert (studio.now(package).used, studio.now(package).recognised) == (4, 10_000)
    assert studio.floor.failing() == {}


def test_opening_the_day_tells_how_many_lapsed_and_how_many_freezes_ended(studio: Studio) -> None:
    studio.sell("2*ONE")
    packages.freeze(studio.desk, studio.bought("TEN").id, "2026-11-30")
    studio.at += 31 * 24 * 3600 * 1_000_000
    opened = days.open(studio.desk)
    assert (opened.packages_lapsed, opened.freezes_ended) == (2, 1)


def test_extending_a_lapsed_package_defers_what_is_left_again(studio: Studio) -> None:
    package = studio.bought("TEN")
    studio.used(package, 3)
    studio.days_pass(92)
    packages.turn_day(studio.floor.desk, "2027-02-21")
    with pytest.raises(BadInput, match="which is past"):
        packages.extend(studio.desk, package.id, "2027-02-20", "was ill")
    live = packages.extend(studio.desk, package.id, "2027-03-31", "was ill")
    assert (live.state, live.remaining, live.expires_on) == ("live", 7, "2027-03-31")
    assert (breakage(studio), studio.prepaid(studio.ana)) == (0, 7000)
    assert studio.used(package).worth == 1000
    assert studio.floor.failing() == {}


def test_extending_takes_a_reason_and_a_later_day(studio: Studio) -> None:
    package = studio.bought("ONE")
    with pytest.raises(BadInput, match="A reason to extend a package is needed"):
        packages.extend(studio.desk, package.id, "2027-01-01", " ")
    with pytest.raises(BadInput, match=r"is good until .*: give a later day"):
        packages.extend(studio.desk, package.id, "2026-12-21", "goodwill")
    with pytest.raises(BadInput, match=r"Last day: “2026-02-31” is not a date"):
        packages.extend(studio.desk, package.id, "2026-02-31", "goodwill")
    with pytest.raises(BadInput, match="never expires"):
        packages.extend(studio.desk, studio.bought("THREE").id, "2027-01-01", "goodwill")
    assert packages.extend(studio.desk, package.id, "", "for ever").expires_on == ""


def test_a_package_given_to_somebody_else_takes_its_money_along(studio: Studio) -> None:
    package = studio.bought("TEN")
    studio.used(package, 4)
    given = packages.transfer(studio.desk, package.id, studio.bruno, "moves away", once="a key")
    packages.transfer(studio.desk, package.id, studio.bruno, "moves away", once="a key")
    assert (given.customer_id, given.remaining) == (studio.bruno, 6)
    assert (studio.prepaid(studio.ana), studio.prepaid(studio.bruno)) == (0, 6000)
    studio.used(package)
    assert studio.prepaid(studio.bruno) == 5000
    assert [one.number for one in packages.of_customer(studio.desk, studio.bruno)] == [package.number]
    assert packages.of_customer(studio.desk, studio.ana) == []
    assert studio.floor.failing() == {}


def test_a_package_is_given_to_an_active_customer_only(studio: Studio) -> None:
    package = studio.bought("TEN")
    for who, why in (
        (WALK_IN_ID, "walk-in customer cannot have a package"), (studio.ana, "this customer's already"),
        (99, "no customer with the id 99"),
    ):  # fmt: skip
        with pytest.raises(BadInput, match=why):
            packages.transfer(studio.desk, package.id, who, "a gift")
    customers.set_status(studio.floor.desk, studio.bruno, "inactive")
    with pytest.raises(BadInput, match="is inactive: make them active first"):
        packages.transfer(studio.desk, package.id, studio.bruno, "a gift")
    with pytest.raises(BadInput, match="A reason to give a package away is needed"):
        packages.transfer(studio.desk, package.id, studio.bruno, "")
    assert studio.prepaid(studio.ana) == 10_000


def test_what_is_expired_or_used_up_is_not_frozen_and_not_given_away(studio: Studio) -> None:
    over, empty = studio.bought("ONE"), studio.bought("THREE")
    studio.used(empty, 3)
    studio.days_pass(31)
    for package, why in ((over, "expired on .*: extend it first"), (empty, "Nothing is left of")):
        with pytest.raises(BadInput, match=why):
            packages.freeze(studio.desk, package.id)
        with pytest.raises(BadInput, match=why):
            packages.transfer(studio.desk, package.id, studio.bruno, "a gift")


def test_what_can_be_used_comes_first_and_what_ends_soonest_of_it(studio: Studio) -> None:
    for_ever, ten, used_up, one = (studio.bought(code) for code in ("THREE", "TEN", "THREE", "ONE"))
    studio.used(used_up, 3)
    ordered = [package.id for package in packages.of_customer(studio.desk, studio.ana)]
    assert ordered == [one.id, ten.id, for_ever.id, used_up.id]
    database, massage = studio.desk.database, studio.ids["Massage"]
    usable = packages.usable_for(database, studio.ana, massage, "2026-11-21")
    assert [package.id for package in usable] == [ten.id, for_ever.id], "a yoga class pays for no massage"
    packages.freeze(studio.desk, ten.id)
    assert [one.id for one in packages.usable_for(database, studio.ana, massage, "2026-11-21")] == [for_ever.id]


def test_a_freeze_that_ended_long_ago_lets_the_package_lapse_at_once(studio: Studio) -> None:
    package = studio.bought("ONE")
    packages.freeze(studio.desk, package.id, "2026-11-30")
    assert package.expires_on == "2026-12-21"
    studio.days_pass(50)
    with pytest.raises(BadInput, match="K-0000001 expired on 31/12/2026"):
        studio.used(package)
    assert packages.turn_day(studio.floor.desk, "2027-01-10") == (1, 1)
    now = studio.now(package)
    assert (now.state, now.expires_on, breakage(studio)) == ("lapsed", "2026-12-31", 1500)
    assert studio.floor.failing() == {}


def test_one_console_refunds_while_another_uses_and_one_of_them_is_told(studio: Studio) -> None:
    """Both open the package before either acts: what each does is checked again under the lock."""
    package = studio.bought("TEN")
    home = studio.desk.store.engine.path.parent
    store = open_store(home, home.parent / "keys")
    try:
        other = studio.at_desk("till-2", store=store)
        seen = packages.refund_preview(studio.desk, package.id).amount
        assert packages.get(other, package.id).remaining == 10
        packages.use(other, package.id, 9)
        with pytest.raises(Conflict, match="10,00 of K-0000001 goes back now, not 100,00: look again"):
            packages.refund(studio.desk, package.id, "cash", reason="moves away", seen_amount=seen)
        sale_id = packages.refund(studio.desk, package.id, "cash", reason="moves away")
        (total,) = studio.desk.database.execute_sql("SELECT total FROM sale WHERE id = ?", (sale_id,)).fetchone()
        assert total == -1000, "what is unused now, not what was shown"
        with pytest.raises(BadInput, match="K-0000001 was refunded by S-0000002"):
            packages.use(other, package.id)
    finally:
        store.close()
    assert studio.floor.failing() == {}
