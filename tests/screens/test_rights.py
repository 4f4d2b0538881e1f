"""Every screen, tab, action and sensitive field has its permission, and the console keeps to them."""

from __future__ import annotations

import pytest

from bookkeeper_tui.actions import ACTIONS
from bookkeeper_tui.screens.places import PLACES
from bookkeeper_tui.screens.profile.registry import TABS
from bookkeeper_tui.store import sight
from bookkeeper_tui.store.desk import Desk
from bookkeeper_tui.store.permissions import RANKS, all_permissions, permissions_of
from tests.screens.conftest import Opened, deeds, settled
from tests.screens.recording import screen_text
from tests.screens.regulars import maria

MOVES_ABOUT = {
    "back", "earlier", "filter", "finer", "help", "later", "leave", "lock", "menu", "next_in_cell", "one_after",
    "one_before", "open", "palette", "pane", "pick", "refresh", "sign_out", "tab", "tab_after", "tab_before",
}  # fmt: skip
"""What needs no permission: it moves about, or ends one's own session."""


def test_every_screen_and_tab_has_a_permission_that_somebody_has(shell: Desk) -> None:
    had = frozenset[str]().union(*(permissions_of(shell.database, role) for role in RANKS))
    for needed in (*(f"screen.{place}" for place in PLACES), *(f"tab.{tab.NAME}" for tab in TABS)):
        assert needed in had


def test_every_action_asks_for_a_permission_or_only_moves_about_or_stands_where_one_is_asked() -> None:
    """An action without one stands on screens whose permission is asked; its deed asks again in the store."""
    for action in ACTIONS:
        if not action.permission and action.id not in MOVES_ABOUT:
            assert action.where, f"{action.id} is answered everywhere and asks for nothing"
        assert action.permission in all_permissions() or not action.permission


def test_every_sensitive_field_has_a_permission() -> None:
    fields = (sight.PHONE, sight.EMAIL, sight.BORN, sight.DOCUMENTS, sight.NOTES, sight.MEASUREMENTS)
    assert {name for name in all_permissions() if name.startswith("field.")} == set(fields)


@pytest.mark.parametrize("role", RANKS)
async def test_no_role_opens_a_screen_that_is_not_for_it(console: Opened, shell: Desk, role: str) -> None:
    allowed = permissions_of(shell.database, role)
    closed = [place for place in PLACES if f"screen.{place}" not in allowed]
    async with console(role) as (app, pilot):
        for place in closed:
            app.show(place)
            await settled(pilot)
            assert f"you may not do this (screen.{place})" in " ".join(screen_text(app).split())
            assert app.screen.NAME == "search"  # type: ignore[attr-defined]
    assert not {f"screen.{place}" for place in closed} & set(deeds(shell, "screen."))


@pytest.mark.parametrize("role", RANKS)
async def test_no_role_is_offered_a_tab_or_an_action_that_is_not_for_it(
    console: Opened, shell: Desk, role: str, still: None
) -> None:
    customer, allowed = maria(shell).id, permissions_of(shell.database, role)
    async with console(role) as (app, pilot):
        app.show("profile", customer_id=customer)
        await settled(pilot)
        for tab in TABS:
            app.show("profile", customer_id=customer, tab=tab.NAME)
            await settled(pilot)
            offered = {action.id: action.permission for action in ACTIONS if action.id in app.offered()}
            for permission in offered.values():
                assert not permission or permission in allowed
    opened = {deed.removeprefix("tab.") for deed in deeds(shell, "tab.")}
    assert opened == {tab.NAME for tab in TABS if f"tab.{tab.NAME}" in allowed}
