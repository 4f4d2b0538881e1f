"""A basket as it is read back, priced as of now; whose it is, and the rules under which it may be changed."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, NamedTuple

from peewee import SqliteDatabase

from bookkeeper_tui.errors import BadInput, Conflict
from bookkeeper_tui.formats import business_date, harmless, now_us
from bookkeeper_tui.store import discount_codes, gone, pricing, tax_rates
from bookkeeper_tui.store.baskets.stored_lines import stored_lines
from bookkeeper_tui.store.customers import WALK_IN_ID
from bookkeeper_tui.store.desk import Change, Desk
from bookkeeper_tui.store.discount_codes import CodeInForce
from bookkeeper_tui.store.opening import Store
from bookkeeper_tui.store.pricing import LineToPrice, Priced, PricedLine

_LONGEST_NOTE = 200


@dataclass(frozen=True, slots=True)
class BasketLine:
    """A line: `quantity` in thousandths, `price` of one in minor units, `list_price` the catalogue's where overridden.

    `discount_percent` (thousandths of a per cent) or `discount_amount` (minor units) was given by hand; `tax_rate` is
    thousandths of a per cent; `sold_by` is "piece" or "weight"; `priced` is what the line comes to.
    """

    line_no: int
    product_id: int | None
    code: str
    description: str
    quantity: int
    price: int
    list_price: int | None
    discount_percent: int
    discount_amount: int
    tax_rate: int
    note: str
    sold_by: str
    priced: PricedLine


class BasketTender(NamedTuple):
    """What is laid down before the sale is paid: minor units, and the points they are worth where it is points."""

    line_no: int
    kind: str
    amount: int
    reference: str
    points: int


@dataclass(frozen=True, slots=True)
class Basket:
    """A basket: open, parked, layaway, paid or dropped; instants are microseconds UTC, amounts minor units.

    `code` is the discount code typed, `codes` are all that are in force for it. `coin` is the shop's smallest coin.
    `version` counts its changes.
    """

    id: int
    state: str
    label: str
    customer_id: int
    customer_number: str
    customer_name: str
    code: str
    note: str
    terminal: str
    staff_id: int | None
    staff: str
    created_at: int
    touched_at: int
    version: int
    lines: tuple[BasketLine, ...]
    tenders: tuple[BasketTender, ...]
    codes: tuple[CodeInForce, ...]
    priced: Priced
    coin: int

    @property
    def total(self) -> int:
        """What it comes to in minor units, before anything is laid down."""
        return self.priced.total

    @property
    def laid_down(self) -> int:
        """What is laid down already, in minor units."""
        return sum(tender.amount for tender in self.tenders)

    @property
    def to_pay(self) -> int:
        """What is still to be paid, in minor units; below zero when more was laid down than it comes to now."""
        return self.total - self.laid_down

    @property
    def cash_to_pay(self) -> int:
        """What is still to be paid if it is paid in cash: rounded to the smallest coin."""
        return rounded_to_coin(self.to_pay, self.coin)


@dataclass(frozen=True, slots=True)
class BasketRow:
    """A basket in a list: minor units, microseconds UTC, and who has it where."""

    id: int
    state: str
    label: str
    customer_name: str
    terminal: str
    staff_id: int | None
    staff: str
    touched_at: int
    lines: int
    total: int
    version: int


def start(desk: Desk, customer_id: int = WALK_IN_ID) -> Basket:
    """A new, empty basket at this terminal. Raises BadInput when the customer is not there or not active."""
    with desk.change("sale.rung", customer_id=customer_id) as change:
        refuse_absent(change.database, customer_id)
        values = (customer_id, desk.terminal, desk.staff.staff_id, change.at, change.at)
        basket_id = int(change.database.execute_sql(INSERT, values).lastrowid)
        change.concerns(subject=subject_of(basket_id))
        change.note(started=True)
    return read(desk.store, desk.terminal, basket_id)


def get(desk: Desk, basket_id: int) -> Basket:
    """A basket of any state. Raises BadInput when there is none of this id."""
    desk.require("basket.viewed")
    return read(desk.store, desk.terminal, basket_id)


def unfinished(desk: Desk) -> list[BasketRow]:
    """The open baskets that this person, or this terminal, was ringing up: newest first, empty ones left out.

    One that stands at another terminal is brought here by `take_over`.
    """
    database = desk.require("basket.viewed")
    found = database.execute_sql(UNFINISHED, (desk.staff.staff_id, desk.terminal)).fetchall()
    return rows_of(desk.store, desk.terminal, [row[0] for row in found])


def take_over(desk: Desk, basket_id: int) -> Basket:
    """Goes on, here, with an open basket of this person or this terminal, such as after a lost connection.

    Raises Conflict naming who has it when it is somebody else's at another terminal.
    """
    with desk.change("sale.rung", subject=subject_of(basket_id)) as change:
        state, terminal, staff_id = state_of(change.database, basket_id)
        if terminal != desk.terminal and staff_id != desk.staff.staff_id:
            raise Conflict(who_has_it(change.database, basket_id))
        if state != "open":
            raise BadInput(why_not(change.database, basket_id, state))
        if (terminal, staff_id) == (desk.terminal, desk.staff.staff_id):
            change.drop()
        change.note(taken_from=terminal)
        change.database.execute_sql(TAKE_OVER, (desk.terminal, desk.staff.staff_id, change.at, basket_id))
    return read(desk.store, desk.terminal, basket_id)


def choose_customer(desk: Desk, basket_id: int, customer_id: int) -> Basket:
    """Rings the basket up for another customer, whose discount codes then apply by themselves.

    Raises BadInput when the customer is not there or not active, or something of the old one's is laid down.
    """
    with changing(desk, "sale.rung", basket_id) as change:
        refuse_absent(change.database, customer_id)
        if change.database.execute_sql(OF_CUSTOMER_LAID_DOWN, (basket_id,)).fetchone():
            raise BadInput("What the customer pays with is laid down already: take it up before changing the customer")
        change.concerns(customer_id=customer_id)
        change.database.execute_sql("UPDATE basket SET customer_id = ? WHERE id = ?", (customer_id, basket_id))
    return read(desk.store, desk.terminal, basket_id)


def type_code(desk: Desk, basket_id: int, code: str) -> Basket:
    """Applies a discount code that somebody said at the till; an empty one takes it away again.

    Raises BadInput, saying why and until when, for one that is unknown, not in force or not to be typed: that is
    recorded.
    """
    code = code.strip()
    if code:
        code = discount_codes.take_typed(
            desk, code, _date_at(desk.store, desk.terminal), _customer_of(desk, basket_id)
        ).code
    with changing(desk, "sale.rung", basket_id) as change:
        change.note(code=code)
        change.database.execute_sql("UPDATE basket SET code = ? WHERE id = ?", (code, basket_id))
    return read(desk.store, desk.terminal, basket_id)


def note(desk: Desk, basket_id: int, text: str) -> Basket:
    """A note on the whole sale, printed on its receipt. Raises BadInput when it is too long."""
    cleaned = cleaned_note(text)
    with changing(desk, "sale.rung", basket_id) as change:
        change.note(noted=bool(cleaned))
        change.database.execute_sql("UPDATE basket SET note = ? WHERE id = ?", (cleaned, basket_id))
    return read(desk.store, desk.terminal, basket_id)


def drop(desk: Desk, basket_id: int) -> None:
    """Gives up a basket, open here or parked. Raises BadInput while something is laid down."""
    with changing(desk, "sale.line_removed", basket_id, "open", "parked") as change:
        refuse_laid_down(change.database, basket_id)
        basket = read(desk.store, desk.terminal, basket_id)
        change.note(dropped=True, lines=len(basket.lines), total=basket.total)
        change.database.execute_sql("UPDATE basket SET state = 'dropped' WHERE id = ?", (basket_id,))


def read(store: Store, terminal: str, basket_id: int) -> Basket:
    """A basket as it stands at a terminal, for acts that have asked for their permission; also inside a change."""
    database = store.database
    head: list[Any] = list(database.execute_sql(SELECT_BASKET, (basket_id,)).fetchone() or ())
    if not head:
        raise BadInput(f"There is no basket {basket_id}")
    lines = stored_lines(database, basket_id)
    tenders = tuple(BasketTender(*row) for row in database.execute_sql(SELECT_TENDERS, (basket_id,)))
    customer_id, typed = head[3], head[6]
    codes = discount_codes.in_force(database, customer_id, typed, _date_at(store, terminal))
    exempt = customer_id != WALK_IN_ID and tax_rates.is_exempt(database, customer_id)
    settings = store.settings
    priced = pricing.price(
        [
            LineToPrice(
                line.line_no, line.quantity, line.price, line.discount_percent, line.discount_amount, line.tax_rate
            )
            for line in lines
        ],
        codes,
        stacking=settings.stack_discounts,
        includes_tax=settings.prices_include_tax,
        exempt=exempt,
    )
    with_prices = tuple(BasketLine(*line, costs) for line, costs in zip(lines, priced.lines, strict=True))
    values: list[Any] = [*head, with_prices, tenders, codes, priced, settings.cash_rounding]
    return Basket(*values)


def rows_of(store: Store, terminal: str, basket_ids: Sequence[int]) -> list[BasketRow]:
    """Baskets as a list shows them, in the order given, for acts that have asked for their permission."""
    rows = []
    for basket_id in basket_ids:
        basket = read(store, terminal, basket_id)
        rows.append(
            BasketRow(
                basket.id, basket.state, basket.label, basket.customer_name, basket.terminal, basket.staff_id,
                basket.staff, basket.touched_at, len(basket.lines), basket.total, basket.version,
            )
        )  # fmt: skip
    return rows


@contextmanager
def changing(desk: Desk, action: str, basket_id: int, *states: str) -> Iterator[Change]:
    """A change of a basket that is in one of these states ("open" when none is given), and counts as one.

    Raises BadInput when it is in another, Conflict when it is open at another terminal, naming who has it.
    """
    with desk.change(action, subject=subject_of(basket_id)) as change:
        take(change, basket_id, *states)
        yield change


def take(change: Change, basket_id: int, *states: str) -> None:
    """Checks, inside a change, that a basket may be changed from here, and counts the change."""
    state, terminal, _ = state_of(change.database, basket_id)
    refuse_elsewhere(change, basket_id, state, terminal, *states)
    change.database.execute_sql(TOUCH, (change.at, basket_id))


def refuse_elsewhere(change: Change, basket_id: int, state: str, terminal: str, *states: str) -> None:
    """Raises BadInput when a basket is in none of these states ("open"), Conflict when it is open at another till."""
    if state not in (states or ("open",)):
        raise BadInput(why_not(change.database, basket_id, state))
    if state == "open" and terminal != change.desk.terminal:
        raise Conflict(who_has_it(change.database, basket_id))


def state_of(database: SqliteDatabase, basket_id: int) -> tuple[str, str, int | None]:
    """A basket's state, terminal and who has it. Raises BadInput when there is none of this id."""
    row = database.execute_sql("SELECT state, terminal, staff_id FROM basket WHERE id = ?", (basket_id,)).fetchone()
    if row is None:
        raise BadInput(f"There is no basket {basket_id}")
    return row[0], row[1], row[2]


