"""Proof that who was merged into another holds nothing any more, and leads to somebody who is there."""

# On every account, and of points, what is left for somebody who was merged is nothing.
HOLDS_SOMETHING = """
SELECT customer.number FROM customer WHERE gone = 'merged' AND (
    EXISTS (SELECT 1 FROM posting WHERE posting.customer_id = customer.id GROUP BY account_id HAVING SUM(amount) <> 0)
    OR EXISTS (SELECT 1 FROM points_entry WHERE points_entry.customer_id = customer.id
               GROUP BY points_entry.customer_id HAVING SUM(points) <> 0)
    OR EXISTS (SELECT 1 FROM points_lot WHERE points_lot.customer_id = customer.id AND remaining > 0)
    OR EXISTS (SELECT 1 FROM sale WHERE sale.customer_id = customer.id)
    OR EXISTS (SELECT 1 FROM layaway WHERE layaway.customer_id = customer.id)
    OR EXISTS (SELECT 1 FROM package WHERE package.customer_id = customer.id)
    OR EXISTS (SELECT 1 FROM membership WHERE membership.customer_id = customer.id)
    OR EXISTS (SELECT 1 FROM booking WHERE booking.customer_id = customer.id)
    OR EXISTS (SELECT 1 FROM basket WHERE basket.customer_id = customer.id AND state IN ('open', 'parked', 'layaway')))
"""
LEADS_NOWHERE = """
SELECT customer.number FROM customer
WHERE gone = 'merged' AND merged_into IS NULL OR gone = '' AND merged_into IS NOT NULL
   OR gone <> '' AND status <> 'inactive'
   OR gone = 'merged' AND NOT EXISTS (
       SELECT 1 FROM customer_merge
       WHERE from_id = customer.id AND into_id = customer.merged_into AND undone_at IS NULL)
UNION ALL
SELECT customer.number FROM customer_merge JOIN customer ON customer.id = from_id
WHERE undone_at IS NULL AND gone = ''
"""
# What was counted for a customer who was merged is counted for the survivor: entry by entry, none is lost.
ENTRIES_NOT_EVEN = """
SELECT entry.id FROM entry JOIN posting ON posting.entry_id = entry.id
WHERE entry.document_kind = 'merge' GROUP BY entry.id, account_id HAVING SUM(posting.amount) <> 0
"""
_MERGED = "SELECT COUNT(*) FROM customer_merge"
PROOFS: tuple[tuple[str, str, str], ...] = (
    ("merged customers hold nothing", _MERGED, HOLDS_SOMETHING),
    ("merged customers lead to who they are now", _MERGED, LEADS_NOWHERE),
    ("merges move balances from customer to customer", _MERGED, ENTRIES_NOT_EVEN),
)
