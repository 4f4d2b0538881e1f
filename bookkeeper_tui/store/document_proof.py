"""Proof that entries and the till's documents stand for each other, both ways, and that frozen reports stand as frozen.

What one table says of another is compared here where no other room's proof does: a row that was changed or taken out
past the triggers is named by the row that is left.
"""

import hashlib
import json
from collections.abc import Iterator

from peewee import SqliteDatabase

from bookkeeper_tui.store.gone import same_person


def reports_changed(database: SqliteDatabase) -> Iterator[str]:
    """The business dates whose Z report is not the one that was frozen, as the audit log has it."""
    frozen: dict[str, tuple[int, str]] = {}
    for subject, detail in database.execute_sql(CLOSINGS):
        said = json.loads(detail)
        frozen[subject] = (said.get("z", 0), said.get("report_sha256", ""))
    for day, z_number, report in database.execute_sql(REPORTS):
        if frozen.pop(day, None) != (z_number, hashlib.sha256(report.encode()).hexdigest()):
            yield day
    yield from frozen


CLOSINGS = "SELECT subject, detail FROM audit WHERE action = 'day.closed' ORDER BY seq"
REPORTS = "SELECT date, z_number, report FROM business_day WHERE z_number IS NOT NULL ORDER BY date"

ENTRIES_WITHOUT_DOCUMENT = """
SELECT entry.id FROM entry WHERE reverses IS NULL AND CASE document_kind
    WHEN 'payment' THEN NOT EXISTS (SELECT 1 FROM payment WHERE id = entry.document_id AND entry_id = entry.id)
    WHEN 'shift' THEN NOT EXISTS (
        SELECT 1 FROM drawer_movement WHERE entry_id = entry.id AND shift_id = entry.document_id)
    WHEN 'merge' THEN NOT EXISTS (SELECT 1 FROM customer_merge WHERE id = entry.document_id)
    WHEN 'move' THEN NOT EXISTS (SELECT 1 FROM sale_move WHERE id = entry.document_id AND entry_id = entry.id)
    WHEN 'points' THEN NOT EXISTS (SELECT 1 FROM points_entry WHERE id = entry.document_id AND kind = 'redeem')
    WHEN 'package' THEN NOT EXISTS (
        SELECT 1 FROM package_event WHERE entry_id = entry.id AND package_id = entry.document_id)
    WHEN 'layaway' THEN NOT EXISTS (SELECT 1 FROM layaway WHERE id = entry.document_id AND fee = (
        SELECT SUM(amount) FROM posting WHERE posting.entry_id = entry.id AND amount > 0))
    ELSE 0 END
UNION ALL
SELECT DISTINCT entry_id FROM posting WHERE NOT EXISTS (SELECT 1 FROM entry WHERE entry.id = entry_id)
"""
PAYMENTS_UNLIKE_POSTINGS = f"""
SELECT payment.id FROM payment
LEFT JOIN posting ON posting.entry_id = payment.entry_id AND posting.line_no = 2
LEFT JOIN account ON account.id = posting.account_id
LEFT JOIN layaway ON layaway.id = payment.document_id
WHERE posting.customer_id IS NOT payment.customer_id OR posting.amount IS NOT -payment.amount
   OR account.name IS NOT CASE payment.kind WHEN 'account' THEN 'Assets:Receivables'
                                            ELSE 'Liabilities:Layaway-Deposits' END
   OR payment.kind = 'account' AND payment.document_id <> 0
   OR payment.kind = 'deposit' AND layaway.customer_id IS NOT payment.customer_id
      AND NOT {same_person("layaway.customer_id", "payment.customer_id")}
"""
# An entry at a till has the date of its shift, and so has what it stands for.
DATES_UNLIKE_SHIFTS = """
SELECT sale.number FROM sale LEFT JOIN shift ON shift.id = sale.shift_id JOIN entry ON entry.id = sale.entry_id
WHERE entry.date <> sale.business_date
   OR sale.shift_id IS NOT NULL AND shift.business_date IS NOT sale.business_date
UNION ALL
SELECT payment.number FROM payment LEFT JOIN shift ON shift.id = payment.shift_id
JOIN entry ON entry.id = payment.entry_id
WHERE entry.date <> payment.business_date
   OR payment.shift_id IS NOT NULL AND (
    shift.business_date IS NOT payment.business_date OR shift.terminal <> payment.terminal)
UNION ALL
SELECT COALESCE(shift.number, 'movement ' || drawer_movement.id)
FROM drawer_movement LEFT JOIN shift ON shift.id = drawer_movement.shift_id
LEFT JOIN entry ON entry.id = drawer_movement.entry_id
WHERE shift.id IS NULL OR drawer_movement.entry_id IS NOT NULL AND entry.date IS NOT shift.business_date
UNION ALL
SELECT shift.number FROM shift LEFT JOIN business_day ON business_day.date = shift.business_date
WHERE business_day.date IS NULL
"""
ITEMS_UNLIKE_DATES = """
SELECT account_item.id FROM account_item JOIN entry ON entry.id = account_item.entry_id
WHERE account_item.date <> entry.date
"""
RETURNS_WITHOUT_SOLD = """
SELECT sale.id FROM sale WHERE kind = 'return' AND shift_id IS NOT NULL
  AND line_count <> (SELECT COUNT(*) FROM returned_line WHERE return_id = sale.id)
                  + EXISTS (SELECT 1 FROM package WHERE refund_id = sale.id)
"""
# Lines cost what their price says: less what an exempt customer pays no tax on, more where tax comes on top.
LINES_UNLIKE_PRICES = """
SELECT DISTINCT sale_id FROM (
    SELECT sale_line.sale_id, (quantity * price + 500) / 1000 AS gross, sale_line.tax, sale_line.tax_rate,
           sale_line.amount + sale_line.discount AS charged
    FROM sale_line JOIN sale ON sale.id = sale_line.sale_id
    WHERE sale.shift_id IS NOT NULL AND sale.kind = 'sale' AND price IS NOT NULL
) AS line WHERE gross NOT IN (charged, charged - tax) AND NOT (tax_rate = 0 AND charged < gross)
"""
LOTS_UNLIKE_FIRST = """
SELECT points_lot.id FROM points_lot JOIN points_entry ON points_entry.id = points_lot.id
WHERE points_lot.expires_on <> points_entry.expires_on
"""
MOVES_UNLIKE_EACH_OTHER = f"""
SELECT sale_id FROM (
    SELECT sale_id, old_customer_id, LAG(new_customer_id) OVER (PARTITION BY sale_id ORDER BY id) AS taker
    FROM sale_move
) AS move WHERE taker <> old_customer_id AND NOT {same_person("taker", "old_customer_id")}
"""
LAYAWAYS_UNLIKE_BASKETS = """
SELECT layaway.id FROM layaway LEFT JOIN basket ON basket.id = layaway.basket_id
WHERE basket.customer_id IS NOT layaway.customer_id OR basket.sale_id IS NOT layaway.sale_id
   OR basket.state IS NOT CASE layaway.state WHEN 'open' THEN 'layaway' WHEN 'picked up' THEN 'paid' ELSE 'dropped' END
   OR layaway.total <> (SELECT SUM(json_extract(value, '$[3]')) FROM json_each(layaway.frozen))
   OR layaway.fee <> COALESCE((
        SELECT SUM(posting.amount) FROM entry JOIN posting ON posting.entry_id = entry.id
        WHERE entry.document_kind = 'layaway' AND entry.document_id = layaway.id AND posting.amount > 0), 0)
UNION ALL
SELECT id FROM basket WHERE state = 'layaway' AND NOT EXISTS (SELECT 1 FROM layaway WHERE basket_id = basket.id)
"""
PROOFS: tuple[tuple[str, str, str], ...] = (
    ("entries have the document they stand for", "SELECT COUNT(*) FROM entry", ENTRIES_WITHOUT_DOCUMENT),
    ("payments are whose the ledger says", "SELECT COUNT(*) FROM payment", PAYMENTS_UNLIKE_POSTINGS),
    ("what was done at a till has its shift's date", "SELECT COUNT(*) FROM shift", DATES_UNLIKE_SHIFTS),
    ("account items have their entry's date", "SELECT COUNT(*) FROM account_item", ITEMS_UNLIKE_DATES),
    ("returns say what they give back", "SELECT COUNT(*) FROM sale WHERE kind = 'return'", RETURNS_WITHOUT_SOLD),
    ("lines cost what their price says", "SELECT COUNT(*) FROM sale_line WHERE price IS NOT NULL", LINES_UNLIKE_PRICES),
    ("lots last as long as they were given", "SELECT COUNT(*) FROM points_lot", LOTS_UNLIKE_FIRST),
    ("moves of a sale follow one another", "SELECT COUNT(*) FROM sale_move", MOVES_UNLIKE_EACH_OTHER),
    ("layaways are as their baskets and fees say", "SELECT COUNT(*) FROM layaway", LAYAWAYS_UNLIKE_BASKETS),
)
