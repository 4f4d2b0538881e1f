"""`bookkeeper export commissions`: what each trainer gave, as a table."""

import json
from contextlib import closing
from datetime import date
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
    assert (status, out) == (0, f"1 trainer's commission is in {path}.\n")
    assert json.loads(path.read_text()) == [
        {
            "trainer": "Marta", "first": "2026-11-01", "last": "2026-11-30", "sessions": 2, "worth": "100.00",
            "commission": "30.00", "no_shows": 0,
        }
    ]  # fmt: skip


def test_without_dates_it_is_this_month(worked: Shop) -> None:
    rows = worked.run("export", "commissions", "--until", "2026-11-30")[1].splitlines()[1:]
    assert rows == ["Marta,2026-11-01,2026-11-30,2,100.00,30.00,0"]
    today = date.today().isoformat()
    for row in worked.run("export", "commissions")[1].splitlines()[1:]:
        assert row.startswith(f"Marta,{today[:8]}01,{today[:8]}")


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--since", "soon"), "“soon” after --since is not a date"),
        (("--since", "2026-11-30", "--until", "2026-11-01"), "until: 2026-11-01 is before 2026-11-30"),
    ],
)
def test_dates_that_are_none_are_one_sentence(shop: Shop, words: tuple[str, ...], sentence: str) -> None:
    status, out, err = shop.run("export", "commissions", *words)
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert sentence in err
