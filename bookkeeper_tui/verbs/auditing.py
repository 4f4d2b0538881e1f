"""`audit verify|seal|show`: whether the log holds, and what it says."""

import argparse
import sys
import time
from collections.abc import Callable
from typing import Any

from bookkeeper_tui.formats import harmless
from bookkeeper_tui.verbs.opened import owners_desk, print_json, print_table


def add_verbs(verbs: Any, places: argparse.ArgumentParser) -> None:
    audit = verbs.add_parser("audit", help="the audit log").add_subparsers(metavar="DO", required=True)
    verify = audit.add_parser(
        "verify", parents=[places], help="find every row that was changed, removed, inserted or cut off"
    )
    verify.add_argument("--since-seal", action="store_true", help="only what came after the newest seal that fits")
    verify.add_argument("--head", metavar="HEAD", help="only whether the log has the row that a Z report prints")
    verify.add_argument("--json", action="store_true", help="for programs")
    verify.set_defaults(run=_verify)
    seal = audit.add_parser("seal", parents=[places], help="sign the newest row, beside the keys and not in the store")
    seal.add_argument("--json", action="store_true", help="for programs")
    seal.set_defaults(run=_seal)
    show = audit.add_parser("show", parents=[places], help="what was looked at and changed, oldest first")
    show.add_argument("--customer", metavar="C", help="only what concerns this customer number")
    show.add_argument("--staff", metavar="S", help="only what this staff number did")
    show.add_argument(
        "--since", metavar="T", help="only from this date or time on, such as 2026-11-20 or 2026-11-20T09:00"
    )
    show.add_argument("--json", action="store_true", help="for programs")
    show.set_defaults(run=_show)


def _verify(arguments: argparse.Namespace) -> int:
    from bookkeeper_tui.store import audit_verify

    with owners_desk(arguments) as desk:
        if arguments.head is not None:
            return _verify_head(audit_verify.is_printed_head(desk, arguments.head), arguments)
        found = audit_verify.verify(desk, since_seal=arguments.since_seal, told=_progress())
    if arguments.json:
        print_json(
            {
                "rows": found.rows,
                "since": found.since,
                "broken": [
                    {"seq": one.seq, "why": one.why} | ({"until": one.until} if one.until > max(one.seq, 0) else {})
                    for one in found.broken
                ],
                "seals": {
                    "count": found.seals,
                    "to": found.sealed_to,
                    "explained": found.explained,
                    "broken": [one._asdict() for one in found.broken_seals],
                },
            }
        )
        return 0 if found.holds else 1
    for broken in found.broken:
        print(harmless(broken.why))
    for seal in found.broken_seals:
        print(harmless(seal.why))
    since = f" after row {found.since:,}" if found.since else ""
    chain = "the chain holds" if not found.broken else f"{_many(len(found.broken), 'place')} where it does not hold"
    print(f"{_many(found.rows, 'row')}{since}: {chain}.")
    print(_of_seals(found.seals, found.sealed_to, found.explained, len(found.broken_seals)))
    return 0 if found.holds else 1


def _of_seals(count: int, to: int, explained: int, broken: int) -> str:
    if not count and not broken:
        return "No seals yet: bookkeeper audit seal makes one, and so does every day that is closed."
    wrong = f"; {broken:,} missing or not what they were" if broken else ""
    before = f"; {explained:,} of before a backup was put back" if explained else ""
    return f"{_many(count, 'seal')}{f', up to row {to:,}' if count else ''}{before}{wrong}."


def _many(count: int, what: str) -> str:
    return f"{count:,} {what}{'s' * (count != 1)}"


def _verify_head(found: bool, arguments: argparse.Namespace) -> int:
    if arguments.json:
        print_json({"head": arguments.head, "found": found})
    else:
        print(f"The log {'has' if found else 'does not have'} the row {harmless(arguments.head)}.")
    return 0 if found else 1


def _progress() -> Callable[[int, int], None]:
    """Tells a terminal how far the walk is; a file or a pipe is told nothing."""
    shown = time.monotonic()

    def tell(done: int, of: int) -> None:
        nonlocal shown
        if sys.stderr.isatty() and time.monotonic() - shown > 0.5:
            shown = time.monotonic()
            print(f"\r{done:,} of {of:,} rows", end="\r" if done >= of else "", file=sys.stderr, flush=True)

    return tell


def _seal(arguments: argparse.Namespace) -> int:
    from bookkeeper_tui.store import seals

    with owners_desk(arguments) as desk:
        seal = seals.make(desk)
    if arguments.json:
        print_json({"number": seal.number, "seq": seal.seq, "mac": seal.mac.hex(), "key": seal.key})
    else:
        print(f"Seal {seal.number} names row {seal.seq:,} ({seal.seq}:{seal.mac.hex()[:12]}).")
    return 0


def _show(arguments: argparse.Namespace) -> int:
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
                "time": _time(row.at, zone),
                "who": row.who,
                "role": row.role,
                "terminal": row.terminal,
                "action": row.action,
                "subject": row.subject,
                "detail": row.detail | ({"personal": row.personal} if row.personal else {}),
            }
            for row in found
        ]
    print_json(rows) if arguments.json else print_table(rows, "Nothing of the kind is in the log.")
    return 0


def _time(at: int, zone: str) -> str:
    """A time, also one that somebody wrote into the file and that is none."""
    from bookkeeper_tui.formats import local_time

    try:
        return local_time(at, zone).isoformat(timespec="milliseconds")
    except (OverflowError, ValueError, OSError):
        return str(at)


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
