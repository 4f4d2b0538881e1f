"""What cannot be opened is one sentence, and nothing was changed."""

import shutil
from pathlib import Path

import pytest

from bookkeeper_tui.errors import BadInput, StoreUnusable
from bookkeeper_tui.settings import read_settings, write_settings
from bookkeeper_tui.store import opening
from bookkeeper_tui.store.desk import Desk
from bookkeeper_tui.store.opening import Store, create_store, open_store


def test_a_new_shop_knows_its_money_clock_and_dates(store: Store) -> None:
    assert (store.shop.currency, store.shop.exponent, store.shop.time_zone) == ("EUR", 2, "Europe/Madrid")
    assert store.conventions.date("2026-11-20") == "20/11/26".replace("/26", "/2026")
    assert not store.mistakes


@pytest.mark.parametrize(
    ("field", "value", "named"),
    [
        ("currency", "EURO", "EURO"),
        ("country", "XX", "XX"),
        ("time_zone", "Mars/Base", "Mars/Base"),
        ("name", " ", "name"),
    ],
)
def test_a_shop_that_cannot_be_is_refused_and_not_begun(tmp_path: Path, field: str, value: str, named: str) -> None:
    given = {"name": "Main St", "currency": "EUR", "country": "ES", "time_zone": ""} | {field: value}
    with pytest.raises(BadInput, match=named):
        create_store(tmp_path / "shop", tmp_path / "keys", **given)
    assert not (tmp_path / "shop").exists()


def test_a_second_store_in_the_same_place_is_refused(store: Store) -> None:
    with pytest.raises(StoreUnusable, match="already"):
        create_store(store.directory, store.keys_directory, name="Other", currency="EUR", country="ES")


def test_no_store_is_one_sentence_that_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(StoreUnusable, match="bookkeeper init"):
        open_store(tmp_path, tmp_path)


@pytest.mark.parametrize("content", [b"", b"just some text", b"SQLite format 3\x00" + b"\x00" * 200])
def test_a_file_that_is_no_store_is_left_as_it_is(store: Store, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "store.db").write_bytes(content)
    with pytest.raises(StoreUnusable):
        open_store(tmp_path, store.keys_directory)
    assert (tmp_path / "store.db").read_bytes() == content


def test_another_programs_database_is_left_as_it_is(store: Store, tmp_path: Path) -> None:
    import sqlite3

    with sqlite3.connect(tmp_path / "store.db") as other:
        other.execute("CREATE TABLE theirs (id INTEGER)")
    with pytest.raises(StoreUnusable, match="not a Bookkeeper store"):
        open_store(tmp_path, store.keys_directory)


def test_a_damaged_store_says_so(store: Store) -> None:
    store.close()
    path = store.engine.path
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 3])
    with pytest.raises(StoreUnusable, match=r"damaged|restore"):
        open_store(store.directory, store.keys_directory)


def test_missing_keys_are_named(store: Store, tmp_path: Path) -> None:
    with pytest.raises(StoreUnusable, match="keys directory"):
        open_store(store.directory, tmp_path / "nowhere")
    (store.keys_directory / "audit.key").unlink()
    with pytest.raises(StoreUnusable, match=r"audit\.key"):
        open_store(store.directory, store.keys_directory)


def test_another_stores_keys_are_refused(store: Store, tmp_path: Path) -> None:
    Desk.shell(store).look("customer.viewed")
    create_store(tmp_path / "other", tmp_path / "other-keys", name="Other", currency="EUR", country="ES").close()
    with pytest.raises(StoreUnusable, match="another store"):
        open_store(store.directory, tmp_path / "other-keys")


def test_keys_are_for_their_owner_alone_and_are_not_in_the_store(store: Store) -> None:
    for key in store.keys_directory.iterdir():
        assert key.stat().st_mode & 0o077 == 0
        assert key.read_text().strip() not in store.engine.path.read_bytes().decode("latin-1")


def test_a_store_can_be_moved_with_its_directory(store: Store, tmp_path: Path) -> None:
    store.close()
    moved = Path(shutil.move(store.directory, tmp_path / "elsewhere"))
    open_store(moved, store.keys_directory).close()


@pytest.mark.parametrize("name", ["pepper.key", "audit.key"])
@pytest.mark.parametrize("content", ["", "ab12", "not hexadecimal"])
def test_a_key_that_was_cut_short_is_one_sentence(store: Store, name: str, content: str) -> None:
    (store.keys_directory / name).write_text(content)
    with pytest.raises(StoreUnusable, match=name):
        store.again()


def test_every_country_has_ways_to_write_figures_and_dates_that_its_settings_take(tmp_path: Path) -> None:
    from babel import Locale

    path = tmp_path / "settings.toml"
    countries = [code for code in Locale("en").territories if len(code) == 2 and code.isalpha()]
    assert {"WS", "VU", "BQ", "ES", "IN", "CH"} <= set(countries)
    for country in countries:
        wanted = opening._settings_for(country)
        write_settings(path, wanted)
        assert read_settings(path) == (wanted, []), country
