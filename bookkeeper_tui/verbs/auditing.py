"""`audit verify|show`: whether the log holds, and what it says."""

import argparse
from typing import Any

from bookkeeper_tui.verbs.opened import owners_desk, print_json, print_table


def add_verbs(verbs: Any, places: argparse.ArgumentParser) -> None:
    audit = verbs.add_parser("audit", help="the audit log").add_subparsers(metavar="DO", required=True)
    verify = audit.add_parser("verify", parents=[places], help="find every changed, removed or inserted row")
    verify.add_argument("--json", action="store_true")
    verify.set_defaults(run=_verify)
    show = audit.add_parser("show", parents=[places], help="what was looked at and changed, oldest first")
    show.add_argument("--customer", metavar="C", help="only what concerns this customer number")
    show.add_argument("--staff", metavar="S", help="only what this staff number did")
    show.add_argument(
        "--since", metavar="T", help="only from this date or time on, such as 2026-11-20 or 2026-11-20T09:00"
    )
    show.add_argument("--json", action="store_true")
    show.set_defaults(run=_show)


def _verify(arguments: argparse.Namespace) -> int:
    from bookkeeper_tui.store import audit_log, audit_verify

    with owners_desk(arguments) as desk:
        rows = audit_log.head_seq(desk)
        broken = audit_verify.broken(desk)
    if arguments.json:
        print_json({"rows": rows, "broken": [{"seq": one.seq, "why": one.why} for one in broken]})
    else:
        for one in broken:
            print(one.why)
        print(f"{rows} rows: {'the chain holds' if not broken else f'{len(broken)} places where it does not hold'}.")
    return 1 if broken else 0


def _show(arguments: argparse.Namespace) -> int:
    from bookkeeper_tui.formats import local_time
    from bookkeeper_tui.store import audit_log, customers, staff

    with owners_desk(arguments) as desk:
        customer_id = customers.by_number(desk, arguments.customer).id if arguments.customer else None
        staff_id = staff.find(desk, arguments.staff).id if arguments.staff else None
        zone = desk.store.shop.time_zone
        desk.look("export.audit", customer_id=customer_id, detail={"staff": arguments.staff, "since": arguments.since})
        found = audit_log.everything(
            desk, customer_id=customer_id, staff_id=staff_id, since=_instant(arguments.since, zone)
        )
        rows = [
            {
                "seq": row.seq,
                "time": local_time(row.at, zone).isoformat(timespec="milliseconds"),
                "who": row.who,
                "role": row.role,
                "terminal": row.terminal,
                "action": row.action,
                "subject": row.subject,
                "detail": row.detail | ({"personal": row.personal} if row.personal else {}),
            }
            for row in found
        ]
    print_json(rows) if arguments.json else print_table(rows, "Nothing was done yet.")
    return 0


def _instant(text: str | None, zone: str) -> int:
    from datetime import datetime

    from bookkeeper_tui.errors import BadInput
    from bookkeeper_tui.formats import instant_of

    if text is None:
        return 0
    try:
        return instant_of(datetime.fromisoformat(text), zone)
    except ValueError:
        raise BadInput(f"“{text[:40]}” after --since is not a date or time such as 2026-11-20T09:00") from None
