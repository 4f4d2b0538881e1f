"""`export ledger` writes the books for other programs to check; the others write tables: sales, points, a statement."""

import argparse
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import TextIOWrapper
from pathlib import Path
from typing import Any, TextIO

from bookkeeper_tui.verbs.opened import owners_desk


def add_verbs(verbs: Any, places: argparse.ArgumentParser) -> None:
    export = verbs.add_parser("export", help="write the books or the sales to files").add_subparsers(
        metavar="WHAT", required=True
    )
    ledger = export.add_parser("ledger", parents=[places], help="the books, for hledger or beancount to check")
    ledger.add_argument("--format", required=True, choices=("hledger", "beancount"))
    ledger.add_argument("--to", required=True, metavar="DIR", type=Path)
    ledger.set_defaults(run=_ledger)
    business = "from this business date on", "up to this business date"
    sales = export.add_parser("sales", parents=[places], help="every sale, a row each")
    _take_table(sales, _sales, business)
    loyalty = export.add_parser("loyalty", parents=[places], help="the points ledger, a row an entry")
    loyalty.add_argument("--customer", default="", metavar="C", help="of one customer, by number (all)")
    _take_table(loyalty, _loyalty, business)
    usage = export.add_parser("usage", parents=[places], help="the usage log of packages, a row an event")
    usage.add_argument("--customer", default="", metavar="C", help="of one customer, by number (all)")
    _take_table(usage, _usage, ("from this day on", "up to this day"))
    commissions = export.add_parser("commissions", parents=[places], help="what each trainer gave, a row a trainer")
    _take_table(commissions, _commissions, ("from this day on (the first of the month)", "up to this day (today)"))
    members = export.add_parser("members", parents=[places], help="the members of all memberships, a row a person")
    members.add_argument("--status", default="", choices=("active", "frozen", "expired", "former"), help="only those")
    _take_table(members, _members)
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
    statement.add_argument("--format", default="text", choices=("csv", "json", "pdf", "markdown", "text"))
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


def _sales(arguments: argparse.Namespace) -> int:
    from bookkeeper_tui.store.exporting.sales import export_sales

    between = _days(arguments)
    with owners_desk(arguments) as desk:
        return _write_table(
            arguments,
            lambda file: export_sales(desk, arguments.format, file, **between),
            lambda count: _counted(count, "sale", "sales"),
        )


def _loyalty(arguments: argparse.Namespace) -> int:
    from bookkeeper_tui.store import customers
    from bookkeeper_tui.store.exporting.loyalty import export_loyalty

    between = _days(arguments)
    with owners_desk(arguments) as desk:
        whose = customers.by_number(desk, arguments.customer).id if arguments.customer else 0
        return _write_table(
            arguments,
            lambda file: export_loyalty(desk, arguments.format, file, customer_id=whose, **between),
            lambda count: _counted(count, "entry of points", "entries of points"),
        )


def _usage(arguments: argparse.Namespace) -> int:
    from bookkeeper_tui.store import customers
    from bookkeeper_tui.store.exporting.usage import export_usage

    since, until = _days(arguments).values()
    with owners_desk(arguments) as desk:
        whose = customers.by_number(desk, arguments.customer).id if arguments.customer else 0
        return _write_table(
            arguments,
            lambda file: export_usage(desk, arguments.format, file, customer_id=whose, since=since, until=until),
            lambda count: _counted(count, "event of packages", "events of packages"),
        )


def _commissions(arguments: argparse.Namespace) -> int:
    from bookkeeper_tui.store.exporting.commissions import export_commissions

    between = _days(arguments)
    with owners_desk(arguments) as desk:
        last = between["until"] or max(between["since"], desk.today())
        first = between["since"] or f"{last[:8]}01"
        return _write_table(
            arguments,
            lambda file: export_commissions(desk, arguments.format, file, first=first, last=last),
            lambda count: f"The commissions of {count:,} {'trainer' if count == 1 else 'trainers'} are",
        )


