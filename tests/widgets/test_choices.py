"""A list of answers: what is wider than its letters, and what is drawn of it."""

from textual.app import App, ComposeResult

from bookkeeper_tui.formats import cell_width
from bookkeeper_tui.widgets.choices import Choices


class Answers(App[None]):
    ascii_only = False

    def compose(self) -> ComposeResult:
        yield Choices([("lee", "李小龍  7 lines"), ("new", "Begin a new one")])


async def test_a_name_of_wide_letters_is_not_cut_where_it_fits() -> None:
    app = Answers()
    async with app.run_test(size=(40, 4)):
        drawn = app.query_one(Choices).render_line(0).text
        assert drawn.rstrip() == "> 1 李小龍  7 lines"
        assert cell_width(drawn) == 40


class People(App[None]):
    ascii_only = False

    def compose(self) -> ComposeResult:
        rows = ("Any", "Luis Ortega", "Pau More", "Marta Gil", "Mario Ortún")
        yield Choices([(name, name) for name in rows], by_letter=True)


async def test_letters_go_to_the_row_in_which_a_word_begins_so() -> None:
    app = People()
    async with app.run_test(size=(40, 6)) as pilot:
        choices = app.query_one(Choices)
        for typed, found in (
            ("m", "Marta Gil"),
            ("m", "Mario Ortún"),
            ("l", "Luis Ortega"),
            ("ortu", "Mario Ortún"),
            ("x", "Mario Ortún"),
            ("mor", "Pau More"),
            ("any", "Any"),
        ):
            await pilot.press(*typed)
            assert choices.cursor_key == found
