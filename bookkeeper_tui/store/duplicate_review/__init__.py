"""Customers who may be one person or company: looked for among all of them, judged pair by pair, merged or not."""

from bookkeeper_tui.store.duplicate_review.judging import (
    DIFFERENT,
    NEW,
    Found,
    Pair,
    Person,
    count,
    get,
    judge,
    last_found,
    pairs,
)
from bookkeeper_tui.store.duplicate_review.looking import find

__all__ = [
    "DIFFERENT",
    "NEW",
    "Found",
    "Pair",
    "Person",
    "count",
    "find",
    "get",
    "judge",
    "last_found",
    "pairs",
]
