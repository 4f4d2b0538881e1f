"""The usage log as a table: one row an event, so that a package's sessions are the sum of its rows."""

from collections.abc import Iterator
from typing import TextIO

from peewee import SqliteDatabase

from bookkeeper_tui.formats import local_time
from bookkeeper_tui.money import plain
from bookkeeper_tui.store.desk import Desk
from bookkeeper_tui.store.exporting.tables import write_table

COLUMNS = (
    "event", "business_date", "time", "customer_no", "package_no", "article", "kind", "sessions", "used", "last_day",
    "service", "trainer", "resource", "booking_no", "of_event", "worth", "recognised", "commission", "forced",
    "recorded", "staff", "remarks",
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
    """Writes the events between two business dates, both included, oldest first, and answers how many.

    `customer_id`, `trainer_id` and `service_id` narrow them; 0 is all. `of_event` is the use that a row gives back or
    says anew; amounts are decimal strings without tax. Raises BadInput for a format other than csv or json. That it
    was done, with what filter and how many rows, stands in the audit log before the first row is out.
    """
    database = desk.require("export.usage")
    asked = {
        "customer": customer_id, "trainer": trainer_id, "service": service_id, "since": since,
        "until": until or "9999-12-31",
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


def _rows(desk: Desk, database: SqliteDatabase, asked: dict[str, object]) -> Iterator[tuple[str | int, ...]]:
    zone, exponent = desk.store.shop.time_zone, desk.store.shop.exponent

    def moment(at: int) -> str:
        return local_time(at, zone).isoformat(timespec="seconds")

    for row in database.execute_sql(f"SELECT {SELECTED} {EVENTS} {ORDERED}", asked):
        event, day, at, *said, worth, recognised, commission, forced, recorded, who, remarks = row
        amounts = (plain(amount, exponent) for amount in (worth, recognised, commission))
        known = ("" if value is None else value for value in said)
        yield (event, day, moment(at), *known, *amounts, forced, moment(recorded), who, remarks)


SELECTED = """
package_event.id, package_event.business_date, package_event.at, customer.number, package.number, package.name,
package_event.kind, package_event.sessions, package_event.used, package_event.expires_on, service.name, trainer.name,
resource.name, booking.number, package_event.undoes, package_event.worth, package_event.recognised,
package_event.commission, package_event.forced, package_event.recorded_at, package_event.who, package_event.remarks
"""
EVENTS = """
FROM package_event JOIN package ON package.id = package_event.package_id
JOIN customer ON customer.id = package_event.customer_id
LEFT JOIN service ON service.id = package_event.service_id
LEFT JOIN bookable AS trainer ON trainer.id = package_event.trainer_id
LEFT JOIN bookable AS resource ON resource.id = package_event.resource_id
LEFT JOIN booking ON booking.id = package_event.booking_id
WHERE (:customer = 0 OR package_event.customer_id = :customer)
  AND (:trainer = 0 OR package_event.trainer_id = :trainer) AND (:service = 0 OR package_event.service_id = :service)
  AND package_event.business_date BETWEEN :since AND :until
"""
ORDERED = "ORDER BY package_event.id"
