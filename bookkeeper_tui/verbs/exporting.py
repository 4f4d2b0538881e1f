"""`export ledger` writes the books for other programs to check; the others write reports, a statement, a calendar."""

import argparse
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from io import TextIOWrapper
from pathlib import Path
from typing import Any

from bookkeeper_tui.verbs.opened import owners_desk


def add_verbs(verbs: Any, places: argparse.ArgumentParser) -> None:
    export = verbs.add_parser("export", help="write reports, statements or the books to files", add_help=False)
    export.add_argument("-h", "--help", dest="asks_help", action="store_true")
    export.add_argument("words", nargs=argparse.REMAINDER)
    export.set_defaults(run=lambda arguments: _export(arguments, type(export), places))


def _export(
    arguments: argparse.Namespace, maker: type[argparse.ArgumentParser], places: argparse.ArgumentParser
) -> int:
    """Read what follows `export` by a parser of its own: it knows every report, and reading them takes a while."""
    parser = maker(prog="bookkeeper export", description="Write reports, statements or the books to files.")
    _add_exports(parser.add_subparsers(metavar="WHAT", required=True, parser_class=maker), places)
    words = ["--help"] if arguments.asks_help else arguments.words
    given = argparse.Namespace(store=arguments.store, keys=arguments.keys)
    read = parser.parse_args(words, given)
    return int(read.run(read))


def _add_exports(export: Any, places: argparse.ArgumentParser) -> None:
    from bookkeeper_tui.verbs import privacy, reporting

    reporting.add_exports(export, places)
    privacy.add_export(export, places)
    ledger = export.add_parser("ledger", parents=[places], help="the books, for hledger or beancount to check")
    ledger.add_argument("--format", required=True, choices=("hledger", "beancount"))
    ledger.add_argument("--to", required=True, metavar="DIR", type=Path)
    ledger.set_defaults(run=_ledger)
    calendar = export.add_parser("calendar", parents=[places], help="a trainer's or resource's week, as iCalendar")
    calendar.add_argument("--trainer", required=True, metavar="NAME", help="whose week, by name or its beginning")
    calendar.add_argument("--week", default="", metavar="DATE", help="the week that this day is in (this week)")
    calendar.add_argument("--to", default="-", metavar="PATH", help="a file, or - for standard output")
    calendar.set_defaults(run=_calendar)
    statement = export.add_parser("statement", parents=[places], help="a customer's statement of account")
    statement.add_argument("--customer", required=True, metavar="C", help="the customer's number")
    statement.add_argument("--since", "--from", metavar="DATE", default="", help="from this day on (the beginning)")
    statement.add_argument("--until", metavar="DATE", default="", help="up to this day (today)")
    kinds = ("balance-forward", "open-item", "transactions")
    statement.add_argument("--kind", default=kinds[0], choices=kinds)
    statement.add_argument("--format", default="text", choices=("csv", "json", "pdf", "markdown", "html", "text"))
    statement.add_argument(
        "--to", action="append", default=[], metavar="PATH", help="a file, or - for standard output; a date is --until"
    )
    statement.set_defaults(run=_statement)


def _ledger(arguments: argparse.Namespace) -> int:
    from bookkeeper_tui.store.exporting.ledger import export_ledger

    with owners_desk(arguments) as desk:
        main = export_ledger(desk, arguments.format, arguments.to)
    print(f"The books are in {main}.")
    return 0


def _calendar(arguments: argparse.Namespace) -> int:
    from bookkeeper_tui.store.exporting.calendar import find, week_calendar

    day = checked_date(arguments.week, "week")
    with owners_desk(arguments) as desk:
        whose = find(desk, arguments.trainer)
        data, count = week_calendar(desk, whose.id, day or desk.today())
    if arguments.to == "-":
        sys.stdout.buffer.write(data)
        return 0
    with replacing(Path(arguments.to)) as file:
        file.buffer.write(data)
    booked = "1 booking" if count == 1 else f"{count:,} bookings"
    print(f"{booked} of {whose.name}'s week {'is' if count == 1 else 'are'} in {arguments.to}.")
    return 0


def _statement(arguments: argparse.Namespace) -> int:
    from bookkeeper_tui.paper.statements import file_text
    from bookkeeper_tui.store import customers
    from bookkeeper_tui.store.statements import statement

    until, target = arguments.until, "-"
    for text in arguments.to:
        if _is_date(text):
            until = text
        else:
            target = text
    first, last = checked_date(arguments.since, "since"), checked_date(until, "until")
    with owners_desk(arguments) as desk:
        customer = customers.by_number(desk, arguments.customer)
        last = last or desk.today()
        seen = statement(desk, customer.id, first, last, arguments.kind.replace("-", " "))
        data = file_text(desk, seen, arguments.format)
    if target == "-":
        sys.stdout.buffer.write(data)
        return 0
    with replacing(Path(target)) as file:
        file.buffer.write(data)
    print(f"The statement of {customer.number} is in {target}.")
    return 0


@contextmanager
def replacing(path: Path) -> Iterator[TextIOWrapper]:
    """A file to write that takes the place of `path` once it is whole; whatever is raised leaves nothing half written.

    Raises BadInput when it cannot be written.
    """
    from bookkeeper_tui.errors import BadInput

    # Only a plain file may be replaced by another: a device, a pipe or a link would be lost.
    is_special = path.is_symlink() or (path.exists() and not path.is_file())
    unfinished = path if is_special else path.with_name(f"{path.name}.part")
    try:
        with unfinished.open("w", encoding="utf-8", newline="") as file:
            yield file
        if unfinished != path:
            unfinished.replace(path)
    except BaseException as error:
        if unfinished != path:
            unfinished.unlink(missing_ok=True)
        if isinstance(error, OSError):
            raise BadInput(f"{path} cannot be written: {error.strerror}") from error
        raise


def _is_date(text: str) -> bool:
    from datetime import date

    try:
        return bool(date.fromisoformat(text))
    except ValueError:
        return False


def checked_date(text: str, name: str) -> str:
    """An ISO date that was given after an option of that name, or nothing. Raises BadInput."""
    from datetime import date

    from bookkeeper_tui.errors import BadInput

    try:
        return date.fromisoformat(text).isoformat() if text else ""
    except ValueError:
        raise BadInput(f"“{text[:40]}” after --{name} is not a date such as 2026-11-20") from None
