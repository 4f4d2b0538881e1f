"""`bookkeeper export commissions`: what each trainer gave, as a table."""

import json
from contextlib import closing
from pathlib import Path

import pytest

from bookkeeper_tui.store import packages
from bookkeeper_tui.store.opening import open_store
from tests.store.bookings.studio import studio_in
from tests.test_cli import Shop, shop

__all__ = ["shop"]

NOVEMBER = ("--since", "2026-11-01", "--until", "2026-11-30")


@pytest.fixture
def worked(shop: Shop) -> Shop:
    """A shop where Marta gave two sessions of 50.00."""
    with closing(open_store(shop.store, shop.keys)) as store:
        studio = studio_in(store)
        packages.use(studio.desk, studio.sell().id, 2, trainer_id=studio.marta)
    return shop


def test_commissions_go_to_standard_output_or_a_file(worked: Shop, tmp_path: Path) -> None:
    status, out, err = worked.run("export", "commissions", *NOVEMBER)
    assert (status, err) == (0, "")
    assert out.splitlines()[1:] == ["Marta,2026-11-01,2026-11-30,2,100.00,30.00,0"]
    path = tmp_path / "commissions.json"
    status, out, _ = worked.run("export", "commissions", *NOVEMBER, "--format", "json", "--to", str(path))
    assert (status, out) == (0, f"The commissions of 1 trainer are in {path}.\n")
    assert json.loads(path.read_text()) == [
        {
            "trainer": "Marta", "first": "2026-11-01", "last": "2026-11-30", "sessions": 2, "worth": "100.00",
            "commission": "30.00", "no_shows": 0,
        }
    ]  # fmt: skip


def test_without_dates_it_is_this_month(shop: Shop) -> None:
    assert shop.run("export", "commissions") == (0, "trainer,first,last,sessions,worth,commission,no_shows\n", "")
    rows = shop.json("audit", "show")
    assert isinstance(rows, list)
    detail = next(row["detail"] for row in rows if row["action"] == "export.commissions")
    assert detail["first"] == f"{detail['last'][:8]}01"


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--since", "soon"), "“soon” after --since is not a date"),
        (("--since", "2026-11-30", "--until", "2026-11-01"), "To: 01/11/2026 is before 30/11/2026"),
    ],
)
def test_dates_that_are_none_are_one_sentence(shop: Shop, words: tuple[str, ...], sentence: str) -> None:
    status, out, err = shop.run("export", "commissions", *words)
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert sentence in err
