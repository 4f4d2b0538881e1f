"""Ringing up: a scan or typed code, an article chosen by name, and one that the catalogue lacks."""

import re
from typing import Any, NamedTuple

from peewee import SqliteDatabase

from bookkeeper_tui.errors import BadInput
from bookkeeper_tui.formats import harmless
from bookkeeper_tui.store import membership_plans, package_plans, tax_rates
from bookkeeper_tui.store.baskets.basket import Basket, changing, read
from bookkeeper_tui.store.desk import Change, Desk
from bookkeeper_tui.store.opening import Store
from bookkeeper_tui.store.pricing import ALL

ONE = 1000
_MOST_PIECES, _MOST_WEIGHT = 999 * ONE, 99_999
_MOST_EVER, _DEAREST_EVER = 10**9, 10**13
_DEAREST_LINE = 10_000
_LONGEST_TEXT = 60
_MOST_PACKAGES = 50
_TYPED = re.compile(r"([0-9]+(?:[.,][0-9]+)?)\s*\*\s*(.*)", re.DOTALL)


class UnknownCode(BadInput):
    """Nothing in the catalogue has this sku or bar code."""

    def __init__(self, code: str) -> None:
        super().__init__(f"Nothing in the catalogue has the code “{harmless(code[:40])}”")
        self.code = code


class WeightNeeded(BadInput):
    """An article sold by weight was rung up without one."""

    def __init__(self, product: "Article") -> None:
        super().__init__(
            f"{product.name} is sold by weight: type the weight before the code, such as 0.375*{product.sku}"
        )
        self.product = product


class PriceNeeded(BadInput):
    """An article without a price of its own was rung up without one."""

    def __init__(self, product: "Article") -> None:
        super().__init__(f"{product.name} has no price of its own: type one")
        self.product = product


