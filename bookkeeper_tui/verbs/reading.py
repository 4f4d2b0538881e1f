"""`find` is the console's search as a table; `show` is a profile tab as one."""

import argparse
from typing import Any

from bookkeeper_tui.verbs.opened import owners_desk, print_json, print_table
from bookkeeper_tui.verbs.profile_tabs import AS_OF, TABS, Row


def add_verbs(verbs: Any, places: argparse.ArgumentParser) -> None:
    find = verbs.add_parser("find", parents=[places], help="find customers as the console does")
    find.add_argument("words", metavar="WORDS", nargs="+", help='such as "smi spend>500"')
    find.add_argument("--limit", type=int, default=50, metavar="N", help="at most so many (50)")
    find.add_argument("--json", action="store_true")
    find.set_defaults(run=_find)
    show = verbs.add_parser("show", parents=[places], help="show one tab of a customer's profile")
    show.add_argument("customer", metavar="CUSTOMER", help="the customer's number")
    show.add_argument("--tab", default="overview", choices=tuple(TABS), help="which tab (overview)")
    show.add_argument("--as-of", metavar="DATE", default="", help="as it stood at the end of that day")
    show.add_argument("--json", action="store_true")
    show.set_defaults(run=_show)


def _find(arguments: argparse.Namespace) -> int:
    import sys

    from bookkeeper_tui.store import search

    words = " ".join(arguments.words)
    with owners_desk(arguments) as desk:
        desk.look("search.made", personal={"words": words[:500]})
        answer = search.search(desk, words, limit=max(1, min(arguments.limit, 10_000)))
    rows: list[Row] = [
        {"customer_no": hit.number, "name": hit.name, "phone": hit.phone, "email": hit.email, "why": hit.why}
        for hit in answer.hits
    ]
    print_json(rows) if arguments.json else print_table(rows, "Nobody was found.")
    for mistake in answer.mistakes:
        print(f"bookkeeper: {mistake.sentence}", file=sys.stderr)
    return 0


def _show(arguments: argparse.Namespace) -> int:
    from bookkeeper_tui.errors import BadInput
    from bookkeeper_tui.formats import harmless
    from bookkeeper_tui.store import customers

    as_of = arguments.as_of
    if as_of and arguments.tab not in AS_OF:
        raise BadInput(f"{arguments.tab} cannot be shown as of a past day: {', '.join(AS_OF)} can")
    with owners_desk(arguments) as desk:
        customer = customers.by_number(desk, arguments.customer)
        for action in ("customer.viewed", f"tab.{arguments.tab}"):
            desk.look(action, subject=customer.number, customer_id=customer.id)
        rows = list(AS_OF[arguments.tab](desk, customer, as_of) if as_of else TABS[arguments.tab](desk, customer))
    head = {"customer_no": customer.number, "name": customer.name, **_filled(customers.texts(customer))}
    if arguments.json:
        print_json({"customer": head | {"status": customer.status}, "tab": arguments.tab, "rows": rows})
        return 0
    print(harmless(f"{customer.number}  {customer.name}  ({customer.status})"))
    print_table(rows, f"Nothing under {arguments.tab}.")
    return 0


def _filled(texts: dict[str, str]) -> dict[str, str]:
    return {name: text for name, text in texts.items() if text}
