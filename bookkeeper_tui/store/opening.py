"""Making a store and opening one: the directory with `store.db` and `settings.toml`, and its keys elsewhere."""

import os
import re
from dataclasses import dataclass
from pathlib import Path

from peewee import DatabaseError, SqliteDatabase

from bookkeeper_tui.errors import BadInput, StoreUnusable
from bookkeeper_tui.formats import Conventions, now_us
from bookkeeper_tui.money import exponent_of
from bookkeeper_tui.settings import FILE_NAME, Settings, read_settings, write_settings
from bookkeeper_tui.store import audit
from bookkeeper_tui.store.engine import Engine
from bookkeeper_tui.store.engine.connection import explain
from bookkeeper_tui.store.engine.migrating import migrate
from bookkeeper_tui.store.keys import Keys, make_keys, read_keys
from bookkeeper_tui.store.permissions import give_new_permissions, knows_new_permissions
from bookkeeper_tui.store.shop import Shop, ShopRecord, read_shop

DATABASE = "store.db"


@dataclass(slots=True, repr=False, eq=False)
class Store:
    """An open store: its engine, keys, shop and settings, which are read again when somebody changed them.

    `mistakes` are sentences about `settings.toml`, `stamp` what tells its versions apart.
    """

    directory: Path
    keys_directory: Path
    engine: Engine
    keys: Keys
    shop: ShopRecord
    settings: Settings
    mistakes: tuple[str, ...]
    conventions: Conventions
    stamp: tuple[int, ...] = ()

    @property
    def database(self) -> SqliteDatabase:
        """The connection, for reading."""
        return self.engine.database

    @property
    def settings_path(self) -> Path:
        """Where the settings lie."""
        return self.directory / FILE_NAME

    def keep_up(self) -> bool:
        """Read the settings again if their file is another than the one that was read; whether it was."""
        if _stamp(self.settings_path) == self.stamp:
            return False
        self.stamp = _stamp(self.settings_path)
        self.settings, mistakes = read_settings(self.settings_path)
        self.mistakes, self.conventions = tuple(mistakes), _conventions(self.shop, self.settings)
        return True

    def again(self) -> "Store":
        """The same store opened once more, for another thread."""
        return open_store(self.directory, self.keys_directory)

    def close(self) -> None:
        """Close the connection."""
        self.engine.close()


def create_store(directory: Path, keys: Path, *, name: str, currency: str, country: str, time_zone: str = "") -> Store:
    """Make a new store and its keys, and open it.

    `currency` is an ISO code, `country` two letters; the time zone is the country's first when none is given.
    Raises BadInput for a currency, country or time zone that is none, StoreUnusable when there is a store already or
    the directory cannot be written.
    """
    path = directory / DATABASE
    if path.exists():
        raise StoreUnusable(f"There is a store in {directory} already")
    if not name.strip():
        raise BadInput("The shop needs a name")
    country, currency = country.strip().upper(), currency.strip().upper()
    shop = {
        "id": 1,
        "name": name.strip(),
        "currency": currency,
        "exponent": exponent_of(currency),
        "country": _country(country),
        "time_zone": _time_zone(time_zone, country),
        "created_at": now_us(),
    }
    unfinished = path.with_suffix(".making")
    try:
        directory.mkdir(parents=True, exist_ok=True, mode=0o770)
        unfinished.unlink(missing_ok=True)
        make_keys(keys)
        begin_file(unfinished)
        _make_database(unfinished, shop)
        write_settings(directory / FILE_NAME, _settings_for(country))
        unfinished.rename(path)
    except OSError as error:
        raise StoreUnusable(f"A store cannot be made in {directory} ({error.strerror})") from error
    finally:
        for leftover in directory.glob("store.making*") if directory.is_dir() else ():
            leftover.unlink(missing_ok=True)
    return open_store(directory, keys)


