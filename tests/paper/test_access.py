"""All that is held, on paper: words for an ordinary person, nothing cut, and a PDF that opens."""

from pathlib import Path

import pytest

from bookkeeper_tui.errors import BadInput
from bookkeeper_tui.paper import access as paper
from bookkeeper_tui.paper.plain import as_text
from bookkeeper_tui.store import customers, notes
from bookkeeper_tui.store.customer_fields import CustomerFields
from bookkeeper_tui.store.desk import Desk
from bookkeeper_tui.store.privacy import access
from bookkeeper_tui.store.sales import NewDiscount, NewLine, NewTender
from tests.store.floor import open_floor

NOTE = "Comes with two dogs and likes the table by the window, whenever there is one, and tea without milk. " * 3


@pytest.fixture
def ana(shell: Desk) -> int:
    """Somebody with a note, who was looked at."""
    customer = customers.create(shell, CustomerFields(name="Ana Reyes", phone="612 345 678", born="1985-05-17"))
    notes.add(shell, customer.id, NOTE)
    shell.look("customer.viewed", subject=customer.number, customer_id=customer.id)
    return customer.id


def text(desk: Desk, who: int, *, only: str = "", columns: int = 80) -> str:
    return as_text(paper.access_page(desk, access.held(desk, who), only=only, columns=columns), columns)


def test_it_is_written_for_the_customer(shell: Desk, ana: int) -> None:
    said = text(shell, ana)
    assert "ALL THAT IS HELD ABOUT YOU" in said
    assert "If something is wrong, we correct it" in " ".join(said.split())
    assert "Phone                 612 345 678" in said
    assert "Born                  17/05/1985" in said
    assert "looked at the profile" in said
    assert "customer.viewed" not in said


@pytest.mark.parametrize("columns", [60, 80, 120])
def test_no_word_is_cut_however_narrow_it_is(shell: Desk, ana: int, columns: int) -> None:
    said = text(shell, ana, columns=columns)
    assert " ".join(NOTE.split()) in " ".join(said.split())
    assert max(map(len, said.splitlines())) <= columns


def test_one_part_alone(shell: Desk, ana: int) -> None:
    said = text(shell, ana, only="Notes")
    assert "two dogs" in said
    assert "612 345 678" not in said


def test_a_sale_is_one_line_with_its_articles_below(shell: Desk, ana: int) -> None:
    floor = open_floor(shell)
    less = NewDiscount("manual", 100)
    cup = NewLine(None, 2000, 2, 700, [less], code="C-1", description="Cup; of Łódź (blue)", note="a gift")
    tea = NewLine(None, 1000, 1, 300, description="A tea from the last valley before the mountains, picked by hand")
    floor.post(
        floor.sale(tea, customer=ana),
        floor.sale(
            cup, tea, customer=ana, tenders=[NewTender("cash", 600), NewTender("card", 400, "slip 7")], minute=5
        ),
    )
    page = text(shell, ana)
    said = " ".join(page.split())
    assert "Sales: what was bought, how it was paid 2" in said
    assert "Paid by: cash 1 A tea from the last valley before the mountains, picked by hand 3,00" in said
    assert "    2 Cup; of Łódź (blue) (C-1) 7,00, discount 1,00, note a gift;\n" in page
    assert "Paid by: cash 6,00; card 4,00, reference slip 7" in said
    assert "C-1" in text(shell, ana, only="What was bought")
    assert "Sales:" not in text(shell, ana, only="What was bought")


@pytest.mark.parametrize(
    ("format", "begins"), [("pdf", b"%PDF-"), ("text", b" "), ("json", b'{"shop"'), ("csv", b"section,row,what,value")]
)
def test_a_file_of_each_kind(shell: Desk, ana: int, format: str, begins: bytes) -> None:
    assert paper.file_bytes(shell, ana, format).startswith(begins)


def test_it_is_saved_where_the_paper_goes(shell: Desk, ana: int) -> None:
    path = paper.save_access(shell, ana, "ana.csv")
    assert path == Path(shell.store.directory / "paper" / "ana.csv")
    assert "Ana Reyes" in path.read_text()
    with pytest.raises(BadInput, match="no name for a file"):
        paper.save_access(shell, ana, "ana.xls")
