"""The hot list: what it repaints, where its cursor stays, and how it reaches the ends of a long list."""

from collections.abc import AsyncIterator, Hashable, Sequence
from contextlib import asynccontextmanager
from unittest.mock import patch

from textual.app import App, ComposeResult
from textual.geometry import Region
from textual.pilot import Pilot
from textual.strip import Strip

from bookkeeper_tui.formats import cell_width
from bookkeeper_tui.widgets.hot_list import Column, HotList, Row


class Numbers:
    """A list of numbers, highest first, that counts what is asked of it."""

    def __init__(self, count: int) -> None:
        self.numbers = list(range(count, 0, -1))
        self.asked: list[int] = []

    def total(self) -> int:
        return len(self.numbers)

    def after(self, key: Hashable | None, limit: int, including: bool = False) -> Sequence[Row]:
        self.asked.append(limit)
        found = [n for n in self.numbers if key is None or n < key or (including and n == key)]  # type: ignore[operator]
        return [Row(n, (str(n), "row")) for n in found[:limit]]

    def before(self, key: Hashable | None, limit: int) -> Sequence[Row]:
        self.asked.append(limit)
        found = [n for n in self.numbers if key is None or n > key]  # type: ignore[operator]
        return [Row(n, (str(n), "row")) for n in found[max(0, len(found) - limit) :]]


class Watched(HotList):
    """A hot list that remembers which lines it was asked to draw."""

    drawn: list[int]

    def render_line(self, y: int) -> Strip:
        if hasattr(self, "drawn"):
            self.drawn.append(y)
        return super().render_line(y)


class ListApp(App[None]):
    ENABLE_COMMAND_PALETTE = False

    def __init__(self) -> None:
        super().__init__()
        self.opened: list[Hashable] = []

    def compose(self) -> ComposeResult:
        yield Watched([Column("No", 8, right=True), Column("What")], empty=["Nothing here yet. Press n to add."])

    def on_hot_list_opened(self, event: HotList.Opened) -> None:
        self.opened.append(event.key)


@asynccontextmanager
async def listing(source: Numbers | None = None) -> AsyncIterator[tuple[Watched, Pilot[None]]]:
    app = ListApp()
    async with app.run_test(size=(40, 42)) as pilot:
        hot_list = app.query_one(Watched)
        hot_list.focus()
        if source:
            hot_list.read(source)
        await pilot.pause()
        yield hot_list, pilot


def seen(hot_list: HotList) -> list[str]:
    return [hot_list.render_line(y).text.rstrip() for y in range(hot_list.size.height)]


async def test_cursor_down_repaints_the_two_rows_it_concerns() -> None:
    async with listing(Numbers(50)) as (hot_list, pilot):
        hot_list.drawn = []
        await pilot.press("down")
        await pilot.pause()
        assert sorted(set(hot_list.drawn)) == [1, 2]


async def test_a_refresh_repaints_only_the_row_that_differs() -> None:
    async with listing() as (hot_list, pilot):
        hot_list.show([Row(n, (str(n), "old")) for n in range(5)])
        await pilot.pause()
        hot_list.drawn = []
        hot_list.show([Row(n, (str(n), "new" if n == 3 else "old")) for n in range(5)], keep=True)
        await pilot.pause()
        assert set(hot_list.drawn) == {4}


async def test_of_a_row_only_the_cells_that_differ_are_repainted() -> None:
    async with listing() as (hot_list, pilot):
        hot_list.show([Row(1, ("1", "old")), Row(2, ("2", "old"))])
        await pilot.pause()
        asked: list[Region] = []
        with patch.object(HotList, "refresh", lambda self, *regions, **more: asked.extend(regions)):
            hot_list.show([Row(1, ("1", "new")), Row(2, ("3", "old"))], keep=True)
        assert asked == [Region(10, 1, 29, 1), Region(1, 2, 8, 1)]
        hot_list.show([Row(1, ("1", "new"), ("bad",)), Row(2, ("3", "old"))], keep=True)
        with patch.object(HotList, "refresh", lambda self, *regions, **more: asked.extend(regions)):
            hot_list.show([Row(1, ("1", "newer")), Row(2, ("3", "old"))], keep=True)
        assert asked[2:] == [Region(0, 1, 40, 1)], "all of it has another look"


async def test_nothing_is_repainted_when_nothing_changed() -> None:
    async with listing(Numbers(300)) as (hot_list, pilot):
        hot_list.drawn = []
        hot_list.reload()
        await pilot.pause()
        assert hot_list.drawn == []


async def test_the_cursor_is_marked_without_colour() -> None:
    async with listing(Numbers(3)) as (hot_list, _):
        assert [line[:1] for line in seen(hot_list)[1:4]] == [">", " ", " "]


async def test_end_shows_the_last_of_ten_thousand_without_reading_them() -> None:
    source = Numbers(10_000)
    async with listing(source) as (hot_list, pilot):
        source.asked.clear()
        await pilot.press("end")
        assert (hot_list.cursor_key, hot_list.place, hot_list.total) == (1, 10_000, 10_000)
        assert sum(source.asked) <= 200
        assert seen(hot_list)[-1].split() == [">", "1", "row"]


