"""`export customers|sales|…` runs a report, `export report NAME` one that was saved, in any of the formats."""

import argparse
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from time import monotonic
from typing import Any, BinaryIO, cast

from bookkeeper_tui.paper.reports import FORMATS
from bookkeeper_tui.store.desk import Desk
from bookkeeper_tui.store.exporting.kind import DATE, WORDS, ReportKind
from bookkeeper_tui.store.reports import KINDS, Progress, Question, kind_named
from bookkeeper_tui.verbs.exporting import checked_date, replacing
from bookkeeper_tui.verbs.opened import owners_desk

_SECONDS_BETWEEN_WORDS = 0.2


def add_exports(export: Any, places: argparse.ArgumentParser) -> None:
    """Add a verb for each kind of report, and one for those that were saved."""
    for kind in KINDS:
        verb = export.add_parser(kind.name, parents=[places], help=kind.what)
        for one in kind.filters:
            if one.name == WORDS:
                verb.add_argument("words", nargs="*", metavar="WORDS", default=[], help=one.what)
            else:
                metavar = "DATE" if one.takes == DATE else one.name.upper()
                verb.add_argument(f"--{one.name}", default="", metavar=metavar, help=one.explained)
        verb.add_argument("--columns", default="", metavar="A,B", help="only these, in this order (the usual ones)")
        _take_file(verb)
        verb.set_defaults(run=partial(_report, kind))
    saved = export.add_parser("report", parents=[places], help="a report that was saved, by its name")
    saved.add_argument("name", metavar="NAME", help="in whatever case")
    _take_file(saved)
    saved.set_defaults(run=_saved)


def _take_file(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("--format", default="csv", choices=tuple(FORMATS.values()))
    verb.add_argument("--to", default="-", metavar="PATH", help="a file, or - for standard output")


def _report(kind: ReportKind, arguments: argparse.Namespace) -> int:
    filters = {}
    for one in kind.filters:
        value = " ".join(arguments.words) if one.name == WORDS else getattr(arguments, one.name)
        filters[one.name] = checked_date(value, one.name) if one.takes == DATE else value
    columns = tuple(name.strip() for name in arguments.columns.split(",") if name.strip())
    with owners_desk(arguments) as desk:
        return _write(desk, Question(kind.name, filters, columns), arguments)


def _saved(arguments: argparse.Namespace) -> int:
    from bookkeeper_tui.store import reports, saved_reports

    with owners_desk(arguments) as desk:
        saved = saved_reports.named(desk, arguments.name)
        return _write(desk, reports.from_json(saved.kind, saved.question), arguments)


def _write(desk: Desk, question: Question, arguments: argparse.Namespace) -> int:
    """Writes rows to standard output and nothing else, or to a file, and says then how many are in it."""
    from bookkeeper_tui.paper.reports import write_report

    told, ended = _telling()
    if arguments.to == "-":
        write_report(desk, question, arguments.format, cast(BinaryIO, sys.stdout.buffer), told)
        sys.stdout.flush()
        ended()
        return 0
    with replacing(Path(arguments.to)) as file:
        rows = write_report(desk, question, arguments.format, cast(BinaryIO, file.buffer), told)
    ended()
    print(f"{kind_named(question.kind).counted(rows)} in {arguments.to}.")
    return 0


def _telling() -> tuple[Callable[[Progress], None], Callable[[], None]]:
    """Says on a terminal how far an export is, once it takes a while; and what wipes that away."""
    begun = said_at = monotonic()

    def told(progress: Progress) -> None:
        nonlocal said_at
        now = monotonic()
        if now - begun > 1 and now - said_at >= _SECONDS_BETWEEN_WORDS:
            said_at = now
            print(f"\r\x1b[K{progress.words(now - begun)}", end="", file=sys.stderr, flush=True)

    def ended() -> None:
        if said_at != begun:
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)

    return (told, ended) if sys.stderr.isatty() else (lambda progress: None, lambda: None)
