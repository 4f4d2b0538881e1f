"""Pages to print, and a shop that sells what stands on them."""

import pytest

from bookkeeper_tui.paper.page import RULE, Page, PaperLine
from tests.store.conftest import floor, till

__all__ = ["floor", "till"]


@pytest.fixture
def page() -> Page:
    """A short page with everything that gives printers trouble."""
    lines = (
        PaperLine("Café Main St", strong=True, centre=True),
        RULE,
        PaperLine("Espresso beans, freshly roasted, one kilo", "1,234.50"),
        PaperLine("李小龍 Łukasz محمد"),
        PaperLine("Ann\x1b[4i\x1b[2J\x07\x9b4i Smith", "€ 5.00"),
    )
    return Page("receipt", "S-0000001", lines)
