"""Finding rows of the audit log: by who, about whom, what was done, when and where; and following one sign-in.

Rows are walked from the newest backwards, so many at a time: a page says how far back it looked, and goes on there.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple

from peewee import SqliteDatabase

from bookkeeper_tui.dates import midnight, read_iso
from bookkeeper_tui.errors import BadInput
from bookkeeper_tui.formats import fold, instant_of
from bookkeeper_tui.store import audit, audit_log, customers, gone, sight
from bookkeeper_tui.store.audit import AuditRow
from bookkeeper_tui.store.desk import Desk
from bookkeeper_tui.store.engine.search_index import Word, customers_named, expression
from bookkeeper_tui.store.sale_filters import parse_filter

LOOKED_AT = 20_000
LONGEST_TEXT = 200
_MOMENT = re.compile(r"(\d{4}-\d{1,2}-\d{1,2})T(\d{1,2}):(\d{2})")
_ACTION = re.compile(r"[a-z_]+\.[a-z_.]*")


@dataclass(frozen=True, slots=True)
class LogQuestion:
    """What is asked of the log; an empty field asks nothing.

    `action` is a whole name, or the beginning of some that ends with a point. `since` and `until` are microseconds UTC,
    the latter not included; `first` and `last` sequences, both included. `looks` asks for looks alone, `shell` for what
    was done at the server. `names` says in words whom and what the ids mean.
    """

    staff_id: int | None = None
    shell: bool = False
    customer_id: int | None = None
    action: str = ""
    terminal: str = ""
    since: int = 0
    until: int = 0
    first: int = 0
    last: int = 0
    looks: bool = False
    sign_in: bool = False
    names: tuple[str, ...] = ()


class LogPage(NamedTuple):
    """A page of rows, newest first. `following` is below which the next one begins, None when there is nothing more.

    `looked_back_to` is the time of the oldest row that was looked at, 0 where there was none.
    """

    rows: tuple[AuditRow, ...]
    following: int | None
    looked_back_to: int


@dataclass(frozen=True, slots=True)
class Looker:
    """Somebody who looked at a customer: how often, and when first and last, in microseconds UTC."""

    who: str
    times: int
    first: int
    last: int


def parse(desk: Desk, text: str) -> LogQuestion:
    """The question that a line of words asks; see `LOG_WORDS`. Raises BadInput naming the word that means nothing.

    Raises BadInput as well for a member of staff or a customer whom nobody knows.
    """
    desk.require("audit.viewed")
    question, days = LogQuestion(), list[str]()
    for typed in text[:LONGEST_TEXT].split():
        name, colon, value = typed.partition(":")
        value = value.replace("_", " ") if name in ("who", "customer") else value
        if colon and not value and name in WORDS:
            raise BadInput(f"“{typed}”: say which after the colon")
        if colon and name == "who":
            question = _by(desk, question, value)
        elif colon and name == "customer":
            question = _about(desk, question, value)
        elif colon and name == "terminal":
            question = at_terminal(desk, question, value)
        elif colon and name in ("since", "until") and (moment := _MOMENT.fullmatch(value)):
            at = _instant(desk, moment, typed)
            question = replace(question, since=at) if name == "since" else replace(question, until=at)
        elif colon and name == "row":
            question = replace(question, last=_row(value))
        elif colon and name == "sign-in":
            question = _joined(question, one_sign_in(desk, _row(value)))
        elif typed == "looks":
            question = replace(question, looks=True, names=(*question.names, "looks"))
        elif (colon and name == "action") or _ACTION.fullmatch(typed):
            action = checked_action(value if colon else typed)
            question = replace(question, action=action, names=(*question.names, action))
        elif colon and name not in ("since", "until"):
            raise BadInput(f"“{typed[:40]}”: the log is narrowed by {', '.join(f'{word}:' for word in WORDS)}")
        else:
            days.append(typed)
    return _on_days(desk, question, " ".join(days))


def checked_action(text: str) -> str:
    """An action's name, or the beginning of some up to a point. Raises BadInput for what can be neither."""
    if not _ACTION.fullmatch(text):
        raise BadInput(f"“{text[:40]}” is no action such as customer.edited, nor the beginning of some such as export.")
    return text


