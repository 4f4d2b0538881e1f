"""A PIN for somebody else: typed twice, or made by the program. They must change it when they sign in."""

from __future__ import annotations

from bookkeeper_tui.formats import harmless
from bookkeeper_tui.screens.dialogs.choose import Choose
from bookkeeper_tui.screens.dialogs.two_pins import TwoPins
from bookkeeper_tui.screens.screen import HousePlace
from bookkeeper_tui.store import staff

_RULES = "Six to twelve digits, no date, no run, no repeat. Enter on nothing has one made."


class GivePin(TwoPins[str]):
    """Answers the PIN that was typed, or nothing where one is to be made; None for Esc."""

    NAME = "give_pin"
    TITLE_WORDS = "A PIN"

    def __init__(self, name: str) -> None:
        super().__init__()
        self._whose = name

    def words(self) -> str:
        """Whose it is, and what a PIN may be."""
        return f"A PIN for {harmless(self._whose)}, to be changed at the first sign-in.\n{_RULES}"

    def scanned(self, code: str) -> bool:
        """What is scanned here is no article."""
        return False

    def keep(self, pin: str) -> None:
        """Give it."""
        self.dismiss(pin)

    def keep_none(self) -> bool:
        """Have one made."""
        self.dismiss("")
        return True


async def ask_pin(place: HousePlace[None], name: str) -> tuple[str, bool] | None:
    """A PIN for somebody, and whether it was made here and has to be told; None where nobody gave one."""
    typed = await place.ask(GivePin(name))
    if typed is None:
        return None
    return (typed, False) if typed else (staff.make_pin(), True)


async def tell_pin(place: HousePlace[None], name: str, number: str, pin: str) -> None:
    """Show a PIN that was made, once; it stands nowhere else, so a second Enter too many does not take it away."""
    words = f"{harmless(name)} signs in with staff number {number} and the PIN\n\n    {pin}\n\nIt is shown only now."
    while await place.ask(Choose(words, [("stay", "Keep it in sight"), ("done", "It is passed on")])) == "stay":
        pass
