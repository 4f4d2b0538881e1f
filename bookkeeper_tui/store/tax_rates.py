"""Tax: the rates a shop charges, which one a product has, and the customers who are exempt.

Rates are thousandths of a per cent. A change counts for what is rung up from then on: lines keep the rate they had.
"""

from dataclasses import dataclass

from peewee import AutoField, IntegerField, SqliteDatabase, TextField

from bookkeeper_tui.errors import BadInput
from bookkeeper_tui.formats import harmless
from bookkeeper_tui.store.desk import Change, Desk
from bookkeeper_tui.store.engine import Table

ALL = 100_000
_LONGEST_NAME = 40
_LONGEST_REASON = 200
_MOST = 500


class TaxRateTable(Table):
    """A rate; one of them is the default for what says none of its own."""

    id = AutoField()
    name = TextField(unique=True)
    rate = IntegerField()
    is_default = IntegerField(default=0)
    retired = IntegerField(default=0)

    class Meta:
        table_name = "tax_rate"


class TaxExemptionTable(Table):
    """A customer who pays no tax, why, and since which business date."""

    customer_id = IntegerField(primary_key=True)
    reason = TextField()
    since = TextField()
    who = TextField()

    class Meta:
        table_name = "tax_exemption"


@dataclass(frozen=True, slots=True)
class TaxRate:
    """A rate in thousandths of a per cent (21 % is 21000); a retired one is offered no more, and stays where it is."""

    id: int
    name: str
    rate: int
    is_default: bool
    retired: bool


@dataclass(frozen=True, slots=True)
class Exemption:
    """A customer who pays no tax: why, since when (ISO date), and who said so."""

    customer_id: int
    number: str
    name: str
    reason: str
    since: str
    who: str


def rate_for(database: SqliteDatabase, product_id: int | None) -> int:
    """The rate of a product: its own, else its category's, else the default, else 0. None is no product of ours."""
    row = database.execute_sql(RATE_FOR, (product_id,)).fetchone()
    return int(row[0])


def is_exempt(database: SqliteDatabase, customer_id: int) -> bool:
    """Whether a customer pays no tax."""
    row = database.execute_sql("SELECT 1 FROM tax_exemption WHERE customer_id = ?", (customer_id,)).fetchone()
    return row is not None


def list_rates(desk: Desk) -> list[TaxRate]:
    """The rates there are: the default first, then those in use by name, retired ones last."""
    database = desk.require("tax.viewed")
    rows = database.execute_sql(f"{SELECT} ORDER BY retired, is_default DESC, name LIMIT {_MOST}")
    return [_record(row) for row in rows]


def add(desk: Desk, name: str, rate: int) -> TaxRate:
    """Adds a rate; the first one is the default. Raises BadInput for a name that is taken or a rate that is none."""
    name, rate = _checked(name, rate)
    with desk.change("tax.edited", subject=name) as change:
        _refuse_taken(change, name, 0)
        first = change.database.execute_sql("SELECT COUNT(*) FROM tax_rate").fetchone()[0] == 0
        rate_id = int(TaxRateTable.insert(name=name, rate=rate, is_default=int(first)).execute(change.database))
        change.note(rate=rate)
    return _read(desk.require("tax.edited"), rate_id)


def edit(desk: Desk, rate_id: int, name: str, rate: int) -> TaxRate:
    """Renames a rate or changes it, for what is rung up from now on. Raises BadInput as `add` does."""
    name, rate = _checked(name, rate)
    with desk.change("tax.edited", subject=name) as change:
        old = _read(change.database, rate_id)
        _refuse_taken(change, name, rate_id)
        if (old.name, old.rate) == (name, rate):
            change.drop()
        TaxRateTable.update(name=name, rate=rate).where(TaxRateTable.id == rate_id).execute(change.database)
        change.note(name=(old.name, name), rate=(old.rate, rate))
    return _read(desk.require("tax.edited"), rate_id)


def retire(desk: Desk, rate_id: int, retired: bool = True) -> TaxRate:
    """Takes a rate out of what is offered, or puts it back. Raises BadInput for the default."""
    with desk.change("tax.edited") as change:
        old = _read(change.database, rate_id)
        change.concerns(subject=old.name)
        if retired and old.is_default:
            raise BadInput(f"{old.name} is the default: make another the default first")
        if old.retired == retired:
            change.drop()
        TaxRateTable.update(retired=int(retired)).where(TaxRateTable.id == rate_id).execute(change.database)
        change.note(retired=(old.retired, retired))
    return _read(desk.require("tax.edited"), rate_id)


