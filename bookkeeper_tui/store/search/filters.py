"""Filters that stand beside words in a search: spend>500 last<30d city:leeds born:05 brand:acme income:35-49K."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from bookkeeper_tui.errors import BadInput
from bookkeeper_tui.formats import Conventions, business_date, fold, instant_of
from bookkeeper_tui.money import parse_amount
from bookkeeper_tui.store import sight, tiers
from bookkeeper_tui.store.customer_fields import attribute_key, attribute_name
from bookkeeper_tui.store.search.conditions import LAST_LETTER, Condition, Facts, beginning
from bookkeeper_tui.store.search.question import Term
from bookkeeper_tui.store.search.wishes import who_allows, who_likes

if TYPE_CHECKING:
    from peewee import SqliteDatabase

    from bookkeeper_tui.store.desk import Desk

_DAYS = {"d": 1, "w": 7, "m": 30, "y": 365}
_SPAN = re.compile(r"(\d{1,5})([dwmy])")
_PART_OF_DATE = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?")
_DAY_OF_YEAR = re.compile(r"(\d{1,2})(?:-(\d{1,2}))?")
_MOST_BRANDS = 50
_MICROSECONDS = 1_000_000
_POINTS = """
COALESCE((SELECT SUM(l.remaining) FROM points_lot AS l WHERE l.customer_id = e.customer_id AND l.remaining > 0), 0)
+ COALESCE((SELECT SUM(p.points) FROM points_entry AS p WHERE p.customer_id = e.customer_id AND p.lot_id IS NULL), 0)
"""


class Shop(NamedTuple):
    """What filters need to know: where to look names up, its conventions, its time zone, this instant (µs).

    `sees_born` says whether whoever asks may see dates of birth.
    """

    database: SqliteDatabase
    conventions: Conventions
    time_zone: str
    now: int
    sees_born: bool = True


def shop_of(desk: Desk) -> Shop:
    """A desk's shop, now."""
    store = desk.store
    return Shop(store.database, store.conventions, store.shop.time_zone, desk.now(), not sight.hides(desk, "born"))


def filter_condition(shop: Shop, term: Term) -> Condition:
    """What a filter asks. Raises BadInput, in one sentence, for one that is unknown or whose value does not fit."""
    if not term.value:
        raise BadInput(f"{term.name} needs a value, such as {_EXAMPLES.get(term.name, term.name + ':35')}")
    read = _READERS.get(term.name, _attribute)
    if term.sign != "=" and term.name in _ONLY_EQUAL:
        raise BadInput(f"{term.name} is asked with a colon, such as {_EXAMPLES[term.name]}")
    return read(shop, term)


def _spend(shop: Shop, term: Term) -> Condition:
    return _figure(shop, term, _amount(shop, term), lambda facts: shop.conventions.amount(facts.spend))


def _owes(shop: Shop, term: Term) -> Condition:
    asked = _figure(shop, term, _amount(shop, term), lambda facts: shop.conventions.amount(facts.owes))
    if asked.values[0] == 0 and term.sign in ("=", "<="):
        return Condition(asked.test, asked.values, asked.why)
    way = f"SELECT s.customer_id FROM standing AS s WHERE s.owes <> 0 AND {asked.test} ORDER BY s.owes DESC"
    return Condition(asked.test, asked.values, asked.why, way, asked.values)


def _visits(shop: Shop, term: Term) -> Condition:
    return _figure(shop, term, _whole(term), lambda facts: shop.conventions.count(facts.visits))


def _points(shop: Shop, term: Term) -> Condition:
    """What a customer has now. The way goes by the lots, which hold all that is above nothing."""
    value, test = _whole(term), f"{_POINTS} {term.sign} ?"
    if (value == 0 and term.sign != ">") or term.sign.startswith("<"):
        return Condition(test, (value,), _as_typed(term))
    way = (
        "SELECT l.customer_id FROM points_lot AS l WHERE l.remaining > 0 GROUP BY l.customer_id "
        f"HAVING SUM(l.remaining) {term.sign} ?"
    )
    return Condition(test, (value,), _as_typed(term), way, (value,))


