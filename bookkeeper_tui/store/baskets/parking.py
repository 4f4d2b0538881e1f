"""Baskets put aside and taken up again, split, merged, and lines moved from one to another."""

from collections.abc import Iterable, Mapping

from bookkeeper_tui.errors import BadInput, Conflict
from bookkeeper_tui.formats import harmless
from bookkeeper_tui.store.baskets.basket import (
    Basket,
    BasketRow,
    changing,
    read,
    refuse_laid_down,
    rows_of,
    state_of,
    subject_of,
    take,
    who_has_it,
    why_not,
)
from bookkeeper_tui.store.baskets.stored_lines import StoredLine, stored_lines
from bookkeeper_tui.store.customers import WALK_IN_ID
from bookkeeper_tui.store.desk import Change, Desk

_LONGEST_LABEL = 40


def park(desk: Desk, basket_id: int, label: str = "") -> None:
    """Puts a basket aside for any till to take up. Raises BadInput when it has no line."""
    label = " ".join(harmless(label).split())[:_LONGEST_LABEL]
    with changing(desk, "sale.parked", basket_id) as change:
        if not stored_lines(change.database, basket_id):
            raise BadInput("There is nothing to park: ring something up first")
        change.note(parked=True)
        change.database.execute_sql("UPDATE basket SET state = 'parked', label = ? WHERE id = ?", (label, basket_id))


def parked(desk: Desk) -> list[BasketRow]:
    """The parked baskets of the shop, newest first."""
    found = desk.require("basket.viewed").execute_sql(PARKED).fetchall()
    return rows_of(desk.store, desk.terminal, [row[0] for row in found])


def resume(desk: Desk, basket_id: int) -> Basket:
    """Takes up a parked basket here. Raises Conflict naming who has it when another till was first."""
    with desk.change("sale.parked", subject=subject_of(basket_id)) as change:
        state, terminal, staff_id = state_of(change.database, basket_id)
        if state == "open" and (terminal, staff_id) == (desk.terminal, desk.staff.staff_id):
            change.drop()
        if state == "open":
            raise Conflict(who_has_it(change.database, basket_id))
        if state != "parked":
            raise BadInput(why_not(change.database, basket_id, state))
        change.note(resumed=True)
        change.database.execute_sql(RESUME, (desk.terminal, desk.staff.staff_id, change.at, basket_id))
    return read(desk.store, desk.terminal, basket_id)


def split(desk: Desk, basket_id: int, quantities: Mapping[int, int]) -> tuple[Basket, Basket]:
    """Takes lines, or parts of them, out into a basket of their own, which is parked: line numbers to thousandths.

    The basket may be open here or parked. An amount given off by hand is shared by quantity. Raises BadInput when
    nothing would go or stay, more would go than there is, or something is laid down.
    """
    with changing(desk, "sale.parked", basket_id, "open", "parked") as change:
        refuse_laid_down(change.database, basket_id)
        values = (desk.terminal, desk.staff.staff_id, change.at, change.at, basket_id)
        other_id = int(change.database.execute_sql(INSERT_BESIDE, values).lastrowid)
        _move(change, basket_id, other_id, quantities)
        change.note(split_into=other_id, lines=sorted(quantities))
    return read(desk.store, desk.terminal, basket_id), read(desk.store, desk.terminal, other_id)


def merge(desk: Desk, into: int, other: int) -> Basket:
    """Brings all of another basket, parked or open here, into this one; the other ends.

    A customer, a discount code and a note come along where this one has none. Raises BadInput when the two are one, or
    something is laid down on the other.
    """
    if into == other:
        raise BadInput("A sale cannot be merged with itself")
    with changing(desk, "sale.parked", into, "open", "parked") as change:
        take(change, other, "open", "parked")
        refuse_laid_down(change.database, other)
        if change.database.execute_sql(OF_CUSTOMER, (into,)).fetchone() is None:
            change.database.execute_sql(TAKE_CUSTOMER, (other, WALK_IN_ID, into))
        change.database.execute_sql(TAKE_CODE, (other, into))
        change.database.execute_sql(TAKE_NOTE, (other, into))
        moved = {line.line_no: line.quantity for line in stored_lines(change.database, other)}
        _move(change, other, into, moved, all_may_go=True)
        change.database.execute_sql("UPDATE basket SET state = 'dropped' WHERE id = ?", (other,))
        change.note(merged=other, lines=sorted(moved))
    return read(desk.store, desk.terminal, into)