def at_terminal(desk: Desk, question: LogQuestion, name: str) -> LogQuestion:
    """The question for one terminal, by its name in whatever case. Raises BadInput for one that the log never saw."""
    known = [row[0] for row in desk.require("audit.viewed").execute_sql(TERMINALS)]
    found = next((one for one in known if one == name), None)
    found = found or next((one for one in known if one.casefold() == name.casefold().replace("_", " ")), None)
    found = found or next((one for one in known if one.casefold() == name.casefold()), None)
    if found is None:
        raise BadInput(
            f"Nothing was ever done at “{name[:40]}”; the log knows {_listed([one or 'none' for one in known])}"
        )
    return replace(question, terminal=found, names=(*question.names, f"at {found}"))


def page(desk: Desk, question: LogQuestion, *, before: int | None = None, limit: int = 50) -> LogPage:
    """The newest rows that answer a question, or those below the sequence `before`: up to `limit` of them.

    It looks at twenty thousand rows at most, and may so find none though there are some further back: `following` then
    says where to go on.
    """
    database = desk.require("audit.viewed")
    low, high = _between(database, question)
    high = high if before is None else min(high, before - 1)
    leading, tests, values = _conditions(database, question)
    bound = database.execute_sql(
        f"SELECT seq FROM audit WHERE {leading[0]} AND seq BETWEEN ? AND ? ORDER BY seq DESC LIMIT 1 OFFSET ?",
        (*leading[1], low, high, LOOKED_AT - 1),
    ).fetchone()
    floor = int(bound[0]) if bound is not None else low
    where = f"{leading[0]} AND audit.seq BETWEEN ? AND ? AND {' AND '.join(tests)}"
    rows = audit.rows_where(
        database, f"{where} ORDER BY audit.seq DESC LIMIT ?", (*leading[1], floor, high, *values, limit)
    )
    found = [sight.log_row(desk, row) for row in rows]
    if len(found) == limit:
        return LogPage(tuple(found), found[-1].seq, found[-1].at)
    back = database.execute_sql("SELECT at FROM audit WHERE seq >= ? ORDER BY seq LIMIT 1", (floor,)).fetchone()
    return LogPage(tuple(found), floor if bound is not None else None, int(back[0]) if back else 0)


def newer(desk: Desk, question: LogQuestion, after: int, limit: int = 50) -> list[AuditRow]:
    """Rows above a sequence that answer a question, oldest first: what came since a page was read."""
    database = desk.require("audit.viewed")
    leading, tests, values = _conditions(database, question)
    last = question.last or 1 << 62
    where = f"{leading[0]} AND audit.seq > ? AND audit.seq <= ? AND {' AND '.join(tests)} ORDER BY audit.seq LIMIT ?"
    rows = audit.rows_where(database, where, (*leading[1], after, last, *values, limit))
    return [sight.log_row(desk, row) for row in rows]


def all_rows(desk: Desk, question: LogQuestion) -> Iterator[AuditRow]:
    """Every row that answers a question, oldest first, read in pages."""
    low, high = _between(desk.require("audit.viewed"), question)
    bounded, last = replace(question, last=high), max(0, low - 1)
    while rows := newer(desk, bounded, last, 500):
        yield from rows
        last = rows[-1].seq


def one_sign_in(desk: Desk, seq: int) -> LogQuestion:
    """What was done from the sign-in that a row belongs to up to its sign-out, at the terminal where it was.

    Raises BadInput for a row of nobody who had signed in.
    """
    database = desk.require("audit.viewed")
    row = database.execute_sql("SELECT staff_id, terminal, who FROM audit WHERE seq = ?", (seq,)).fetchone()
    if row is None or row[0] is None:
        raise BadInput(f"Row {seq} is of nobody who had signed in: there is no sign-in to follow")
    person = tuple(row[:2])
    begun = database.execute_sql(SIGNED_IN, (seq, *person)).fetchone()[0]
    if begun is None:
        raise BadInput(f"Row {seq} is of no sign-in that the log tells of")
    over = database.execute_sql(SIGNED_OUT, (begun, *person)).fetchone()[0]
    following = database.execute_sql(SIGNED_IN_AGAIN, (begun, *person)).fetchone()[0]
    ends = [end for end in (over, following - 1 if following else None) if end]
    return LogQuestion(
        person[0],
        terminal=person[1],
        first=begun,
        last=min(ends) if ends else 0,
        sign_in=True,
        names=(f"one sign-in of {row[2]}", f"at {person[1]}"),
    )


