"""What differs from one database to another, and nothing else: write, search index, changes elsewhere, audit head,
migrations."""

from bookkeeper_tui.store.engine.connection import Engine, Table

__all__ = ["Engine", "Table"]
