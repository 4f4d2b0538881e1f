"""Two customers who turn out to be one: merged field by field, with all that they own and owe, and taken apart again.

What was posted stays as it was. Rows that say whose something is are re-pointed and remembered; balances go over by
entries, which undoing reverses.
"""

from bookkeeper_tui.store.merging.fields import FIELDS, FROM, INTO, MergeField
from bookkeeper_tui.store.merging.merge import MergePreview, merge, preview
from bookkeeper_tui.store.merging.proof import PROOFS
from bookkeeper_tui.store.merging.undo import Merged, merges_of, undo

__all__ = [
    "FIELDS",
    "FROM",
    "INTO",
    "PROOFS",
    "MergeField",
    "MergePreview",
    "Merged",
    "merge",
    "merges_of",
    "preview",
    "undo",
]