def lookers(desk: Desk, customer_id: int) -> list[Looker]:
    """Who looked at a customer or at what is theirs, whoever looked last first; `newest`-first rows are `page`'s.

    To look at somebody who was merged into them was to look at them.
    """
    database = desk.require("audit.viewed")
    ids = ", ".join(map(str, gone.with_merged(database, customer_id)))
    return [Looker(*row) for row in database.execute_sql(LOOKERS.format(ids=ids))]


def numbers_of(desk: Desk, rows: tuple[AuditRow, ...] | list[AuditRow]) -> dict[int, str]:
    """The numbers of the customers whom rows concern, by id."""
    database = desk.require("audit.viewed")
    ids = sorted({row.customer_id for row in rows if row.customer_id is not None})
    marks = ", ".join("?" * len(ids))
    return dict(database.execute_sql(f"SELECT id, number FROM customer WHERE id IN ({marks})", ids).fetchall())


def _conditions(
    database: SqliteDatabase, question: LogQuestion
) -> tuple[tuple[str, list[object]], list[str], list[object]]:
    """The condition whose index leads to the rows, newest first, and those that each row is tested by."""
    by_index: list[tuple[str, object]] = []
    if question.customer_id is not None:
        ids = gone.with_merged(database, question.customer_id)
        several = "{}customer_id IN (SELECT value FROM json_each(?))", json.dumps(ids)
        by_index.append(several if len(ids) > 1 else ("{}customer_id = ?", question.customer_id))
    if question.action and not question.action.endswith("."):
        by_index.append(("{}action = ?", question.action))
    if question.staff_id is not None and not question.sign_in:
        by_index.append(("{}staff_id = ?", question.staff_id))
    if question.terminal:
        by_index.append(("{}terminal = ?", question.terminal))
    leading = (by_index[0][0].format(""), [by_index[0][1]]) if by_index else ("1", list[object]())
    tests, values = ["1"], list[object]()
    for test, value in by_index[1:]:
        tests.append(test.format("+"))
        values.append(value)
    if question.sign_in:
        # What nobody did there meanwhile, such as a wrong PIN on the locked console, belongs to it.
        tests.append("(+staff_id = ? OR staff_id IS NULL)")
        values.append(question.staff_id)
    if question.action.endswith("."):
        tests.append("+action >= ? AND +action < ?")
        values += [question.action, question.action[:-1] + "/"]
    if question.shell:
        tests.append("staff_id IS NULL AND who LIKE 'shell:%'")
    if question.since:
        tests.append("at >= ?")
        values.append(question.since)
    if question.until:
        tests.append("at < ?")
        values.append(question.until)
    if question.looks:
        tests.append(LOOKS)
    return leading, tests, values


def _between(database: SqliteDatabase, question: LogQuestion) -> tuple[int, int]:
    """The sequences between which rows may answer. Clocks are put right now and then: a day more on either side."""
    low = question.first or 1
    high = question.last or audit.newest(database).seq
    if question.since:
        low = max(low, audit.first_at(database, question.since - audit.DAY))
    if question.until:
        high = min(high, audit.first_at(database, question.until + audit.DAY))
    return low, high


def _joined(question: LogQuestion, sign_in: LogQuestion) -> LogQuestion:
    return replace(
        question,
        staff_id=sign_in.staff_id,
        terminal=sign_in.terminal,
        first=sign_in.first,
        last=sign_in.last,
        sign_in=True,
        names=(*question.names, *sign_in.names),
    )


def _by(desk: Desk, question: LogQuestion, text: str) -> LogQuestion:
    if text.casefold().startswith("shell"):
        return replace(question, shell=True, names=(*question.names, "by the server's shell"))
    everybody = desk.database.execute_sql("SELECT id, number, name FROM staff ORDER BY id").fetchall()
    found = [one for one in everybody if one[1] == text] or [one for one in everybody if fold(text) in fold(one[2])]
    if not found:
        raise BadInput(f"No member of staff has the number or name “{text[:40]}”")
    if len(found) > 1:
        raise BadInput(
            f"“{text[:40]}” may be {_listed([f'{number} {name}' for _, number, name in found])}: say the number"
        )
    staff_id, number, name = found[0]
    return replace(question, staff_id=staff_id, names=(*question.names, f"by {number} {name}"))


