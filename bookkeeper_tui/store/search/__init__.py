"""Finding customers: by words, phones, codes and filters, best first, in bounded time."""

from bookkeeper_tui.store.search.finding import Answer, Hit, recent, search
from bookkeeper_tui.store.search.question import Mistake

__all__ = ["Answer", "Hit", "Mistake", "recent", "search"]
