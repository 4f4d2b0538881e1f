"""Discount codes: percentages or amounts, with the dates they are good for; a customer's, a tier's, or typed."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from peewee import AutoField, IntegerField, SqliteDatabase, TextField

from bookkeeper_tui.dates import is_date
from bookkeeper_tui.errors import BadInput
from bookkeeper_tui.formats import harmless
from bookkeeper_tui.money import plain
from bookkeeper_tui.store.desk import Change, Desk
from bookkeeper_tui.store.engine import Table

ALL = 100_000
_WRITTEN = re.compile(r"[A-Z0-9][A-Z0-9._+%-]{0,29}")
_LONGEST_NAME = 60
_DEAREST = 10**12
_MOST = 1000
# The kinds of discount that are not codes: a code of the same name could not be told from them in the books.
_TAKEN = frozenset({"LINE", "DISCOUNT", "COUPON", "RETAIL"})


_Typed = tuple[str, str, int, str, str, int, int]
"""Name, kind, value, from, to, typed and retired of a code that somebody said."""


class DiscountCodeTable(Table):
    """A code; `value` is thousandths of a per cent or minor units, the dates ISO text, empty for no end."""

    id = AutoField()
    code = TextField(unique=True)
    name = TextField(default="")
    kind = TextField()
    value = IntegerField()
    valid_from = TextField(default="")
    valid_to = TextField(default="")
    tier = TextField(default="")
    typed = IntegerField(default=0)
    retired = IntegerField(default=0)

    class Meta:
        table_name = "discount_code"


class CodeInForce(NamedTuple):
    """A code that counts now: `kind` "percent" (`value` in thousandths of a per cent) or "amount" (minor units).

    `until` is the last day it counts as ISO text, empty for no end; `source` is "customer", "tier" or "typed".
    """

    code: str
    name: str
    kind: str
    value: int
    until: str
    source: str


@dataclass(frozen=True, slots=True)
class NewCode:
    """A code as a form brings it; a code for a `tier` is its customers', one that may be `typed` anybody's."""

    code: str
    kind: str
    value: int
    name: str = ""
    valid_from: str = ""
    valid_to: str = ""
    tier: str = ""
    typed: bool = False


@dataclass(frozen=True, slots=True)
class DiscountCode:
    """A code as it is read back; `customers` is how many have it as their own."""

    id: int
    code: str
    name: str
    kind: str
    value: int
    valid_from: str
    valid_to: str
    tier: str
    typed: bool
    retired: bool
    customers: int


def in_force(database: SqliteDatabase, customer_id: int, typed: str, date: str) -> tuple[CodeInForce, ...]:
    """The codes that count for a customer on an ISO date, that day included: their own, their tier's, the typed one."""
    rows = database.execute_sql(IN_FORCE, {"customer": customer_id, "typed": written(typed), "date": date}).fetchall()
    return tuple(CodeInForce(*row) for row in rows)


def take_typed(desk: Desk, code: str, date: str, customer_id: int | None = None) -> CodeInForce:
    """A code that somebody says at the till, on an ISO date; outside of any change.

    One that does not count is logged as refused, and raises BadInput saying why and until when it did.
    """
    database = desk.require("discount.refused")
    typed = written(code)
    row: _Typed | None = database.execute_sql(TYPED, (typed,)).fetchone() if typed else None
    refusal = _refusal(desk, typed or harmless(code.strip()[:30]), row, date)
    if refusal:
        why, sentence = refusal
        # What is no code may be anything that somebody typed into this field, such as a phone.
        subject, personal = (typed, {}) if row is not None else ("", {"typed": typed[:30]})
        detail = {"why": why, "date": date}
        desk.look("discount.refused", subject=subject, customer_id=customer_id, detail=detail, personal=personal)
        raise BadInput(sentence)
    assert row is not None
    name, kind, value, _, valid_to, _, _ = row
    return CodeInForce(typed, name, kind, value, valid_to, "typed")


