"""`day open`, `day close` and `day report`: the shop's day from the server's shell, as a timer may run them."""

import argparse
import sys
from typing import TYPE_CHECKING, Any

from bookkeeper_tui.verbs.opened import owners_desk, print_json

if TYPE_CHECKING:
    from bookkeeper_tui.store.days import DayReport
    from bookkeeper_tui.store.desk import Desk


MONEY = frozenset(
    ("amount", "net", "tax", "total", "floats", "sales", "payments", "pay_ins", "pull_outs", "petty", "expected",
     "counted", "drawer", "tills", "balance", "of_customers")
)  # fmt: skip


def add_verbs(verbs: Any, places: argparse.ArgumentParser) -> None:
    day = verbs.add_parser("day", parents=[places], help="open and close the shop's day, or show its report")
    doing = day.add_subparsers(metavar="open|close|report", required=True)
    acts = (
        ("open", _open, "open the day: points and packages past their time go, tiers are reviewed; can be run twice"),
        ("close", _close, "close the day, when its shifts are over, and freeze its Z report"),
        ("report", _report, "show a day's Z report, or its figures as they stand"),
    )
    for name, run, words in acts:
        act = doing.add_parser(name, parents=[places], help=words)
        act.add_argument("--date", metavar="YYYY-MM-DD", default="", help="which business date")
        act.add_argument("--json", action="store_true", help="for programs")
        act.set_defaults(run=run)


def _open(arguments: argparse.Namespace) -> int:
    from bookkeeper_tui.store import days

    with owners_desk(arguments) as desk:
        opened = days.open(desk, _date(arguments))
        has_services = desk.store.settings.services
    if arguments.json:
        print_json(opened._asdict())
    else:
        how = "is open now" if opened.is_new else "was open already"
        done = f"{opened.points_expired} points expired, {opened.tiers_changed} tiers changed"
        if has_services:
            done += f", {opened.freezes_ended} freezes ended, {opened.packages_lapsed} packages lapsed"
        print(f"{opened.date} {how}: {done}")
    return 0


def _close(arguments: argparse.Namespace) -> int:
    from bookkeeper_tui.store import days

    with owners_desk(arguments) as desk:
        found = days.close(desk, _date(arguments))
        if found.unsealed:
            print(f"The day is closed, but the audit log is not sealed: {found.unsealed}", file=sys.stderr)
        return _tell(desk, found, arguments)


def _report(arguments: argparse.Namespace) -> int:
    from bookkeeper_tui.store import days

    with owners_desk(arguments) as desk:
        return _tell(desk, days.report(desk, _date(arguments)), arguments)


def _tell(desk: "Desk", found: "DayReport", arguments: argparse.Namespace) -> int:
    """Prints a report; 1 when its proof does not hold."""
    if arguments.json:
        print_json(_plain(desk, found))
    else:
        from bookkeeper_tui.paper.plain import as_text
        from bookkeeper_tui.paper.shift_reports import z_page

        print(as_text(z_page(desk, found), 60), end="")
    holds = found.proof is None or found.proof.holds
    if not holds and not arguments.json:
        print("The figures do not all hold.", file=sys.stderr)
    return 0 if holds else 1


def _plain(desk: "Desk", found: "DayReport") -> dict[str, object]:
    """A report for programs: amounts as decimal strings, times in the shop's zone."""
    from bookkeeper_tui.store import day_proof, takings

    figures = takings.plain_values(found.figures) | {"drawer": found.figures.drawer, "total": found.figures.total}
    proof = None if found.proof is None else day_proof.plain_values(found.proof)
    if found.proof is not None and proof is not None:
        proof |= {"controls": found.proof.controls, "holds": found.proof.holds}
    return {
        "date": found.date,
        "opened": _time(desk, found.opened_at),
        "closed": _time(desk, found.closed_at or 0),
        "closed_by": found.closed_by,
        "z_number": found.z_number,
        "figures": _readable(desk, figures),
        "shifts": _readable(desk, found.shifts),
        "imported": {"sales": found.imported[0], "amount": _readable(desk, found.imported[1], "amount")},
        "proof": _readable(desk, proof),
    }


def _readable(desk: "Desk", value: Any, name: str = "") -> object:
    """Records as objects, and whatever is money as a decimal string."""
    from bookkeeper_tui.money import plain

    if hasattr(value, "_asdict"):
        value = value._asdict()
    if isinstance(value, dict):
        return {key: _readable(desk, item, key) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_readable(desk, item) for item in value]
    return plain(value, desk.store.shop.exponent) if name in MONEY and isinstance(value, int) else value


def _time(desk: "Desk", at: int) -> str:
    from bookkeeper_tui.formats import local_time

    return local_time(at, desk.store.shop.time_zone).isoformat(sep=" ", timespec="minutes")[:16] if at else ""


def _date(arguments: argparse.Namespace) -> str:
    from datetime import date

    from bookkeeper_tui.errors import BadInput

    typed = str(arguments.date)
    try:
        return typed and date.fromisoformat(typed).isoformat()
    except ValueError:
        raise BadInput(f"--date: “{typed}” is not a date such as 2026-11-21") from None
