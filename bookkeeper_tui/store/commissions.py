"""Commissions: the sessions that each trainer gave in a period, what they are worth, and the trainer's part of it.

A use counts for the trainer whom its last change names, on the day on which it was; one that was given back counts for
nobody. Figures are minor units, without tax; periods are ISO dates, both included.
"""

from dataclasses import dataclass

from bookkeeper_tui.dates import midnight, read_iso
from bookkeeper_tui.errors import BadInput
from bookkeeper_tui.store.desk import Desk

MOST = 1000


@dataclass(frozen=True, slots=True)
class TrainerFigures:
    """What a trainer gave: `sessions` of packages, with those that a no-show or a late cancel took.

    `worth` is what they are worth without tax and `commission` the trainer's part of it, as it was at each session.
    `no_shows` is how many bookings with them nobody came to.
    """

    trainer_id: int
    name: str
    sessions: int
    worth: int
    commission: int
    no_shows: int


@dataclass(frozen=True, slots=True)
class GivenSession:
    """A use of a package behind the figures; `at` is when it was, in microseconds UTC."""

    event_id: int
    at: int
    kind: str
    sessions: int
    customer_id: int
    customer: str
    package: str
    service: str
    worth: int
    commission: int


def report(desk: Desk, first: str, last: str) -> tuple[TrainerFigures, ...]:
    """The figures of every trainer who gave a session, or waited for one, in a period; by name.

    Raises BadInput for dates that are none or the wrong way round.
    """
    database = desk.require("commission.viewed")
    begins, ends = _instants(desk, first, last)
    rows = database.execute_sql(FIGURES, (begins, ends, MOST))
    return tuple(TrainerFigures(*row) for row in rows)


def sessions(desk: Desk, trainer_id: int, first: str, last: str, limit: int = MOST) -> list[GivenSession]:
    """The uses behind a trainer's figures, the newest first. Raises BadInput as `report` does."""
    database = desk.require("commission.viewed")
    begins, ends = _instants(desk, first, last)
    rows = database.execute_sql(SESSIONS, (begins, ends, trainer_id, limit))
    return [GivenSession(*row) for row in rows]


def _instants(desk: Desk, first: str, last: str) -> tuple[int, int]:
    """When a period begins and ends by the shop's clock, in microseconds UTC."""
    begins, ends, zone = read_iso(first, "From"), read_iso(last, "To"), desk.store.shop.time_zone
    if ends < begins:
        shown = desk.store.conventions.date
        raise BadInput(f"To: {shown(ends)} is before {shown(begins)}")
    return midnight(begins, zone), midnight(ends, zone, days=1)


# A use as it stands is itself, or the last change of it, and no restore. They are found by the trainer's index.
LAST = """
JOIN package_event AS last ON last.trainer_id = bookable.id AND last.at >= ?1 AND last.at < ?2
 AND last.kind IN ('use', 'deduct', 'no-show', 'late cancel', 'change')
JOIN package_event AS used ON used.id = CASE last.kind WHEN 'change' THEN last.undoes ELSE last.id END
"""
STANDS = """
NOT EXISTS (SELECT 1 FROM package_event AS later WHERE later.undoes = used.id
            AND (later.kind = 'restore' OR later.kind = 'change' AND later.id > last.id))
"""
FIGURES = f"""
WITH given AS (
    SELECT bookable.id AS trainer_id, SUM(used.sessions) AS sessions, SUM(used.worth) AS worth,
           SUM(last.commission) AS commission
    FROM bookable {LAST} WHERE bookable.kind = 'trainer' AND {STANDS} GROUP BY bookable.id
), missed AS (
    SELECT trainer_id, COUNT(*) AS bookings FROM booking
    WHERE starts >= ?1 AND starts < ?2 AND state = 'no-show' AND trainer_id IS NOT NULL GROUP BY trainer_id
)
SELECT bookable.id, bookable.name, COALESCE(given.sessions, 0), COALESCE(given.worth, 0), COALESCE(given.commission, 0),
       COALESCE(missed.bookings, 0)
FROM bookable LEFT JOIN given ON given.trainer_id = bookable.id LEFT JOIN missed ON missed.trainer_id = bookable.id
WHERE given.sessions IS NOT NULL OR missed.bookings IS NOT NULL
ORDER BY bookable.name, bookable.id LIMIT ?3
"""
SESSIONS = f"""
SELECT used.id, last.at, used.kind, used.sessions, used.customer_id, customer.name, package.number,
       COALESCE(service.name, ''), used.worth, last.commission
FROM bookable {LAST} JOIN package ON package.id = used.package_id JOIN customer ON customer.id = used.customer_id
LEFT JOIN service ON service.id = last.service_id
WHERE bookable.id = ?3 AND {STANDS} ORDER BY last.at DESC, used.id DESC LIMIT ?4
"""
