"""The commissions of a period on paper, and as a file."""

from pathlib import Path

import pytest

from bookkeeper_tui.errors import BadInput
from bookkeeper_tui.paper.commissions import commissions_page, save_commissions
from bookkeeper_tui.paper.plain import as_text
from bookkeeper_tui.store import bookings, packages
from bookkeeper_tui.store.opening import Store
from tests.store.bookings.studio import Studio, studio_in

MONTH = ("2026-11-01", "2026-11-30")


@pytest.fixture
def studio(store: Store) -> Studio:
    """A studio where Marta gave two sessions and waited for one, and Pau gave one."""
    studio = studio_in(store)
    package, missed = studio.sell(), studio.book("10:00")
    packages.use(studio.desk, package.id, 2, trainer_id=studio.marta)
    packages.use(studio.desk, package.id, trainer_id=studio.pau)
    studio.at = studio.instant("12:00")
    bookings.no_show(studio.desk, missed.id)
    return studio


def test_each_trainer_stands_with_their_figures_and_then_the_sum(studio: Studio) -> None:
    page = commissions_page(studio.desk, *MONTH)
    lines = [" ".join(line.split()) for line in as_text(page, 42).splitlines()]
    body = [line for line in lines if line and not set(line) <= {"-", "─"}]
    assert body[:3] == ["Main St", "COMMISSIONS", "01/11/2026 to 30/11/2026"]
    assert body[3:8] == ["Marta", "Sessions 3", "Worth without tax 150,00", "Commission 45,00", "No-shows 1"]
    assert body[8:12] == ["Pau", "Sessions 1", "Worth without tax 50,00", "Commission 15,00"]
    assert body[12:15] == ["Sessions 4", "Worth without tax 200,00", "Commissions 60,00"]


def test_days_without_sessions_say_so(studio: Studio) -> None:
    text = as_text(commissions_page(studio.desk, "2026-10-01", "2026-10-01"), 42)
    assert "No sessions in these days." in text
    assert "01/10/2026\n" in text


@pytest.mark.parametrize(
    ("name", "begins"),
    [("nov.csv", b"trainer,first"), ("nov.JSON", b"["), ("nov.pdf", b"%PDF-"), ("nov.txt", b" ")],
)
def test_the_name_says_what_kind_of_file_it_is(studio: Studio, name: str, begins: bytes) -> None:
    path = save_commissions(studio.desk, *MONTH, name)
    assert path.name == name.lower()
    assert path.read_bytes().startswith(begins)
    assert path.is_relative_to(studio.store.directory)


@pytest.mark.parametrize("name", ["", "nov", ".csv", "nov.exe", "../"])
def test_a_name_that_is_no_file_is_told_and_nothing_is_written(studio: Studio, name: str) -> None:
    before = set(Path(studio.store.directory).rglob("*"))
    with pytest.raises(BadInput, match="no name for a file"):
        save_commissions(studio.desk, *MONTH, name)
    assert set(Path(studio.store.directory).rglob("*")) == before


def test_a_path_leads_nowhere_else(studio: Studio) -> None:
    path = save_commissions(studio.desk, *MONTH, "../../etc/nov.csv")
    assert path.name == "etc-nov.csv"
    assert path.is_relative_to(studio.store.directory)
