"""The floor of a start: a Textual program with the widgets of the sign-in screen, and nothing behind them."""

from __future__ import annotations

from textual.app import App, ComposeResult
from textual.containers import Container, Horizontal, Vertical
from textual.widgets import Input, Static


class BareApp(App[None]):
    """A header, two fields with their labels, a place for a sentence, a line of keys, and two that are not in sight."""

    CSS = """
    .header, .keys, .keys Static, .notice { height: 1; }
    .keys .place { width: 16; }
    .body, .sign-in { height: 1fr; }
    .sign-in { padding: 2 4; }
    .entry { height: 2; }
    .label { width: 16; }
    Input { width: 24; }
    .hidden { display: none; }
    """
    ENABLE_COMMAND_PALETTE = False

    def compose(self) -> ComposeResult:
        yield Static(" Bookkeeper", classes="header")
        with Container(classes="body"), Vertical(classes="sign-in"):
            with Horizontal(classes="entry"):
                yield Static("Staff number", classes="label")
                yield Input(compact=True)
            with Horizontal(classes="entry"):
                yield Static("PIN", classes="label")
                yield Input(compact=True, password=True)
            yield Static("", classes="said")
        with Horizontal(classes="keys"):
            yield Static(" F1 Help  Ctrl+Q Quit")
            yield Static("", classes="place hidden")
        yield Static("", classes="notice hidden")
        yield Static("", classes="hidden")

    def on_mount(self) -> None:
        self.theme = "ansi-dark" if "ansi-dark" in self.available_themes else "textual-ansi"
        for field in self.query(Input):
            field.cursor_blink = False


def main() -> None:
    """Paint until hung up."""
    app = BareApp()
    app.animation_level = "none"
    app.run(mouse=False)


if __name__ == "__main__":
    main()
