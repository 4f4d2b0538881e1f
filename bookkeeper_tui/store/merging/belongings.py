"""What of a customer becomes another's with a merge: sales, bookings, notes and the like are theirs from then on.

Every row is remembered, so that it can go back. What was posted or logged stays as it was written.
"""

from peewee import SqliteDatabase

from bookkeeper_tui.store.desk import Change

# What is remembered of each kind, and whose rows are meant. Of timers only those that run: others stand with their log.
MOVED = {
    "sale": "sale WHERE customer_id = ?",
    "layaway": "layaway WHERE customer_id = ?",
    "booking": "booking WHERE customer_id = ?",
    "waiting": "waiting WHERE customer_id = ?",
    "timer": "session_timer WHERE customer_id = ? AND stopped_at IS NULL",
    "membership": "membership WHERE customer_id = ?",
    "note": "note WHERE customer_id = ?",
    "measurement": "measurement WHERE customer_id = ?",
    "interest": "interest_event WHERE customer_id = ?",
}
_TABLES = {kind: rows.split(" ", 1)[0] for kind, rows in MOVED.items()}
# What happened to some of them since keeps them where they are.
_STAYS = {
    "layaway": """state <> 'open' AND id IN (
        SELECT row_id FROM customer_merge_row WHERE merge_id = {merge} AND kind = 'open layaway')""",
    "waiting": """booking_id IS NOT NULL AND booking_id NOT IN (
        SELECT row_id FROM customer_merge_row WHERE merge_id = {merge} AND kind = 'booking')""",
}


def carry_over(change: Change, merge_id: int, old: int, new: int) -> dict[str, int]:
    """Makes all of it the new customer's, and answers how many rows of each kind that were."""
    database = change.database
    counts = {}
    database.execute_sql(f"{REMEMBER} SELECT ?, ?, id FROM {OPEN_LAYAWAYS}", (merge_id, "open layaway", old))
    for kind, rows in MOVED.items():
        database.execute_sql(f"{REMEMBER} SELECT ?, ?, id FROM {rows}", (merge_id, kind, old))
        counts[kind] = _repoint(database, merge_id, kind, old, new, "")
    database.execute_sql(BASKETS.format(whose=""), (new, merge_id, "layaway"))
    return {kind: count for kind, count in counts.items() if count}


def carry_back(change: Change, merge_id: int, old: int, new: int) -> None:
    """Makes what is still the new customer's the old one's again."""
    database = change.database
    for kind in MOVED:
        stays = _STAYS.get(kind, "").format(merge=merge_id)
        _repoint(database, merge_id, kind, new, old, f"AND NOT ({stays})" if stays else "")
    database.execute_sql(TIMED_SINCE, (old, new, merge_id, "booking"))
    database.execute_sql(BASKETS.format(whose="AND customer_id = ?"), (old, merge_id, "layaway", old))


def origins_over(change: Change, old: int, new: int) -> list[list[str]]:
    """Who comes in again from another system is the new customer; answers by which source and reference."""
    rows = change.database.execute_sql("SELECT source, ref FROM customer_origin WHERE customer_id = ?", (old,))
    origins = [list(row) for row in rows.fetchall()]
    change.database.execute_sql("UPDATE customer_origin SET customer_id = ? WHERE customer_id = ?", (new, old))
    return origins


def origins_back(change: Change, old: int, origins: list[list[str]]) -> None:
    """Who comes in by these is the old customer again."""
    for source, ref in origins:
        sql = "UPDATE customer_origin SET customer_id = ? WHERE source = ? AND ref = ?"
        change.database.execute_sql(sql, (old, source, ref))


def remember(change: Change, merge_id: int, kind: str, row_ids: list[int]) -> None:
    """Keeps what a merge did, by kind: "entry" for instance."""
    for row_id in row_ids:
        change.database.execute_sql(f"{REMEMBER} VALUES (?, ?, ?)", (merge_id, kind, row_id))


def remembered(database: SqliteDatabase, merge_id: int, kind: str) -> list[int]:
    """What a merge kept of a kind, in the order of the ids."""
    return [int(row[0]) for row in database.execute_sql(f"{ROWS_OF} ORDER BY row_id", (merge_id, kind))]


def _repoint(database: SqliteDatabase, merge_id: int, kind: str, old: int, new: int, besides: str) -> int:
    cursor = database.execute_sql(
        f"UPDATE {_TABLES[kind]} SET customer_id = ? WHERE id IN ({ROWS_OF}) AND customer_id = ? {besides}",
        (new, merge_id, kind, old),
    )
    return int(cursor.rowcount)


REMEMBER = "INSERT INTO customer_merge_row (merge_id, kind, row_id)"
OPEN_LAYAWAYS = "layaway WHERE customer_id = ? AND state = 'open'"
ROWS_OF = "SELECT row_id FROM customer_merge_row WHERE merge_id = ? AND kind = ?"
# A session of a booking that goes back is timed for whose booking it is.
TIMED_SINCE = """
UPDATE session_timer SET customer_id = ?1 WHERE customer_id = ?2 AND stopped_at IS NULL AND booking_id IN (
    SELECT id FROM booking WHERE customer_id = ?1 AND id IN (
        SELECT row_id FROM customer_merge_row WHERE merge_id = ?3 AND kind = ?4))
"""
BASKETS = f"""
UPDATE basket SET customer_id = ?, version = version + 1
WHERE id IN (SELECT basket_id FROM layaway WHERE id IN ({ROWS_OF}) {{whose}})
"""
