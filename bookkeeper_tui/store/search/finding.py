"""Finding customers by whatever a person has of them, the likeliest first, in bounded time however many there are."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bookkeeper_tui.errors import BadInput
from bookkeeper_tui.formats import fold, harmless
from bookkeeper_tui.store import gone, sight
from bookkeeper_tui.store.customer_rows import WALK_IN_ID
from bookkeeper_tui.store.engine import search_index
from bookkeeper_tui.store.engine.search_index import Budget, Word
from bookkeeper_tui.store.search.codes import code_condition, email_condition
from bookkeeper_tui.store.search.conditions import Condition, Facts
from bookkeeper_tui.store.search.filters import filter_condition, shop_of
from bookkeeper_tui.store.search.question import Mistake, Question, read_question
from bookkeeper_tui.store.search.spelling import Vocabulary, vocabulary_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from peewee import SqliteDatabase

    from bookkeeper_tui.store.desk import Desk

__all__ = ["Answer", "Hit", "Mistake", "recent", "search"]

_FEW = 5
"""With fewer hits than this, other spellings are looked for."""
_SMALL = 600
"""A condition that so few customers meet is followed to its end."""
_STEPS = 10_000
"""What reading the best customers one by one may cost, in steps of the database: about 3 ms."""
_STEPS_OF_WAY = 25_000
_STEPS_OF_SMALL = 60_000
_TRIES = 3
_OF_CUSTOMER, _OF_STANDING = re.compile(r"\bc\."), re.compile(r"\bs\.")


@dataclass(frozen=True, slots=True)
class Hit:
    """A customer who was found, and why; `last_at` in microseconds UTC (0 for never), `owes` in minor units.

    Phone and e-mail are as the searching desk may see them.
    """

    customer_id: int
    number: str
    name: str
    phone: str
    email: str
    why: str
    city: str
    last_at: int
    owes: int
    status: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What a search found, the likeliest first.

    `total_known` is the number of all who match, None when nobody counted them; `cut` says that there may be more.
    """

    hits: list[Hit]
    mistakes: list[Mistake]
    total_known: int | None
    cut: bool


@dataclass(frozen=True, slots=True)
class _Way:
    """The first ids on a condition's way, and whether there are more."""

    condition: Condition
    ids: list[int]
    cut: bool


@dataclass(frozen=True, slots=True)
class _Asked:
    """What is asked besides names, and the ways to those who meet it, walked as far as they are short."""

    conditions: Sequence[Condition]
    ways: Sequence[_Way] = ()

    def besides(self, way: _Way) -> list[Condition]:
        """The conditions that those on a way have yet to meet."""
        return [condition for condition in self.conditions if condition is not way.condition]


@dataclass(slots=True)
class _Found:
    """Ids, best first, and whether there may be more."""

    ids: list[int]
    cut: bool


def search(desk: Desk, text: str, limit: int = 50) -> Answer:
    """Find customers by names in any order and in part, phone, e-mail, card, receipt, number, and filters beside them.

    Never fails, whatever is typed: what cannot be understood is told in `mistakes`, and the rest still searches.
    """
    database = desk.require("search.made")
    question = read_question(text)
    conditions = conditions_of(question, desk)
    if not (question.words or conditions):
        return Answer([], question.mistakes, 0, False)
    groups = [[Word(word)] for word in question.words]
    asked = _Asked(conditions, [_on_way(database, condition) for condition in conditions if condition.way])
    found = _find(database, groups, asked, limit)
    hits = _hits(desk, found, question, conditions)
    enough = _FEW if question.is_plain_words and len(groups) == 1 else 1
    if len(hits) < enough and not found.cut and question.words:
        hits += _otherwise(desk, text, question, asked, limit, {hit.customer_id for hit in hits})
    return Answer(hits[:limit], question.mistakes, None if found.cut else len(hits), found.cut)