def _members(arguments: argparse.Namespace) -> int:
    from bookkeeper_tui.store.exporting.members import export_members
    from bookkeeper_tui.store.members import MemberFilter

    which = MemberFilter(arguments.status)
    with owners_desk(arguments) as desk:
        return _write_table(
            arguments,
            lambda file: export_members(desk, arguments.format, file, which=which),
            lambda count: _counted(count, "member", "members"),
        )


def _calendar(arguments: argparse.Namespace) -> int:
    from bookkeeper_tui.store.exporting.calendar import find, week_calendar

    day = _checked_date(arguments.week, "week")
    with owners_desk(arguments) as desk:
        whose = find(desk, arguments.trainer)
        data, count = week_calendar(desk, whose.id, day or desk.today())
    if arguments.to == "-":
        sys.stdout.buffer.write(data)
        return 0
    with _replacing(Path(arguments.to)) as file:
        file.buffer.write(data)
    one, many = (f"{word} of {whose.name}'s week" for word in ("booking", "bookings"))
    print(f"{_counted(count, one, many)} in {arguments.to}.")
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
    first, last = _checked_date(arguments.since, "since"), _checked_date(until, "until")
    with owners_desk(arguments) as desk:
        customer = customers.by_number(desk, arguments.customer)
        last = last or desk.today()
        seen = statement(desk, customer.id, first, last, arguments.kind.replace("-", " "))
        data = file_text(desk, seen, arguments.format)
    if target == "-":
        sys.stdout.buffer.write(data)
        return 0
    with _replacing(Path(target)) as file:
        file.buffer.write(data)
    print(f"The statement of {customer.number} is in {target}.")
    return 0


def _take_table(
    verb: argparse.ArgumentParser, run: Callable[[argparse.Namespace], int], days: tuple[str, str] | None = None
) -> None:
    """The options of every verb that writes a table; `days` explain `--since` and `--until` where it takes them."""
    verb.add_argument("--format", default="csv", choices=("csv", "json"))
    verb.add_argument("--to", default="-", metavar="PATH", help="a file, or - for standard output")
    if days is not None:
        verb.add_argument("--since", metavar="DATE", default="", help=days[0])
        verb.add_argument("--until", metavar="DATE", default="", help=days[1])
    verb.set_defaults(run=run)


def _days(arguments: argparse.Namespace) -> dict[str, str]:
    return {name: _checked_date(getattr(arguments, name), name) for name in ("since", "until")}


def _write_table(arguments: argparse.Namespace, write: Callable[[TextIO], int], said: Callable[[int], str]) -> int:
    """Writes rows to standard output and nothing else, or to a file, and says then how many are in it."""
    if arguments.to == "-":
        write(sys.stdout)
        return 0
    path = Path(arguments.to)
    with _replacing(path) as file:
        count = write(file)
    print(f"{said(count)} in {path}.")
    return 0


def _counted(count: int, one: str, many: str) -> str:
    return f"{count:,} {one} is" if count == 1 else f"{count:,} {many} are"


@contextmanager
def _replacing(path: Path) -> Iterator[TextIOWrapper]:
    """A file to write that takes the place of `path` once it is whole. Raises BadInput when it cannot be written."""
    from bookkeeper_tui.errors import BadInput

    # Only a plain file may be replaced by another: a device, a pipe or a link would be lost.
    is_special = path.is_symlink() or (path.exists() and not path.is_file())
    unfinished = path if is_special else path.with_name(f"{path.name}.part")
    try:
        with unfinished.open("w", encoding="utf-8", newline="") as file:
            yield file
        if unfinished != path:
            unfinished.replace(path)
    except OSError as error:
        if unfinished != path:
            unfinished.unlink(missing_ok=True)
        raise BadInput(f"{path} cannot be written: {error.strerror}") from error


def _is_date(text: str) -> bool:
    from datetime import date

    try:
        return bool(date.fromisoformat(text))
    except ValueError:
        return False


def _checked_date(text: str, name: str) -> str:
    from datetime import date

    from bookkeeper_tui.errors import BadInput

    try:
        return date.fromisoformat(text).isoformat() if text else ""
    except ValueError:
        raise BadInput(f"“{text[:40]}” after --{name} is not a date such as 2026-11-20") from None
