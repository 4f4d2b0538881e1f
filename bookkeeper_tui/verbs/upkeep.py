"""`rerank`, `backup` and `restore`: what the owner of the server does now and then, while consoles run."""

import argparse
from pathlib import Path
from typing import Any

from bookkeeper_tui.directories import keys_directory, store_directory
from bookkeeper_tui.verbs.opened import owners_desk


def add_verbs(verbs: Any, places: argparse.ArgumentParser) -> None:
    rerank = verbs.add_parser("rerank", parents=[places], help="rebuild the search ranks")
    rerank.set_defaults(run=_rerank)
    backup = verbs.add_parser("backup", parents=[places], help="copy the store to one file, while consoles run")
    backup.add_argument("file", metavar="FILE", type=Path)
    backup.set_defaults(run=_backup)
    restore = verbs.add_parser("restore", parents=[places], help="put a backup in the place of the store")
    restore.add_argument("file", metavar="FILE", type=Path)
    restore.set_defaults(run=_restore)


def _rerank(arguments: argparse.Namespace) -> int:
    from bookkeeper_tui.store.search import ranking

    with owners_desk(arguments) as desk:
        ranked = ranking.rerank(desk)
    print(f"{ranked:,} customers ranked.")
    return 0


def _backup(arguments: argparse.Namespace) -> int:
    from bookkeeper_tui.store import backups

    with owners_desk(arguments) as desk:
        size = backups.back_up(desk, arguments.file)
    print(f"{arguments.file}: {size:,} bytes, checked.")
    return 0


def _restore(arguments: argparse.Namespace) -> int:
    from bookkeeper_tui.store import backups

    places = store_directory(arguments), keys_directory(arguments)
    kept = backups.restore(*places, arguments.file)
    print(f"The store is restored; the one before it is kept as {kept}." if kept else "The store is restored.")
    if kept:
        for number in backups.brought_back(*places, kept):
            print(f"{number} was erased or deleted since that backup, and is back: do it again.")
    return 0
