"""`export ledger` writes the books for other programs to check; `export sales` writes the sales as a table."""

import argparse
import sys
from pathlib import Path
from typing import Any

from bookkeeper_tui.verbs.opened import owners_desk


def add_verbs(verbs: Any, places: argparse.ArgumentParser) -> None:
    export = verbs.add_parser("export", help="write the books or the sales to files").add_subparsers(
        metavar="WHAT", required=True
    )
    ledger = export.add_parser("ledger", parents=[places], help="the books, for hledger or beancount to check")
    ledger.add_argument("--format", required=True, choices=("hledger", "beancount"))
    ledger.add_argument("--to", required=True, metavar="DIR", type=Path)
    ledger.set_defaults(run=_ledger)
    sales = export.add_parser("sales", parents=[places], help="every sale, a row each")
    sales.add_argument("--format", default="csv", choices=("csv", "json"))
    sales.add_argument("--to", default="-", metavar="PATH", help="a file, or - for standard output")
    sales.add_argument("--since", metavar="DATE", default="", help="from this business date on")
    sales.add_argument("--until", metavar="DATE", default="", help="up to this business date")
    sales.set_defaults(run=_sales)


def _ledger(arguments: argparse.Namespace) -> int:
    from bookkeeper_tui.store.exporting.ledger import export_ledger

    with owners_desk(arguments) as desk:
        main = export_ledger(desk, arguments.format, arguments.to)
    print(f"The books are in {main}.")
    return 0


def _sales(arguments: argparse.Namespace) -> int:
    from bookkeeper_tui.errors import BadInput
    from bookkeeper_tui.store.exporting.sales import export_sales

    between = {name: _checked_date(getattr(arguments, name), name) for name in ("since", "until")}
    with owners_desk(arguments) as desk:
        if arguments.to == "-":
            export_sales(desk, arguments.format, sys.stdout, **between)
            return 0
        path = Path(arguments.to)
        # Only a plain file may be replaced by another: a device, a pipe or a link would be lost.
        is_special = path.is_symlink() or (path.exists() and not path.is_file())
        unfinished = path if is_special else path.with_name(f"{path.name}.part")
        try:
            with unfinished.open("w", encoding="utf-8", newline="") as file:
                count = export_sales(desk, arguments.format, file, **between)
            if unfinished != path:
                unfinished.replace(path)
        except OSError as error:
            if unfinished != path:
                unfinished.unlink(missing_ok=True)
            raise BadInput(f"{path} cannot be written: {error.strerror}") from error
    print(f"{count:,} sales are in {path}.")
    return 0


def _checked_date(text: str, name: str) -> str:
    from datetime import date

    from bookkeeper_tui.errors import BadInput

    try:
        return date.fromisoformat(text).isoformat() if text else ""
    except ValueError:
        raise BadInput(f"“{text[:40]}” after --{name} is not a date such as 2026-11-20") from None
