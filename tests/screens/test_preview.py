"""The preview shows a page as it is printed; it is printed and saved from there, and no printer ever holds the keys."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bookkeeper_tui.app import BookkeeperApp
from bookkeeper_tui.paper.page import Page, PaperLine
from bookkeeper_tui.paper.receipts import receipt_page
from bookkeeper_tui.settings import Printer
from bookkeeper_tui.store.desk import Desk
from bookkeeper_tui.widgets.notice_line import NoticeLine
from tests.paper.printers import FakePrinter, HangingPrinter, with_printer
from tests.screens.conftest import Opened, deeds, settled
from tests.screens.recording import looks_as_recorded, screen_text
from tests.screens.regulars import maria, sell


@pytest.fixture
def page(shell: Desk, still: None) -> Page:
    """The receipt of a sale with a discount."""
    return receipt_page(shell, sell(shell, maria(shell), 12)[8])


def notice(app: BookkeeperApp) -> str:
    return app.screen.query_one(NoticeLine).sentence


async def until(app: BookkeeperApp, words: str) -> None:
    """Wait for a notice."""
    import asyncio

    for _ in range(500):
        if words in notice(app):
            return
        await asyncio.sleep(0.02)
    raise AssertionError(f"no notice says {words!r}, but {notice(app)!r}")


@pytest.mark.parametrize(("size", "name"), [((80, 24), "preview"), ((60, 20), "preview_60x20")])
async def test_a_page_is_shown_as_it_would_be_printed(
    console: Opened, page: Page, size: tuple[int, int], name: str
) -> None:
    async with console("cashier", size=size) as (app, pilot):
        app.preview(page)
        await settled(pilot)
        looks_as_recorded(app, name)


async def test_a_wide_page_stands_in_its_own_width(console: Opened, page: Page) -> None:
    async with console("cashier", size=(132, 43)) as (app, pilot):
        app.preview(replace(page, columns=100, lines=(PaperLine("Opening", "0,00"), *page.lines)))
        await settled(pilot)
        line = next(line for line in screen_text(app).splitlines() if "Opening" in line)
        assert line == " " * 16 + "Opening" + " " * 89 + "0,00"


async def test_p_prints_it_and_the_log_says_so(console: Opened, shell: Desk, page: Page) -> None:
    with FakePrinter() as printer:
        store = with_printer(shell.store, Printer("network", host="127.0.0.1", port=printer.port))
        async with console("cashier", of=store) as (app, pilot):
            app.preview(page)
            await settled(pilot)
            await pilot.press("p")
            await settled(pilot)
            assert notice(app) == "Sent to the printer"
            await app.workers.wait_for_complete()
            assert page.number.encode() in printer.wait()
        assert deeds(shell, "paper.") == ["paper.printed"]


async def test_a_printer_that_hangs_holds_no_key_and_is_told_when_its_time_is_over(
    console: Opened, shell: Desk, page: Page
) -> None:
    with HangingPrinter() as printer:
        store = with_printer(shell.store, Printer("network", host="127.0.0.1", port=printer.port, seconds=1))
        async with console("cashier", of=store) as (app, pilot):
            app.preview(page)
            await settled(pilot)
            await pilot.press("p", "f2", *"mar")
            await settled(pilot)
            assert "María" in screen_text(app), "the console goes on while the printer is waited for"
            await until(app, f"does not answer: Receipt {page.number} was not printed")


async def test_without_a_printer_it_says_so_and_nothing_is_logged(console: Opened, shell: Desk, page: Page) -> None:
    async with console("cashier") as (app, pilot):
        app.preview(page)
        await settled(pilot)
        await pilot.press("p")
        await settled(pilot)
        assert notice(app) == "Till 3 has no printer: settings.toml names one under [printer]"
        assert deeds(shell, "paper.") == []


async def test_x_saves_it_as_a_pdf_or_as_text(console: Opened, shell: Desk, page: Page) -> None:
    async with console("cashier") as (app, pilot):
        app.preview(page)
        await settled(pilot)
        await pilot.press("x")
        await settled(pilot)
        await pilot.press("enter")
        await settled(pilot)
        assert notice(app) == f"Saved as receipt-{page.number}.pdf in the shop's directory paper"
        await pilot.press("x")
        await settled(pilot)
        await pilot.press("ctrl+u", *"maria.txt", "enter")
        await settled(pilot)
        folder = shell.store.directory / "paper"
        assert sorted(path.name for path in folder.iterdir()) == ["maria.txt", f"receipt-{page.number}.pdf"]
        assert page.number in (folder / "maria.txt").read_text(encoding="utf-8")