async def test_home_comes_back_to_the_first() -> None:
    async with listing(Numbers(10_000)) as (hot_list, pilot):
        await pilot.press("end", "home")
        assert (hot_list.cursor_key, hot_list.place) == (10_000, 1)
        assert seen(hot_list)[1].split() == [">", "10000", "row"]


async def test_paging_up_from_the_end_passes_every_row_once() -> None:
    async with listing(Numbers(1_500)) as (hot_list, pilot):
        await pilot.press("end")
        passed = []
        while hot_list.place > 1:
            passed += [row.key for row in reversed(hot_list.visible_rows)]
            before = hot_list.place
            await pilot.press("pageup")
            assert hot_list.place < before
        assert set(passed) | {row.key for row in hot_list.visible_rows} == set(range(1, 1_501))
        assert hot_list.cursor_key == 1_500


async def test_paging_down_knows_its_place_throughout() -> None:
    async with listing(Numbers(1_500)) as (hot_list, pilot):
        while hot_list.place < 1_500:
            await pilot.press("pagedown")
            assert hot_list.cursor_key == 1_501 - hot_list.place
        assert hot_list.cursor_key == 1


async def test_paging_reads_no_more_at_the_end_than_at_the_start() -> None:
    source = Numbers(10_000)
    async with listing(source) as (_, pilot):
        await pilot.press("pagedown")
        source.asked.clear()
        await pilot.press(*["pagedown"] * 20)
        at_start = sum(source.asked)
        await pilot.press("end")
        source.asked.clear()
        await pilot.press(*["pageup"] * 20)
        assert sum(source.asked) <= at_start + 200


async def test_what_is_new_above_leaves_cursor_and_scroll_with_their_records() -> None:
    source = Numbers(400)
    async with listing(source) as (hot_list, pilot):
        await pilot.press(*["pagedown"] * 15, "down", "down")
        key, rows = hot_list.cursor_key, [row.key for row in hot_list.visible_rows]
        place = hot_list.place
        source.numbers.insert(0, 401)
        hot_list.reload()
        await pilot.pause()
        assert hot_list.cursor_key == key
        assert [row.key for row in hot_list.visible_rows] == rows
        assert (hot_list.place, hot_list.total) == (place + 1, 401)


async def test_what_is_new_at_the_top_is_seen_when_the_top_is_seen() -> None:
    source = Numbers(30)
    async with listing(source) as (hot_list, pilot):
        source.numbers.insert(0, 31)
        hot_list.reload()
        await pilot.pause()
        assert hot_list.visible_rows[0].key == 31
        assert (hot_list.cursor_key, hot_list.place, hot_list.total) == (30, 2, 31)


async def test_a_record_that_vanishes_leaves_the_cursor_near_by() -> None:
    async with listing() as (hot_list, pilot):
        hot_list.show([Row(n, (str(n), "")) for n in range(5)])
        await pilot.press("down", "down")
        hot_list.show([Row(n, (str(n), "")) for n in (0, 1, 3, 4)], keep=True)
        assert hot_list.cursor_key == 3


async def test_growing_past_one_window_is_told_in_the_total() -> None:
    source = Numbers(99)
    async with listing(source) as (hot_list, _):
        source.numbers[:0] = range(400, 99, -1)
        hot_list.reload()
        assert hot_list.total == 400


async def test_refreshing_again_and_again_reads_no_more_each_time() -> None:
    source = Numbers(5_000)
    async with listing(source) as (hot_list, _):
        hot_list.reload()
        source.asked.clear()
        hot_list.reload()
        first = sum(source.asked)
        for _ in range(5):
            hot_list.reload()
        source.asked.clear()
        hot_list.reload()
        assert sum(source.asked) == first


async def test_enter_opens_the_row_under_the_cursor() -> None:
    async with listing(Numbers(9)) as (_, pilot):
        await pilot.press("down", "enter")
        await pilot.pause()
        assert pilot.app.opened == [8]  # type: ignore[attr-defined]


async def test_wide_joined_and_right_to_left_names_keep_the_columns_straight() -> None:
    names = ["李小龍", "Zoe\u0301", "محمد علي", "plain", "a\tb\x1b[31m", "👩‍👩‍👧 family", "x" * 300]
    async with listing() as (hot_list, _):
        hot_list.show([Row(n, ("7", name)) for n, name in enumerate(names)])
        for y in range(1, len(names) + 1):
            strip = hot_list.render_line(y)
            assert cell_width(strip.text) == hot_list.size.width
            assert "\x1b" not in strip.text
            assert "\t" not in strip.text


async def test_an_empty_list_says_what_would_be_here_and_takes_keys_quietly() -> None:
    async with listing() as (hot_list, pilot):
        await pilot.press("down", "up", "end", "home", "pagedown", "pageup", "enter")
        assert "Nothing here yet. Press n to add." in " ".join(seen(hot_list))
        assert (hot_list.cursor_key, hot_list.place, hot_list.total) == (None, 0, 0)


async def test_a_narrow_list_leaves_out_the_columns_that_need_more_room() -> None:
    app = ListApp()
    async with app.run_test(size=(30, 8)):
        hot_list = app.query_one(Watched)
        hot_list._columns = (Column("Name"), Column("City", 10, from_width=60))
        hot_list.show([Row(1, ("Ana", "Leeds"))])
        assert "Leeds" not in " ".join(seen(hot_list))
