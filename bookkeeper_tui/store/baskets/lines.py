"""The lines of a basket after they are rung up: how many, at what price, with what off, and what is noted on them."""

from typing import NamedTuple

from bookkeeper_tui.errors import BadInput, NotAllowed
from bookkeeper_tui.store import membership_plans, package_plans
from bookkeeper_tui.store.baskets.basket import Basket, changing, cleaned_note, read
from bookkeeper_tui.store.baskets.ringing import check_countable, check_line
from bookkeeper_tui.store.desk import Change, Desk
from bookkeeper_tui.store.pricing import ALL, share_of


class _Line(NamedTuple):
    """A line as it is stored; units as in BasketLine. `own_price` is the catalogue's today."""

    quantity: int
    price: int
    list_price: int | None
    discount_percent: int
    discount_amount: int
    description: str
    sold_by: str
    own_price: int | None
    code: str
    product_id: int | None

    @property
    def products(self) -> list[int]:
        """Its article; none of what the catalogue lacks."""
        return [] if self.product_id is None else [self.product_id]


def set_quantity(desk: Desk, basket_id: int, line_no: int, quantity: int, *, sure: bool = False) -> Basket:
    """Sells another quantity (thousandths) on a line; an amount given off by hand shrinks with it.

    Selling less needs the permission to remove lines. Raises BadInput, and Absurd until `sure`.
    """
    action = "sale.rung" if quantity >= _line(desk, basket_id, line_no).quantity else "sale.line_removed"
    with changing(desk, action, basket_id) as change:
        line = _line(desk, basket_id, line_no)
        if action == "sale.rung" and quantity < line.quantity:
            raise BadInput(f"{line.description} was changed at the same time: look at it again")
        check_countable(line.description, line.sold_by, quantity)
        if quantity != package_plans.ONE and package_plans.are_packages(change.database, line.products):
            raise BadInput(f"{line.description} is a package: each stands on a line of its own, so ring it up again")
        if quantity != package_plans.ONE and membership_plans.are_memberships(change.database, line.products):
            raise BadInput(f"{line.description} is a membership: each stands on a line of its own, so ring it up again")
        by_weight = line.sold_by == "weight"
        check_line(desk.store, line.description, quantity, line.price, by_weight=by_weight, sure=sure)
        if quantity > line.quantity:
            _refuse_more_than_approved(desk, line)
        off = min(line.discount_amount, line.discount_amount * quantity // line.quantity)
        _log(change, line_no, line, quantity=(line.quantity, quantity))
        change.database.execute_sql(SET_QUANTITY, (quantity, off, basket_id, line_no))
    return read(desk.store, desk.terminal, basket_id)


def remove_line(desk: Desk, basket_id: int, line_no: int) -> Basket:
    """Takes a line out of the sale; what it was stands in the log."""
    with changing(desk, "sale.line_removed", basket_id) as change:
        line = _line(desk, basket_id, line_no)
        _log(change, line_no, line, quantity=line.quantity, price=line.price)
        change.database.execute_sql("DELETE FROM basket_line WHERE basket_id = ? AND line_no = ?", (basket_id, line_no))
    return read(desk.store, desk.terminal, basket_id)


def override_price(desk: Desk, basket_id: int, line_no: int, price: int, *, sure: bool = False) -> Basket:
    """Sells a line at another price of one (minor units); the catalogue's stays beside it."""
    with changing(desk, "price.overridden", basket_id) as change:
        line = _line(desk, basket_id, line_no)
        check_line(desk.store, line.description, line.quantity, price, by_weight=line.sold_by == "weight", sure=sure)
        listed = line.price if line.list_price is None and line.own_price is not None else line.list_price
        _log(change, line_no, line, price=(line.price, price))
        values = (price, None if listed == price else listed, basket_id, line_no)
        change.database.execute_sql(SET_PRICE, values)
    return read(desk.store, desk.terminal, basket_id)


def discount_line(desk: Desk, basket_id: int, line_no: int, *, percent: int = 0, amount: int = 0) -> Basket:
    """Gives a discount on a line by hand: thousandths of a per cent, or minor units; neither takes it away.

    Raises NotAllowed when it is more than this person, or whoever approved it, may give; BadInput when it is more than
    the line comes to.
    """
    if percent and amount:
        raise BadInput("A line takes a percentage or an amount off, not both")
    with changing(desk, "discount.given", basket_id) as change:
        line = _line(desk, basket_id, line_no)
        gross = (line.quantity * line.price + 500) // 1000
        if not 0 <= percent <= ALL or not 0 <= amount <= gross:
            raise BadInput(f"{line.description}: that discount is more than the line comes to")
        share = percent or share_of(amount, gross)
        ceiling = desk.limit("discount_percent", "discount.given")
        if share > ceiling:
            raise NotAllowed(
                f"A discount of {share / 1000:g} % is above the {ceiling / 1000:g} % that a "
                f"{desk.limit_role('discount_percent', 'discount.given')} may give"
            )
        _log(change, line_no, line, percent=percent, amount=amount, share=share)
        change.database.execute_sql(SET_DISCOUNT, (percent, amount, basket_id, line_no))
    return read(desk.store, desk.terminal, basket_id)


def note_line(desk: Desk, basket_id: int, line_no: int, text: str) -> Basket:
    """A note on a line, printed under it; an empty text takes it away. Raises BadInput when it is too long."""
    cleaned = cleaned_note(text)
    with changing(desk, "sale.rung", basket_id) as change:
        line = _line(desk, basket_id, line_no)
        _log(change, line_no, line, noted=bool(cleaned))
        values = (cleaned, basket_id, line_no)
        change.database.execute_sql("UPDATE basket_line SET note = ? WHERE basket_id = ? AND line_no = ?", values)
    return read(desk.store, desk.terminal, basket_id)


def _line(desk: Desk, basket_id: int, line_no: int) -> _Line:
    row = desk.require("basket.viewed").execute_sql(SELECT_LINE, (basket_id, line_no)).fetchone()
    if row is None:
        raise BadInput(f"This sale has no line {line_no}")
    return _Line(*row)


def _refuse_more_than_approved(desk: Desk, line: _Line) -> None:
    """What somebody approved was for as many as there were then: more at that price is for who may give it."""
    overridden = line.list_price is not None or line.product_id is None
    if overridden and not desk.may("price.overridden"):
        raise NotAllowed(
            f"The price of {line.description} was approved for {line.quantity / 1000:g} (price.overridden): "
            "ring more of it up on a line of its own"
        )
    gross = max(1, (line.quantity * line.price + 500) // 1000)
    share = line.discount_percent + line.discount_amount * ALL // gross
    if share > desk.limit("discount_percent", "discount.given"):
        raise NotAllowed(
            f"The discount of {share / 1000:g} % on {line.description} was approved for {line.quantity / 1000:g}: "
            "ring more of it up on a line of its own"
        )


def _log(change: Change, line_no: int, line: _Line, **what: object) -> None:
    change.note(line=line_no, product=line.code, **what)
    if not line.code:
        change.personal(article=line.description)


SELECT_LINE = """
SELECT quantity, basket_line.price, list_price, discount_percent, discount_amount, description,
       COALESCE(product.sold_by, 'piece'), product.price, basket_line.code, product_id
FROM basket_line LEFT JOIN product ON product.id = basket_line.product_id WHERE basket_id = ? AND line_no = ?
"""
SET_QUANTITY = "UPDATE basket_line SET quantity = ?, discount_amount = ? WHERE basket_id = ? AND line_no = ?"
SET_PRICE = "UPDATE basket_line SET price = ?, list_price = ? WHERE basket_id = ? AND line_no = ?"
SET_DISCOUNT = "UPDATE basket_line SET discount_percent = ?, discount_amount = ? WHERE basket_id = ? AND line_no = ?"
