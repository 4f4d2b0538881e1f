"""What happens in the demo shop besides everyday sales, by day: debts, layaways, returns, mistakes put right.

A deed is given the weeks, a cashier's desk and the supervisor's at that till.
"""

from collections.abc import Callable

from bookkeeper_tui.errors import BadInput
from bookkeeper_tui.store import attaching, baskets, customer_accounts, drawer, layaways, loyalty, returns, till
from bookkeeper_tui.store.customers import WALK_IN_ID
from bookkeeper_tui.store.demo_tills import Weeks
from bookkeeper_tui.store.desk import Desk
from bookkeeper_tui.store.sales import NewTender
from bookkeeper_tui.store.till import Tendered

Deed = Callable[[Weeks, Desk, Desk], object]


def _on_account(number: str, *typed: str) -> Deed:
    return lambda weeks, desk, _: weeks.sell(desk, weeks.customer(number), list(typed), "account")


def _part_on_account(number: str, *typed: str) -> Deed:
    return lambda weeks, desk, _: weeks.sell(desk, weeks.customer(number), list(typed), "card", "account")


def _pays(number: str, amount: int, tender: str = "card") -> Deed:
    return lambda weeks, desk, _: customer_accounts.take_payment(desk, weeks.customer(number), tender, amount)


def _on_hold(weeks: Weeks, desk: Desk, supervisor: Desk) -> None:
    customer = weeks.customer("C-000120")
    customer_accounts.edit(weeks.manager, customer, status="hold", credit_limit=15_000, terms_days=0)


def _wrong_customer(weeks: Weeks, desk: Desk, supervisor: Desk) -> None:
    """A sale was rung up for a namesake: it is moved to the right one."""
    paid = weeks.sell(desk, weeks.customer("C-000012"), ["01006", "02004"], "card")
    weeks.later(60, 200)
    attaching.attach(supervisor, paid.sale_id, weeks.customer("C-000040"), "Rung up for the neighbour")


def _forgotten_card(weeks: Weeks, desk: Desk, supervisor: Desk) -> None:
    """A walk-in sale, and the customer comes back with the card."""
    paid = weeks.sell(desk, WALK_IN_ID, ["01010", "03002"], "cash")
    weeks.later(60, 300)
    attaching.attach(desk, paid.sale_id, weeks.customer("C-000060"), "Had forgotten the card")


def _wrong_tender(weeks: Weeks, desk: Desk, supervisor: Desk) -> None:
    """Rung up as cash though it was paid by card: voided and rung up again."""
    paid = weeks.sell(desk, WALK_IN_ID, ["04003", "04005"], "cash")
    weeks.later(20, 60)
    returns.void(desk.backed_by(weeks.approval(desk, "sale.voided")), paid.sale_id, note="Was paid by card")
    weeks.sell(desk, WALK_IN_ID, ["04003", "04005"], "card")


def _damaged_box(weeks: Weeks, desk: Desk, supervisor: Desk) -> None:
    """A damaged box goes for less, with the supervisor's PIN; the cashier gives ten per cent besides."""
    basket = baskets.start(desk)
    basket = baskets.ring(desk, basket.id, "04001")
    basket = baskets.override_price(desk.backed_by(weeks.approval(desk, "price.overridden")), basket.id, 1, 500)
    basket = baskets.note_line(desk, basket.id, 1, "Box damaged")
    basket = baskets.ring(desk, basket.id, "02007")
    basket = baskets.discount_line(desk, basket.id, basket.lines[-1].line_no, percent=10_000)
    till.pay(desk, basket.id, [Tendered("cash", 2000)])


def _large_discount(weeks: Weeks, desk: Desk, supervisor: Desk) -> None:
    """A quarter off, which is above the cashier's ceiling."""
    basket = baskets.ring(desk, baskets.start(desk, weeks.customer("C-000055")).id, "3*01003")
    backed = desk.backed_by(weeks.approval(desk, "discount.given"))
    basket = baskets.discount_line(backed, basket.id, basket.lines[0].line_no, percent=25_000)
    till.pay(desk, basket.id, [Tendered("account", basket.total)])


def _expired_code(weeks: Weeks, desk: Desk, supervisor: Desk) -> None:
    """Somebody tries last month's code."""
    basket = baskets.ring(desk, baskets.start(desk).id, "05002")
    try:
        baskets.type_code(desk, basket.id, "AUTUMN15")
    except BadInput:
        till.pay(desk, basket.id, [Tendered("card", basket.total, "2231")])