def _tier(shop: Shop, term: Term) -> Condition:
    """The level that the last review left a customer at."""
    levels = [level.name for level in tiers.tiers(shop.database)]
    meant = [name for name in levels if fold(name).startswith(_folded(term))]
    if len(meant) != 1:
        raise BadInput(f"tier: “{term.value[:30]}” is not one of {', '.join(levels)}")
    test = "EXISTS (SELECT 1 FROM customer_loyalty AS l WHERE l.customer_id = e.customer_id AND l.tier = ?)"
    way = "SELECT l.customer_id FROM customer_loyalty AS l WHERE l.tier = ?"
    return Condition(test, (meant[0],), lambda facts: f"tier {meant[0]}", way, (meant[0],))


def _whole(term: Term) -> int:
    if not (term.value.isascii() and term.value.isdigit() and len(term.value) < 10):
        raise BadInput(f"{term.name}: “{term.value[:30]}” is not a whole number")
    return int(term.value)


def _figure(shop: Shop, term: Term, value: int, shown: Callable[[Facts], str]) -> Condition:
    test = f"s.{term.name} {term.sign} ?"
    order = "" if term.sign.startswith("<") else " DESC"
    way = f"SELECT s.customer_id FROM standing AS s WHERE {test} ORDER BY s.{term.name}{order}"
    return Condition(test, (value,), lambda facts: f"{term.name} {shown(facts)}", way, (value,))


def _amount(shop: Shop, term: Term) -> int:
    try:
        return parse_amount(term.value, shop.conventions.exponent, shop.conventions.decimal)
    except BadInput as error:
        raise BadInput(f"{term.name}: {error}") from error


def _last(shop: Shop, term: Term) -> Condition:
    """`last<30d` is less than thirty days ago, `last>30d` longer; `last:2026-10` in October, `last>2026-10` after."""
    test, values = _when(shop, term)
    way = f"SELECT s.customer_id FROM standing AS s WHERE {test} ORDER BY s.last_at DESC"

    def why(facts: Facts) -> str:
        return f"last {shop.conventions.day(facts.last_at, shop.time_zone)}" if facts.last_at else "never came"

    return Condition(test, values, why, way, values)


def _when(shop: Shop, term: Term) -> tuple[str, tuple[object, ...]]:
    value = term.value.lower()
    if value == "never" and term.sign == "=":
        return "s.last_at = ?", (0,)
    if (span := _SPAN.fullmatch(value)) and term.sign != "=":
        ago = shop.now - int(span[1]) * _DAYS[span[2]] * 86_400 * _MICROSECONDS
        sign = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}[term.sign]
        return f"s.last_at {sign} ? AND s.last_at > 0", (ago,)
    first, after = _period(shop, value)
    return {
        "=": ("s.last_at >= ? AND s.last_at < ?", (first, after)),
        "<": ("s.last_at < ? AND s.last_at > 0", (first,)),
        "<=": ("s.last_at < ? AND s.last_at > 0", (after,)),
        ">": ("s.last_at >= ?", (after,)),
        ">=": ("s.last_at >= ?", (first,)),
    }[term.sign]


def _period(shop: Shop, value: str) -> tuple[int, int]:
    """The first instant of a year, month or day, and the first one after it."""
    match = _PART_OF_DATE.fullmatch(value)
    try:
        if match is None:
            raise ValueError
        year, month, day = (int(part) if part else 0 for part in match.groups())
        first = datetime(year, month or 1, day or 1)
        after = first + timedelta(days=1)
        if not day:
            after = datetime(year + (month in (0, 12)), month % 12 + 1 if month else 1, 1)
        return instant_of(first, shop.time_zone), instant_of(after, shop.time_zone)
    except (ValueError, OverflowError):
        raise BadInput(f"last: “{value[:30]}” is neither a time such as 30d nor a date such as 2026-10") from None


