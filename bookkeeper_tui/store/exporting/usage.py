"""The usage log as a table: one row an event, so that a package's sessions are the sum of its rows."""

from collections.abc import Iterator
from typing import TextIO

from peewee import SqliteDatabase

from bookkeeper_tui.dates import midnight, read_iso
from bookkeeper_tui.formats import local_time
from bookkeeper_tui.money import plain
from bookkeeper_tui.store.desk import Desk
from bookkeeper_tui.store.exporting.tables import write_table

COLUMNS = (
    "event", "business_date", "time", "customer_no", "package_no", "article", "kind", "sessions", "used", "last_day",
    "service", "trainer", "resource", "booking_no", "of_event", "at_first", "forced", "worth", "recognised",
    "commission", "recorded", "staff", "remarks",
)  # fmt: skip


def export_usage(
    desk: Desk,
    format: str,
    file: TextIO,
    *,
    customer_id: int = 0,
    trainer_id: int = 0,
    service_id: int = 0,
    since: str = "",
    until: str = "",
) -> int:
    """Writes the events of the days between two ISO dates, both included, oldest first, and answers how many.

    `customer_id`, `trainer_id` and `service_id` narrow them; 0 is all. Time, service, trainer, resource and remarks of
    a use are as its last change says, `at_first` as it was recorded where that differs; `of_event` is the use that a
    row gives back or says anew. Amounts are decimal strings without tax; each use has its own once. Raises BadInput
    for a format other than csv or json, and for days that are none. That it was done, with what filter and how many
    rows, stands in the audit log before the first row is out.
    """
    database, zone = desk.require("export.usage"), desk.store.shop.time_zone
    asked = {
        "customer": customer_id, "trainer": trainer_id, "service": service_id,
        "since": midnight(read_iso(since), zone) if since else 0,
        "until": midnight(read_iso(until), zone, days=1) if until else 1 << 62,
    }  # fmt: skip
    rows = database.execute_sql(f"SELECT COUNT(*) {EVENTS}", asked).fetchone()[0]
    desk.look(
        "export.usage",
        subject="usage",
        customer_id=customer_id or None,
        detail={
            "format": format, "trainer": trainer_id, "service": service_id, "since": since, "until": until,
            "rows": rows,
        },
    )  # fmt: skip
    return write_table(file, format, COLUMNS, _rows(desk, database, asked))


def _rows(desk: Desk, database: SqliteDatabase, asked: dict[str, int]) -> Iterator[tuple[str | int, ...]]:
    zone, exponent = desk.store.shop.time_zone, desk.store.shop.exponent

    def moment(at: int) -> str:
        return local_time(at, zone).isoformat(timespec="seconds")

    for row in database.execute_sql(f"SELECT {SELECTED} {EVENTS} {ORDERED}", asked):
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
ORDERED = "ORDER BY event.id"
