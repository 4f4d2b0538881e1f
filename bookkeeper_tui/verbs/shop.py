"""`init` makes a shop, `demo` makes one to try."""

import argparse
import tempfile
from pathlib import Path
from typing import Any

from bookkeeper_tui.directories import keys_directory, store_directory
from bookkeeper_tui.verbs.opened import print_json
from bookkeeper_tui.verbs.pins import read_pin


def add_verbs(verbs: Any, places: argparse.ArgumentParser) -> None:
    init = verbs.add_parser("init", parents=[places], help="make a store and its first manager")
    init.add_argument("--name", required=True, help="the shop's name")
    init.add_argument("--currency", required=True, help="its one currency, such as EUR")
    init.add_argument("--country", required=True, help="its country, such as ES")
    init.add_argument("--time-zone", default="", help="its time zone, where the country has several")
    init.add_argument("--manager", required=True, metavar="NAME", help="who manages it")
    init.add_argument("--pin-from", metavar="FILE", help="where the manager's PIN is; - for standard input")
    init.set_defaults(run=_init)
    demo = verbs.add_parser("demo", parents=[places], help="make a demo shop and open the console on it")
    demo.add_argument("--no-console", action="store_true", help="only make it, and print who may sign in")
    demo.add_argument("--json", action="store_true", help="the same for programs")
    demo.set_defaults(run=_demo)


def _init(arguments: argparse.Namespace) -> int:
    from bookkeeper_tui.errors import BadInput
    from bookkeeper_tui.store import staff
    from bookkeeper_tui.store.desk import Desk
    from bookkeeper_tui.store.founding import found_shop

    # Whatever can be wrong is said before there is half a shop.
    if not arguments.manager.strip():
        raise BadInput("The manager needs a name")
    pin = read_pin(arguments.pin_from, arguments.manager)
    staff.check_new_pin(pin)
    directory = store_directory(arguments)
    store = found_shop(
        directory,
        keys_directory(arguments),
        name=arguments.name,
        currency=arguments.currency,
        country=arguments.country,
        time_zone=arguments.time_zone,
    )
    try:
        manager = staff.add(Desk.shell(store), arguments.manager, "manager", pin)
    finally:
        store.close()
    print(f"{store.shop.name} is in {directory}. {manager.name} signs in with staff number {manager.number}.")
    return 0


def _demo(arguments: argparse.Namespace) -> int:
    if arguments.store is not None:
        return _demo_in(store_directory(arguments), keys_directory(arguments), arguments)
    if arguments.no_console:
        kept = Path(tempfile.mkdtemp(prefix="bookkeeper-demo-"))
        return _demo_in(kept / "store", kept / "keys", arguments)
    with tempfile.TemporaryDirectory(prefix="bookkeeper-demo-", ignore_cleanup_errors=True) as made:
        return _demo_in(Path(made) / "store", Path(made) / "keys", arguments)


def _demo_in(directory: Path, keys: Path, arguments: argparse.Namespace) -> int:
    from bookkeeper_tui.store.demo import make_demo

    shop = make_demo(directory, keys)
    shop.store.close()
    people = [one._asdict() for one in shop.staff]
    if not arguments.no_console:
        from bookkeeper_tui.console import open_console

        return open_console(directory, keys, people)
    if arguments.json:
        print_json({"store": str(directory), "keys": str(keys), "staff": people})
        return 0
    print(f"A demo shop is in {directory}, its keys in {keys}.")
    for one in people:
        print(f"  {one['role']:<11} {one['name']:<18} staff number {one['number']}  PIN {one['pin']}")
    return 0
