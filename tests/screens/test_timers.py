"""The sessions under way on screen: in order of ending, live from other consoles, and by the second at their end."""

from __future__ import annotations

import pytest
from textual.pilot import Pilot

import bookkeeper_tui.store.desk as desk_module
from bookkeeper_tui.app import BookkeeperApp
from bookkeeper_tui.screens.timers import left_words, next_change
from bookkeeper_tui.store import packages, timers
from bookkeeper_tui.store.customers import Customer, CustomerFields, create
from bookkeeper_tui.store.desk import Desk
from bookkeeper_tui.store.timers import MINUTE_US, Timer
from bookkeeper_tui.widgets.hot_list import HotList
from tests.screens.conftest import Opened, deeds, settled
from tests.screens.recording import looks_as_recorded, screen_text
from tests.screens.regulars import NOW, maria
from tests.screens.studio import Studio, sell_package, studio

SECOND_US = 1_000_000


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch, still: None) -> list[int]:
    """The instant at which the clock stands; a test may move it."""
    at = [NOW]
    monkeypatch.setattr(desk_module, "now_us", lambda: at[0])
    return at


def under_way(shell: Desk, house: Studio, customer: Customer, minutes: int, *, massage: bool = False) -> Timer:
    """Somebody began a session of so many minutes just now, at another console."""
    package = sell_package(shell, customer, "F5" if massage else "Y10")
    service, trainer, resource = (house.massage, house.marta, house.cabin) if massage else (house.yoga, None, None)
    event = packages.use(shell, package.id, service_id=service, trainer_id=trainer, resource_id=resource)
    return timers.start(shell, event_id=event.id, minutes=minutes)


def three(shell: Desk, clock: list[int]) -> list[Timer]:
    """A paused massage, a yoga class that is over by three minutes, and one with a minute and a half left."""
    house, ana = studio(shell), maria(shell)
    others = [create(shell, CustomerFields(name=name)) for name in ("Bob Jones", "Chen Li-Ming de la Torre y Ruiz")]
    massage = under_way(shell, house, ana, 45, massage=True)
    over = under_way(shell, house, others[0], 10)
    clock[0] += 5 * MINUTE_US
    timers.pause(shell, massage.id)
    clock[0] += 8 * MINUTE_US
    nearly = under_way(shell, house, others[1], 2)
    clock[0] += 30 * SECOND_US
    return [over, nearly, massage]


async def opened(app: BookkeeperApp, pilot: Pilot[int]) -> HotList:
    app.show("timers")
    await settled(pilot)
    return app.screen.query_one(HotList)


def listed(app: BookkeeperApp) -> list[tuple[str, ...]]:
    """Mark, time left and end of each session that is shown."""
    return [row.cells[:3] for row in app.screen.query_one(HotList).visible_rows]


@pytest.mark.parametrize(
    ("name", "size", "environment"),
    [
        ("timers", (80, 24), {}),
        ("timers_60x20", (60, 20), {}),
        ("timers_132x43", (132, 43), {}),
        ("timers_ascii", (80, 24), {"TERM": "vt220"}),
    ],
)
async def test_it_looks_as_recorded(
    console: Opened, shell: Desk, clock: list[int], name: str, size: tuple[int, int], environment: dict[str, str]
) -> None:
    three(shell, clock)
    more = {"environment": environment} if environment else {}
    async with console("cashier", size=size, **more) as (app, pilot):
        await opened(app, pilot)
        assert listed(app) == [("!", "over 3 min", "14:12"), ("", "1:30", "14:17"), ("=", "40 min", "paused")]
        looks_as_recorded(app, name)
    assert "screen.timers" in deeds(shell)
    assert "timer.viewed" in deeds(shell)


async def test_with_nothing_under_way_it_says_where_one_is_started(console: Opened, shell: Desk) -> None:
    async with console("cashier") as (app, pilot):
        await opened(app, pilot)
        looks_as_recorded(app, "timers_empty")
        await pilot.press("space")
        await settled(pilot)
        assert "No session is under way" in screen_text(app).splitlines()[-1]


async def test_what_another_console_does_stands_here_and_the_cursor_stays(
    console: Opened, shell: Desk, clock: list[int]
) -> None:
    over, nearly, massage = three(shell, clock)
    async with console("cashier") as (app, pilot):
        hot_list = await opened(app, pilot)
        await pilot.press("down")
        assert hot_list.cursor_key == nearly.id
        timers.resume(shell, massage.id)
        timers.stop(shell, over.id)
        for _ in range(100):
            if len(listed(app)) == 2:
                break
            await pilot.pause(0.02)
        assert listed(app) == [("", "1:30", "14:17"), ("", "40 min", "14:55")]
        assert hot_list.cursor_key == nearly.id


async def test_space_pauses_and_goes_on(console: Opened, shell: Desk, clock: list[int]) -> None:
    over, nearly, _ = three(shell, clock)
    async with console("cashier") as (app, pilot):
        await opened(app, pilot)
        await pilot.press("down", "space")
        await settled(pilot)
        assert timers.read(shell.database, nearly.id).is_paused
        assert "is paused (1:30): Space lets the time go on" in screen_text(app)
        assert listed(app)[1] == ("=", "1:30", "paused")
        clock[0] += 3 * MINUTE_US
        await pilot.press("space")
        await settled(pilot)
        assert "goes on, until 14:20" in screen_text(app)
        assert timers.read(shell.database, nearly.id).left(clock[0]) == 90 * SECOND_US
        assert not timers.read(shell.database, over.id).is_paused
    assert deeds(shell, "timer.changed")[-2:] == ["timer.changed", "timer.changed"]


