"""What else stands by a sale: the returns and voids of it, the sale that a return undoes, and whose it has been."""

from dataclasses import dataclass
from typing import NamedTuple

from bookkeeper_tui.store.desk import Desk


class OtherSale(NamedTuple):
    """Another sale: its id and number, minor units, ISO business date, and whether it is a void."""

    id: int
    number: str
    total: int
    business_date: str
    is_void: bool


class SaleMove(NamedTuple):
    """A sale was attached or moved to another customer, by whom and why, at microseconds UTC."""

    old_number: str
    old_name: str
    new_number: str
    new_name: str
    who: str
    why: str
    at: int


@dataclass(frozen=True, slots=True)
class SaleLinks:
    """`undone_by` are the returns and the void of a sale, oldest first; `undoes` the sale that a return gives back.

    `returned` is how many thousandths of each line are back, by line number.
    """

    undone_by: tuple[OtherSale, ...]
    undoes: OtherSale | None
    returned: dict[int, int]
    moves: tuple[SaleMove, ...]
    imported: bool

    @property
    def is_voided(self) -> bool:
        """Whether the sale was taken back whole in its own shift."""
        return any(other.is_void for other in self.undone_by)


def links(desk: Desk, sale_id: int) -> SaleLinks:
    """Reads what stands by a sale; for one that there is not, nothing does."""
    database = desk.require("sale.viewed")
    undone_by = tuple(_other(row) for row in database.execute_sql(UNDONE_BY, {"sale": sale_id}))
    undoes = database.execute_sql(UNDOES, {"sale": sale_id}).fetchone()
    imported = database.execute_sql("SELECT import_run_id IS NOT NULL FROM sale WHERE id = ?", (sale_id,)).fetchone()
    return SaleLinks(
        undone_by,
        _other(undoes) if undoes else None,
        dict(database.execute_sql(RETURNED, (sale_id,)).fetchall()),
        tuple(SaleMove(*row) for row in database.execute_sql(MOVES, (sale_id,))),
        bool(imported and imported[0]),
    )


def _other(row: tuple[int, str, int, str, int]) -> OtherSale:
    return OtherSale(*row[:4], is_void=bool(row[4]))


UNDONE_BY = """
SELECT id, number, total, business_date, voids IS NOT NULL FROM sale
WHERE id IN (SELECT return_id FROM returned_line WHERE sale_id = :sale
             UNION SELECT refund_id FROM package WHERE sale_id = :sale) ORDER BY id
"""
UNDOES = """
SELECT other.id, other.number, other.total, other.business_date, 0 FROM sale AS other
WHERE other.id = COALESCE((SELECT voids FROM sale WHERE id = :sale),
                          (SELECT sale_id FROM returned_line WHERE return_id = :sale LIMIT 1),
                          (SELECT sale_id FROM package WHERE refund_id = :sale))
"""
RETURNED = "SELECT sold_line_no, SUM(quantity) FROM returned_line WHERE sale_id = ? GROUP BY sold_line_no"
MOVES = """
SELECT old.number, old.name, new.number, new.name, sale_move.who, sale_move.why, sale_move.at
FROM sale_move JOIN customer AS old ON old.id = sale_move.old_customer_id
JOIN customer AS new ON new.id = sale_move.new_customer_id
WHERE sale_move.sale_id = ? ORDER BY sale_move.id
"""
