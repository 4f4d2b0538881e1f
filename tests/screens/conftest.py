"""A console without a terminal, on a fresh store whose clock stands still."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import pytest
import textual._wait
from textual import events
from textual.css.model import RuleSet
from textual.css.stylesheet import Stylesheet
from textual.pilot import Pilot

from bookkeeper_tui.app import BookkeeperApp
from bookkeeper_tui.store import desk, staff
from bookkeeper_tui.store.desk import Actor, Desk
from bookkeeper_tui.store.opening import Store
from tests.conftest import PIN
from tests.screens.regulars import NOW

XTERM = {"TERM": "xterm-256color", "COLORTERM": "truecolor", "BOOKKEEPER_TERMINAL": "Till 3"}
Opened = Callable[..., AbstractAsyncContextManager[tuple[BookkeeperApp, Pilot[int]]]]

_parse = Stylesheet.parse
_parsed: dict[frozenset[tuple[str, str]], dict[tuple[object, ...], list[RuleSet]]] = {}


@pytest.fixture(autouse=True)
def brisk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Look every 4 ms whether the console is idle, not every 20, and read each style sheet once for all consoles.

    That would be most of what these tests take.
    """
    monkeypatch.setattr(textual._wait, "SLEEP_GRANULARITY", 0.004)
    monkeypatch.setattr(Stylesheet, "parse", parse_once)


@pytest.fixture
def console(store: Store, shell: Desk, still: None) -> Opened:
    """Opens a console: `async with console("cashier", size=(80, 24)) as (app, pilot)`; with no role, not signed in."""

    @asynccontextmanager
    async def opened(
        role: str = "manager",
        *,
        size: tuple[int, int] = (80, 24),
        environment: dict[str, str] = XTERM,
        of: Store | None = None,
        demo_staff: list[dict[str, str]] | None = None,
    ) -> AsyncIterator[tuple[BookkeeperApp, Pilot[int]]]:
        app = BookkeeperApp(of or store, environment=environment, demo_staff=demo_staff)
        app.keyboard.scan_gap = 0
        app.forgiving = False
        async with app.run_test(size=size) as pilot:
            if role:
                person = staff.add(shell, "Ana Reyes", role, PIN)
                actor = Actor(person.staff_id, person.number, person.name, role)
                app.welcome(Desk(of or store, actor, app.terminal))
                await settled(pilot)
            yield app, pilot

    return opened


@pytest.fixture
def still(monkeypatch: pytest.MonkeyPatch) -> None:
    """The clock stands at 14:02 in Madrid on 21 November 2026."""
    monkeypatch.setattr(desk, "now_us", lambda: NOW)


def parse_once(sheet: Stylesheet) -> None:
    """Parse what a style sheet lacks, with what earlier consoles parsed under the same theme's variables at hand."""
    own, sheet._parse_cache = sheet._parse_cache, _parsed.setdefault(frozenset(sheet._variables.items()), {})  # type: ignore[assignment]
    try:
        _parse(sheet)
    finally:
        sheet._parse_cache = own


async def settled(pilot: Pilot[int]) -> None:
    """Wait until every worker is done or asks something, and everything is painted."""
    app = pilot.app
    assert isinstance(app, BookkeeperApp)
    for _ in range(200):
        await pilot.pause()
        if app.keyboard.is_idle:
            break
        await pilot.pause(0.01)
    await pilot.pause()


def deeds(desk: Desk, action: str = "") -> list[str]:
    """The actions in the audit log so far, oldest first; only those that begin with `action`."""
    rows = desk.database.execute_sql("SELECT action FROM audit ORDER BY seq")
    return [row[0] for row in rows if row[0].startswith(action)]


def typed_key(key: str) -> events.Key:
    """A key as the terminal sends it, to be posted without waiting for the one before."""
    return events.Key(key, key if len(key) == 1 else "\r" if key == "enter" else None)
