"""`staff add|list|unlock|reset-pin|retire`."""

import argparse
from typing import Any

from bookkeeper_tui.verbs.opened import owners_desk, print_json, print_table
from bookkeeper_tui.verbs.pins import read_pin


def add_verbs(verbs: Any, places: argparse.ArgumentParser) -> None:
    staff = verbs.add_parser("staff", help="who works here").add_subparsers(metavar="DO", required=True)
    add = staff.add_parser("add", parents=[places], help="take somebody on")
    add.add_argument("--name", required=True)
    add.add_argument("--role", required=True, help="cashier, supervisor, manager or auditor")
    add.add_argument("--pin-from", metavar="FILE", help="where the PIN is; - for standard input")
    add.set_defaults(run=_add)
    everybody = staff.add_parser("list", parents=[places], help="everybody who ever worked here")
    everybody.add_argument("--json", action="store_true")
    everybody.set_defaults(run=_list)
    for verb, run, what in (
        ("unlock", _unlock, "let somebody try their PIN again at once"),
        ("reset-pin", _reset_pin, "give somebody a PIN that they must change at sign-in"),
        ("retire", _retire, "somebody leaves and may not sign in any more"),
    ):
        one = staff.add_parser(verb, parents=[places], help=what)
        one.add_argument("number", metavar="ID", help="their staff number")
        one.set_defaults(run=run)
        if verb == "reset-pin":
            one.add_argument("--pin-from", metavar="FILE", help="where the PIN is; - for standard input")


def _add(arguments: argparse.Namespace) -> int:
    from bookkeeper_tui.store import staff

    with owners_desk(arguments) as desk:
        pin = read_pin(arguments.pin_from, arguments.name)
        added = staff.add(desk, arguments.name, arguments.role, pin)
    print(f"{added.name} signs in with staff number {added.number}.")
    return 0


def _list(arguments: argparse.Namespace) -> int:
    from bookkeeper_tui.formats import now_us
    from bookkeeper_tui.store import staff

    with owners_desk(arguments) as desk:
        rows = [
            {
                "number": one.number,
                "name": one.name,
                "role": one.role,
                "state": "left" if one.retired_at else "locked" if one.locked_until > now_us() else "active",
            }
            for one in staff.list_staff(desk)
        ]
    print_json(rows) if arguments.json else print_table(rows, "Nobody works here yet.")
    return 0


def _unlock(arguments: argparse.Namespace) -> int:
    from bookkeeper_tui.store import staff

    with owners_desk(arguments) as desk:
        staff.unlock(desk, arguments.number)
    print(f"Staff number {arguments.number} may try again.")
    return 0


def _reset_pin(arguments: argparse.Namespace) -> int:
    from bookkeeper_tui.store import staff

    with owners_desk(arguments) as desk:
        whose = staff.find(desk, arguments.number).name
        staff.reset_pin(desk, arguments.number, read_pin(arguments.pin_from, whose))
    print(f"{whose} must change the new PIN at the next sign-in.")
    return 0


def _retire(arguments: argparse.Namespace) -> int:
    from bookkeeper_tui.store import staff

    with owners_desk(arguments) as desk:
        staff.retire(desk, arguments.number)
    print(f"Staff number {arguments.number} may not sign in any more.")
    return 0
