"""The consent log as a table: who was asked what, in which words, and what they said; or only what counts now."""

from collections.abc import Iterator

from bookkeeper_tui.dates import midnight, read_iso
from bookkeeper_tui.formats import local_time
from bookkeeper_tui.store import consent_wordings, customers, gone
from bookkeeper_tui.store.consent_wordings import CHANNELS
from bookkeeper_tui.store.desk import Desk
from bookkeeper_tui.store.exporting.kind import (
    OF_CUSTOMER,
    SINCE,
    UNTIL,
    Asked,
    Filter,
    ReportKind,
    Row,
    by_key,
    columns_of,
)

COLUMNS = (
    "event", "customer_no", "customer", "status", "purpose", "channel", "said", "counts", "time", "how",
    "wording_version", "wording", "who",
)  # fmt: skip


def _values(desk: Desk, asked: Asked) -> dict[str, object]:
    zone, purpose = desk.store.shop.time_zone, asked["purpose"]
    if purpose:
        consent_wordings.get(desk.database, purpose)
    return {
        "customer": customers.by_number(desk, asked["customer"]).id if asked["customer"] else 0,
        "purpose": purpose,
        "channel": asked["channel"],
        "state": {"yes": 1, "no": 0}.get(asked["state"]),
        "since": midnight(read_iso(asked["since"]), zone) if asked["since"] else 0,
        "until": midnight(read_iso(asked["until"]), zone, days=1) if asked["until"] else 1 << 62,
    }


def _count(desk: Desk, asked: Asked) -> int:
    sql = f"SELECT COUNT(*) {LOG}"
    return int(desk.database.execute_sql(sql, _values(desk, asked) | {"after": -1}).fetchone()[0])


def _rows(desk: Desk, asked: Asked) -> Iterator[Row]:
    """`counts` is yes for the last word on a channel, said by somebody who is still a customer."""
    zone = desk.store.shop.time_zone
    for event, number, name, status, purpose, channel, given, last, at, *read in by_key(
        desk.database, SELECT, _values(desk, asked)
    ):
        time = local_time(at, zone).isoformat(timespec="seconds")
        said, counts = "yes" if given else "no", "yes" if last else "no"
        yield (event, number, name, status, purpose, channel, said, counts, time, *read)


_NOW = str(1 << 62)
_LAST = f"""
(customer.status = 'active' AND NOT {gone.taken_back("consent.id", _NOW)} AND NOT EXISTS (
    SELECT 1 FROM consent AS later WHERE later.customer_id = consent.customer_id
    AND later.channel = consent.channel AND later.purpose = consent.purpose AND later.id > consent.id
    AND NOT {gone.taken_back("later.id", _NOW)}))
"""
LOG = f"""
FROM consent JOIN customer ON customer.id = consent.customer_id
WHERE consent.id > :after AND (:customer = 0 OR consent.customer_id = :customer)
  AND (:purpose = '' OR consent.purpose = :purpose) AND (:channel = '' OR consent.channel = :channel)
  AND consent.at >= :since AND consent.at < :until
  AND (:state IS NULL OR (consent.given = :state AND {_LAST}))
"""
SELECT = f"""
SELECT consent.id, customer.number, customer.name, customer.status, consent.purpose, consent.channel, consent.given,
       {_LAST}, consent.at, consent.how, consent.wording_version, consent.wording, consent.who
{LOG} ORDER BY consent.id LIMIT :at_once
"""
CONSENTS = ReportKind(
    name="consents",
    title="Consents",
    what="the consent log, a row a word; or only what counts now",
    one="word of the consent log",
    many="words of the consent log",
    columns=columns_of(*COLUMNS, right=("event",)),
    filters=(
        SINCE,
        UNTIL,
        OF_CUSTOMER,
        Filter("purpose", "for one purpose, such as marketing"),
        Filter("channel", "on one channel", choices=tuple(CHANNELS)),
        Filter("state", "what counts now: yes is who may be contacted, no who may not", choices=("yes", "no")),
    ),
    rows=_rows,
    count=_count,
)