def _bring_back(as_credit: bool) -> Deed:
    def bring_back(weeks: Weeks, desk: Desk, supervisor: Desk) -> None:
        """Two loaves are bought; one comes back, and later the other."""
        paid = weeks.sell(desk, weeks.customer("C-000003"), ["2*02001", "01005"], "card")
        weeks.later(300, 900)
        for _ in range(2):
            due = returns.preview(supervisor, paid.sale_id, {1: 1000}).due
            credit = [NewTender("store credit", due)] if as_credit else None
            returns.give_back(supervisor, paid.sale_id, {1: 1000}, credit, note="Too hard")
            weeks.later(200, 400)

    return bring_back


def _credit_spent(weeks: Weeks, desk: Desk, supervisor: Desk) -> None:
    weeks.sell(desk, weeks.customer("C-000003"), ["01001", "03004"], "store credit", "cash")


def _sets_aside(number: str, due: str, deposit: int, *typed: str) -> Deed:
    def set_aside(weeks: Weeks, desk: Desk, supervisor: Desk) -> None:
        basket = baskets.start(desk, weeks.customer(number))
        for text in typed:
            basket = baskets.ring(desk, basket.id, text)
        layaways.open_layaway(desk, basket.id, due=due, deposit=deposit)

    return set_aside


def _layaway_goes_on(layaway_id: int, amount: int = 0) -> Deed:
    def go_on(weeks: Weeks, desk: Desk, supervisor: Desk) -> None:
        """Another deposit; without an amount all that is left, and the goods go home."""
        left = layaways.get(desk, layaway_id).outstanding
        layaways.take_deposit(desk, layaway_id, amount or left, tender="card", reference="7719")
        if not amount:
            weeks.later(30, 60)
            layaways.pick_up(desk, layaway_id)

    return go_on


def _layaway_given_up(weeks: Weeks, desk: Desk, supervisor: Desk) -> None:
    layaways.cancel(supervisor, 2, fee=300, reason="Changed her mind")


def _petty(amount: int, category: str, reason: str) -> Deed:
    return lambda weeks, desk, supervisor: drawer.petty(supervisor, amount, category, reason)


def _change_from_the_safe(weeks: Weeks, desk: Desk, supervisor: Desk) -> None:
    drawer.pay_in(desk, 2_000, "coins")
    drawer.no_sale(supervisor, "Changed a note for the bakery")


def _goodwill(weeks: Weeks, desk: Desk, supervisor: Desk) -> None:
    loyalty.adjust(supervisor, weeks.customer("C-000012"), 50, "Had to wait for half an hour")
    loyalty.redeem_to_credit(desk, weeks.customer("C-000002"), 200)


DEEDS: dict[str, tuple[Deed, ...]] = {
    "11-02": (
        _on_account("C-000028", "07009", "07005"),
        _sets_aside("C-000041", "2026-11-30", 4_000, "11003", "2*11012"),
    ),
    "11-03": (_sets_aside("C-000012", "2026-11-25", 1_000, "07001"), _petty(1_290, "Cleaning", "window cleaner")),
    "11-04": (_wrong_customer, _on_account("C-000033", "3*01003", "01006")),
    "11-05": (_damaged_box, _change_from_the_safe),
    "11-06": (_bring_back(as_credit=True), _sets_aside("C-000184", "2026-11-18", 2_000, "07006")),
    "11-07": (_wrong_tender, _petty(380, "Postage", "stamps")),
    "11-09": (_forgotten_card, _part_on_account("C-000055", "2*01008", "03006")),
    "11-10": (_layaway_goes_on(1, 2_000), _on_account("C-000184", "01001", "04002")),
    "11-11": (_layaway_given_up, _pays("C-000028", 5_000)),
    "11-12": (_credit_spent, _expired_code),
    "11-13": (_large_discount, _goodwill),
    "11-14": (_pays("C-000055", 3_000, "cash"), _bring_back(as_credit=False)),
    "11-16": (_on_account("C-000099", "11006", "2*11009"), _petty(990, "Supplies", "receipt rolls")),
    "11-17": (_layaway_goes_on(1), _on_account("C-000120", "01009")),
    "11-18": (_on_hold, _pays("C-000033", 10_000)),
    "11-19": (_sets_aside("C-000076", "2026-12-15", 2_500, "2*11010", "11004"), _forgotten_card),
    "11-20": (_on_account("C-000184", "02001", "01002"), _wrong_customer),
    "11-21": (_pays("C-000184", 1_000), _petty(1_450, "Supplies", "towels")),
}
