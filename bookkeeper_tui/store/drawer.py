"""The drawer during a shift: cash taken out and put in, petty expenses, and opening it without a sale."""

from dataclasses import dataclass

from bookkeeper_tui.errors import BadInput
from bookkeeper_tui.formats import harmless
from bookkeeper_tui.money import plain
from bookkeeper_tui.store import ledger, shifts
from bookkeeper_tui.store.desk import AlreadyDone, Change, Desk


@dataclass(frozen=True, slots=True)
class DrawerMovement:
    """What moved in a drawer besides sales and payments; `amount` is its effect there, `at` microseconds UTC."""

    id: int
    kind: str
    amount: int
    category: str
    reason: str
    staff: str
    at: int


def pull_out(desk: Desk, amount: int, reason: str = "", once: str | None = None) -> int:
    """Takes cash (minor units, positive) out of the drawer into the safe; answers the movement's id."""
    return _move(desk, "drawer.pulled_out", "pull-out", -amount, ledger.SAFE, reason=reason, once=once)


def petty(desk: Desk, amount: int, category: str, reason: str = "", once: str | None = None) -> int:
    """Pays a small expense (minor units, positive) of a category out of the drawer; answers the movement's id."""
    desk.require("drawer.petty")
    category = " ".join(harmless(category).split())
    if not category:
        raise BadInput("A petty expense needs a category, such as Cleaning or Postage")
    account = ledger.account_under(ledger.PETTY, category)
    return _move(desk, "drawer.petty", "petty", -amount, account, category=category, reason=reason, once=once)


def pay_in(desk: Desk, amount: int, reason: str = "", once: str | None = None) -> int:
    """Puts cash (minor units, positive) from the safe into the drawer, as change for the day; answers its id."""
    return _move(desk, "drawer.paid_in", "pay-in", amount, ledger.SAFE, reason=reason, once=once)


def no_sale(desk: Desk, reason: str = "", once: str | None = None) -> int:
    """Records that the drawer was opened without a sale; no money moves. Answers the movement's id."""
    try:
        with desk.change("drawer.opened", once=once) as change:
            shift = shifts.require_open(change)
            change.concerns(subject=shift.number)
            movement_id = shifts.record_movement(change, shift, "no sale", 0, reason=reason)
            change.result = str(movement_id)
    except AlreadyDone as done:
        movement_id = int(done.result)
    return movement_id


def movements(desk: Desk, shift_id: int) -> list[DrawerMovement]:
    """What moved in a shift's drawer besides sales and payments, in the order it did."""
    database = desk.require("shift.viewed")
    return [DrawerMovement(*row) for row in database.execute_sql(SELECT_MOVEMENTS, (shift_id,))]


def petty_categories(desk: Desk) -> list[str]:
    """The categories petty expenses have had, the commonest first."""
    database = desk.require("shift.viewed")
    return [row[0] for row in database.execute_sql(SELECT_CATEGORIES)]


def _move(
    desk: Desk,
    action: str,
    kind: str,
    amount: int,
    against: str,
    *,
    category: str = "",
    reason: str = "",
    once: str | None = None,
) -> int:
    try:
        with desk.change(action, once=once) as change:
            if not 0 < abs(amount) <= shifts.LARGEST or (amount > 0) != (kind == "pay-in"):
                raise BadInput(
                    f"{_written(change, abs(amount))} cannot be the amount of a {kind}: more than 0 is needed"
                )
            shift = shifts.require_open(change)
            if amount < 0 and shifts.expected_cash(change.database, shift.id) + amount < 0:
                raise BadInput(f"{_written(change, -amount)} is more than lies in the drawer of shift {shift.number}")
            change.concerns(subject=shift.number)
            change.note(amount=amount, **({"category": category} if category else {}))
            movement_id = shifts.post_movement(change, shift, kind, amount, against, category=category, reason=reason)
            change.result = str(movement_id)
    except AlreadyDone as done:
        movement_id = int(done.result)
    return movement_id


def _written(change: Change, amount: int) -> str:
    return plain(amount, change.desk.store.shop.exponent)


SELECT_MOVEMENTS = """
SELECT drawer_movement.id, kind, amount, category, reason, COALESCE(staff.name, ''), at
FROM drawer_movement LEFT JOIN staff ON staff.id = drawer_movement.staff_id
WHERE shift_id = ? ORDER BY drawer_movement.id
"""
SELECT_CATEGORIES = """
SELECT category FROM drawer_movement WHERE kind = 'petty' GROUP BY category ORDER BY COUNT(*) DESC, category LIMIT 20
"""
