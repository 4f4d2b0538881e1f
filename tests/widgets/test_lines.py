"""The one-line widgets and the drawing functions: what fits, what is left out first, and what is repainted."""

import pytest
from textual.app import App, ComposeResult
from textual.strip import Strip
from textual.widget import Widget

from bookkeeper_tui.formats import cell_width
from bookkeeper_tui.widgets import pieces
from bookkeeper_tui.widgets.chart import Measure, bars
from bookkeeper_tui.widgets.figures import Figure, figure_lines, table_lines
from bookkeeper_tui.widgets.header_line import HeaderLine
from bookkeeper_tui.widgets.key_line import KeyLine
from bookkeeper_tui.widgets.pieces import Line, Piece, line_width, pair, wrap
from bookkeeper_tui.widgets.sheet import Sheet
from bookkeeper_tui.widgets.tab_strip import TabStrip

TABS = ["Overview", "Sales", "Packages", "Usage log", "SOA", "Reservations", "New booking", "Members", "Loyalty", "Own"]


class Lines(App[None]):
    ENABLE_COMMAND_PALETTE = False
    ascii_only = False

    def compose(self) -> ComposeResult:
        yield HeaderLine()
        yield TabStrip()
        yield Sheet()
        yield KeyLine()


def text_of(widget: HeaderLine | TabStrip | Sheet, y: int = 0) -> str:
    return widget.render_line(y).text


def show_all(header: HeaderLine) -> None:
    header.show(
        shop="Acme", branch="Main St", terminal="Till 3", person="Ana Reyes", role="cashier", since="14:02", live=True
    )


async def test_the_header_says_where_and_who() -> None:
    app = Lines()
    async with app.run_test(size=(80, 10)):
        header = app.query_one(HeaderLine)
        show_all(header)
        said = text_of(header)
        assert said.startswith(" Acme   Main St · Till 3  ")
        assert said.endswith("  Ana Reyes, cashier  since 14:02  ● live ")
        assert cell_width(said) == 80


async def test_a_narrow_header_keeps_shop_and_person_longest() -> None:
    app = Lines()
    async with app.run_test(size=(34, 10)):
        header = app.query_one(HeaderLine)
        show_all(header)
        said = text_of(header)
        assert "Acme" in said
        assert "Ana Reyes, cashier" in said
        assert "live" not in said


async def test_the_key_line_leaves_out_last_keys_first_and_keeps_the_place() -> None:
    app = Lines()
    async with app.run_test(size=(40, 10)) as pilot:
        keys = app.query_one(KeyLine)
        keys.show([("F1", "Help"), ("F2", "Find"), ("e", "Edit"), ("n", "Note"), ("v", "Reveal")])
        keys.show_right("1 of 2,318")
        await pilot.pause()
        said = keys.text
        assert said.startswith(" F1 Help  F2 Find ")
        assert "Reveal" not in said
        assert said.endswith("1 of 2,318 ")


async def test_moving_the_cursor_repaints_the_place_and_not_the_keys() -> None:
    painted: list[str] = []

    class Counted(KeyLine):
        def compose(self) -> ComposeResult:
            for part in super().compose():
                self._watch(part)
                yield part

        def _watch(self, part: Widget) -> None:
            draw = part.render_line

            def counting(y: int) -> Strip:
                painted.append(type(part).__name__)
                return draw(y)

            part.render_line = counting  # type: ignore[method-assign]

    class One(App[None]):
        ENABLE_COMMAND_PALETTE = False

        def compose(self) -> ComposeResult:
            yield Counted()

    app = One()
    async with app.run_test(size=(40, 3)) as pilot:
        keys = app.query_one(Counted)
        keys.show([("F1", "Help")])
        keys.show_right("1 of 9")
        await pilot.pause()
        painted.clear()
        keys.show([("F1", "Help")])
        keys.show_right("2 of 9")
        await pilot.pause()
        assert painted == ["_Place"]


async def test_the_tab_strip_shows_the_current_tab_wherever_it_is() -> None:
    app = Lines()
    async with app.run_test(size=(55, 10)):
        strip = app.query_one(TabStrip)
        for current, title in enumerate(TABS):
            strip.show(TABS, current)
            said = text_of(strip)
            assert f"[{'1234567890'[current]} {title}]" in said
            assert said.startswith("‹") == (" 1 Overview " not in said and "[1 Overview]" not in said)
            assert ("0 Own" in said) != said.rstrip().endswith("›")
            assert cell_width(said) == 55


