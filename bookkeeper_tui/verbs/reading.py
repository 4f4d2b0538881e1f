"""`find` is the console's search as a table; `show` is a profile tab as one."""

import argparse
from typing import TYPE_CHECKING, Any

from bookkeeper_tui.formats import harmless
from bookkeeper_tui.verbs.opened import owners_desk, print_json, print_table
from bookkeeper_tui.verbs.profile_tabs import AS_OF, TABS, Row

if TYPE_CHECKING:
    from bookkeeper_tui.store.desk import Desk


def add_verbs(verbs: Any, places: argparse.ArgumentParser) -> None:
    find = verbs.add_parser("find", parents=[places], help="find customers as the console does")
    find.add_argument("words", metavar="WORDS", nargs="+", help='such as "smi spend>500"')
    find.add_argument("--limit", type=int, default=50, metavar="N", help="at most so many (50)")
    find.add_argument("--json", action="store_true", help="for programs")
    find.set_defaults(run=_find)
    show = verbs.add_parser("show", parents=[places], help="show one tab of a customer's profile")
    show.add_argument("customer", metavar="CUSTOMER", help="the customer's number")
    show.add_argument("--tab", default="overview", choices=tuple(TABS), help="which tab (overview)")
    show.add_argument("--as-of", metavar="DATE", default="", help="as it stood at the end of that day")
    show.add_argument("--json", action="store_true", help="for programs")
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
        print(harmless(f"bookkeeper: {mistake.sentence}"), file=sys.stderr)
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
        texts, status = customers.texts(customer), customer.status
        if as_of:
            texts, status = _stood(desk, customer.id, as_of)
    head = {"customer_no": customer.number, "name": customer.name, **_filled(texts)}
    if arguments.json:
        told = {"customer": head | {"status": status}, "tab": arguments.tab}
        print_json(told | ({"as_of": as_of} if as_of else {}) | {"rows": rows})
        return 0
    print(harmless(f"{customer.number}  {head['name']}  ({status})") + (f"  AS OF {as_of}" if as_of else ""))
    print_table(rows, f"Nothing under {arguments.tab}.")
    return 0


def _stood(desk: "Desk", customer_id: int, as_of: str) -> tuple[dict[str, str], str]:
    """The fields and the status of a past day; of one before they were a customer there are none."""
    from bookkeeper_tui.store.as_of import as_of as stood

    past = stood(desk, customer_id, as_of)
    return past.texts or {"name": past.name}, past.status or "no customer yet"


def _filled(texts: dict[str, str]) -> dict[str, str]:
    return {name: text for name, text in texts.items() if text}
