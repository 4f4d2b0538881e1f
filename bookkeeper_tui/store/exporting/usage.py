"""The usage log as a table: one row an event, so that a package's sessions are the sum of its rows."""

from collections.abc import Iterator

from bookkeeper_tui.dates import midnight, read_iso
from bookkeeper_tui.formats import local_time
from bookkeeper_tui.money import plain
from bookkeeper_tui.store import customers
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
from bookkeeper_tui.store.exporting.names import service_id, trainer_id

COLUMNS = (
    "event", "business_date", "time", "customer_no", "package_no", "article", "kind", "sessions", "used", "last_day",
    "service", "trainer", "resource", "booking_no", "of_event", "at_first", "forced", "worth", "recognised",
    "commission", "recorded", "staff", "remarks",
)  # fmt: skip


def _values(desk: Desk, asked: Asked) -> dict[str, object]:
    zone, since, until = desk.store.shop.time_zone, asked["since"], asked["until"]
    customer = asked["customer"] and customers.by_number(desk, asked["customer"]).id
    return {
        "customer": customer or 0,
        "trainer": trainer_id(desk, asked["trainer"]),
        "service": service_id(desk, asked["service"]),
        "since": midnight(read_iso(since), zone) if since else 0,
        "until": midnight(read_iso(until), zone, days=1) if until else 1 << 62,
    }


def _count(desk: Desk, asked: Asked) -> int:
    return int(desk.database.execute_sql(f"SELECT COUNT(*) {EVENTS}", _values(desk, asked)).fetchone()[0])


def _rows(desk: Desk, asked: Asked) -> Iterator[Row]:
    """Time, service, trainer, resource and remarks are as a use's last change says; each use has its worth once."""
    zone, exponent = desk.store.shop.time_zone, desk.store.shop.exponent

    def moment(at: int) -> str:
        return local_time(at, zone).isoformat(timespec="seconds")

    sql = f"SELECT {SELECTED} {EVENTS} AND event.id > :after {ORDERED}"
    for row in by_key(desk.database, sql, _values(desk, asked)):
        event, day, at, *said, first_at, first, forced, worth, recognised, commission, recorded, who, remarks = row
        at_first = f"{moment(first_at)} {first}".rstrip() if first is not None else ""
        amounts = (plain(amount, exponent) for amount in (worth, recognised, commission))
        known = ("" if value is None else value for value in said)
        yield (event, day, moment(at), *known, at_first, forced, *amounts, moment(recorded), who, remarks)


SELECTED = """
event.id, event.business_date, last.at, customer.number, package.number, package.name, event.kind, event.sessions,
event.used, event.expires_on, service.name, trainer.name, resource.name, booking.number, event.undoes, event.at,
CASE WHEN last.id <> event.id
     THEN COALESCE(service_first.name, '') || ', ' || COALESCE(trainer_first.name, '') || ', '
          || COALESCE(resource_first.name, '') || ', ' || event.remarks END,
event.forced, CASE event.kind WHEN 'change' THEN 0 ELSE event.worth END, event.recognised,
CASE event.kind WHEN 'change' THEN 0 ELSE last.commission END, event.recorded_at, event.who, last.remarks
"""
EVENTS = """
FROM package_event AS event JOIN package_event AS last ON last.id = COALESCE(
    (SELECT MAX(id) FROM package_event WHERE undoes = event.id AND kind = 'change'), event.id)
JOIN package ON package.id = event.package_id JOIN customer ON customer.id = event.customer_id
LEFT JOIN service ON service.id = last.service_id
LEFT JOIN service AS service_first ON service_first.id = event.service_id
LEFT JOIN bookable AS trainer ON trainer.id = last.trainer_id
LEFT JOIN bookable AS trainer_first ON trainer_first.id = event.trainer_id
LEFT JOIN bookable AS resource ON resource.id = last.resource_id
LEFT JOIN bookable AS resource_first ON resource_first.id = event.resource_id
LEFT JOIN booking ON booking.id = event.booking_id
WHERE (:customer = 0 OR event.customer_id = :customer) AND (:trainer = 0 OR last.trainer_id = :trainer)
  AND (:service = 0 OR last.service_id = :service) AND last.at >= :since AND last.at < :until
"""
ORDERED = "ORDER BY event.id LIMIT :at_once"
USAGE = ReportKind(
    name="usage",
    title="Usage of packages",
    what="the usage log of packages, a row an event",
    one="event of packages",
    many="events of packages",
    columns=columns_of(
        *COLUMNS, right=("event", "sessions", "used", "of_event", "forced", "worth", "recognised", "commission")
    ),
    filters=(
        SINCE,
        UNTIL,
        OF_CUSTOMER,
        Filter("trainer", "by one trainer, by name or its beginning"),
        Filter("service", "of one service, by name or its beginning"),
    ),
    rows=_rows,
    count=_count,
    services=True,
)