async def test_plus_gives_more_minutes_and_refuses_what_is_no_number(
    console: Opened, shell: Desk, clock: list[int]
) -> None:
    over, _, _ = three(shell, clock)
    async with console("cashier") as (app, pilot):
        await opened(app, pilot)
        await pilot.press("plus")
        await settled(pilot)
        looks_as_recorded(app, "timers_extend")
        await pilot.press(*"999", "enter")
        await settled(pilot)
        assert "999 min is no length" in screen_text(app)
        await pilot.press("backspace", "backspace", "backspace", *"15", "enter")
        await settled(pilot)
        assert timers.read(shell.database, over.id).ends_at == over.ends_at + 15 * MINUTE_US
        assert ("", "12 min", "14:27") in listed(app)


async def test_c_stops_one_that_is_over_at_once_and_asks_for_another(
    console: Opened, shell: Desk, clock: list[int]
) -> None:
    _, nearly, massage = three(shell, clock)
    async with console("cashier") as (app, pilot):
        await opened(app, pilot)
        await pilot.press("c")
        await settled(pilot)
        assert [one.id for one in timers.running(shell)] == [nearly.id, massage.id]
        await pilot.press("c")
        await settled(pilot)
        looks_as_recorded(app, "timers_stop")
        await pilot.press("n")
        await settled(pilot)
        assert len(timers.running(shell)) == 2
        await pilot.press("c", "y")
        await settled(pilot)
        assert [one.id for one in timers.running(shell)] == [massage.id]


async def test_what_was_stopped_elsewhere_meanwhile_is_told(console: Opened, shell: Desk, clock: list[int]) -> None:
    _, nearly, _ = three(shell, clock)
    async with console("cashier") as (app, pilot):
        await opened(app, pilot)
        await pilot.press("down", "plus")
        await settled(pilot)
        timers.stop(shell, nearly.id)
        await pilot.press("enter")
        await settled(pilot)
        assert "Chen Li-Ming de la Torre y Ruiz was stopped at 14:15" in " ".join(screen_text(app).split())


async def test_enter_opens_the_customer(console: Opened, shell: Desk, clock: list[int]) -> None:
    three(shell, clock)
    async with console("cashier") as (app, pilot):
        await opened(app, pilot)
        await pilot.press("end", "enter")
        await settled(pilot)
        assert "María Fernández" in screen_text(app)


async def test_an_auditor_looks_and_changes_nothing(console: Opened, shell: Desk, clock: list[int]) -> None:
    three(shell, clock)
    async with console("auditor") as (app, pilot):
        await opened(app, pilot)
        assert not {"pause_timer", "extend_timer", "stop_timer"} & set(app.offered())


async def test_the_menu_leads_there(console: Opened) -> None:
    async with console("cashier") as (app, pilot):
        await pilot.press("f10")
        await settled(pilot)
        assert "Timers" in screen_text(app)


def shown(left: int) -> str:
    """What is said of a session with so many microseconds left."""
    return left_words(_timer(NOW + left), NOW)


def _timer(ends_at: int, paused_at: int | None = None) -> Timer:
    return Timer(1, 2, "", "", "", "", "", None, None, 0, ends_at, paused_at, None, "", "")


def test_minutes_are_whole_until_the_last_two() -> None:
    said = [shown(seconds * SECOND_US) for seconds in (3600, 3541, 3540, 121, 120, 119, 61, 60, 59, 1, 0)]
    assert said == ["60 min", "60 min", "59 min", "3 min", "2:00", "1:59", "1:01", "1:00", "0:59", "0:01", "over"]
    assert [shown(-seconds * SECOND_US) for seconds in (59, 60, 3599)] == ["over", "over 1 min", "over 59 min"]
    assert [shown(-minutes * MINUTE_US) for minutes in (99, 100, 180)] == ["over 99 min", "over 1 h", "over 3 h"]
    assert shown(1) == "0:01", "what has begun counts as a whole second"


@pytest.mark.parametrize("fraction", [0, 1, 999_999])
def test_it_is_drawn_again_exactly_when_some_time_is_another(fraction: int) -> None:
    for seconds in (7200, 3600, 3599, 181, 180, 179, 122, 121, 120, 60, 2, 1, 0, -1, -59, -60, -61, -3600):
        timer = _timer(NOW + seconds * SECOND_US + fraction)
        wait = next_change([timer], NOW)
        assert wait is not None
        assert wait >= 1
        before = left_words(timer, NOW)
        assert all(left_words(timer, NOW + second * SECOND_US) == before for second in range(wait))
        assert left_words(timer, NOW + wait * SECOND_US) != before


def test_with_all_paused_or_none_under_way_there_is_nothing_to_wait_for() -> None:
    assert next_change([], NOW) is None
    assert next_change([_timer(NOW + 5, NOW)], NOW) is None
    assert next_change([_timer(NOW + 600 * SECOND_US), _timer(NOW + 5 * SECOND_US), _timer(NOW, NOW)], NOW) == 1
