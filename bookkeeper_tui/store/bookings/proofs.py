"""What `bookkeeper verify` checks of bookings: each stands as its last event says, and nobody is booked twice."""

from bookkeeper_tui.store.bookings.moments import DAY, HOUR
from bookkeeper_tui.store.day_numbers import day_number
from bookkeeper_tui.store.gone import same_person

_LIVE = "state IN ('booked', 'checked in', 'done')"
# No block is longer than sixteen hours and no booking longer than twelve, so each scan is short.
_BLOCK = 16 * HOUR
_LENGTH = 12 * HOUR

# A date begins up to fourteen hours before the same one in UTC, and up to twelve after it.
UNLIKE_THEIR_EVENTS = f"""
SELECT booking.id FROM booking LEFT JOIN booking_event
  ON booking_event.id = (SELECT MAX(id) FROM booking_event WHERE booking_id = booking.id)
WHERE booking_event.id IS NULL
   OR booking.starts - {day_number("booking.date")} * {DAY} NOT BETWEEN -14 * {HOUR} AND 36 * {HOUR}
   OR (booking.state, booking.starts, booking.ends, booking.trainer_id, booking.resource_id)
      IS NOT (booking_event.state, booking_event.starts, booking_event.ends, booking_event.trainer_id,
              booking_event.resource_id)
"""
NOT_BEGUN_OR_MISTOLD = """
SELECT booking_id FROM (
    SELECT booking_id, kind, state, ROW_NUMBER() OVER (PARTITION BY booking_id ORDER BY id) AS place,
           LAG(state) OVER (PARTITION BY booking_id ORDER BY id) AS before
    FROM booking_event
) WHERE (kind = 'booked') <> (place = 1)
   OR state <> CASE kind WHEN 'moved' THEN before WHEN 'put back' THEN state ELSE kind END
   OR (kind = 'put back' AND state NOT IN ('booked', 'checked in'))
   OR (kind IN ('checked in', 'no-show') AND before <> 'booked')
   OR (kind IN ('moved', 'done', 'cancelled', 'late cancelled') AND before NOT IN ('booked', 'checked in'))
GROUP BY booking_id
"""
FORCED_WITHOUT_REASON = """
SELECT id FROM booking
WHERE forced = 1 AND NOT EXISTS (
    SELECT 1 FROM booking_event
    WHERE booking_id = booking.id AND kind IN ('booked', 'moved', 'put back') AND reason <> '')
"""
# Whoever came last without force found a place by what was taken then: of those who are together at the moment one
# begins, there are no more than the most places that any of them found.
RESOURCES_BOOKED_TWICE = f"""
SELECT one.id FROM booking AS one CROSS JOIN booking AS other
  ON other.resource_id = one.resource_id AND other.blocked_from <= one.blocked_from
 AND other.blocked_from > one.blocked_from - {_BLOCK} AND other.blocked_to > one.blocked_from
WHERE one.resource_id IS NOT NULL AND one.forced = 0 AND other.forced = 0
  AND one.{_LIVE} AND other.{_LIVE}
GROUP BY one.id HAVING COUNT(*) > MAX(other.resource_places)
"""
TRAINERS_BOOKED_TWICE = f"""
SELECT one.id FROM booking AS one CROSS JOIN booking AS other
  ON other.trainer_id = one.trainer_id AND other.blocked_from <= one.blocked_from
 AND other.blocked_from > one.blocked_from - {_BLOCK} AND other.blocked_to > one.blocked_from
WHERE one.trainer_id IS NOT NULL AND one.forced = 0 AND other.forced = 0
  AND one.{_LIVE} AND other.{_LIVE}
GROUP BY one.id HAVING COUNT(*) > MAX(other.trainer_places)
    OR SUM((other.service_id, other.starts, other.ends) <> (one.service_id, one.starts, one.ends)) > 0
"""
# Two customers who turned out to be one may both have come at a time, before anybody knew.
CUSTOMERS_BOOKED_TWICE = f"""
SELECT one.id FROM booking AS one CROSS JOIN booking AS other
  ON other.customer_id = one.customer_id AND other.starts > one.starts - {_LENGTH} AND other.starts <= one.starts
 AND other.ends > one.starts AND other.id <> one.id
WHERE one.forced = 0 AND other.forced = 0 AND one.{_LIVE} AND other.{_LIVE}
  AND NOT EXISTS (SELECT 1 FROM customer_merge_row WHERE kind = 'booking' AND row_id IN (one.id, other.id))
GROUP BY one.id
"""
# A session that is given back on the usage log leaves its booking as it was.
SESSIONS_WITHOUT_REASON = f"""
SELECT booking.id FROM booking JOIN package_event ON package_event.booking_id = booking.id
GROUP BY booking.id
HAVING SUM(package_event.sessions) NOT IN (0, 1)
    OR SUM(package_event.sessions > 0 AND package_event.customer_id <> booking.customer_id
           AND NOT {same_person("package_event.customer_id", "booking.customer_id")}) > 0
    OR (SUM(package_event.sessions) = 1 AND booking.state NOT IN ('done', 'late cancelled', 'no-show'))
"""
WAITING_UNLIKE_WHAT_CAME_OF_IT = """
SELECT waiting.id FROM waiting LEFT JOIN booking ON booking.id = waiting.booking_id
WHERE (waiting.state = 'booked') <> (waiting.booking_id IS NOT NULL)
   OR (waiting.state = 'offered' AND (waiting.offered_starts IS NULL OR waiting.offered_at IS NULL))
   OR (waiting.state = 'waiting' AND waiting.offered_starts IS NOT NULL)
   OR booking.customer_id <> waiting.customer_id OR booking.service_id <> waiting.service_id
"""
_COUNTED = "SELECT COUNT(*) FROM booking"
_COUNTED_LIVE = f"SELECT COUNT(*) FROM booking WHERE {_LIVE}"
PROOFS = (
    ("bookings stand as their last event says", _COUNTED, UNLIKE_THEIR_EVENTS),
    ("bookings went from state to state", "SELECT COUNT(*) FROM booking_event", NOT_BEGUN_OR_MISTOLD),
    ("bookings by force say why", "SELECT COUNT(*) FROM booking WHERE forced = 1", FORCED_WITHOUT_REASON),
    ("no trainer is booked twice but by force", _COUNTED_LIVE, TRAINERS_BOOKED_TWICE),
    ("no resource is booked beyond its places but by force", _COUNTED_LIVE, RESOURCES_BOOKED_TWICE),
    ("no customer is booked twice but by force", _COUNTED_LIVE, CUSTOMERS_BOOKED_TWICE),
    ("bookings took a session at most", _COUNTED, SESSIONS_WITHOUT_REASON),
    (
        "the waiting list has what was offered and booked",
        "SELECT COUNT(*) FROM waiting",
        WAITING_UNLIKE_WHAT_CAME_OF_IT,
    ),
)