def check_given(desk: Desk, code: str) -> None:
    """Whether a code may be given to a customer today. Raises BadInput for one that is none, or counts no more.

    A shop that defined no codes writes down whatever it likes.
    """
    database = desk.require("customer.viewed")
    if not code.strip() or database.execute_sql("SELECT 1 FROM discount_code LIMIT 1").fetchone() is None:
        return
    row: _Typed | None = database.execute_sql(TYPED, (written(code),)).fetchone()
    today = desk.today()
    refusal = _refusal(desk, harmless(code.strip()[:30]), row, today)
    if refusal is not None and refusal[0] not in ("early", "not typed"):
        raise BadInput(f"Discount code: {refusal[1]}")


def define(desk: Desk, new: NewCode) -> DiscountCode:
    """Makes a code. Raises BadInput naming what is wrong, or that there is one of this name."""
    new = _checked(desk, new)
    with desk.change("discount.defined", subject=new.code) as change:
        if change.database.execute_sql("SELECT 1 FROM discount_code WHERE code = ?", (new.code,)).fetchone():
            raise BadInput(f"There is a discount code {new.code} already")
        _refuse_unknown_tier(change, new.tier)
        DiscountCodeTable.insert(_values(new)).execute(change.database)
        change.note(**_values(new))
    return get(desk, new.code)


def edit(desk: Desk, new: NewCode) -> DiscountCode:
    """Changes the code of this name, for sales from now on. Raises BadInput naming what is wrong."""
    new = _checked(desk, new)
    with desk.change("discount.defined", subject=new.code) as change:
        old = _read(change.database, new.code)
        _refuse_unknown_tier(change, new.tier)
        values = _values(new)
        before = {name: getattr(old, name) for name in values}
        changed = {name: (before[name], value) for name, value in values.items() if before[name] != value}
        if not changed:
            change.drop()
        DiscountCodeTable.update(values).where(DiscountCodeTable.code == new.code).execute(change.database)
        change.note(**changed)
    return get(desk, new.code)


def retire(desk: Desk, code: str, retired: bool = True) -> DiscountCode:
    """Takes a code out of use, or puts it back; customers who have it keep it, without effect."""
    with desk.change("discount.defined", subject=written(code)) as change:
        if _read(change.database, code).retired == retired:
            change.drop()
        DiscountCodeTable.update(retired=int(retired)).where(DiscountCodeTable.code == written(code)).execute(
            change.database
        )
        change.note(retired=(not retired, retired))
    return get(desk, code)


def get(desk: Desk, code: str) -> DiscountCode:
    """A code by its text. Raises BadInput when there is none."""
    return _read(desk.require("discount.viewed"), code)


def list_codes(desk: Desk) -> list[DiscountCode]:
    """The codes there are, those in use first, by name: at most a thousand."""
    return _records(desk.require("discount.viewed").execute_sql(f"{SELECT} ORDER BY retired, code LIMIT {_MOST}"))


def tiers(desk: Desk) -> list[str]:
    """The names of tiers that a code may be for, lowest first."""
    return _tiers(desk.require("discount.viewed"))


def written(code: str) -> str:
    """A code as it is kept and compared: capitals without spaces at its ends; empty for what can be none."""
    text = code.strip().upper()
    return text if len(text) <= 60 and harmless(text) == text else ""


def _read(database: SqliteDatabase, code: str) -> DiscountCode:
    found = _records(database.execute_sql(f"{SELECT} WHERE code = ?", (written(code),)))
    if not found:
        raise BadInput(f"There is no discount code {harmless(code[:30])}")
    return found[0]


def _records(rows: Iterable[tuple[int, str, str, str, int, str, str, str, int, int, int]]) -> list[DiscountCode]:
    return [DiscountCode(*row[:8], bool(row[8]), bool(row[9]), row[10]) for row in rows]


def _refusal(desk: Desk, code: str, row: _Typed | None, date: str) -> tuple[str, str] | None:
    """Why a typed code does not count: one word for the log and a sentence for the cashier."""
    if row is None:
        return "unknown", f"There is no discount code {code}"
    _, _, _, valid_from, valid_to, typed, retired = row
    written_as = desk.store.conventions.date
    if valid_to and valid_to < date:
        return "expired", f"The discount code {code} was good until {written_as(valid_to)}"
    if retired:
        return "retired", f"The discount code {code} is out of use"
    if valid_from and valid_from > date:
        return "early", f"The discount code {code} is good from {written_as(valid_from)} on"
    if not typed:
        return "not typed", f"The discount code {code} is given to customers, not at the till"
    return None


