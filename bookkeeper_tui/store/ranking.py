"""The order in which search finds customers: who comes often and came lately stands first."""

from bookkeeper_tui.store.desk import Change, Desk
from bookkeeper_tui.store.engine import search_index

_BEST_FIRST = """
SELECT s.customer_id AS customer_id FROM standing AS s JOIN customer AS c ON c.id = s.customer_id
ORDER BY c.status = 'active' DESC, s.visits DESC, s.last_at DESC, s.customer_id
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