def open_store(directory: Path, keys: Path) -> Store:
    """Open a store, migrating it first when an older program made it.

    Raises StoreUnusable, in one sentence, when it is no store, newer than the program, damaged, read-only, or its
    keys are missing or another store's.
    """
    path = directory / DATABASE
    if not path.is_file():
        raise StoreUnusable(f"There is no store in {directory}: make one with bookkeeper init, or try bookkeeper demo")
    secrets = read_keys(keys)
    engine = Engine(path)
    engine.connect()
    try:
        migrate(engine)
        _check_keys(engine, secrets, keys)
        if audit.kept_head(engine.database, secrets.audit) is None:
            with engine.write() as database:
                audit.make_head(database, secrets.audit, secrets.audit_id, now_us())
        if knows_new_permissions(engine.database):
            with engine.write() as database:
                give_new_permissions(database)
        shop = read_shop(engine.database)
    except DatabaseError as error:
        engine.close()
        raise StoreUnusable(explain(error, path)) from error
    except BaseException:
        engine.close()
        raise
    stamp = _stamp(directory / FILE_NAME)
    settings, mistakes = read_settings(directory / FILE_NAME)
    conventions = _conventions(shop, settings)
    return Store(directory, keys, engine, secrets, shop, settings, tuple(mistakes), conventions, stamp)


def begin_file(path: Path) -> None:
    """Make an empty file for a store, or a copy of one, that other accounts may not read, whatever the directory."""
    path.unlink(missing_ok=True)
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o660))


def _stamp(path: Path) -> tuple[int, ...]:
    try:
        found = path.stat()
    except OSError:
        return ()
    return (found.st_mtime_ns, found.st_size, found.st_ino)


def _conventions(shop: ShopRecord, settings: Settings) -> Conventions:
    return Conventions(
        shop.currency, shop.exponent, settings.decimal, settings.group, settings.date_format, settings.ascii == "yes"
    )


def _make_database(path: Path, shop: dict[str, object]) -> None:
    engine = Engine(path)
    engine.database.connect()
    try:
        migrate(engine)
        with engine.write() as database:
            Shop.insert(shop).execute(database)
            give_new_permissions(database)
    except DatabaseError as error:
        raise StoreUnusable(explain(error, path)) from error
    finally:
        engine.close()


def _check_keys(engine: Engine, keys: Keys, directory: Path) -> None:
    head = audit.kept_head(engine.database, keys.audit)
    if head is not None and head.holds:
        return
    known = audit.key_ids(engine.database)
    if known and keys.audit_id not in known:
        raise StoreUnusable(f"The keys in {directory} belong to another store than {engine.path.parent}")


def _country(country: str) -> str:
    from babel import Locale

    if country not in Locale("en").territories or not country.isalpha() or len(country) != 2:
        raise BadInput(f"“{country}” is not a country code such as ES or GB")
    return country


def _time_zone(time_zone: str, country: str) -> str:
    from zoneinfo import available_timezones

    from babel.core import get_global

    if not time_zone:
        zones = [zone for zone, home in get_global("zone_territories").items() if home == country]
        time_zone = _usual_zone(country) or (sorted(zones)[0] if zones else "UTC")
    if time_zone not in available_timezones():
        raise BadInput(f"“{time_zone}” is not a time zone such as Europe/Madrid")
    return time_zone


def _usual_zone(country: str) -> str:
    """The zone of most people, for the countries where the first by name is another."""
    usual = {
        "AU": "Australia/Sydney", "BR": "America/Sao_Paulo", "CA": "America/Toronto", "CL": "America/Santiago",
        "CN": "Asia/Shanghai", "DE": "Europe/Berlin", "EC": "America/Guayaquil", "ES": "Europe/Madrid",
        "ID": "Asia/Jakarta", "KZ": "Asia/Almaty", "MX": "America/Mexico_City", "NZ": "Pacific/Auckland",
        "PT": "Europe/Lisbon", "RU": "Europe/Moscow", "UA": "Europe/Kyiv", "US": "America/New_York",
    }  # fmt: skip
    return usual.get(country, "")


def _settings_for(country: str) -> Settings:
    """Figures and dates as the country writes them."""
    from babel import Locale, UnknownLocaleError
    from babel.core import get_global

    try:
        locale = Locale.parse(get_global("likely_subtags").get(f"und_{country}") or f"en_{country}")
    except UnknownLocaleError:
        locale = Locale("en", "001")
    symbols = locale.number_symbols.get("latn", {})
    decimal = symbols.get("decimal", ".")
    group = "." if decimal == "," else ","
    pattern = "".join(letter for letter in locale.date_formats["short"].pattern if letter in "dMy/.- ").strip()
    date_format = re.sub("y+", "%Y", re.sub("M+", "%m", re.sub("d+", "%d", pattern)))
    return Settings(decimal=decimal if decimal in ".," else ".", group=group, date_format=date_format)