def _about(desk: Desk, question: LogQuestion, text: str) -> LogQuestion:
    words = fold(text).split()
    if words and not any(letter.isdigit() for letter in text):
        asked = expression([[Word(word, True)] for word in words])
        found = [_number(desk, one) for one in customers_named(desk.database, asked, 5)]
        if len(found) != 1:
            raise BadInput(
                f"“{text[:40]}” may be {_listed(found)}: say the number"
                if found
                else f"No customer has the number or name “{text[:40]}”"
            )
        text = found[0]
    customer = customers.by_number(desk, text)
    return replace(
        question, customer_id=customer.id, names=(*question.names, f"about {customer.number} {customer.name}")
    )


def _number(desk: Desk, customer_id: int) -> str:
    return str(desk.database.execute_sql("SELECT number FROM customer WHERE id = ?", (customer_id,)).fetchone()[0])


def _listed(names: list[str]) -> str:
    return f"{', '.join(names[:4])}{' and others' if len(names) > 4 else ''}"


def _instant(desk: Desk, moment: re.Match[str], typed: str) -> int:
    try:
        local = datetime.fromisoformat(f"{moment[1]}T{int(moment[2]):02d}:{moment[3]}")
    except ValueError as error:
        raise BadInput(f"“{typed[:40]}” is no time such as since:2026-11-20T09:00") from error
    return instant_of(local, desk.store.shop.time_zone)


def _row(value: str) -> int:
    if not value.isdecimal() or not 0 < int(value[:19]) < 1 << 62:
        raise BadInput(f"“row:{value[:40]}” is no number of a row")
    return int(value)


def _on_days(desk: Desk, question: LogQuestion, text: str) -> LogQuestion:
    conventions, zone = desk.store.conventions, desk.store.shop.time_zone
    asked = parse_filter(text, conventions.exponent, conventions.decimal, conventions.date_format)
    if asked.article or asked.number or asked.branch or asked.least is not None or asked.most is not None:
        raise BadInput(f"“{text[:40]}” is no date, action or filter, such as who:101 or customer:C-000184")
    if asked.since:
        question = replace(question, since=midnight(read_iso(asked.since), zone))
    if asked.until:
        question = replace(question, until=midnight(read_iso(asked.until), zone, days=1))
    return question


WORDS = ("who", "customer", "terminal", "action", "since", "until", "row", "sign-in")
LOG_WORDS = (
    "Who: who:101, who:ana, who:shell. About whom: customer:C-000184. Where: terminal:till-1.",
    "What: customer.viewed, or the beginning of some: export. signin. customer.   looks: looks alone.",
    "When: 2026-11, 2026-11-20, since:2026-11-20T09:00 until:2026-11-20T12:00.   From a row back: row:1200",
)
# Not what consoles measure by themselves.
BEGINNINGS = tuple(beginning for beginning in audit_log.LOOKS if beginning != "live.")
LOOKS = f"({' OR '.join(f'+action LIKE {chr(39)}{beginning}%{chr(39)}' for beginning in BEGINNINGS)} OR " + (
    "action LIKE '%.viewed' OR action LIKE '%.revealed' OR action LIKE 'export.%' OR action = 'paper.printed')"
)
SIGNED_IN = "SELECT MAX(seq) FROM audit WHERE action = 'signin.done' AND seq <= ? AND staff_id = ? AND +terminal = ?"
SIGNED_OUT = "SELECT MIN(seq) FROM audit WHERE action = 'signout.done' AND seq > ? AND staff_id = ? AND +terminal = ?"
SIGNED_IN_AGAIN = (
    "SELECT MIN(seq) FROM audit WHERE action = 'signin.done' AND seq > ? AND staff_id = ? AND +terminal = ?"
)
# One step an existing name, where DISTINCT would read the whole index.
TERMINALS = """
WITH RECURSIVE known (name) AS (
    SELECT MIN(terminal) FROM audit
    UNION ALL SELECT (SELECT MIN(terminal) FROM audit WHERE terminal > known.name) FROM known WHERE name IS NOT NULL)
SELECT name FROM known WHERE name IS NOT NULL
"""
LOOKERS = f"""
SELECT who, COUNT(*), MIN(at), MAX(at) FROM audit WHERE customer_id IN ({{ids}}) AND {LOOKS}
GROUP BY who ORDER BY MAX(seq) DESC
"""
