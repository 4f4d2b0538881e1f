"""What may be done about the data of the customer in sight: one line a choice, in the order of the list."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from bookkeeper_tui.formats import harmless
from bookkeeper_tui.screens.dialogs.choose import Choose
from bookkeeper_tui.screens.screen import HouseScreen
from bookkeeper_tui.store.customers import Customer


class PrivacyChoice(NamedTuple):
    """A choice: the letter that takes it, what it says, and what it does on the profile.

    `permission` is what it takes, and who lacks it is not offered it; an empty one is asked for later, with a second
    person's PIN.
    """

    letter: str
    words: str
    permission: str
    take: Callable[[HouseScreen, Customer], object]


def _held(profile: HouseScreen, customer: Customer) -> None:
    profile.house.show("access", customer_id=customer.id)


def _print(profile: HouseScreen, customer: Customer) -> None:
    from bookkeeper_tui.screens.access import show_whole

    show_whole(profile, customer.id)


def _who_looked(profile: HouseScreen, customer: Customer) -> None:
    profile.house.show("audit_log", customer_id=customer.id)


def _erase(profile: HouseScreen, customer: Customer) -> None:
    profile.house.show("erase", customer_id=customer.id)


def _delete(profile: HouseScreen, customer: Customer) -> None:
    profile.house.show("erase", customer_id=customer.id, deletes=True)


def _merge(profile: HouseScreen, customer: Customer) -> None:
    from bookkeeper_tui.screens.merge import ask_whom

    profile.start(ask_whom(profile, customer), "merging")


def _undo_merge(profile: HouseScreen, customer: Customer) -> None:
    from bookkeeper_tui.screens.merge import ask_undoing

    profile.start(ask_undoing(profile, customer), "unmerging")


CHOICES: tuple[PrivacyChoice, ...] = (
    PrivacyChoice("a", "All that is held about them", "access.viewed", _held),
    PrivacyChoice("p", "Print all details", "export.customer", _print),
    PrivacyChoice("w", "Who looked at them", "screen.audit_log", _who_looked),
    PrivacyChoice("m", "Merge another customer into them", "customer.merged", _merge),
    PrivacyChoice("u", "Undo a merge", "", _undo_merge),
    PrivacyChoice("e", "Erase them, on their wish", "", _erase),
    PrivacyChoice("d", "Delete them, who never had dealings here", "", _delete),
)


async def ask_privacy(profile: HouseScreen, customer: Customer) -> None:
    """Ask what of all that this person may do shall be done, and do it."""
    offered = {one.letter: one for one in CHOICES if not one.permission or profile.desk.may(one.permission)}
    rows = [(one.letter, f"{one.letter}  {one.words}") for one in offered.values()]
    question = f"The data of {harmless(customer.name)} ({customer.number}):"
    taken = await profile.ask(Choose(question, rows, letters={letter: letter for letter in offered}))
    if taken is None:
        return
    offered[taken].take(profile, customer)