def _born(shop: Shop, term: Term) -> Condition:
    """`born:05` is in May, `born:05-17` on that day, `born:1985` in that year; `born<1990` before it.

    Whoever may not see dates of birth may ask for birthdays, and for no year.
    """
    value = term.value.lower()
    if value == "today" and term.sign == "=":
        value = business_date(shop.now, shop.time_zone)[5:]
    column, known = "c.born", "c.born <> ''"
    day = _DAY_OF_YEAR.fullmatch(value) if term.sign == "=" else None
    if day is None and not shop.sees_born:
        raise BadInput("born: years are for those who may see dates of birth; ask for a month (05) or a day (05-17)")
    if term.sign != "=":
        if not _PART_OF_DATE.fullmatch(value):
            raise BadInput(f"born: “{value[:30]}” is not a year such as 1985, or a date")
        key = value + LAST_LETTER if term.sign in (">", "<=") else value
        test, values = f"c.born {term.sign} ? AND c.born >= ?", (key, "0")
    elif day and int(day[1]) <= 12 and int(day[2] or 1) <= 31:
        column = "substr(c.born, -5)"
        test, values = beginning(column, "-".join(part.zfill(2) for part in day.groups() if part))
    elif _PART_OF_DATE.fullmatch(value) or re.fullmatch(r"\d{3,4}-?\d?-?", value):
        test, values = beginning(column, value)
    else:
        raise BadInput(f"born: “{value[:30]}” is not a month (05), a day (05-17) or a year (1985)")
    way = f"SELECT c.id AS customer_id FROM customer AS c WHERE {known} AND {test}"
    if not shop.sees_born:
        return Condition(test, values, _as_typed(term), way, values)
    return Condition(test, values, lambda facts: f"born {shop.conventions.date(facts.born)}", way, values)


def _city(shop: Shop, term: Term) -> Condition:
    test, values = beginning("a.city_key", _folded(term))
    test = f"a.city_key <> '' AND {test}"
    return Condition(
        f"EXISTS (SELECT 1 FROM customer_address AS a WHERE a.customer_id = e.customer_id AND {test})",
        values,
        lambda facts: facts.city if fold(facts.city).startswith(fold(term.value)) else f"city {term.value}",
        f"SELECT DISTINCT a.customer_id FROM customer_address AS a WHERE {test}",
        values,
    )


def _place(column: str) -> Callable[[Shop, Term], Condition]:
    def read(shop: Shop, term: Term) -> Condition:
        test, values = beginning(f"upper(a.{column})", term.value.upper())
        exists = f"EXISTS (SELECT 1 FROM customer_address AS a WHERE a.customer_id = e.customer_id AND {test})"
        return Condition(exists, values, _as_typed(term))

    return read


def _tag(shop: Shop, term: Term) -> Condition:
    test, values = beginning("t.tag", " ".join(term.value.casefold().split()))
    return Condition(
        f"EXISTS (SELECT 1 FROM customer_tag AS t WHERE t.customer_id = e.customer_id AND {test})",
        values,
        _as_typed(term),
        f"SELECT DISTINCT t.customer_id FROM customer_tag AS t WHERE {test}",
        values,
    )


def _own(column: str) -> Callable[[Shop, Term], Condition]:
    def read(shop: Shop, term: Term) -> Condition:
        test, values = beginning(f"lower(c.{column})", term.value.lower())
        return Condition(test, values, _as_typed(term))

    return read


def _consent(shop: Shop, term: Term) -> Condition:
    return who_allows(shop.database, term.value)


def _interest(shop: Shop, term: Term) -> Condition:
    return who_likes(shop.database, _folded(term), term.value)


def _branch(shop: Shop, term: Term) -> Condition:
    key = _folded(term)
    names = {row[0]: row[1] for row in shop.database.execute_sql("SELECT id, name FROM branch")}
    ids = [branch_id for branch_id, name in names.items() if fold(name).startswith(key)]
    if not ids:
        raise BadInput(f"branch: there is no branch “{term.value[:30]}”")
    said = names[ids[0]] if len(ids) == 1 else term.value
    some = ", ".join(str(branch_id) for branch_id in ids[:_MOST_BRANDS])
    test = f"EXISTS (SELECT 1 FROM customer_month AS m WHERE m.customer_id = e.customer_id AND m.branch_id IN ({some}))"
    return Condition(test, (), lambda facts: f"bought at {said}")