def set_default(desk: Desk, rate_id: int) -> TaxRate:
    """Makes a rate the one for products and categories that say none. Raises BadInput for a retired one."""
    with desk.change("tax.edited") as change:
        rate = _read(change.database, rate_id)
        change.concerns(subject=rate.name)
        if rate.retired:
            raise BadInput(f"{rate.name} is out of use: put it back first")
        if rate.is_default:
            change.drop()
        before = change.database.execute_sql("SELECT name FROM tax_rate WHERE is_default = 1").fetchone()
        TaxRateTable.update(is_default=0).where(TaxRateTable.is_default == 1).execute(change.database)
        TaxRateTable.update(is_default=1).where(TaxRateTable.id == rate_id).execute(change.database)
        change.note(default=(before[0] if before else "", rate.name))
    return _read(desk.require("tax.edited"), rate_id)


def exempt(desk: Desk, customer_id: int, reason: str) -> Exemption:
    """From now on a customer pays no tax. Raises BadInput without a reason, for the walk-in, or an unknown customer."""
    reason = " ".join(harmless(reason).split())
    if not reason or len(reason) > _LONGEST_REASON:
        raise BadInput(f"Reason: an exemption needs one, of at most {_LONGEST_REASON} letters")
    with desk.change("tax.exempted", customer_id=customer_id) as change:
        change.concerns(subject=_refuse_no_customer(change, customer_id))
        since = change.today
        change.database.execute_sql(INTO_EXEMPTION, (customer_id, reason, since, desk.staff.who))
        change.field("tax_exemption", "", reason)
    return _exemption(desk.require("tax.exempted"), customer_id)


def end_exemption(desk: Desk, customer_id: int) -> None:
    """From now on a customer pays tax again. Raises BadInput when they do already."""
    with desk.change("tax.exempted", customer_id=customer_id) as change:
        known = _exemption(change.database, customer_id)
        change.concerns(subject=known.number)
        change.database.execute_sql("DELETE FROM tax_exemption WHERE customer_id = ?", (customer_id,))
        change.field("tax_exemption", known.reason, "")


def list_exemptions(desk: Desk) -> list[Exemption]:
    """The customers who pay no tax, by name: at most five hundred."""
    database = desk.require("tax.viewed")
    return [Exemption(*row) for row in database.execute_sql(f"{SELECT_EXEMPTION} ORDER BY name, id LIMIT {_MOST}")]


def _read(database: SqliteDatabase, rate_id: int) -> TaxRate:
    row = database.execute_sql(f"{SELECT} WHERE id = ?", (rate_id,)).fetchone()
    if row is None:
        raise BadInput(f"There is no tax rate {rate_id}")
    return _record(row)


def _record(row: tuple[int, str, int, int, int]) -> TaxRate:
    rate_id, name, rate, is_default, retired = row
    return TaxRate(rate_id, name, rate, bool(is_default), bool(retired))


def _exemption(database: SqliteDatabase, customer_id: int) -> Exemption:
    row = database.execute_sql(f"{SELECT_EXEMPTION} WHERE customer_id = ?", (customer_id,)).fetchone()
    if row is None:
        raise BadInput("This customer is not exempt from tax")
    return Exemption(*row)


def _checked(name: str, rate: int) -> tuple[str, int]:
    name = " ".join(harmless(name).split())
    if not name or len(name) > _LONGEST_NAME:
        raise BadInput(f"Name: a tax rate needs one, of at most {_LONGEST_NAME} letters")
    if not 0 <= rate <= ALL:
        raise BadInput(f"Rate: {str(rate / 1000)[:20]} % is none: it is from 0 to 100")
    return name, rate


def _refuse_taken(change: Change, name: str, besides: int) -> None:
    sql = "SELECT 1 FROM tax_rate WHERE name = ? AND id <> ?"
    if change.database.execute_sql(sql, (name, besides)).fetchone():
        raise BadInput(f"There is a tax rate {name} already")


def _refuse_no_customer(change: Change, customer_id: int) -> str:
    row = change.database.execute_sql(NUMBER_OF, (customer_id,)).fetchone()
    if row is None:
        raise BadInput(f"There is no customer with the id {customer_id}")
    if row[1]:
        raise BadInput("The walk-in customer stands for everyone unknown and is never exempt")
    return str(row[0])


RATE_FOR = """
SELECT COALESCE((SELECT COALESCE(own.rate, kind.rate)
                 FROM product LEFT JOIN category ON category.id = product.category_id
                 LEFT JOIN tax_rate own ON own.id = product.tax_rate_id
                 LEFT JOIN tax_rate kind ON kind.id = category.tax_rate_id WHERE product.id = ?),
                (SELECT rate FROM tax_rate WHERE is_default = 1), 0)
"""
SELECT = "SELECT id, name, rate, is_default, retired FROM tax_rate"
SELECT_EXEMPTION = """
SELECT customer_id, customer.number, customer.name, reason, since, who
FROM tax_exemption JOIN customer ON customer.id = customer_id
"""
NUMBER_OF = "SELECT number, id = 1 FROM customer WHERE id = ?"
INTO_EXEMPTION = """
INSERT INTO tax_exemption (customer_id, reason, since, who) VALUES (?, ?, ?, ?)
ON CONFLICT (customer_id) DO UPDATE SET reason = excluded.reason, since = excluded.since, who = excluded.who
"""
