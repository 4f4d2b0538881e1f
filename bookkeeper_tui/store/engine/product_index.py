"""The search index door for articles: the words of their names as SQLite's FTS5 keeps them."""

import re
import unicodedata

from peewee import SqliteDatabase

from bookkeeper_tui.store.engine.search_index import asking

_WORD = re.compile(r"[^\W_]+")
_MOST_WORDS = 12
NAMED = """
SELECT product.id FROM product_search JOIN product ON product.id = product_search.rowid
WHERE product_search MATCH ? AND product.status IN (?, ?) ORDER BY product_search.rowid LIMIT ?
"""


def products_named(database: SqliteDatabase, text: str, limit: int, *, also_inactive: bool = False) -> list[int]:
    """Ids of products in whose names every word of a text begins a word, those longest in the catalogue first."""
    words = _WORD.findall(unicodedata.normalize("NFC", text))[:_MOST_WORDS]
    if not words:
        return []
    asked = " AND ".join(f'"{word}"*' for word in words)
    with asking():
        values = (asked, "active", "inactive" if also_inactive else "active", limit)
        return [row[0] for row in database.execute_sql(NAMED, values)]
    return []