def _checked(desk: Desk, new: NewCode) -> NewCode:
    code, name = written(new.code), " ".join(harmless(new.name).split())
    if not _WRITTEN.fullmatch(code) or code in _TAKEN:
        raise BadInput(
            f"Code: “{harmless(new.code[:30])}” is none: letters and digits, at most 30, and no word of ours"
        )
    if len(name) > _LONGEST_NAME:
        raise BadInput(f"Name: more than {_LONGEST_NAME} letters (“{name[:30]}…”)")
    if new.kind not in ("percent", "amount"):
        raise BadInput(f"A discount is a percentage or an amount, not “{new.kind[:20]}”")
    most = ALL if new.kind == "percent" else _DEAREST
    if not 0 < new.value <= most:
        shown = plain(new.value, 3 if new.kind == "percent" else desk.store.shop.exponent)
        raise BadInput(f"Value: {shown[:30]} is no discount: more than 0" + (", at most 100 %" if most == ALL else ""))
    for label, text in (("From", new.valid_from), ("To", new.valid_to)):
        _refuse_no_date(label, text)
    if new.valid_to and new.valid_from > new.valid_to:
        raise BadInput(f"To: {new.valid_to} is before {new.valid_from}, the day the code begins")
    return NewCode(code, new.kind, new.value, name, new.valid_from, new.valid_to, new.tier, new.typed)


def _refuse_no_date(label: str, text: str) -> None:
    if text and not is_date(text):
        raise BadInput(f"{label}: “{harmless(text[:20])}” is not a date such as 2026-12-31")


def _refuse_unknown_tier(change: Change, tier: str) -> None:
    known = _tiers(change.database)
    if tier and known and tier not in known:
        raise BadInput(f"Tier: there is no “{harmless(tier[:30])}”; there are {', '.join(known)}")


def _tiers(database: SqliteDatabase) -> list[str]:
    return [row[0] for row in database.execute_sql("SELECT name FROM tier ORDER BY threshold")]


def _values(new: NewCode) -> dict[str, object]:
    return {
        "code": new.code, "name": new.name, "kind": new.kind, "value": new.value, "valid_from": new.valid_from,
        "valid_to": new.valid_to, "tier": new.tier, "typed": int(new.typed),
    }  # fmt: skip


_COUNTS = "NOT retired AND (valid_from = '' OR valid_from <= :date) AND (valid_to = '' OR valid_to >= :date)"
IN_FORCE = f"""
SELECT discount_code.code, discount_code.name, kind, value,
       CASE WHEN valid_to = '' OR (discount_until <> '' AND discount_until < valid_to) THEN discount_until
            ELSE valid_to END, 'customer'
FROM customer JOIN discount_code ON discount_code.code = UPPER(TRIM(customer.discount_code))
WHERE customer.id = :customer AND customer.discount_code <> ''
AND (discount_until = '' OR discount_until >= :date) AND {_COUNTS}
UNION ALL
SELECT code, name, kind, value, valid_to, 'tier'
FROM customer_loyalty JOIN discount_code ON discount_code.tier = customer_loyalty.tier
WHERE customer_id = :customer AND customer_loyalty.tier <> '' AND {_COUNTS}
UNION ALL
SELECT code, name, kind, value, valid_to, 'typed' FROM discount_code
WHERE :typed <> '' AND code = :typed AND typed AND {_COUNTS}
"""
TYPED = "SELECT name, kind, value, valid_from, valid_to, typed, retired FROM discount_code WHERE code = ?"
SELECT = """
SELECT id, code, name, kind, value, valid_from, valid_to, tier, typed, retired,
       (SELECT COUNT(*) FROM customer
        WHERE UPPER(TRIM(customer.discount_code)) = discount_code.code AND customer.discount_code <> '')
FROM discount_code
"""
