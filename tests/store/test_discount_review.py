"""The discount review tells who gave what to whom, what was tried in vain, and who approved what."""

from collections.abc import Callable

import pytest

from bookkeeper_tui.errors import BadInput, NotAllowed
from bookkeeper_tui.store import baskets, customers, discount_codes, discount_review, shifts, till
from bookkeeper_tui.store.customer_fields import CustomerFields
from bookkeeper_tui.store.desk import Approval, Desk
from bookkeeper_tui.store.discount_review import Period
from bookkeeper_tui.store.sales import NewDiscount, NewTender
from tests.store.floor import Floor

NOVEMBER = Period("2026-11-01", "2026-11-30")


def today(desk: Desk) -> Period:
    day = desk.today()
    return Period(day, day)


@pytest.fixture
def sold(floor: Floor, desk_of: Callable[[str], Desk]) -> dict[str, Desk]:
    """A generous cashier and a careful one; and one return of a discounted line."""
    people = {"generous": desk_of("cashier"), "careful": desk_of("supervisor")}
    generous, careful = (desk.staff.staff_id for desk in people.values())
    by_hand, by_code = NewDiscount("line", 900), NewDiscount("STAFF10", 180)
    cut = floor.line("101", 700)._replace(price=700, list_price=900)
    back = floor.line("100", -900, NewDiscount("line", -900), pieces=-1)
    floor.post(
        floor.sale(floor.line("100", 900, by_hand), cut, customer=floor.customers[0])._replace(staff_id=generous),
        floor.sale(floor.line("100", 1620, by_code), customer=floor.customers[1], minute=1)._replace(staff_id=careful),
        floor.sale(floor.line("100", 900, by_hand), customer=floor.customers[0], minute=2)._replace(staff_id=generous),
        floor.sale(
            back, customer=floor.customers[0], minute=3, kind="return", tenders=[NewTender("cash", -900)]
        )._replace(staff_id=generous),
        floor.sale(floor.line("101", 900), customer=floor.customers[2], minute=4)._replace(staff_id=careful),
        floor.sale(floor.line("101", 400, NewDiscount("line", 500)), day="2026-10-31")._replace(staff_id=careful),
    )
    return people


def test_discounts_by_cashier_net_of_returns_the_largest_share_first(floor: Floor, sold: dict[str, Desk]) -> None:
    first, second = discount_review.by_cashier(floor.desk, NOVEMBER)
    assert first.staff_id == sold["generous"].staff.staff_id
    assert (first.sales, first.gross, first.by_hand, first.by_code, first.cuts) == (2, 2500, 900, 0, 200)
    assert first.share == 40_741
    assert (second.sales, second.gross, second.by_hand, second.by_code, second.cuts) == (2, 2700, 0, 180, 0)
    assert second.share == 6667


def test_who_only_took_goods_back_has_no_share(floor: Floor, desk_of: Callable[[str], Desk]) -> None:
    supervisor = desk_of("supervisor").staff.staff_id
    back = floor.line("100", -900, NewDiscount("line", -900), pieces=-1)
    sale = floor.sale(back, kind="return", tenders=[NewTender("cash", -900)])._replace(staff_id=supervisor)
    floor.post(sale)
    (found,) = discount_review.by_cashier(floor.desk, NOVEMBER)
    assert (found.by_hand, found.share) == (-900, 0)


def test_discounts_by_customer_the_most_first(floor: Floor, sold: dict[str, Desk]) -> None:
    found = discount_review.by_customer(floor.desk, NOVEMBER)
    assert [(one.customer_id, one.sales, one.gross, one.discount) for one in found] == [
        (floor.customers[0], 2, 2500, 900),
        (floor.customers[1], 1, 1800, 180),
    ]
    assert found[0].share == 36_000
    assert len(discount_review.by_customer(floor.desk, NOVEMBER, limit=1)) == 1


