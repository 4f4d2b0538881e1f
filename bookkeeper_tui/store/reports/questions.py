"""What somebody asks of a report: its kind, filters and columns; as typed on one line, and as it is kept."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from bookkeeper_tui.dates import read_iso
from bookkeeper_tui.errors import BadInput
from bookkeeper_tui.formats import harmless
from bookkeeper_tui.store.desk import Desk
from bookkeeper_tui.store.exporting.kind import DATE, WORDS, Filter, ReportKind
from bookkeeper_tui.store.history import EVERYTHING
from bookkeeper_tui.store.reports.kinds import kind_named
from bookkeeper_tui.store.sale_filters import parse_filter

LONGEST = 400
_TERM = re.compile(r'(?P<name>[a-z_]+):(?:"(?P<quoted>[^"]*)"?|(?P<plain>\S*))|(?P<word>\S+)')


@dataclass(frozen=True, slots=True)
class Question:
    """A report as somebody wants it: filters by name, columns in their order; no columns are the usual ones."""

    kind: str
    filters: Mapping[str, str] = field(default_factory=dict)
    columns: tuple[str, ...] = ()


def check(desk: Desk, question: Question) -> Question:
    """The question with empty filters left out and its columns named. Raises BadInput for what there is none of."""
    kind = kind_named(question.kind)
    desk.require(kind.permission)
    known = {one.name: one for one in kind.filters}
    filters = {}
    for name, value in question.filters.items():
        if name not in known:
            raise BadInput(f"{kind.title}: “{harmless(name[:40])}” narrows nothing here{_there_are(kind)}")
        if text := value.strip():
            filters[name] = _checked(known[name], text)
    if "since" in filters and "until" in filters and filters["until"] < filters["since"]:
        raise BadInput(f"until: {filters['until']} is before {filters['since']}")
    columns = kind.columns_at(desk)
    names = [column.name for column in columns]
    for name in question.columns:
        if name not in names:
            raise BadInput(f"{kind.title}: there is no column “{harmless(name[:40])}”; there are {', '.join(names)}")
    chosen = tuple(dict.fromkeys(question.columns))
    return Question(kind.name, filters, chosen or tuple(column.name for column in columns if column.usual))


def read_filters(kind: ReportKind, text: str, date_format: str = "%Y-%m-%d") -> dict[str, str]:
    """The filters that one line asks for, such as `2026-11 customer:C-000184`.

    `name:value` is the filter of that name; a year, a month, a day or two of them with `..` between are the days, where
    the report goes by days; a day may be written as the shop writes dates. Any other words are the report's own search.
    Raises BadInput naming the word that is nothing of this.
    """
    names = {one.name: one for one in kind.filters}
    if kind.whole_line or names.keys() <= {WORDS}:
        return {WORDS: text.strip()} if text.strip() else {}
    found: dict[str, str] = {}
    words = []
    for match in _TERM.finditer(text[:LONGEST]):
        name = match["name"] or ""
        if name in names and name != WORDS:
            value = match["quoted"] if match["quoted"] is not None else match["plain"]
            found[name] = _day(value, name, date_format) if names[name].takes == DATE else value
        elif (days := _days(match[0], date_format)) and {"since", "until"} <= names.keys():
            found["since"], found["until"] = days
        elif WORDS in names and not match["name"]:
            words.append(match[0])
        else:
            raise BadInput(f"“{harmless(match[0][:40])}” narrows nothing here{_there_are(kind)}")
    return found | ({WORDS: " ".join(words)} if words else {})


def filter_text(filters: Mapping[str, str]) -> str:
    """Filters as the line that asks for them."""
    terms = [
        f'{name}:"{value}"' if " " in value else f"{name}:{value}"
        for name, value in filters.items()
        if value and name != WORDS
    ]
    return " ".join([*terms, *([filters[WORDS]] if filters.get(WORDS) else [])])


def to_json(question: Question) -> str:
    """A question as it is kept under a name."""
    return json.dumps({"filters": dict(question.filters), "columns": list(question.columns)}, ensure_ascii=False)


def from_json(kind: str, text: str) -> Question:
    """A question that was kept; what cannot be read is left out."""
    try:
        kept: Any = json.loads(text)
        filters = {str(name): str(value) for name, value in dict(kept.get("filters", {})).items()}
        return Question(kind, filters, tuple(str(name) for name in kept.get("columns", ())))
    except (ValueError, AttributeError, TypeError):
        return Question(kind)


def _checked(asked: Filter, text: str) -> str:
    if len(text) > LONGEST:
        raise BadInput(f"{asked.name}: more than {LONGEST} letters")
    if asked.takes == DATE:
        return read_iso(text, asked.name).isoformat()
    if asked.choices:
        meant = [choice for choice in asked.choices if choice.startswith(text.casefold())]
        exact = [choice for choice in meant if choice == text.casefold()] or meant
        if len(exact) != 1:
            raise BadInput(f"{asked.name}: “{harmless(text[:30])}” is not one of {', '.join(asked.choices)}")
        return exact[0]
    return text


def _day(text: str, name: str, date_format: str) -> str:
    """A day, or the end of a month or year that bounds: its first for `since`, its last for `until`."""
    days = _days(text, date_format)
    if days is None:
        raise BadInput(f"{name}: “{harmless(text[:20])}” is not a date such as 2026-12-31")
    return days[0] if name == "since" else days[1]


def _days(text: str, date_format: str) -> tuple[str, str] | None:
    """The first and last day of what is a year, a month, a day or two of them; None for anything else."""
    found = parse_filter(text, 2, ".", date_format)
    is_days = found.since and found == replace(EVERYTHING, since=found.since, until=found.until)
    return (found.since, found.until) if is_days else None


def _there_are(kind: ReportKind) -> str:
    named = [f"{one.name}:" for one in kind.filters if one.name != WORDS]
    return f"; there are {', '.join(named)}" if named else ""
