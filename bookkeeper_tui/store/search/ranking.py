"""The order in which search finds customers: who comes often and came lately stands first."""

from bookkeeper_tui.store.desk import Change, Desk
from bookkeeper_tui.store.engine import search_index

_BEST_FIRST = """
SELECT customer_id FROM standing ORDER BY visits DESC, last_at DESC, customer_id
"""


def rerank(desk: Desk) -> int:
    """Work the order out anew, and rebuild the index of names; answers how many customers are in it."""
    with desk.change("search.reranked") as change:
        ranked = rerank_within(change)
        change.note(customers=ranked)
    return ranked


def rerank_within(change: Change) -> int:
    """The same inside a larger change, such as a great import."""
    return search_index.rank(change.database, _BEST_FIRST)