def move_lines(desk: Desk, from_id: int, to_id: int, line_nos: Iterable[int]) -> tuple[Basket, Basket]:
    """Moves whole lines to another basket, each parked or open here. Raises BadInput when all of them would go."""
    if from_id == to_id:
        raise BadInput("The lines are on this sale already")
    with changing(desk, "sale.parked", from_id, "open", "parked") as change:
        take(change, to_id, "open", "parked")
        refuse_laid_down(change.database, from_id)
        there = {line.line_no: line.quantity for line in stored_lines(change.database, from_id)}
        moved = {line_no: there.get(line_no, 0) for line_no in line_nos}
        _move(change, from_id, to_id, moved)
        change.note(moved_to=to_id, lines=sorted(moved))
    return read(desk.store, desk.terminal, from_id), read(desk.store, desk.terminal, to_id)


def _move(change: Change, from_id: int, to_id: int, quantities: Mapping[int, int], *, all_may_go: bool = False) -> None:
    lines = {line.line_no: line for line in stored_lines(change.database, from_id)}
    for line_no, quantity in quantities.items():
        _check_part(lines.get(line_no), line_no, quantity)
    if not quantities and not all_may_go:
        raise BadInput("Choose the lines that are to go")
    if not all_may_go and all(quantities.get(line_no) == line.quantity for line_no, line in lines.items()):
        raise BadInput("All lines would go: choose fewer, or merge the two sales")
    last = change.database.execute_sql(LAST_LINE, (to_id,)).fetchone()[0]
    for place, (line_no, quantity) in enumerate(sorted(quantities.items()), last + 1):
        line = lines[line_no]
        off = (2 * line.discount_amount * quantity + line.quantity) // (2 * line.quantity)
        change.database.execute_sql(
            INSERT_LINE,
            (to_id, place, *line[1:4], quantity, *line[5:8], off, *line[9:11]),
        )
        if quantity == line.quantity:
            change.database.execute_sql(DELETE_LINE, (from_id, line_no))
        else:
            values = (line.quantity - quantity, line.discount_amount - off, from_id, line_no)
            change.database.execute_sql(KEEP_REST, values)


def _check_part(line: StoredLine | None, line_no: int, quantity: int) -> None:
    if line is None:
        raise BadInput(f"This sale has no line {line_no}")
    if not 0 < quantity <= line.quantity:
        raise BadInput(f"{line.description}: {quantity / 1000:g} cannot go of {line.quantity / 1000:g}")
    if line.sold_by == "piece" and (line.quantity % 1000 == 0) and quantity % 1000:
        raise BadInput(f"{line.description} is sold by the piece: {quantity / 1000:g} is no number of pieces")


PARKED = """
SELECT id FROM basket WHERE state IN ('open', 'parked') AND state = 'parked' ORDER BY touched_at DESC, id DESC
"""
RESUME = """
UPDATE basket SET state = 'open', terminal = ?, staff_id = ?, touched_at = ?, version = version + 1 WHERE id = ?
"""
INSERT_BESIDE = """
INSERT INTO basket (state, label, customer_id, code, note, terminal, staff_id, created_at, touched_at)
SELECT 'parked', label, customer_id, code, note, ?, ?, ?, ? FROM basket WHERE id = ?
"""
OF_CUSTOMER = "SELECT 1 FROM basket_tender WHERE basket_id = ? LIMIT 1"
TAKE_CUSTOMER = """
UPDATE basket SET customer_id = (SELECT customer_id FROM basket WHERE id = ?) WHERE customer_id = ? AND id = ?
"""
TAKE_NOTE = "UPDATE basket SET note = (SELECT note FROM basket WHERE id = ?) WHERE id = ? AND note = ''"
TAKE_CODE = "UPDATE basket SET code = (SELECT code FROM basket WHERE id = ?) WHERE code = '' AND id = ?"
LAST_LINE = "SELECT COALESCE(MAX(line_no), 0) FROM basket_line WHERE basket_id = ?"
INSERT_LINE = """
INSERT INTO basket_line (basket_id, line_no, product_id, code, description, quantity, price, list_price,
                         discount_percent, discount_amount, tax_rate, note)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""
DELETE_LINE = "DELETE FROM basket_line WHERE basket_id = ? AND line_no = ?"
KEEP_REST = "UPDATE basket_line SET quantity = ?, discount_amount = ? WHERE basket_id = ? AND line_no = ?"
