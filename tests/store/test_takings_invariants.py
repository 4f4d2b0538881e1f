"""Random shifts at two tills: every X report is the ledger's, and a Z report is the sum of its shifts and entries."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bookkeeper_tui.formats import now_us
from bookkeeper_tui.store import days, drawer, ledger, payments, proof, shifts, takings
from bookkeeper_tui.store.catalogue import bring_in, ids_by_sku
from bookkeeper_tui.store.customer_fields import CustomerFields
from bookkeeper_tui.store.customers import create
from bookkeeper_tui.store.desk import Actor, Desk
from bookkeeper_tui.store.founding import found_shop
from bookkeeper_tui.store.sales import NewDiscount, NewLine, NewSale, NewTender, post
from bookkeeper_tui.store.staff import add
from bookkeeper_tui.store.takings import Figures
from tests.conftest import PIN
from tests.store.floor import PRODUCTS

DAY = 24 * 3_600_000_000
amounts = st.integers(1, 20_000)
tills = st.integers(0, 1)
tenders = st.sampled_from(["cash", "card", "account", "store credit"])
acts = st.one_of(
    st.tuples(st.just("sell"), tills, amounts, tenders, st.integers(0, 20_000), st.sampled_from([0, 10000, 21000])),
    st.tuples(st.just("return"), tills, amounts, tenders),
    st.tuples(st.just("void"), tills),
    st.tuples(st.just("pay"), tills, amounts, st.sampled_from(["cash", "card"])),
    st.tuples(st.just("pull out"), tills, amounts),
    st.tuples(st.just("pay in"), tills, amounts),
    st.tuples(st.just("petty"), tills, amounts, st.sampled_from(["Cleaning", "Post"])),
    st.tuples(st.just("no sale"), tills),
    st.tuples(st.just("end"), tills, st.integers(-500, 500)),
)


class Morning:
    """Two tills of one shop on a day of their own, and what is done at them."""

    def __init__(self, desk: Desk, day: int) -> None:
        at = now_us() + day * DAY
        other = Desk(desk.store, desk.staff, "till-2", lambda: at)
        self.desks = [Desk(desk.store, desk.staff, "till-1", lambda: at), other]
        self.ids = ids_by_sku(desk.database, ["100", "102"])
        self.sold: list[tuple[int, int]] = []
        # What an example before left open when it failed.
        for shift in shifts.open_anywhere(desk.database):
            shifts.end(desk, {}, shift_id=shift.id)
        for till in (0, 1):
            shifts.open_shift(self.desks[till], 5000 * till)

    def act(self, kind: str, till: int, *values: Any) -> None:
        desk = self.desks[till]
        if shifts.current(desk) is None:
            shifts.open_shift(desk, 700)
        getattr(self, kind.replace(" ", "_"))(desk, *values)

    def sell(self, desk: Desk, amount: int, tender: str, cash: int, rate: int) -> None:
        off = amount // 7
        tax = (amount - off) * rate // (100_000 + rate)
        line = NewLine(
            self.ids["100"], 1000, 1, amount - off, [NewDiscount("line", off)] if off else [], tax, tax_rate=rate
        )
        in_cash = min(cash, amount - off)
        paid = [NewTender("cash", in_cash), NewTender(tender, amount - off - in_cash)]
        self.sold.append((self._shift(desk), self._post(desk, [line], paid, "sale")))

    def give_back(self, desk: Desk, amount: int, tender: str) -> None:
        line = NewLine(self.ids["102"], -1000, -1, -amount)
        self._post(desk, [line], [NewTender(tender, -amount)], "return")

    def void(self, desk: Desk) -> None:
        of_shift = [sale for shift, sale in self.sold if shift == self._shift(desk)]
        if not of_shift:
            return
        sale_id = of_shift[-1]
        self.sold = [sold for sold in self.sold if sold[1] != sale_id]
        read = desk.database.execute_sql
        lines = [
            NewLine(
                product, -quantity, -pieces, -amount, [NewDiscount("line", -off)] if off else [], -tax, tax_rate=rate
            )
            for product, quantity, pieces, amount, off, tax, rate in read(
                "SELECT product_id, quantity, pieces, amount, discount, tax, tax_rate FROM sale_line WHERE sale_id = ?",
                (sale_id,),
            )
        ]
        paid = [NewTender(*row) for row in read("SELECT kind, -amount FROM sale_tender WHERE sale_id = ?", (sale_id,))]
        self._post(desk, lines, paid, "return", sale_id)

    def pay(self, desk: Desk, amount: int, tender: str) -> None:
        with desk.change("payment.taken") as change:
            payments.take(
                change, kind="account", customer_id=2, tender=tender, amount=amount, against=ledger.RECEIVABLES
            )  # fmt: skip

    def pull_out(self, desk: Desk, amount: int) -> None:
        lying = shifts.expected_cash(desk.database, self._shift(desk))
        if lying > 0:
            drawer.pull_out(desk, min(amount, lying))

    def pay_in(self, desk: Desk, amount: int) -> None:
        drawer.pay_in(desk, amount)

    def petty(self, desk: Desk, amount: int, category: str) -> None:
        if shifts.expected_cash(desk.database, self._shift(desk)) >= amount:
            drawer.petty(desk, amount, category)

    def no_sale(self, desk: Desk) -> None:
        drawer.no_sale(desk)

    def end(self, desk: Desk, off: int) -> None:
        counted = max(0, shifts.expected_cash(desk.database, self._shift(desk)) + off)
        shifts.end(desk, {100: counted // 100, 1: counted % 100})

    def _shift(self, desk: Desk) -> int:
        shift = shifts.current(desk)
        assert shift is not None
        return shift.id

    def _post(
        self, desk: Desk, lines: list[NewLine], paid: list[NewTender], kind: str, voids: int | None = None
    ) -> int:
        shift = shifts.current(desk)
        assert shift is not None
        with desk.change("sale.paid") as change:
            return post(
                change,
                NewSale(
                    change.at, shift.business_date, shift.branch_id, 2, lines, paid, kind=kind, terminal=desk.terminal,
                    staff_id=desk.staff.staff_id, shift_id=shift.id, voids=voids,
                ),
            )  # fmt: skip


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """One shop for all examples: each is its next day."""
    root: Path = tmp_path_factory.mktemp("takings")
    store = found_shop(root / "shop", root / "keys", name="Main St", currency="EUR", country="ES")
    shell = Desk.shell(store)
    create(shell, CustomerFields(name="Ana Reyes", phone="+34600111222"))
    with shell.change("import.products") as change:
        bring_in(change, PRODUCTS)
    someone = add(shell, "Test manager", "manager", PIN)
    yield Desk(store, Actor(someone.staff_id, someone.number, someone.name, "manager"), "till-1")
    store.close()


day_numbers = iter(range(1, 100_000))


@given(st.lists(acts, max_size=25))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_x_reports_and_the_z_report_are_the_ledgers(shop: Desk, done: list[tuple[Any, ...]]) -> None:
    first_entry = ledger_head(shop)
    morning = Morning(shop, next(day_numbers))
    for kind, till, *values in done:
        morning.act("give back" if kind == "return" else kind, till, *values)
        assert lying_in_drawers(shop) == sum(
            shifts.expected_cash(shop.database, shift.id) for shift in shifts.open_anywhere(shop.database)
        )
    for desk in morning.desks:
        if shifts.current(desk) is not None:
            morning.end(desk, 3)
    report = days.close(morning.desks[0])
    while report.z_number is not None and report.date != morning.desks[0].today():
        report = days.close(morning.desks[0])
    assert report.proof is not None
    assert report.proof.holds
    parts = [takings.x_report(shop, shift.id).figures for shift in shifts.of_day(shop.database, report.date)]
    assert [total(report.figures, part) for part in PARTS] == [sum(total(x, part) for x in parts) for part in PARTS]
    assert lying_in_drawers(shop) == 0
    assert posted(shop, first_entry, "Income:%") == -(report.figures.total - sum(row.tax for row in report.figures.tax))
    assert posted(shop, first_entry, "Liabilities:Vat-Payable") == -sum(row.tax for row in report.figures.tax)
    assert posted(shop, first_entry, "Expenses:Petty:%") == sum(row.amount for row in report.figures.petty)
    assert posted(shop, first_entry, "Expenses:Cash-Over-Short") == -report.figures.drawer.difference
    assert posted(shop, first_entry, "Assets:Clearing:Card") == sum(
        row.amount for row in (*report.figures.tenders, *report.figures.payments) if row.name.endswith("card")
    )
    failing = [check for check in proof.checks(Desk.shell(shop.store)) if check.check in SHIFTS_PROVED and not check.ok]
    assert not failing


PARTS = ("trade", "discounts", "tenders", "payments", "petty", "cashiers", "categories", "tax", "drawer")
SHIFTS_PROVED = (
    "shifts ended with what moved in them",
    "drawer movements are their entries",
    "the drawers hold what the tills say",
    "entries balance",
    "control accounts are the sum of their customers",
)


def total(figures: Figures, part: str) -> object:
    """What a part of the figures comes to."""
    if part == "drawer":
        return figures.drawer.expected * 1_000_000 + figures.drawer.difference
    if part == "tax":
        return sum(row.net for row in figures.tax) * 1_000_000 + sum(row.tax for row in figures.tax)
    return sum(row.times * 1_000_000_000 + row.amount for row in getattr(figures, part))


def lying_in_drawers(desk: Desk) -> int:
    return posted(desk, 0, ledger.DRAWER)


def posted(desk: Desk, after: int, account: str) -> int:
    sql = (
        "SELECT COALESCE(SUM(amount), 0) FROM posting JOIN account ON account.id = posting.account_id "
        "WHERE entry_id > ? AND account.name LIKE ?"
    )
    return int(desk.database.execute_sql(sql, (after, account)).fetchone()[0])


def ledger_head(desk: Desk) -> int:
    return int(desk.database.execute_sql("SELECT COALESCE(MAX(id), 0) FROM entry").fetchone()[0])
