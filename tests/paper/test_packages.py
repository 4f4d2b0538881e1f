"""The card of what is left of a customer's packages."""

import pytest

from bookkeeper_tui.errors import BadInput
from bookkeeper_tui.paper.packages import packages_page, save_usage
from bookkeeper_tui.paper.plain import as_text
from bookkeeper_tui.store import packages
from bookkeeper_tui.store.packages.usage import UsageFilter
from tests.store.packages.conftest import studio
from tests.store.packages.studio import Studio

__all__ = ["studio"]


def test_the_card_says_what_is_left_and_until_when(studio: Studio) -> None:
    package = studio.bought("TEN")
    packages.use(studio.desk, package.id, 3, trainer_id=studio.ids["Marta"])
    frozen = studio.bought("THREE")
    packages.freeze(studio.desk, frozen.id)
    gone = studio.bought("ONE")
    packages.deduct(studio.desk, gone.id, 1, "Old card")
    page = packages_page(studio.desk, studio.ana)
    text = as_text(page, 42)
    assert (page.kind, page.number, page.customer_id) == ("packages", "C-000001", studio.ana)
    assert "7 of 10 left" in text
    assert f"{package.number}, until 19/02/2027" in text
    assert "for Massage" in text
    assert "3 of 3 left" in text
    assert "frozen" in text
    assert gone.number not in text


def test_a_card_of_nothing_is_refused(studio: Studio) -> None:
    with pytest.raises(BadInput, match="has no package with anything left"):
        packages_page(studio.desk, studio.bruno)


@pytest.mark.parametrize("name", ["usage", "usage.xls", ".csv", "…"])
def test_the_log_is_kept_only_under_a_name_that_says_its_format(studio: Studio, name: str) -> None:
    with pytest.raises(BadInput, match="is no name for a file"):
        save_usage(studio.desk, name, studio.ana, UsageFilter())


def test_the_log_is_kept_where_paper_goes(studio: Studio) -> None:
    studio.bought("TEN")
    path = save_usage(studio.desk, "ana.json", studio.ana, UsageFilter())
    assert path.parent.name == "paper"
    assert '"kind": "sold"' in path.read_text(encoding="utf-8")