def refuse_absent(database: SqliteDatabase, customer_id: int) -> None:
    """Raises BadInput when the customer is not there, or not active."""
    row = database.execute_sql("SELECT status, number FROM customer WHERE id = ?", (customer_id,)).fetchone()
    if row is None:
        raise BadInput(f"There is no customer with the id {customer_id}")
    if row[0] != "active":
        if why := gone.sentence(database, customer_id):
            raise BadInput(why)
        raise BadInput(f"Customer {row[1]} is inactive: make them active first, or choose another")


def refuse_laid_down(database: SqliteDatabase, basket_id: int) -> None:
    """Raises BadInput while something is laid down on a basket."""
    if database.execute_sql("SELECT 1 FROM basket_tender WHERE basket_id = ? LIMIT 1", (basket_id,)).fetchone():
        raise BadInput("Something is laid down on this sale already: take it up first")


def rounded_to_coin(amount: int, coin: int) -> int:
    """Minor units rounded to the smallest coin, halves up."""
    return (2 * amount + coin) // (2 * coin) * coin if coin > 1 else amount


def cleaned_note(text: str) -> str:
    """A note as it may be drawn and printed, on one line. Raises BadInput when it is too long."""
    cleaned = " ".join(harmless(text).split())
    if len(cleaned) > _LONGEST_NOTE:
        raise BadInput(f"A note here holds {_LONGEST_NOTE} letters, this one has {len(cleaned)}")
    return cleaned


