"""Telling a scanner from a hand: characters that come faster than fingers can type are one burst."""

from __future__ import annotations

from dataclasses import dataclass

# Seconds between two characters of a scanner, at most; and how many make a code.
SCAN_GAP = 0.018
SHORTEST_CODE = 4


@dataclass(slots=True)
class Burst:
    """The characters that came so close together that no hand typed them; `last` is when the newest came."""

    text: str = ""
    last: float = 0.0
    gap: float = SCAN_GAP

    def add(self, character: str, at: float) -> None:
        """Take a character that came at an instant (seconds, monotonic): it goes on the burst, or begins another."""
        self.text = self.text + character if self.goes_on(at) else character
        self.last = at

    def goes_on(self, at: float) -> bool:
        """Whether something that comes now still belongs to the burst; within one, twice the gap is forgiven."""
        return bool(self.text) and at - self.last <= (self.gap if len(self.text) == 1 else 2 * self.gap)

    def finished(self, at: float) -> str:
        """The code, if Enter comes now at the end of one; empty when a hand typed. Begins anew either way."""
        code = self.text if self.goes_on(at) and len(self.text) >= SHORTEST_CODE else ""
        self.text = ""
        return code
