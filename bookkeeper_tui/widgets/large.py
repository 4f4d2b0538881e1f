"""Figures three lines high, drawn with lines that every terminal has: what is to be read from across the counter."""

from bookkeeper_tui.formats import cell_width

HEIGHT = 3

_STROKES = {
    "0": (" _ ", "| |", "|_|"),
    "1": ("   ", "  |", "  |"),
    "2": (" _ ", " _|", "|_ "),
    "3": (" _ ", " _|", " _|"),
    "4": ("   ", "|_|", "  |"),
    "5": (" _ ", "|_ ", " _|"),
    "6": (" _ ", "|_ ", "|_|"),
    "7": (" _ ", "  |", "  |"),
    "8": (" _ ", "|_|", "|_|"),
    "9": (" _ ", "|_|", " _|"),
    "-": ("   ", " _ ", "   "),
    "−": ("   ", " _ ", "   "),
    ".": (" ", " ", "."),
    ",": (" ", " ", ","),
    "'": ("'", " ", " "),
}


def large(text: str, width: int) -> tuple[str, str, str] | None:
    """An amount as three lines of at most `width` columns, all equally long; None where it has no room."""
    strokes = [_STROKES.get(letter, (" ", " ", " ")) for letter in text]
    lines = tuple(" ".join(stroke[line] for stroke in strokes) for line in range(HEIGHT))
    return (lines[0], lines[1], lines[2]) if cell_width(lines[0]) <= width else None