def subject_of(basket_id: int) -> str:
    """How the audit log names a basket."""
    return f"basket {basket_id}"


def why_not(database: SqliteDatabase, basket_id: int, state: str) -> str:
    """Why a basket in this state cannot be changed, in one sentence."""
    label, number, layaway = database.execute_sql(WHY_NOT, (basket_id,)).fetchone()
    if state == "paid":
        return f"This sale is paid already: {number}"
    if state == "dropped":
        return "This sale was given up already"
    if state == "layaway":
        return f"This sale is set aside as layaway {layaway or ''}".rstrip() + ": it changes on the layaways' screen"
    if state == "parked":
        return f"This sale is parked{f' as “{label}”' if label else ''}: resume it first"
    return who_has_it(database, basket_id)


def who_has_it(database: SqliteDatabase, basket_id: int) -> str:
    """Who is ringing up an open basket, and where, in one sentence."""
    terminal, who = database.execute_sql(WHO_HAS_IT, (basket_id,)).fetchone()
    return f"This sale is open at {terminal}, with {who or 'the owner'}"


def _customer_of(desk: Desk, basket_id: int) -> int | None:
    row = desk.database.execute_sql("SELECT customer_id FROM basket WHERE id = ?", (basket_id,)).fetchone()
    return row[0] if row and row[0] != WALK_IN_ID else None


