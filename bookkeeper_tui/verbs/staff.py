"""`staff add|list|role|unlock|reset-pin|retire`, and what they did: `staff hours|sign-ins`."""

import argparse
from typing import Any

from bookkeeper_tui.formats import harmless
from bookkeeper_tui.verbs.opened import owners_desk, print_json, print_table
from bookkeeper_tui.verbs.pins import read_pin

MOST_SIGN_INS = 10_000


def add_verbs(verbs: Any, places: argparse.ArgumentParser) -> None:
    staff = verbs.add_parser("staff", help="who works here").add_subparsers(metavar="DO", required=True)
    add = staff.add_parser("add", parents=[places], help="take somebody on")
    add.add_argument("--name", required=True, help="what they are called")
    add.add_argument("--role", required=True, help="cashier, supervisor, manager or auditor")
    add.add_argument("--pin-from", metavar="FILE", help="where the PIN is; - for standard input")
    add.set_defaults(run=_add)
    everybody = staff.add_parser("list", parents=[places], help="everybody who ever worked here")
    everybody.add_argument("--json", action="store_true", help="for programs")
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
    role = staff.add_parser("role", parents=[places], help="give somebody another role")
    role.add_argument("number", metavar="ID", help="their staff number")
    role.add_argument("role", metavar="ROLE", help="cashier, supervisor, manager or auditor")
    role.set_defaults(run=_role)
    hours = staff.add_parser("hours", parents=[places], help="hours worked, a row a person and week")
    hours.add_argument("number", metavar="ID", nargs="?", default="", help="of one staff number (all)")
    hours.add_argument("--since", metavar="DATE", default="", help="from this day on (the first of the month)")
    hours.add_argument("--until", metavar="DATE", default="", help="up to this day (today)")
    hours.add_argument("--json", action="store_true", help="for programs")
    hours.set_defaults(run=_hours)
    tries = staff.add_parser("sign-ins", parents=[places], help="who signed in or tried to, the newest first")
    tries.add_argument("number", metavar="ID", nargs="?", default="", help="of one staff number (all)")
    tries.add_argument("--failed", action="store_true", help="only tries that failed")
    tries.add_argument("--most", metavar="N", type=int, default=50, help="so many at most (50)")
    tries.add_argument("--json", action="store_true", help="for programs")
    tries.set_defaults(run=_sign_ins)


def _add(arguments: argparse.Namespace) -> int:
    from bookkeeper_tui.store import staff

    with owners_desk(arguments) as desk:
        pin = read_pin(arguments.pin_from, arguments.name)
        added = staff.add(desk, arguments.name, arguments.role, pin)
    print(harmless(f"{added.name} signs in with staff number {added.number}."))
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
    print(harmless(f"{whose} must change the new PIN at the next sign-in."))
    return 0


def _retire(arguments: argparse.Namespace) -> int:
    from bookkeeper_tui.store import staff

    with owners_desk(arguments) as desk:
        staff.retire(desk, arguments.number)
    print(f"Staff number {arguments.number} may not sign in any more.")
    return 0


def _role(arguments: argparse.Namespace) -> int:
    from bookkeeper_tui.store import staff

    with owners_desk(arguments) as desk:
        whose = staff.find(desk, arguments.number).name
        staff.change_role(desk, arguments.number, arguments.role)
    print(harmless(f"{whose} is {arguments.role} from now on."))
    return 0


def _hours(arguments: argparse.Namespace) -> int:
    from bookkeeper_tui.store import work_hours

    with owners_desk(arguments) as desk:
        last = arguments.until or max(arguments.since, desk.today())
        found = work_hours.periods(desk, arguments.since or f"{last[:8]}01", last, number=arguments.number)
        rows = [
            {
                "number": one.number,
                "name": one.name,
                "week": one.monday,
                "times": one.periods,
                "hours": work_hours.hours_text(one.worked),
                "at_work": "yes" if one.running else "",
            }
            for one in work_hours.totals(desk, found)
        ]
    print_json(rows) if arguments.json else print_table(rows, "Nobody was at work in these days.")
    return 0


def _sign_ins(arguments: argparse.Namespace) -> int:
    from bookkeeper_tui.errors import BadInput
    from bookkeeper_tui.formats import local_time
    from bookkeeper_tui.store import sign_ins, staff

    if not 0 < arguments.most <= MOST_SIGN_INS:
        raise BadInput(f"--most: {arguments.most} is none: it is from 1 to {MOST_SIGN_INS}")
    with owners_desk(arguments) as desk:
        if arguments.number and not arguments.failed:
            staff.find(desk, arguments.number)
        zone = desk.store.shop.time_zone
        found = sign_ins.page(desk, number=arguments.number, failed=arguments.failed, limit=arguments.most)
        rows = [
            {
                "time": local_time(one.at, zone).isoformat(sep=" ", timespec="seconds")[:19],
                "number": one.number,
                "name": one.name,
                "what": one.words,
                "terminal": one.terminal,
            }
            for one in found
        ]
    print_json(rows) if arguments.json else print_table(rows, "Nothing of the kind is in the log.")
    return 0