def recent(desk: Desk, limit: int = 50) -> list[Hit]:
    """The customers of this shift: those this desk looked at, changed or sold to since its sign-in, latest first."""
    database = desk.require("search.made")
    since, budget = _first_of_shift(database, desk.since), Budget(_STEPS_OF_SMALL)
    deeds = [
        row
        for action in _DEEDS
        for row in search_index.bounded(database, _SHIFT, (action, since, desk.terminal), budget)
    ]
    seen: dict[int, str] = {}
    for _, customer_id, action in sorted(deeds, reverse=True):
        if customer_id != WALK_IN_ID:
            seen.setdefault(customer_id, _DEEDS[action])
    ids = list(seen)[:limit]
    facts = _facts(database, ids)
    there = [facts[customer_id] for customer_id in ids if customer_id in facts]
    now = {one.customer_id: _survivor(database, one) if one.gone == gone.MERGED else one for one in there}
    return list({one.customer_id: _hit(desk, one, seen[known]) for known, one in now.items()}.values())


_DEEDS = {
    "customer.viewed": "seen",
    "customer.created": "new",
    "customer.edited": "edited",
    "sale.viewed": "seen",
    "sale.made": "sold to",
    "sale.paid": "sold to",
}
_SHIFT = """
SELECT seq, customer_id, action FROM audit
WHERE action = ? AND seq >= ? AND terminal = ? AND customer_id IS NOT NULL ORDER BY seq DESC LIMIT 200
"""


def _first_of_shift(database: SqliteDatabase, since: int) -> int:
    """The sequence of the first audit row since an instant; their times rise with it, so halving finds it."""
    first, last = 1, database.execute_sql("SELECT COALESCE(MAX(seq), 0) FROM audit").fetchone()[0] + 1
    while first < last:
        middle = (first + last) // 2
        row = database.execute_sql("SELECT at FROM audit WHERE seq = ?", (middle,)).fetchone()
        if row is not None and row[0] < since:
            first = middle + 1
        else:
            last = middle
    return first


def conditions_of(question: Question, desk: Desk) -> list[Condition]:
    """What is asked besides names; filters that do not parse become mistakes."""
    store = desk.store
    today = desk.today() if store.settings.services else ""
    conditions = [email_condition(email) for email in question.emails]
    conditions += [
        code_condition(store.database, code, store.shop.country, store.conventions, today) for code in question.codes
    ]
    shop = shop_of(desk)
    for term in question.terms:
        try:
            conditions.append(filter_condition(shop, term))
        except BadInput as error:
            question.mistakes.append(Mistake(term.start, term.end, str(error)))
    question.mistakes.sort()
    return conditions