async def test_an_ascii_terminal_gets_ascii_marks() -> None:
    app = Lines()
    app.ascii_only = True
    async with app.run_test(size=(40, 10)):
        strip = app.query_one(TabStrip)
        strip.show(TABS, 5)
        assert text_of(strip).isascii()
        sheet = app.query_one(Sheet)
        sheet.draw(lambda width: [pair("A label that is too long for its line", "1,234.50", width)])
        assert text_of(sheet).isascii()


async def test_a_sheet_keeps_its_scroll_when_a_line_changes() -> None:
    app = Lines()
    async with app.run_test(size=(40, 13)) as pilot:
        sheet = app.query_one(Sheet)
        lines: list[Line] = [(Piece(f"line {n}"),) for n in range(40)]
        sheet.draw(lambda width: lines)
        sheet.focus()
        await pilot.press("pagedown")
        top = sheet.top
        assert top > 0
        changed = [*lines[:12], (Piece("another"),), *lines[13:]]
        sheet.draw(lambda width: changed)
        assert sheet.top == top
        assert "another" in " ".join(text_of(sheet, y) for y in range(sheet.size.height))


async def test_a_long_sheet_tells_of_what_is_below() -> None:
    app = Lines()
    async with app.run_test(size=(40, 13)) as pilot:
        sheet = app.query_one(Sheet)
        sheet.draw(lambda width: [(Piece(f"line {n}"),) for n in range(40)])
        sheet.focus()
        assert "more" in text_of(sheet, sheet.size.height - 1)
        await pilot.press("end")
        assert text_of(sheet, sheet.size.height - 1).strip() == "line 39"


def said(lines: list[Line]) -> list[str]:
    return ["".join(piece.text for piece in line) for line in lines]


def test_a_bar_is_as_long_as_its_share_of_the_highest() -> None:
    months = [Measure("Jan", 10_000, "100.00"), Measure("Feb", 5_000, "50.00"), Measure("Mar", 0, "0.00")]
    assert said(bars(months, 31, ascii_only=True)) == [
        "Jan #################### 100.00",
        "Feb ##########            50.00",
        "Mar                        0.00",
    ]


def test_a_small_value_still_shows_and_a_loss_has_no_bar() -> None:
    drawn = said(bars([Measure("a", 1000, "10"), Measure("b", 10, "0.1"), Measure("c", -700, "−7")], 20))
    assert drawn[0].count("█") == 14
    assert "█" not in drawn[1] + drawn[2]
    assert drawn[2].endswith("−7")


def test_where_there_is_room_a_year_stands_in_two_columns_read_downwards() -> None:
    months = [Measure(f"{month:02d}", month, str(month)) for month in range(1, 13)]
    wide, narrow = said(bars(months, 60)), said(bars(months, 40))
    assert (len(wide), len(narrow)) == (6, 12)
    assert [line.split()[0] for line in wide] == ["01", "02", "03", "04", "05", "06"]
    assert "07" in wide[0]
    assert {cell_width(line) for line in wide} == {59}


def test_bars_of_nothing_are_none_and_of_zeroes_are_empty() -> None:
    assert bars([], 40) == []
    assert "█" not in "".join(said(bars([Measure("a", 0, "0.00")], 40)))


def test_figures_stand_right_under_one_another() -> None:
    lines = figure_lines([Figure("Spend", "1,234.50"), Figure("Visits", "47"), Figure("Owes", "−12.00")], 55)
    assert [line_width(line) for line in lines[:1]] == [55]
    assert len(lines) == 2
    narrow = figure_lines([Figure("Spend", "1,234.50"), Figure("Visits", "47")], 20)
    assert [line_width(line) for line in narrow] == [20, 20]


def test_a_value_wider_than_its_place_is_cut_and_not_the_screen() -> None:
    assert line_width(pair("Spend", "9" * 60, 20)) == 20


def test_a_table_keeps_its_columns_with_wide_names() -> None:
    lines = table_lines([("李小龍的店", "12.00"), ("Brand with a very long name indeed", "1,200.00")], 24, right=(1,))
    assert [line_width(line) for line in lines] == [24, 24]


def test_wrapping_never_exceeds_the_width_and_loses_nothing() -> None:
    text = "a supercalifragilisticexpialidocious word and 李小龍李小龍李小龍 too"
    lines = wrap(text, 10)
    assert all(cell_width(line) <= 10 for line in lines)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")


def test_a_pasted_word_without_end_is_wrapped_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    measured = 0

    def counting(text: str) -> int:
        nonlocal measured
        measured += len(text)
        return cell_width(text)

    monkeypatch.setattr(pieces, "cell_width", counting)
    word = "é李X" * 1300
    assert "".join(wrap(word, 50)) == word
    assert measured < 200 * len(word)
