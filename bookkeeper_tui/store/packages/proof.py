"""Proof that packages are what the usage log and the ledger say of them, row by row."""

from bookkeeper_tui.store.day_numbers import days_between
from bookkeeper_tui.store.packages import events

PREPAID = "(SELECT id FROM account WHERE name = 'Liabilities:Prepaid-Packages')"
# What the first so many sessions are worth without tax: the last one takes what is left over.
_WORTH_OF = """CASE WHEN {0} >= package.sessions THEN package.price - package.tax
                    ELSE ({0}) * ((package.price - package.tax) / package.sessions) END"""
_WORTH = _WORTH_OF.format("package.used")
_TAX = """CASE WHEN package.used >= package.sessions THEN package.tax
               ELSE MIN(package.tax, package.used * (
                   package.price / package.sessions - (package.price - package.tax) / package.sessions)) END"""
REMAINING_UNLIKE_EVENTS = """
SELECT package.number FROM package LEFT JOIN package_event ON package_event.package_id = package.id
GROUP BY package.id HAVING COALESCE(SUM(package_event.sessions), 0) <> package.used
UNION
SELECT package.number FROM (
    SELECT package_id, used, SUM(sessions) OVER (PARTITION BY package_id ORDER BY id) AS so_far FROM package_event
) AS event JOIN package ON package.id = event.package_id
WHERE event.used <> event.so_far OR event.so_far NOT BETWEEN 0 AND package.sessions
"""
RECOGNISED_UNLIKE_USED = f"""
SELECT package.number FROM package LEFT JOIN sale AS refund ON refund.id = package.refund_id
WHERE package.recognised <> COALESCE((SELECT SUM(recognised) FROM package_event WHERE package_id = package.id), 0)
   OR package.recognised <> CASE package.state WHEN 'lapsed' THEN package.price - package.tax
                                               WHEN 'returned' THEN 0 ELSE {_WORTH} END
   OR (package.state = 'refunded') <> (refund.id IS NOT NULL)
   OR refund.id IS NOT NULL AND (
       refund.total - refund.tax <> package.recognised - (package.price - package.tax)
       OR refund.tax <> {_TAX} - package.tax OR refund.kind <> 'return'
       OR (SELECT tax_rate FROM sale_line WHERE sale_id = refund.id)
          IS NOT (SELECT tax_rate FROM sale_line WHERE sale_id = package.sale_id AND line_no = package.line_no))
"""
PREPAID_UNLIKE_DEFERRED = f"""
SELECT customer_id FROM (
    SELECT customer_id, -amount AS amount FROM posting WHERE account_id = {PREPAID}
    UNION ALL
    SELECT customer_id, recognised - (price - tax) FROM package WHERE state IN ('live', 'lapsed')
) GROUP BY customer_id HAVING SUM(amount) <> 0
"""
STANDING_UNLIKE_EVENTS = """
SELECT package.number FROM package
LEFT JOIN package_event AS last
  ON last.id = (SELECT MAX(id) FROM package_event WHERE package_id = package.id)
LEFT JOIN package_event AS turn ON turn.id = (
    SELECT MAX(id) FROM package_event
    WHERE package_id = package.id AND kind IN ('sold', 'expire', 'extend', 'refund', 'return'))
LEFT JOIN package_event AS frost ON frost.id = (
    SELECT MAX(id) FROM package_event
    WHERE package_id = package.id AND kind IN ('sold', 'freeze', 'unfreeze', 'refund', 'return'))
WHERE last.customer_id IS NOT package.customer_id OR last.expires_on IS NOT package.expires_on
   OR package.state IS NOT CASE turn.kind WHEN 'expire' THEN 'lapsed' WHEN 'refund' THEN 'refunded'
                                          WHEN 'return' THEN 'returned' WHEN 'sold' THEN 'live'
                                          WHEN 'extend' THEN 'live' END
   OR (package.frozen_since <> '') IS NOT (frost.kind = 'freeze')
   OR package.frozen_since <> '' AND package.frozen_since <> frost.business_date
   OR package.frozen_until <> '' AND (package.frozen_since = '' OR package.frozen_until < package.frozen_since)
   OR package.service_id IS NOT (
       SELECT service_id FROM package_event WHERE package_id = package.id AND kind = 'sold')
"""
# The last day moves by no more than the days of a freeze, or by being extended.
LAST_DAYS_UNLIKE_EVENTS = f"""
SELECT DISTINCT package.number FROM (
    SELECT package_id, kind, business_date, expires_on, LAG(expires_on) OVER (PARTITION BY package_id ORDER BY id)
           AS before, (SELECT froze.business_date FROM package_event AS froze
                       WHERE froze.package_id = event.package_id AND froze.id < event.id AND froze.kind = 'freeze'
                       ORDER BY froze.id DESC LIMIT 1) AS frozen
    FROM package_event AS event
) AS event JOIN package ON package.id = event.package_id
WHERE CASE event.kind
    WHEN 'sold' THEN event.expires_on BETWEEN '0' AND package.starts_on AND event.expires_on <> package.starts_on
    WHEN 'extend' THEN event.before = '' OR event.expires_on BETWEEN '0' AND event.before
    WHEN 'unfreeze' THEN CASE
        WHEN event.before = '' OR event.expires_on = '' OR event.frozen IS NULL THEN event.expires_on <> event.before
        ELSE {days_between("event.before", "event.expires_on")} NOT BETWEEN 0
             AND CASE WHEN event.frozen < event.business_date
                      THEN {days_between("event.frozen", "event.business_date")} ELSE 0 END END
    ELSE event.expires_on <> event.before END
"""
WORTH_UNLIKE_SESSIONS = f"""
SELECT event.id FROM package_event AS event JOIN package ON package.id = event.package_id
WHERE event.kind <> 'change'
      AND event.worth <> {_WORTH_OF.format("event.used")} - {_WORTH_OF.format("event.used - event.sessions")}
   OR event.kind <> 'restore' AND event.commission NOT BETWEEN 0 AND event.worth
   OR event.commission <> 0 AND event.trainer_id IS NULL
"""
EVENTS_UNLIKE_ENTRIES = f"""
SELECT package_event.id FROM package_event LEFT JOIN entry ON entry.id = package_event.entry_id
WHERE (package_event.recognised <> 0 OR package_event.entry_id IS NOT NULL) AND (
    entry.id IS NULL OR entry.document_kind <> 'package' OR entry.document_id <> package_event.package_id
    OR entry.date <> package_event.business_date
    OR package_event.recognised <> (
        SELECT COALESCE(SUM(amount), 0) FROM posting WHERE entry_id = entry.id AND account_id = {PREPAID})
    OR CASE WHEN package_event.kind IN ('expire', 'extend') THEN -package_event.recognised ELSE 0 END <> (
        SELECT COALESCE(SUM(posting.amount), 0) FROM posting JOIN account ON account.id = posting.account_id
        WHERE posting.entry_id = entry.id AND account.name = 'Income:Sessions-Expired'))
"""
RESTORED_UNLIKE_USED = f"""
SELECT back.id FROM package_event AS back LEFT JOIN package_event AS used ON used.id = back.undoes
WHERE back.kind IN ('restore', 'change') AND (
    used.id IS NULL OR used.package_id <> back.package_id OR used.kind NOT IN {events.USES}
    OR back.kind = 'restore' AND (back.sessions <> -used.sessions OR back.booking_id IS NOT used.booking_id)
    OR back.kind = 'change' AND (back.sessions <> 0 OR back.worth <> used.worth))
"""
PACKAGES_UNLIKE_LINES = f"""
SELECT package.number FROM package
LEFT JOIN sale_line ON sale_line.sale_id = package.sale_id AND sale_line.line_no = package.line_no
LEFT JOIN sale ON sale.id = package.sale_id
WHERE sale_line.product_id IS NOT package.product_id OR sale_line.amount IS NOT package.price
   OR sale_line.tax IS NOT package.tax OR sale_line.account_id IS NOT {PREPAID} OR sale.kind <> 'sale'
   OR sale_line.quantity <> 1000 OR sale.business_date <> package.starts_on
   OR (package.state = 'returned') <> EXISTS (
       SELECT 1 FROM returned_line WHERE sale_id = package.sale_id AND sold_line_no = package.line_no)
UNION ALL
SELECT sale.number FROM sale JOIN sale_line ON sale_line.sale_id = sale.id
WHERE sale.kind = 'sale' AND sale_line.account_id = {PREPAID}
  AND NOT EXISTS (SELECT 1 FROM package WHERE package.sale_id = sale.id AND package.line_no = sale_line.line_no)
"""
COUNTED, EVENTS_COUNTED = "SELECT COUNT(*) FROM package", "SELECT COUNT(*) FROM package_event"
PROOFS: tuple[tuple[str, str, str], ...] = (
    ("packages have left what their events leave", COUNTED, REMAINING_UNLIKE_EVENTS),
    ("packages are recognised, deferred or refunded whole", COUNTED, RECOGNISED_UNLIKE_USED),
    ("prepaid packages are the ledger's", COUNTED, PREPAID_UNLIKE_DEFERRED),
    ("packages stand as their events say", COUNTED, STANDING_UNLIKE_EVENTS),
    ("packages last as long as their events say", COUNTED, LAST_DAYS_UNLIKE_EVENTS),
    ("packages have the line that sold them", COUNTED, PACKAGES_UNLIKE_LINES),
    ("sessions are worth their part of the price", EVENTS_COUNTED, WORTH_UNLIKE_SESSIONS),
    ("sessions have their entry", EVENTS_COUNTED, EVENTS_UNLIKE_ENTRIES),
    ("sessions given back were used", EVENTS_COUNTED, RESTORED_UNLIKE_USED),
)