def _find(database: SqliteDatabase, groups: Sequence[Sequence[Word]], asked: _Asked, limit: int) -> _Found:
    """The best who match: by the way with the fewest customers on it, or reading all from the best on until enough."""
    if groups and not asked.conditions:
        ids = search_index.customers_named(database, search_index.expression(groups), limit + 1)
        return _Found(ids[:limit], len(ids) > limit)
    shortest = min((way for way in asked.ways if not way.cut), key=lambda way: len(way.ids), default=None)
    if shortest is not None:
        ids = _among(database, shortest.ids, groups, asked.besides(shortest))
        cut = False
    else:
        ids, cut = _in_order(database, groups, asked.conditions, limit + 1, Budget(_STEPS))
        if cut and len(ids) <= limit:
            for way in asked.ways:
                share = way.ids[: _SMALL // len(asked.ways)]
                some = _among(database, share, groups, asked.besides(way))
                ids = list(dict.fromkeys([*ids, *some]))
    ids = _surest_first(ids, asked.conditions)
    return _Found(ids[:limit], cut or len(ids) > limit)


def _on_way(database: SqliteDatabase, condition: Condition) -> _Way:
    budget = Budget(_STEPS_OF_WAY)
    sql = f"SELECT customer_id FROM ({condition.way} LIMIT ?)"
    rows = search_index.bounded(database, sql, (*condition.way_values, _SMALL + 1), budget)
    ids = list(dict.fromkeys(row[0] for row in rows[:_SMALL]))
    return _Way(condition, ids, budget.spent or len(rows) > _SMALL)


def _among(
    database: SqliteDatabase, ids: Sequence[int], groups: Sequence[Sequence[Word]], conditions: Sequence[Condition]
) -> list[int]:
    """Those of some customers who match, best first."""
    tests, values = tests_of(conditions)
    some = ", ".join(str(customer_id) for customer_id in ids)
    words = "e.words" if groups else "''"
    sql = (
        f"SELECT e.customer_id, {words} FROM {search_index.EVERYBODY}{joins_of(tests)} "
        f"WHERE e.customer_id IN ({some}){tests} ORDER BY {search_index.EVERYBODY_IN_ORDER}"
    )
    rows = search_index.bounded(database, sql, values, Budget(_STEPS_OF_SMALL))
    return [customer_id for customer_id, words in rows if _named(words, groups)]


def _in_order(
    database: SqliteDatabase,
    groups: Sequence[Sequence[Word]],
    conditions: Sequence[Condition],
    limit: int,
    budget: Budget,
) -> tuple[list[int], bool]:
    """Read customers from the best on, and answer those who match, and whether the reading was cut short."""
    tests, values = tests_of(conditions)
    if groups:
        values = [search_index.expression(groups), *values]
        start = f"{search_index.NAMED_ONES}{joins_of(tests)} WHERE {search_index.NAMED_TEST}"
        order = search_index.NAMED_IN_ORDER
    else:
        start = f"{search_index.EVERYBODY}{joins_of(tests)} WHERE 1 = 1"
        order = search_index.EVERYBODY_IN_ORDER
    sql = f"SELECT e.customer_id FROM {start}{tests} ORDER BY {order} LIMIT ?"
    rows = search_index.bounded(database, sql, [*values, limit], budget)
    return [row[0] for row in rows], budget.spent


def tests_of(conditions: Sequence[Condition]) -> tuple[str, list[object]]:
    """The conditions as SQL that goes behind a WHERE about an entry `e`, and its values."""
    values = [value for condition in conditions for value in condition.values]
    tests = "".join(f" AND {condition.test}" for condition in conditions)
    if _OF_CUSTOMER.search(tests):
        tests = " AND c.id = e.customer_id" + tests
    if _OF_STANDING.search(tests):
        tests = " AND s.customer_id = e.customer_id" + tests
    return tests, values


def joins_of(tests: str) -> str:
    """Only the tables that the tests speak of are read."""
    customer = " CROSS JOIN customer AS c" if "c.id" in tests else ""
    return customer + (" CROSS JOIN standing AS s" if "s.customer_id" in tests else "")


def _named(words: str, groups: Sequence[Sequence[Word]]) -> bool:
    padded = f" {words} "
    return all(any(f" {word.text}{'' if word.beginning else ' '}" in padded for word in group) for group in groups)


def _surest_first(ids: list[int], conditions: Sequence[Condition]) -> list[int]:
    """Those whom a number, card or receipt means exactly go first."""
    exact = [customer_id for condition in conditions for customer_id in condition.exact]
    sure = [customer_id for customer_id in dict.fromkeys(exact) if customer_id in ids]
    return sure + [customer_id for customer_id in ids if customer_id not in sure] if sure else ids


def _otherwise(desk: Desk, text: str, question: Question, asked: _Asked, limit: int, known: set[int]) -> list[Hit]:
    """Who answers to other spellings of the words, to a part inside them, or has an e-mail that begins so."""
    hits: list[Hit] = []
    for groups in _respelt(vocabulary_of(desk.store.engine), question.words):
        found = _find(desk.database, groups, asked, limit)
        hits += _new_hits(desk, found, question, asked.conditions, known, groups)
        if len(hits) >= _FEW:
            return hits
    if question.is_plain_words and len(text.split()) == 1:
        email = email_condition(harmless(text.strip()))
        found = _find(desk.database, [], _Asked([email], [_on_way(desk.database, email)]), limit)
        hits += _new_hits(desk, found, Question(), [email], known)
    return hits


def _respelt(vocabulary: Vocabulary, words: Sequence[str]) -> Iterator[list[list[Word]]]:
    """The words with those spelt otherwise that nobody has, or with any one of them; the likeliest first."""
    typed = [[Word(word)] for word in words]
    unknown = [place for place, word in enumerate(words) if not vocabulary.knows(word)]
    meant = {
        place: others
        for place in unknown or range(len(words))
        if (others := vocabulary.meant(words[place], place == len(words) - 1))
    }
    if len(unknown) > 1:
        yield [meant[place][0] if place in meant else one for place, one in enumerate(typed)]
        return
    for likely in range(_TRIES if len(meant) == 1 else 1):
        for place, others in meant.items():
            if likely < len(others):
                yield [*typed[:place], others[likely], *typed[place + 1 :]]


def _new_hits(
    desk: Desk,
    found: _Found,
    question: Question,
    conditions: Sequence[Condition],
    known: set[int],
    spelt: Sequence[Sequence[Word]] = (),
) -> list[Hit]:
    """Hits for those who are not among the known yet, who now are."""
    fresh = [customer_id for customer_id in found.ids if customer_id not in known]
    known.update(fresh)
    return _hits(desk, _Found(fresh, found.cut), question, conditions, spelt)


_FACTS = """
SELECT c.id, c.number, c.name, c.company, CASE c.phone_raw WHEN '' THEN c.phone_e164 ELSE c.phone_raw END,
    c.phone_reversed, c.email, c.card, c.born, c.gender, c.status, COALESCE(s.visits, 0), COALESCE(s.spend, 0),
    COALESCE(s.last_at, 0), COALESCE(s.owes, 0), COALESCE(a.city, ''), COALESCE(e.words, ''), c.gone
FROM customer AS c LEFT JOIN standing AS s ON s.customer_id = c.id
LEFT JOIN customer_address AS a ON a.customer_id = c.id AND a.kind = 'billing'
LEFT JOIN search_entry AS e ON e.customer_id = c.id
WHERE c.id IN ({ids})
"""


def _facts(database: SqliteDatabase, ids: Sequence[int]) -> dict[int, Facts]:
    rows = database.execute_sql(_FACTS.format(ids=", ".join(str(customer_id) for customer_id in ids)))
    return {row[0]: Facts(*row) for row in rows}


def _hits(
    desk: Desk,
    found: _Found,
    question: Question,
    conditions: Sequence[Condition],
    spelt: Sequence[Sequence[Word]] = (),
) -> list[Hit]:
    facts = _facts(desk.database, found.ids) if found.ids else {}
    hits: dict[int, Hit] = {}
    for customer_id in found.ids:
        if customer_id not in facts:
            continue
        one = facts[customer_id]
        reasons = [condition.why(one) for condition in conditions]
        reasons += [_why_named(one, question.words, spelt)] if question.words else []
        if one.gone == gone.MERGED:
            reasons = [f"was {one.number}", *reasons]
            one = _survivor(desk.database, one)
            if one.customer_id in facts:
                continue
        hits.setdefault(one.customer_id, _hit(desk, one, ", ".join(dict.fromkeys(reasons))))
    return list(hits.values())


def _survivor(database: SqliteDatabase, merged: Facts) -> Facts:
    customer_id = gone.survivor(database, merged.customer_id)
    return _facts(database, [customer_id])[customer_id]


def _why_named(facts: Facts, words: Sequence[str], spelt: Sequence[Sequence[Word]]) -> str:
    """Name or company, whichever has the words; or the word of theirs that another spelling means."""
    padded = f" {facts.words} "
    for typed, group in zip(words, spelt, strict=False):
        if f" {typed}" not in padded:
            for word in group:
                if f" {word.text}{'' if word.beginning else ' '}" in padded:
                    full = next(known for known in facts.words.split() if known.startswith(word.text))
                    return f"part of {full}" if typed in full else f"spelt like {full}"
    own = f" {fold(facts.name)}"
    return "company" if facts.company and not all(f" {word}" in own for word in words) else "name"


def _hit(desk: Desk, facts: Facts, why: str) -> Hit:
    if facts.status != "active":
        why = f"{facts.status}, {why}" if why else facts.status
    phone, email = sight.text(desk, "phone", facts.phone), sight.text(desk, "email", facts.email)
    return Hit(
        facts.customer_id, facts.number, facts.name, phone, email, why, facts.city, facts.last_at, facts.owes,
        facts.status,
    )  # fmt: skip