def _date_at(store: Store, terminal: str) -> str:
    """The business date of whatever happens at a terminal now: its open shift's, else the shop's today."""
    row = store.database.execute_sql(DATE_OF_SHIFT, (terminal,)).fetchone()
    return str(row[0]) if row else business_date(now_us(), store.shop.time_zone)


INSERT = "INSERT INTO basket (customer_id, terminal, staff_id, created_at, touched_at) VALUES (?, ?, ?, ?, ?)"
TOUCH = "UPDATE basket SET touched_at = ?, version = version + 1 WHERE id = ?"
TAKE_OVER = "UPDATE basket SET terminal = ?, staff_id = ?, touched_at = ?, version = version + 1 WHERE id = ?"
DATE_OF_SHIFT = "SELECT business_date FROM shift WHERE terminal = ? AND closed_at IS NULL"
SELECT_BASKET = """
SELECT basket.id, basket.state, basket.label, basket.customer_id, customer.number, customer.name, basket.code,
       basket.note, basket.terminal, basket.staff_id, COALESCE(staff.number || ' ' || staff.name, ''),
       basket.created_at, basket.touched_at, basket.version
FROM basket JOIN customer ON customer.id = basket.customer_id LEFT JOIN staff ON staff.id = basket.staff_id
WHERE basket.id = ?
"""
SELECT_TENDERS = """
SELECT line_no, kind, amount, reference, points FROM basket_tender WHERE basket_id = ? ORDER BY line_no
"""
# The states named twice let SQLite use the index of what is live, among years of paid baskets.
UNFINISHED = """
SELECT id FROM basket
WHERE state IN ('open', 'parked') AND state = 'open' AND (staff_id = ? OR terminal = ?)
  AND (EXISTS (SELECT 1 FROM basket_line WHERE basket_id = basket.id)
       OR EXISTS (SELECT 1 FROM basket_tender WHERE basket_id = basket.id))
ORDER BY touched_at DESC, id DESC
"""
OF_CUSTOMER_LAID_DOWN = """
SELECT 1 FROM basket_tender WHERE basket_id = ? AND kind IN ('account', 'store credit', 'points') LIMIT 1
"""
WHY_NOT = """
SELECT basket.label, (SELECT number FROM sale WHERE id = basket.sale_id),
       (SELECT number FROM layaway WHERE basket_id = basket.id)
FROM basket WHERE basket.id = ?
"""
WHO_HAS_IT = """
SELECT basket.terminal, staff.number || ' ' || staff.name
FROM basket LEFT JOIN staff ON staff.id = basket.staff_id WHERE basket.id = ?
"""
