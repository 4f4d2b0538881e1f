"""Days that SQL counts are the days of the calendar."""

import sqlite3
from datetime import date, timedelta

from bookkeeper_tui.store.day_numbers import day_number, days_between

EPOCH = date(1970, 1, 1)


def test_every_day_of_the_books_has_the_calendars_number() -> None:
    database = sqlite3.connect(":memory:")
    database.execute("CREATE TABLE days (date TEXT, number INTEGER)")
    # Every day around the turns of leap and common centuries, and every tenth day of what the books may hold.
    near = [date(year, 2, 20) + timedelta(days) for year in (1971, 2000, 2028, 2100, 8999) for days in range(400)]
    far = [date(1971, 1, 1) + timedelta(days) for days in range(0, 7029 * 365, 101)]
    database.executemany("INSERT INTO days VALUES (?, ?)", [(str(day), (day - EPOCH).days) for day in near + far])
    assert database.execute(f"SELECT * FROM days WHERE {day_number('date')} <> number").fetchall() == []
    apart = database.execute(f"SELECT {days_between('MIN(date)', 'MAX(date)')} FROM days").fetchone()[0]
    assert apart == (max(near + far) - min(near + far)).days
