"""The line at the top: whose console this is and where, and who sits at it since when. It holds no ticking clock."""

from textual.strip import Strip

from bookkeeper_tui.widgets.pieces import Line, Painted, Piece, line_width, parts


class HeaderLine(Painted):
    """` Bookkeeper   Main St · Till 3          Ana Reyes, cashier  since 14:02  ● live`."""

    COMPONENT_CLASSES = parts("plain", "strong", "quiet", "good")
    DEFAULT_CSS = """
    HeaderLine { height: 1; dock: top; background: $panel; color: $foreground; }
    """

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._place: tuple[str, ...] = ()
        self._person = ""
        self._since = ""
        self._live = False

    def show(
        self, *, shop: str, branch: str = "", terminal: str = "", person: str = "", role: str = "",
        since: str = "", live: bool = False,
    ) -> None:  # fmt: skip
        """Say where and who; `since` is the clock time of sign-in, `live` whether changes elsewhere arrive."""
        place = tuple(part for part in (branch, terminal) if part)
        who = ", ".join(part for part in (person, role) if part)
        new = ((shop, *place), who, since, live)
        if new != (self._place, self._person, self._since, self._live):
            self._place, self._person, self._since, self._live = new
            self.refresh()

    def render_line(self, y: int) -> Strip:
        """The whole line; what does not fit goes in this order: live mark, since, terminal, branch."""
        width = self.size.width
        dot, mark = ("-", "*") if self.ascii_only else ("·", "●")
        live = Piece(f"  {mark} live", "good") if self._live else Piece("")
        since = Piece(f"  since {self._since}", "quiet") if self._since else Piece("")
        for places, tail in (
            (self._place, (since, live)),
            (self._place, (since,)),
            (self._place, ()),
            (self._place[:2], ()),
            (self._place[:1], ()),
        ):
            left: Line = (Piece(" "), Piece(places[0] if places else "", "strong"))
            if places[1:]:
                left += (Piece("   " + f" {dot} ".join(places[1:])),)
            right = (Piece(self._person), *tail, Piece(" "))
            room = width - line_width(left) - line_width(right)
            if room >= 2:
                return self.strip_of((*left, Piece(" " * room), *right), width)
        return self.strip_of((Piece(" "), Piece(self._place[0] if self._place else "", "strong")), width)