def test_the_sales_behind_a_figure(floor: Floor, sold: dict[str, Desk]) -> None:
    of_generous = discount_review.sales(floor.desk, NOVEMBER, staff_id=sold["generous"].staff.staff_id)
    assert [(sale.discount, sale.cuts, sale.kinds) for sale in of_generous] == [
        (-900, 0, ("line",)),
        (900, 0, ("line",)),
        (900, 200, ("line",)),
    ]
    of_bruno = discount_review.sales(floor.desk, NOVEMBER, customer_id=floor.customers[1])
    assert [(sale.customer, sale.kinds, sale.gross) for sale in of_bruno] == [("Bruno Díaz", ("STAFF10",), 1800)]


def test_codes_that_were_tried_in_vain(floor: Floor) -> None:
    with pytest.raises(BadInput):
        discount_codes.take_typed(floor.desk, "nonsense", "2026-11-21", floor.customers[0])
    found = discount_review.refused(floor.desk, today(floor.desk))
    assert [(one.code, one.why, one.customer_id, one.who) for one in found] == [
        ("NONSENSE", "unknown", floor.customers[0], floor.desk.staff.who)
    ]
    assert discount_review.refused(floor.desk, Period("2020-01-01", "2020-01-31")) == []


def test_overrides_name_both_people_and_what_for(floor: Floor, desk_of: Callable[[str], Desk]) -> None:
    cashier, manager = desk_of("cashier"), desk_of("manager")
    backed = cashier.backed_by(Approval(manager.staff, "price.overridden"))
    with backed.change("price.overridden", subject="B-7", customer_id=floor.customers[0]):
        pass
    (found,) = discount_review.overrides(floor.desk, today(floor.desk))
    assert (found.who, found.approved_by) == (cashier.staff.who, manager.staff.who)
    assert (found.action, found.subject, found.customer_id) == ("price.overridden", "B-7", floor.customers[0])


def test_an_override_at_the_till_names_the_receipt_it_became(floor: Floor, desk_of: Callable[[str], Desk]) -> None:
    cashier, manager = desk_of("cashier"), desk_of("manager")
    shifts.open_shift(cashier, 10_000)
    basket = baskets.ring(cashier, baskets.start(cashier).id, "100")
    backed = cashier.backed_by(Approval(manager.staff, "price.overridden"))
    basket = baskets.override_price(backed, basket.id, 1, 700)
    (found,) = discount_review.overrides(floor.desk, today(floor.desk))
    assert found.subject == f"basket {basket.id}"
    paid = till.pay(cashier, basket.id, [till.Tendered("cash", basket.total)])
    (found,) = discount_review.overrides(floor.desk, today(floor.desk))
    assert found.subject == paid.number


def test_who_gave_which_code_to_whom(floor: Floor, desk: Desk) -> None:
    made = customers.create(desk, CustomerFields(name="Eve", phone="+34600111999", discount_code="STAFF10"))
    customers.edit(desk, made.id, {"discount_code": ""}, made.version)
    found = discount_review.grants(floor.desk, today(desk))
    assert [(one.code, one.customer, one.who) for one in found] == [
        ("", "Eve", desk.staff.who),
        ("STAFF10", "Eve", desk.staff.who),
    ]


@pytest.mark.parametrize(
    ("period", "named"),
    [(Period("x", "2026-11-30"), "From"), (Period("2026-11-30", "2026-13-01"), "To"),
     (Period("2026-11-30", "2026-11-01"), "before")],
)  # fmt: skip
def test_what_is_no_period_is_one_sentence(floor: Floor, period: Period, named: str) -> None:
    for look in (discount_review.by_cashier, discount_review.grants, discount_review.refused):
        with pytest.raises(BadInput, match=named):
            look(floor.desk, period)


def test_a_cashier_reviews_nothing(desk_of: Callable[[str], Desk]) -> None:
    with pytest.raises(NotAllowed):
        discount_review.by_cashier(desk_of("cashier"), NOVEMBER)