class Absurd(BadInput):
    """A quantity or an amount that is probably a slip: it is asked for twice, and then passed with `sure`."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class Article(NamedTuple):
    """What ringing up needs of a product: `price` in minor units, `sold_by` "piece" or "weight"."""

    id: int
    sku: str
    name: str
    size: str
    price: int | None
    status: str
    sold_by: str


def ring(desk: Desk, basket_id: int, text: str, *, sure: bool = False, price: int | None = None) -> Basket:
    """Adds what a scanner or a person typed: `code`, `3*code` or `0.375*code`; the code is a sku or a bar code.

    `price` (minor units) is for an article that has none, or overrides it. Raises UnknownCode, WeightNeeded,
    PriceNeeded, Absurd until `sure`, and BadInput for a quantity that is none or an article out of sale.
    """
    database = desk.require("sale.rung")
    quantity, code = _taken_apart(text)
    article = _by_code(database, code)
    return _ring(desk, basket_id, article, quantity, price, sure)


def ring_product(
    desk: Desk, basket_id: int, product_id: int, quantity: int | None, *, price: int | None = None, sure: bool = False
) -> Basket:
    """Adds an article chosen by name: `quantity` in thousandths, none where it was not said. Raises as `ring` does."""
    row = desk.require("sale.rung").execute_sql(f"{SELECT_ARTICLE} WHERE id = ?", (product_id,)).fetchone()
    if row is None:
        raise BadInput(f"There is no product with the id {product_id}")
    return _ring(desk, basket_id, Article(*row), quantity, price, sure)


def ring_other(
    desk: Desk,
    basket_id: int,
    description: str,
    price: int,
    quantity: int = ONE,
    tax_rate: int | None = None,
    *,
    code: str = "",
    sure: bool = False,
) -> Basket:
    """Adds an article that the catalogue lacks: what it is called, the price of one in minor units, thousandths of one.

    `tax_rate` is thousandths of a per cent, the shop's usual when none is given. Raises BadInput when it has no name.
    """
    called = " ".join(harmless(description).split())[:_LONGEST_TEXT]
    if not called:
        raise BadInput("An article that the catalogue lacks needs a name")
    check_line(desk.store, called, quantity, price, sure=sure)
    if tax_rate is not None and not 0 <= tax_rate <= ALL:
        raise BadInput(f"{called}: {tax_rate / 1000:g} % is no tax rate")
    with changing(desk, "price.overridden", basket_id) as change:
        rate = tax_rates.rate_for(change.database, None) if tax_rate is None else tax_rate
        change.note(price=price, quantity=quantity)
        change.personal(article=called)
        _add(change, basket_id, None, harmless(code)[:_LONGEST_TEXT], called, quantity, price, None, rate)
    return read(desk.store, desk.terminal, basket_id)


def check_line(store: Store, name: str, quantity: int, price: int, *, by_weight: bool = False, sure: bool) -> None:
    """Raises BadInput for a quantity (thousandths) or price (minor units) that cannot be.

    For one that is probably a slip it raises Absurd until `sure`.
    """
    write = store.conventions
    if not 0 < quantity <= _MOST_EVER:
        raise BadInput(f"{name}: {write.quantity(quantity)} is no quantity to sell")
    gross = (quantity * price + ONE // 2) // ONE
    if price < 0 or max(gross, price) > _DEAREST_EVER:
        raise BadInput(f"{name}: {write.amount(price)} is no price to sell at")
    if sure:
        return
    if quantity > (_MOST_WEIGHT if by_weight else _MOST_PIECES):
        raise Absurd(f"{write.quantity(quantity)} of {name}: is that meant?")
    if gross > _DEAREST_LINE * 10**store.shop.exponent:
        raise Absurd(f"{name} for {write.amount(gross)}: is that meant?")


def check_countable(name: str, sold_by: str, quantity: int) -> None:
    """Raises BadInput for none (thousandths) of an article, and for a fraction of one that is sold by the piece."""
    if quantity <= 0:
        raise BadInput(f"{name}: {quantity / ONE:g} is no quantity to sell")
    if sold_by != "weight" and quantity % ONE:
        raise BadInput(f"{name} is sold by the piece: {quantity / ONE:g} is no number of pieces")


def _ring(desk: Desk, basket_id: int, article: Article, quantity: int | None, price: int | None, sure: bool) -> Basket:
    if article.status != "active":
        raise BadInput(f"{article.name} ({article.sku}) is out of sale")
    if quantity is None and article.sold_by == "weight":
        raise WeightNeeded(article)
    if price is None and article.price is None:
        raise PriceNeeded(article)
    overridden = price is not None and article.price is not None and price != article.price
    quantity = ONE if quantity is None else quantity
    charged = article.price if price is None else price
    assert charged is not None
    check_countable(article.name, article.sold_by, quantity)
    with changing(desk, "price.overridden" if overridden else "sale.rung", basket_id) as change:
        change.note(product=article.sku, quantity=quantity)
        if overridden:
            change.note(price=charged, list_price=article.price)
        rate = tax_rates.rate_for(change.database, article.id)
        list_price = article.price if overridden else None
        if _is_plan(change.database, article.id):
            check_line(desk.store, article.name, ONE, charged, sure=sure)
            _add_packages(change, basket_id, article, quantity, charged, list_price, rate)
            return read(desk.store, desk.terminal, basket_id)
        same = change.database.execute_sql(SAME_AS_LAST, (basket_id, article.id, charged, rate)).fetchone()
        by_weight = article.sold_by == "weight"
        if same is not None and not overridden and not by_weight:
            line_no, before = same
            check_line(desk.store, article.name, before + quantity, charged, sure=sure)
            change.database.execute_sql(ADD_TO_LINE, (quantity, basket_id, line_no))
        else:
            check_line(desk.store, article.name, quantity, charged, by_weight=by_weight, sure=sure)
            called = f"{article.name} {article.size}".strip()
            _add(change, basket_id, article.id, article.sku, called, quantity, charged, list_price, rate)
    return read(desk.store, desk.terminal, basket_id)


def _is_plan(database: SqliteDatabase, product_id: int) -> bool:
    return any(room.plan_of(database, product_id) is not None for room in (package_plans, membership_plans))


def _add_packages(
    change: Change, basket_id: int, article: Article, quantity: int, price: int, list_price: int | None, rate: int
) -> None:
    """Each package or term of a membership stands on a line of its own, and comes back by itself."""
    if quantity % ONE:
        raise BadInput(f"{article.name} is a package or membership: a part of one cannot be rung up")
    if quantity > _MOST_PACKAGES * ONE:
        raise BadInput(f"{article.name} is a package or membership: at most {_MOST_PACKAGES} are rung up at once")
    called = f"{article.name} {article.size}".strip()
    for _ in range(quantity // ONE):
        _add(change, basket_id, article.id, article.sku, called, ONE, price, list_price, rate)


def _add(change: Change, basket_id: int, *values: object) -> None:
    change.database.execute_sql(INSERT_LINE, (basket_id, basket_id, *values))


def _taken_apart(text: str) -> tuple[int | None, str]:
    """A quantity in thousandths, none where none was typed, and the code."""
    text = text.strip()
    typed = _TYPED.fullmatch(text)
    if typed is None:
        if not text:
            raise BadInput("There is no code to ring up")
        return None, text
    number, code = typed[1].replace(",", "."), typed[2].strip()
    whole, _, decimals = number.partition(".")
    if len(whole) > 7:
        raise BadInput(f"“{whole[:4]}…” before the * is no quantity: it looks like a bar code or a card")
    if len(decimals) > 3:
        raise BadInput(f"“{number}” is no quantity: at most three decimals count")
    if not code:
        raise BadInput(f"“{harmless(text)}” says how many, but not of what")
    return int(whole) * ONE + int(decimals.ljust(3, "0")), code


def _by_code(database: SqliteDatabase, code: str) -> Article:
    row: Any = database.execute_sql(f"{SELECT_ARTICLE} WHERE sku = ?", (code,)).fetchone()
    if row is None or row[5] != "active":
        by_barcode = f"{SELECT_ARTICLE} WHERE barcode = ? ORDER BY status, id LIMIT 1"
        row = database.execute_sql(by_barcode, (code,)).fetchone() or row
    if row is None:
        raise UnknownCode(code)
    return Article(*row)


SELECT_ARTICLE = "SELECT id, sku, name, size, price, status, sold_by FROM product"
INSERT_LINE = """
INSERT INTO basket_line (basket_id, line_no, product_id, code, description, quantity, price, list_price, tax_rate)
VALUES (?, (SELECT COALESCE(MAX(line_no), 0) + 1 FROM basket_line WHERE basket_id = ?), ?, ?, ?, ?, ?, ?, ?)
"""
SAME_AS_LAST = """
SELECT line_no, quantity FROM (SELECT * FROM basket_line WHERE basket_id = ? ORDER BY line_no DESC LIMIT 1)
WHERE product_id = ? AND price = ? AND tax_rate = ? AND list_price IS NULL AND discount_percent = 0
  AND discount_amount = 0 AND note = ''
"""
ADD_TO_LINE = "UPDATE basket_line SET quantity = quantity + ? WHERE basket_id = ? AND line_no = ?"
