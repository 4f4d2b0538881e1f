"""Reports on the screen: chosen from a list, narrowed on a line, saved as a file that can be stopped, kept by name."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from textual.pilot import Pilot

from bookkeeper_tui.app import BookkeeperApp
from bookkeeper_tui.screens import report as report_screen
from bookkeeper_tui.store import audit, customers, saved_reports
from bookkeeper_tui.store.customer_fields import CustomerFields
from bookkeeper_tui.store.desk import Desk
from bookkeeper_tui.store.reports import Question, running, to_json
from tests.screens.conftest import Opened, deeds, settled
from tests.screens.recording import looks_as_recorded, screen_text


@pytest.fixture
def people(shell: Desk, still: None) -> None:
    """Three people, two of them with a tag, and a report of those two that was saved."""
    for number, (name, tags) in enumerate((("Ana Reyes", ("vip",)), ("Bruno Díaz", ("vip",)), ("Eve Novak", ()))):
        customers.create(shell, CustomerFields(name=name, phone=f"+3460011122{number}", tags=tags))
    saved_reports.save(shell, "Our VIPs", "customers", to_json(Question("customers", {"words": "tag:vip"}, ("name",))))


async def begun(app: BookkeeperApp, pilot: Pilot[int], *keys: str) -> None:
    """The list of reports, and some keys from there."""
    app.show("reports")
    await settled(pilot)
    for key in keys:
        await pilot.press(key)
        await settled(pilot)


async def written(pilot: Pilot[int]) -> str:
    """What the screen says once nothing is being written any more."""
    screen = pilot.app.screen
    assert isinstance(screen, report_screen.ReportScreen)
    for _ in range(500):
        await pilot.pause(0.01)
        if screen._stop is None:
            break
    await settled(pilot)
    assert isinstance(pilot.app, BookkeeperApp)
    return screen_text(pilot.app)


def files(desk: Desk) -> list[Path]:
    """Whatever lies where paper goes, hidden or not."""
    directory = desk.store.directory / desk.store.settings.printer_of("Till 3").path
    return sorted(directory.iterdir()) if directory.exists() else []


@pytest.mark.parametrize("size", [(80, 24), (60, 20), (132, 43)])
async def test_saved_reports_and_kinds_are_listed_and_one_is_opened(
    console: Opened, people: None, size: tuple[int, int]
) -> None:
    ending = "" if size == (80, 24) else f"_{size[0]}x{size[1]}"
    async with console("manager", size=size) as (app, pilot):
        await begun(app, pilot)
        looks_as_recorded(app, f"reports{ending}")
        await begun(app, pilot, "down", "down", "enter")
        looks_as_recorded(app, f"report{ending}")


async def test_a_saved_report_is_written_as_it_was_kept(console: Opened, people: None, shell: Desk) -> None:
    async with console("manager") as (app, pilot):
        await begun(app, pilot, "enter", "x", "enter")
        assert "2 customers are in our-vips-2026-11-21.csv" in await written(pilot)
    (path,) = files(shell)
    assert list(csv.reader(path.open(encoding="utf-8"))) == [["name"], ["Ana Reyes"], ["Bruno Díaz"]]


async def test_filter_and_columns_are_chosen_and_the_name_says_the_format(
    console: Opened, people: None, shell: Desk
) -> None:
    async with console("manager") as (app, pilot):
        await begun(app, pilot, "down", "enter", "/", *"eve", "enter")
        await pilot.press("a", "a", "space", "x")
        await settled(pilot)
        await pilot.press("ctrl+u", *"eve.md", "enter")
        assert "1 customer is in eve.md" in await written(pilot)
        assert "13 of" in screen_text(app), "all but the first of the usual ones"
    (path,) = files(shell)
    text = path.read_text(encoding="utf-8")
    assert "| Eve Novak" in text
    assert "Number" not in text.splitlines()[2]
    assert "Ana" not in text


async def test_a_filter_that_says_nothing_is_told_and_stays(console: Opened, people: None, shell: Desk) -> None:
    async with console("manager") as (app, pilot):
        await begun(app, pilot, "down", "enter", "/", *"spnd>5", "enter")
        assert "cannot be searched for" in screen_text(app)
        assert "spnd>5" in screen_text(app)
        await pilot.press("escape")
        await begun(app, pilot, "down", "enter", "/", *"colour:red", "enter")
        assert "narrows nothing here" in screen_text(app)
    assert not deeds(shell, "export.")


async def test_esc_stops_it_and_leaves_nothing_behind(
    console: Opened, people: None, shell: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "_BETWEEN_WORDS", 1)
    monkeypatch.setattr(report_screen, "SECONDS_BETWEEN_WORDS", 0.0)
    async with console("manager") as (app, pilot):
        await begun(app, pilot, "down", "enter")
        screen = app.screen
        assert isinstance(screen, report_screen.ReportScreen)
        said = screen._say_progress

        def stop_now(progress: running.Progress, seconds: float) -> None:
            said(progress, seconds)
            if progress.rows == 2:
                screen.do_back()

        monkeypatch.setattr(screen, "_say_progress", stop_now)
        await pilot.press("x")
        await settled(pilot)
        await pilot.press("enter")
        assert "Stopped: no file was written" in await written(pilot)
        await pilot.press("escape")
        await settled(pilot)
        assert "Our VIPs" in screen_text(app), "the next Esc leaves"
    assert files(shell) == []
    done = audit.rows_before(shell.database, action="export.customers")[0]
    assert (done.detail["state"], done.detail["rows"]) == ("stopped", 3)


async def test_while_it_is_written_no_other_is_begun(
    console: Opened, people: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with console("manager") as (app, pilot):
        await begun(app, pilot, "down", "enter")
        screen = app.screen
        assert isinstance(screen, report_screen.ReportScreen)
        screen._stop = report_screen.Event()
        await pilot.press("x")
        await settled(pilot)
        assert "still being written; Esc stops it" in screen_text(app)
        app.show("report", kind="sales")
        await settled(pilot)
        assert "Customers: whoever a search finds" in screen_text(app)
        screen._stop = None


async def test_a_report_is_kept_replaced_and_removed(console: Opened, people: None, shell: Desk) -> None:
    async with console("manager") as (app, pilot):
        await begun(app, pilot, "down", "down", "enter", "/", *"2026-11", "enter", "ctrl+s")
        await pilot.press(*"Novembers", "enter")
        await settled(pilot)
        assert "The report “Novembers” is kept" in screen_text(app)
        kept = saved_reports.named(shell, "novembers")
        assert '"since": "2026-11-01", "until": "2026-11-30"' in kept.question
        await pilot.press("ctrl+s")
        await settled(pilot)
        await pilot.press(*"our vips", "enter")
        await settled(pilot)
        assert "Replace the report “Our VIPs”?" in screen_text(app)
        await pilot.press("escape")
        await settled(pilot)
        assert saved_reports.named(shell, "our vips").kind == "customers"
        await begun(app, pilot, "home", "d", "y")
        assert [one.name for one in saved_reports.list_saved(shell)] == ["Our VIPs"]


async def test_a_report_saved_elsewhere_comes_by_itself(console: Opened, people: None, shell: Desk) -> None:
    async with console("auditor") as (app, pilot):
        await begun(app, pilot)
        saved_reports.save(shell, "A new one", "sales", "{}")
        for _ in range(200):
            await pilot.pause(0.01)
            if "A new one" in screen_text(app):
                break
        assert "A new one" in screen_text(app)
        await pilot.press("d")
        await settled(pilot)
        assert len(saved_reports.list_saved(shell)) == 2, "an auditor changes nothing"


async def test_a_supervisor_is_offered_what_they_may_run(console: Opened, people: None) -> None:
    async with console("supervisor") as (app, pilot):
        await begun(app, pilot)
        text = screen_text(app)
        assert "Loyalty points" in text
        assert "Our VIPs" not in text, "of customers, whom a supervisor may not export"
        assert "Audit log" not in text


@pytest.mark.parametrize("size", [(80, 24), (60, 20), (132, 43)])
async def test_the_first_rows_are_shown_and_the_look_is_recorded(
    console: Opened, people: None, shell: Desk, size: tuple[int, int]
) -> None:
    ending = "" if size == (80, 24) else f"_{size[0]}x{size[1]}"
    async with console("manager", size=size) as (app, pilot):
        await begun(app, pilot, "down", "enter", "w")
        assert "Ana Reyes" in await written(pilot)
        looks_as_recorded(app, f"report_rows{ending}")
        await pilot.press("escape")
        await settled(pilot)
        assert "In the file" in screen_text(app)
        await pilot.press("/", *"nobody", "enter", "w")
        assert "No row by this filter" in await written(pilot)
        await pilot.press("w")
        await settled(pilot)
        assert "In the file" in screen_text(app)
    looks = [row.detail for row in audit.rows_before(shell.database, action="export.customers")]
    assert [(one["format"], one["state"], one.get("rows")) for one in looks] == [
        ("screen", "done", 0), ("screen", "begun", None), ("screen", "done", 3), ("screen", "begun", None),
    ]  # fmt: skip


async def test_what_was_typed_for_a_report_is_there_again(console: Opened, people: None) -> None:
    async with console("manager") as (app, pilot):
        await begun(app, pilot, "down", "enter", "/", *"city:leon", "enter", "space")
        await begun(app, pilot, "down", "enter", "escape", "up", "enter")
        text = screen_text(app)
        assert "Customers: whoever" in text
        assert "city:leon" in text
        assert "13 of" in text


async def test_no_column_is_no_report(console: Opened, people: None, shell: Desk) -> None:
    async with console("manager") as (app, pilot):
        await begun(app, pilot, "enter")
        await pilot.press("down", "space", "x")
        await settled(pilot)
        assert "No column is marked" in screen_text(app)
    assert files(shell) == []
