"""The list of personal data is whole: every column of text in the store has its verdict, and every SELECT runs."""

import re

from bookkeeper_tui.store.desk import Desk
from bookkeeper_tui.store.privacy.inventory import BY_OTHERS, NOT_PERSONAL, PLACES

_INDEX = re.compile(r"(?:search_name|product_search)(?:_\w+)?|search_vocabulary|sqlite_\w+")


def tables(desk: Desk) -> list[str]:
    rows = desk.database.execute_sql("SELECT name FROM sqlite_master WHERE type = 'table'")
    return sorted(row[0] for row in rows if not _INDEX.fullmatch(row[0]))


def text_columns(desk: Desk, table: str) -> list[str]:
    rows = desk.database.execute_sql(f"SELECT name FROM pragma_table_info('{table}') WHERE type = 'TEXT'")
    return [row[0] for row in rows]


def test_every_column_of_text_has_its_verdict(shell: Desk) -> None:
    places = {place.table: place for place in PLACES}
    unknown = []
    for table in tables(shell):
        for column in text_columns(shell, table):
            place = places.get(table)
            known = place is not None and (place.gone or column in place.erased or column in place.kept)
            if not known and f"{table}.{column}" not in BY_OTHERS and table not in NOT_PERSONAL:
                unknown.append(f"{table}.{column}")
    assert unknown == []


def test_no_verdict_is_about_something_that_is_not_there(shell: Desk) -> None:
    there = set(tables(shell))
    assert {place.table for place in PLACES} | set(NOT_PERSONAL) <= there
    for name in BY_OTHERS:
        table, _, column = name.partition(".")
        assert column in text_columns(shell, table), name
    for place in PLACES:
        columns = {row[0] for row in shell.database.execute_sql(f"SELECT name FROM pragma_table_info('{place.table}')")}
        assert {*place.erased, *place.kept} <= columns, place.table


def test_no_table_with_customers_is_left_out(shell: Desk) -> None:
    """Whatever has a customer's id belongs to a place, or says why it does not."""
    places = {place.table for place in PLACES}
    for table in tables(shell):
        columns = [row[0] for row in shell.database.execute_sql(f"SELECT name FROM pragma_table_info('{table}')")]
        if any(column.endswith("customer_id") for column in columns):
            assert table in places or table in NOT_PERSONAL or table == "search_entry", table


def test_every_place_can_be_read(shell: Desk) -> None:
    for place in PLACES:
        rows = shell.database.execute_sql(place.reading.format(who="2, 3")).fetchall()
        assert all(len(row) == len(place.shown) for row in rows)
