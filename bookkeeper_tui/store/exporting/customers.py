"""The customers as a table: any search of them, any of their fields; what somebody may not see of them stays masked."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from peewee import SqliteDatabase

from bookkeeper_tui.formats import local_time
from bookkeeper_tui.money import plain
from bookkeeper_tui.store import sight
from bookkeeper_tui.store.desk import Desk
from bookkeeper_tui.store.exporting.kind import WORDS, Asked, Cell, Column, Filter, ReportKind, Row
from bookkeeper_tui.store.search import matching

_PARTS = ("street", "street2", "city", "region", "postcode", "country")
_BILLING, _DELIVERY = (tuple(f"{kind}_{part}" for part in _PARTS) for kind in ("billing", "delivery"))
_OWN = (
    "customer_no", "name", "company", "phone", "email", "card", "born", "gender", "registration_no", "vat_no",
    "language", "discount_code", "discount_until", "status", "since", "source", "source_ref",
)  # fmt: skip
_STANDING = ("visits", "spend", "first_visit", "last_visit", "owes")
_BESIDES = ("points", "tier", "tags")
_HIDDEN = ("phone", "email", "born", "registration_no", "vat_no")
_USUAL = frozenset(
    ("customer_no", "name", "company", "phone", "email", "billing_street", "billing_postcode", "billing_city", "status",
     "visits", "spend", "last_visit", "owes", "tags")
)  # fmt: skip
_FIGURES = frozenset(("visits", "spend", "owes", "points"))
_TITLES = {
    "customer_no": "Number", "email": "E-mail", "since": "Customer since", "registration_no": "Registration no",
    "vat_no": "VAT no", "source_ref": "Source reference",
}  # fmt: skip
MOST_ATTRIBUTES = 60
_NO_STANDING: tuple[Cell, ...] = (0, "0", "", "", "0")
_NOWHERE = ("",) * (2 * len(_PARTS))
_QUARTER, _MOST_QUARTERS = 900_000_000, 5_000


def _columns() -> tuple[Column, ...]:
    names = (*_OWN, *_STANDING, *_BESIDES, *_BILLING, *_DELIVERY)
    return tuple(
        Column(name, _TITLES.get(name, name.replace("_", " ").capitalize()), name in _FIGURES, name in _USUAL)
        for name in names
    )


def _attributes(desk: Desk) -> tuple[Column, ...]:
    """What else this shop knows about its customers: a column for each name."""
    own = {column.name for column in _columns()}
    return tuple(
        Column(f"attribute_{name}" if name in own else name, name.replace("_", " ").capitalize(), usual=False)
        for name in _attribute_names(desk.database)
    )


def _attribute_names(database: SqliteDatabase) -> list[str]:
    """The names there are, in their order: one step of the index each."""
    found: list[str] = []
    while len(found) < MOST_ATTRIBUTES:
        row = database.execute_sql(_NEXT_NAME, (found[-1] if found else "",)).fetchone()
        if row is None:
            break
        found.append(str(row[0]))
    return found


def _refuse(desk: Desk, asked: Asked) -> None:
    matching.check(desk, asked[WORDS])


def _rows(desk: Desk, asked: Asked) -> Iterator[Row]:
    """Batch after batch by number; of each only the tables are read that something is asked of."""
    read = _Reader(desk, asked)
    for ids in matching.batches(desk, asked[WORDS], asked.far.reach):
        yield from read.rows(ids)


class _Reader:
    """Reads the rows of a thousand customers at a time."""

    def __init__(self, desk: Desk, asked: Asked) -> None:
        self._desk, self._database = desk, desk.database
        self._days, self._exponent = _Days(desk.store.shop.time_zone), desk.store.shop.exponent
        self._marks = ", ".join("?" * matching.AT_ONCE)
        self._attributes = _attribute_names(desk.database)
        self._nothing_known = ("",) * len(self._attributes)
        self._reads_standing = asked.wants(*_STANDING)
        self._reads_loyalty, self._reads_tags = asked.wants("points", "tier"), asked.wants("tags")
        self._reads_addresses = asked.wants(*_BILLING, *_DELIVERY)
        self._reads_attributes = asked.wants(*(column.name for column in _attributes(desk)))
        self._masks = [
            (_OWN.index(name), _mask_of(desk, name))
            for name in _HIDDEN
            if asked.wants(name) and sight.hides(desk, name)
        ]

    def rows(self, ids: Sequence[int]) -> Iterator[Row]:
        """The rows of these customers, in the order of their ids, as wide as all columns together."""
        standings = self._by_id(_STANDINGS, ids) if self._reads_standing else {}
        loyalty = self._by_id(_LOYALTY, ids) if self._reads_loyalty else {}
        tags = self._gathered(_TAGS, ids) if self._reads_tags else {}
        places = self._gathered(_ADDRESSES, ids) if self._reads_addresses else {}
        known = self._gathered(_ATTRIBUTES, ids) if self._reads_attributes else {}
        for customer_id, *own, created_at, source, source_ref in self._read(_CUSTOMERS, ids):
            for place, mask in self._masks:
                own[place] = mask(own[place])
            yield (
                *own,
                self._days.of(created_at),
                source,
                source_ref,
                *(self._standing(*standings[customer_id]) if customer_id in standings else _NO_STANDING),
                *(loyalty.get(customer_id) or (0, "")),
                ", ".join([tag for (tag,) in tags[customer_id]]) if customer_id in tags else "",
                *(_two_places(places[customer_id]) if customer_id in places else _NOWHERE),
                *(self._known(known[customer_id]) if customer_id in known else self._nothing_known),
            )

    def _standing(self, visits: int, spend: int, first_at: int, last_at: int, owes: int) -> tuple[Cell, ...]:
        first, last = self._days.of(first_at), self._days.of(last_at)
        return (visits, plain(spend, self._exponent), first, last, plain(owes, self._exponent))

    def _known(self, rows: Sequence[tuple[str, str]]) -> tuple[str, ...]:
        values = {name: sight.attribute(self._desk, name, value) for name, value in rows}
        return tuple(values.get(name, "") for name in self._attributes)

    def _read(self, sql: str, ids: Sequence[int]) -> list[Any]:
        # Always as many marks, so that it is one statement however few the last ones are.
        padded = [*ids, *[ids[-1]] * (matching.AT_ONCE - len(ids))]
        rows: list[Any] = self._database.execute_sql(sql.format(marks=self._marks), padded).fetchall()
        return rows

    def _by_id(self, sql: str, ids: Sequence[int]) -> dict[int, Any]:
        return {row[0]: row[1:] for row in self._read(sql, ids)}

    def _gathered(self, sql: str, ids: Sequence[int]) -> dict[int, list[Any]]:
        found: dict[int, list[Any]] = {}
        for customer_id, *values in self._read(sql, ids):
            found.setdefault(customer_id, []).append(values)
        return found


class _Days(dict[int, str]):
    """Dates by the shop's clock, by the quarter of an hour: the same few come again and again."""

    def __init__(self, time_zone: str) -> None:
        super().__init__()
        self._time_zone = time_zone

    def of(self, at: int) -> str:
        """The date of an instant (microseconds UTC); empty for none."""
        return self[at // _QUARTER] if at else ""

    def __missing__(self, quarter: int) -> str:
        day = local_time(quarter * _QUARTER, self._time_zone).date().isoformat()
        if len(self) < _MOST_QUARTERS:
            self[quarter] = day
        return day


def _mask_of(desk: Desk, name: str) -> Callable[[str], str]:
    return lambda value: sight.text(desk, name, value)


def _two_places(rows: Sequence[Sequence[str]]) -> tuple[str, ...]:
    places = {kind: parts for kind, *parts in rows}
    nowhere = [""] * len(_PARTS)
    return (*places.get("billing", nowhere), *places.get("delivery", nowhere))


_NEXT_NAME = "SELECT name FROM customer_attribute WHERE name > ? ORDER BY name LIMIT 1"
_CUSTOMERS = """
SELECT id, number, name, company, CASE phone_raw WHEN '' THEN phone_e164 ELSE phone_raw END, email, card, born, gender,
       registration_no, vat_no, language, discount_code, discount_until, status, created_at, source, source_ref
FROM customer WHERE id IN ({marks}) ORDER BY id
"""
_STANDINGS = "SELECT customer_id, visits, spend, first_at, last_at, owes FROM standing WHERE customer_id IN ({marks})"
_LOYALTY = """
SELECT c.id,
       COALESCE((SELECT SUM(l.remaining) FROM points_lot AS l WHERE l.customer_id = c.id AND l.remaining > 0), 0)
       + COALESCE((SELECT SUM(p.points) FROM points_entry AS p WHERE p.customer_id = c.id AND p.lot_id IS NULL), 0),
       COALESCE((SELECT tier FROM customer_loyalty WHERE customer_loyalty.customer_id = c.id), '')
FROM customer AS c WHERE c.id IN ({marks})
"""
_TAGS = "SELECT customer_id, tag FROM customer_tag WHERE customer_id IN ({marks}) ORDER BY customer_id, tag"
_ADDRESSES = """
SELECT customer_id, kind, street, street2, city, region, postcode, country
FROM customer_address WHERE customer_id IN ({marks})
"""
_ATTRIBUTES = "SELECT customer_id, name, value FROM customer_attribute WHERE customer_id IN ({marks})"
CUSTOMERS = ReportKind(
    name="customers",
    title="Customers",
    what="whoever a search finds, a row a customer",
    one="customer",
    many="customers",
    columns=_columns(),
    filters=(Filter(WORDS, "a search as in the search box; nothing for all", personal=True),),
    rows=_rows,
    refuse=_refuse,
    more_columns=_attributes,
)
