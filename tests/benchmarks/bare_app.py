"""The floor of a start: a Textual program with the sign-in screen's widgets and nothing behind them."""

from __future__ import annotations

from textual.app import App, ComposeResult
from textual.widgets import Input, Static


class BareApp(App[None]):
    """A header, two fields, a line of keys."""

    CSS = """
    #header, #keys { height: 1; }
    #body { height: 1fr; }
    Input { width: 30; }
    """
    ENABLE_COMMAND_PALETTE = False

    def compose(self) -> ComposeResult:
        yield Static(" Bookkeeper", id="header")
        yield Static("Staff number")
        yield Input(compact=True, id="number")
        yield Static("PIN")
        yield Input(compact=True, password=True, id="pin")
        yield Static(id="body")
        yield Static(" F1 Help  Enter Sign in  Ctrl+Q Quit", id="keys")

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