def _brand(shop: Shop, term: Term) -> Condition:
    """Whoever ever bought something of the brand; of several that begin like this the one that is meant exactly."""
    key = _folded(term)
    sql = "SELECT id, name, name_key FROM brand WHERE name_key >= ? AND name_key < ? ORDER BY name_key LIMIT ?"
    brands = shop.database.execute_sql(sql, (key, key + LAST_LETTER, _MOST_BRANDS)).fetchall()
    if not brands:
        raise BadInput(f"brand: there is no brand “{term.value[:30]}”")
    meant = [brand for brand in brands if brand[2] == key] or brands
    ids = ", ".join(str(brand[0]) for brand in meant)
    said = meant[0][1] if len(meant) == 1 else term.value
    return Condition(
        f"EXISTS (SELECT 1 FROM customer_brand AS b WHERE b.customer_id = e.customer_id AND b.brand_id IN ({ids}))",
        (),
        lambda facts: f"brand {said}",
        f"SELECT DISTINCT b.customer_id FROM customer_brand AS b WHERE b.brand_id IN ({ids})",
    )


def _attribute(shop: Shop, term: Term) -> Condition:
    name = _known_attribute(shop, term)
    key = attribute_key(term.value)
    if term.sign != "=" and not key.startswith("#"):
        raise BadInput(f"{term.name}{term.sign} needs a number")
    if term.sign != "=":
        bound = key + LAST_LETTER if term.sign in (">", "<=") else key
        test, values = f"v.value_key {term.sign} ? AND v.value_key >= '#' AND v.value_key < '$'", [bound]
    else:
        test, values = "v.value_key >= ? AND v.value_key < ?", [key, key + LAST_LETTER]
        if key.startswith("#") and (text := fold(term.value)):
            test = f"({test} OR v.value_key >= ? AND v.value_key < ?)"
            values += [text, text + LAST_LETTER]
    return Condition(
        f"EXISTS (SELECT 1 FROM customer_attribute AS v WHERE v.customer_id = e.customer_id AND v.name = ? AND {test})",
        (name, *values),
        _as_typed(term),
        f"SELECT v.customer_id FROM customer_attribute AS v WHERE v.name = ? AND {test}",
        (name, *values),
    )


def _known_attribute(shop: Shop, term: Term) -> str:
    """The attribute that a filter names, in full or by its beginning: `kids` is kids_count."""
    key = attribute_name(term.name)
    row = shop.database.execute_sql(
        "SELECT name FROM customer_attribute WHERE name >= ? AND name < ? ORDER BY name LIMIT 1",
        (key, key + LAST_LETTER),
    ).fetchone()
    if not key or row is None:
        raise BadInput(f"Nothing is known by the name “{term.name[:30]}”; filters are {', '.join(_EXAMPLES.values())}")
    return str(row[0])


def _as_typed(term: Term) -> Callable[[Facts], str]:
    between = " " if term.sign == "=" else term.sign
    return lambda facts: f"{term.name}{between}{term.value}"


def _folded(term: Term) -> str:
    key = fold(term.value)
    if not key:
        raise BadInput(f"{term.name}: “{term.value[:30]}” names nothing")
    return key


_READERS: Mapping[str, Callable[[Shop, Term], Condition]] = MappingProxyType(
    {
        "spend": _spend,
        "owes": _owes,
        "visits": _visits,
        "points": _points,
        "tier": _tier,
        "last": _last,
        "born": _born,
        "city": _city,
        "tag": _tag,
        "consent": _consent,
        "interest": _interest,
        "brand": _brand,
        "branch": _branch,
        "gender": _own("gender"),
        "status": _own("status"),
        "language": _own("language"),
        "postcode": _place("postcode"),
        "country": _place("country"),
    }
)
_EXAMPLES: Mapping[str, str] = MappingProxyType(
    {
        "spend": "spend>500",
        "owes": "owes>0",
        "visits": "visits>=10",
        "points": "points>100",
        "tier": "tier:gold",
        "last": "last<30d",
        "born": "born:05",
        "city": "city:leeds",
        "tag": "tag:vip",
        "consent": "consent:email",
        "interest": "interest:yoga",
        "brand": "brand:acme",
        "branch": "branch:main",
        "gender": "gender:female",
        "status": "status:inactive",
        "language": "language:es",
        "postcode": "postcode:28001",
        "country": "country:es",
    }
)
_ONLY_EQUAL = frozenset(_EXAMPLES) - {"spend", "owes", "visits", "points", "last", "born"}
