"""`customer erase|delete`, and `export customer`: what a person may ask of the shop about their own data."""

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bookkeeper_tui.formats import harmless
from bookkeeper_tui.verbs.opened import owners_desk

if TYPE_CHECKING:
    from bookkeeper_tui.store.desk import Desk


def add_verbs(verbs: Any, places: argparse.ArgumentParser) -> None:
    customer = verbs.add_parser("customer", help="erase or delete a customer").add_subparsers(
        metavar="DO", required=True
    )
    erase = customer.add_parser("erase", parents=[places], help="forget who a customer was; the amounts stay")
    erase.add_argument("customer", metavar="C", help="the customer's number")
    erase.add_argument("--reason", default="", help="why, without naming them; it stays in the books")
    erase.add_argument("--dry-run", action="store_true", help="only say what would go, and what stands in the way")
    erase.set_defaults(run=_erase)
    delete = customer.add_parser("delete", parents=[places], help="remove a customer who never had dealings here")
    delete.add_argument("customer", metavar="C", help="the customer's number")
    delete.set_defaults(run=_delete)


def add_export(export: Any, places: argparse.ArgumentParser) -> None:
    """`export customer C`."""
    customer = export.add_parser("customer", parents=[places], help="all that is held about one customer")
    customer.add_argument("customer", metavar="C", help="the customer's number")
    customer.add_argument("--format", default="json", choices=("json", "csv", "pdf", "text"))
    customer.add_argument("--to", default="-", metavar="PATH", help="a file, or - for standard output")
    customer.set_defaults(run=_export)


def _export(arguments: argparse.Namespace) -> int:
    from bookkeeper_tui.paper.access import file_bytes
    from bookkeeper_tui.store import customers
    from bookkeeper_tui.verbs.exporting import replacing

    with owners_desk(arguments) as desk:
        customer = customers.by_number(desk, arguments.customer)
        data = file_bytes(desk, customer.id, arguments.format)
    if arguments.to == "-":
        sys.stdout.buffer.write(data)
        return 0
    with replacing(Path(arguments.to)) as file:
        file.buffer.write(data)
    print(f"All that is held about {customer.number} is in {arguments.to}.")
    return 0


def _erase(arguments: argparse.Namespace) -> int:
    from bookkeeper_tui.store import customers
    from bookkeeper_tui.store.privacy import erasing

    with owners_desk(arguments) as desk:
        customer = customers.by_number(desk, arguments.customer)
        if arguments.dry_run:
            return _say_what_goes(desk, customer.id)
        erased = erasing.erase(desk, customer.id, arguments.reason)
        until = desk.store.conventions.date(erased.retain_until)
    print(f"{customer.number} is now Erased {erased.pseudonym}; the amounts stay until {until}.")
    if erased.blanked:
        print(f"In the audit log {erased.blanked:,} rows of others that named them were blanked.")
    for file in erased.files:
        print(harmless(f"{file} holds something of them: remove it, or keep it for a reason of your own."))
    for number in erased.named:
        print(harmless(f"A note about {number} names them."))
    return _say_left(erased.left)


def _delete(arguments: argparse.Namespace) -> int:
    from bookkeeper_tui.store import customers
    from bookkeeper_tui.store.privacy import deleting

    with owners_desk(arguments) as desk:
        customer = customers.by_number(desk, arguments.customer)
        left = deleting.delete(desk, customer.id)
    print(f"{customer.number} is deleted.")
    return _say_left(left)


def _say_what_goes(desk: "Desk", customer_id: int) -> int:
    from bookkeeper_tui.store.privacy import erasing

    for title, count, goes in erasing.what_goes(desk, customer_id):
        print(f"{goes:<7}  {title}: {count:,}")
    reasons = erasing.refusals(desk, customer_id)
    for reason in reasons:
        print(harmless(f"! {reason}."))
    return 1 if reasons else 0


def _say_left(left: tuple[str, ...]) -> int:
    for place in left:
        print(f"Something of them is still in {place}.", file=sys.stderr)
    return 1 if left else 0
