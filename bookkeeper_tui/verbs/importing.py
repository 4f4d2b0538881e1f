"""`import customers|products|sales FILE…`: known formats are recognised, others mapped; twice changes nothing."""

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bookkeeper_tui.verbs.opened import owners_desk, print_json

if TYPE_CHECKING:
    from bookkeeper_tui.store.importing.report import Account, Progress

STOPPED = 130


def add_verbs(verbs: Any, places: argparse.ArgumentParser) -> None:
    bring = verbs.add_parser("import", parents=[places], help="bring in customers, products or sales from files")
    bring.add_argument("kind", choices=("customers", "products", "sales"))
    bring.add_argument("files", metavar="FILE", type=Path, nargs="+", help="CSV, plain or gzip")
    bring.add_argument("--dry-run", action="store_true", help="show what would become of each row, and write nothing")
    bring.add_argument("--map", metavar="MAP.toml", type=Path, help="which column is which, for a format of your own")
    bring.add_argument("--rejects", metavar="FILE", type=Path, help="where refused rows go, each with its reason")
    bring.add_argument("--json", action="store_true", help="for programs")
    bring.set_defaults(run=_import)


def _import(arguments: argparse.Namespace) -> int:
    from bookkeeper_tui.store.importing import import_files

    told = sys.stderr.isatty() and not arguments.json
    with owners_desk(arguments) as desk:
        report = import_files(
            desk,
            arguments.kind,
            arguments.files,
            mapping=arguments.map,
            dry_run=arguments.dry_run,
            rejects=arguments.rejects,
            progress=_show_progress if told else None,
            account=_print_row if arguments.dry_run and not arguments.json else None,
        )
    if told:
        print("\r\x1b[K", end="", file=sys.stderr)
    if arguments.json:
        print_json(report.as_dict())
    else:
        for line in report.sentences():
            print(line)
    return STOPPED if report.stopped else 0


def _show_progress(progress: "Progress") -> None:
    left = f", {progress.seconds_left:.0f} s left" if progress.seconds_left is not None else ""
    share = 100 * progress.done // max(progress.total, 1)
    print(f"\r\x1b[K{progress.what}: {share}%{left}", end="", file=sys.stderr, flush=True)


def _print_row(row: "Account") -> None:
    from bookkeeper_tui.formats import harmless

    changes = "; ".join(f"{field}: {old!s:.40} → {new!s:.40}" for field, (old, new) in row.changes.items())
    said = row.reason or changes
    print(harmless(f"{row.file} row {row.row}: {row.verdict} {row.subject}".rstrip() + (f" ({said})" if said else "")))
