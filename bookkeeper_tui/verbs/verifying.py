"""`verify` recomputes every figure from the entries and says, one line a check, whether it is what the store shows."""

import argparse
import sys
from typing import Any

from bookkeeper_tui.formats import harmless
from bookkeeper_tui.verbs.opened import owners_desk, print_json

_SHOWN = 20


def add_verbs(verbs: Any, places: argparse.ArgumentParser) -> None:
    verify = verbs.add_parser("verify", parents=[places], help="recompute everything from entries")
    verify.add_argument("--json", action="store_true", help="for programs")
    verify.set_defaults(run=_verify)


def _verify(arguments: argparse.Namespace) -> int:
    from bookkeeper_tui.store import proof

    answers, failed = [], False
    with owners_desk(arguments) as desk:
        for check in proof.checks(desk):
            failed = failed or not check.ok
            answers.append(
                {"check": check.check, "ok": check.ok, "checked": check.checked, "failing": list(check.failing)}
            )
            if not arguments.json:
                print(f"{'ok    ' if check.ok else 'FAILED'}  {check.checked:>10,}  {check.check}", flush=True)
                if check.failing:
                    named = ", ".join(harmless(str(one)) for one in check.failing[:_SHOWN])
                    more = f" and {len(check.failing) - _SHOWN} more" if len(check.failing) > _SHOWN else ""
                    print(f"        {named}{more}", flush=True)
    if arguments.json:
        print_json(answers)
    elif failed:
        print("The figures do not all hold.", file=sys.stderr)
    return 1 if failed else 0
