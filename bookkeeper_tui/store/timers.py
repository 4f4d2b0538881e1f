"""Session timers: a session under way, from its use or its booking, until somebody stops it."""

from dataclasses import dataclass

from peewee import SqliteDatabase

from bookkeeper_tui.errors import BadInput
from bookkeeper_tui.formats import harmless, local_time
from bookkeeper_tui.store.desk import Change, Desk
from bookkeeper_tui.store.gone import same_person

MINUTE_US = 60_000_000
DEFAULT_MINUTES = 60
"""How long a session is whose package is for no service and that names none."""
MOST_MINUTES = 720
# A timer is for a session of about now: a use or a booking so far away is another day's.
NEAR_US = 12 * 3_600_000_000
AT_MOST = 500


@dataclass(frozen=True, slots=True)
class Timer:
    """A session under way or over. Instants are microseconds UTC.

    `ends_at` is when its time is over, as far as it is not paused: a paused one ends later by as long as it is.
    """

    id: int
    customer_id: int
    customer_number: str
    customer_name: str
    service: str
    trainer: str
    resource: str
    event_id: int | None
    booking_id: int | None
    started_at: int
    ends_at: int
    paused_at: int | None
    stopped_at: int | None
    terminal: str
    staff: str

    @property
    def is_paused(self) -> bool:
        """Whether its time stands still."""
        return self.paused_at is not None

    def left(self, now: int) -> int:
        """The time that is left at an instant, in microseconds; below nothing once it is over."""
        return self.ends_at - (now if self.paused_at is None else self.paused_at)


def start(
    desk: Desk, *, event_id: int | None = None, booking_id: int | None = None, minutes: int | None = None
) -> Timer:
    """Starts the timer of a use or of a booking, for so many real minutes; without them as long as its service is.

    Raises BadInput for none or both of them, an unknown one, a use that is none or was taken back, a booking that no
    longer stands, another day's session, one that has its timer already, and a customer who is not active.
    """
    with desk.change("timer.started") as change:
        session = _session(change, event_id, booking_id)
        length = check_minutes(session.minutes if minutes is None else minutes)
        _refuse_second(change, session)
        row = change.database.execute_sql(
            INSERT,
            (session.customer_id, session.service_id, session.trainer_id, session.resource_id, session.event_id,
             session.booking_id, change.at, change.at + length * MINUTE_US, desk.terminal, desk.staff.staff_id),
        ).fetchone()  # fmt: skip
        change.concerns(subject=session.number, customer_id=session.customer_id)
        change.note(timer=row[0], minutes=length)
    return read(desk.database, row[0])


def running(desk: Desk) -> list[Timer]:
    """All sessions under way, the one that ends first on top; those whose time is over stand before the others."""
    database = desk.require("timer.viewed")
    return _ordered(database.execute_sql(f"{SELECT} {RUNNING}", (AT_MOST,)).fetchall(), desk.now())


def running_of(database: SqliteDatabase, customer_id: int) -> list[Timer]:
    """The sessions of a customer that are under way, by when they end as they stand; for who may look at timers."""
    return [Timer(*row) for row in database.execute_sql(f"{SELECT} {RUNNING_OF}", (customer_id, AT_MOST))]


def pause(desk: Desk, timer_id: int) -> Timer:
    """Lets its time stand still. Raises BadInput when it does already, or the session was stopped."""
    with desk.change("timer.changed") as change:
        timer = _under_way(change, timer_id)
        if timer.is_paused:
            raise BadInput(f"The session of {_whose(timer)} is paused already")
        change.database.execute_sql(PAUSE, (change.at, timer_id))
        change.note(paused=timer_id)
    return read(desk.database, timer_id)


def resume(desk: Desk, timer_id: int) -> Timer:
    """Lets its time go on; it ends later by as long as it was paused. Raises BadInput when it is not paused."""
    with desk.change("timer.changed") as change:
        timer = _under_way(change, timer_id)
        if timer.paused_at is None:
            raise BadInput(f"The session of {_whose(timer)} is not paused")
        # A clock that was put back never makes a session shorter.
        change.database.execute_sql(RESUME, (max(0, change.at - timer.paused_at), timer_id))
        change.note(resumed=timer_id)
    return read(desk.database, timer_id)


def extend(desk: Desk, timer_id: int, minutes: int) -> Timer:
    """Adds real minutes to its end, be it over or not. Raises BadInput for a number that is none, or once stopped."""
    with desk.change("timer.changed") as change:
        timer = _under_way(change, timer_id)
        change.database.execute_sql(EXTEND, (check_minutes(minutes) * MINUTE_US, timer_id))
        change.note(extended=timer.id, minutes=minutes)
    return read(desk.database, timer_id)


def stop(desk: Desk, timer_id: int) -> Timer:
    """Ends the session: it is shown no more. Raises BadInput when somebody stopped it before."""
    with desk.change("timer.changed") as change:
        timer = _under_way(change, timer_id)
        change.database.execute_sql(STOP, (change.at, timer_id))
        change.note(stopped=timer.id)
    return read(desk.database, timer_id)


def check_minutes(minutes: int) -> int:
    """A length in minutes, if it is one. Raises BadInput otherwise."""
    if not 1 <= minutes <= MOST_MINUTES:
        raise BadInput(f"{str(minutes)[:20]} min is no length: it is from 1 to {MOST_MINUTES}")
    return minutes


def read(database: SqliteDatabase, timer_id: int) -> Timer:
    """One timer, inside a change or for who has just changed it. Raises BadInput when there is none with this id."""
    row = database.execute_sql(f"{SELECT} WHERE timer.id = ?", (timer_id,)).fetchone()
    if row is None:
        raise BadInput(f"There is no timer {timer_id}")
    return Timer(*row)


@dataclass(frozen=True, slots=True)
class _Session:
    """What a timer is started for: `number` names it, `at` is when it was to begin, `minutes` how long it takes."""

    customer_id: int
    customer_number: str
    customer_status: str
    service_id: int | None
    trainer_id: int | None
    resource_id: int | None
    event_id: int | None
    booking_id: int | None
    number: str
    state: str
    at: int
    minutes: int


def _session(change: Change, event_id: int | None, booking_id: int | None) -> _Session:
    if (event_id is None) == (booking_id is None):
        raise BadInput("A timer is for a use or for a booking: choose one of them")
    if event_id is not None:
        session = _of_event(change, event_id)
    else:
        row = change.database.execute_sql(OF_BOOKING, (booking_id,)).fetchone()
        if row is None:
            raise BadInput(f"There is no booking {booking_id}")
        session = _Session(*row)
        if session.state not in STANDS:
            raise BadInput(f"{session.number} is {session.state}: there is no session to time")
    if session.customer_status != "active":
        raise BadInput(f"{session.customer_number} is {session.customer_status}: make the customer active first")
    if abs(session.at - change.at) > NEAR_US:
        store = change.desk.store
        on = store.conventions.instant(session.at, store.shop.time_zone)
        raise BadInput(f"That session of {session.number} is of {on}: a timer is for one of now")
    return session


def _of_event(change: Change, event_id: int) -> _Session:
    row = change.database.execute_sql(OF_EVENT, (DEFAULT_MINUTES, event_id)).fetchone()
    if row is None or row[9] not in USES:
        raise BadInput("Only a use of a package has a timer: choose one")
    session = _Session(*row)
    if change.database.execute_sql(RESTORED, (event_id,)).fetchone() is not None:
        raise BadInput(f"That use of {session.number} was taken back: there is no session to time")
    return session


def _refuse_second(change: Change, session: _Session) -> None:
    """Raises BadInput when a use had its timer, or one of the booking runs."""
    sql, wanted = SAME, (session.event_id, session.booking_id)
    row = change.database.execute_sql(sql, wanted).fetchone()
    if row is None:
        return
    ends_at, stopped_at, paused_at = row
    zone = change.desk.store.shop.time_zone
    if stopped_at is not None:
        at = local_time(stopped_at, zone)
        raise BadInput(f"That use of {session.number} had its timer, which was stopped at {at:%H:%M}")
    if paused_at is not None:
        at = local_time(paused_at, zone)
        raise BadInput(f"The timer of {session.number} is paused since {at:%H:%M}: let it go on")
    raise BadInput(f"The timer of {session.number} runs already, until {local_time(ends_at, zone):%H:%M}")


def _under_way(change: Change, timer_id: int) -> Timer:
    timer = read(change.database, timer_id)
    change.concerns(subject=timer.customer_number, customer_id=timer.customer_id)
    if timer.stopped_at is not None:
        at = local_time(timer.stopped_at, change.desk.store.shop.time_zone)
        raise BadInput(f"The session of {_whose(timer)} was stopped at {at:%H:%M}")
    return timer


def _ordered(rows: list[tuple[object, ...]], now: int) -> list[Timer]:
    found = [Timer(*row) for row in rows]  # type: ignore[arg-type]
    return sorted(found, key=lambda timer: (timer.left(now), timer.id))


def _whose(timer: Timer) -> str:
    return harmless(timer.customer_name)


USES = ("use", "deduct")
STANDS = ("booked", "checked in", "done")
SELECT = """
SELECT timer.id, timer.customer_id, customer.number, customer.name, COALESCE(service.name, ''),
       COALESCE(trainer.name, ''), COALESCE(resource.name, ''), timer.event_id, timer.booking_id, timer.started_at,
       timer.ends_at, timer.paused_at, timer.stopped_at, timer.terminal, COALESCE(staff.name, '')
FROM session_timer AS timer JOIN customer ON customer.id = timer.customer_id
LEFT JOIN service ON service.id = timer.service_id LEFT JOIN bookable AS trainer ON trainer.id = timer.trainer_id
LEFT JOIN bookable AS resource ON resource.id = timer.resource_id LEFT JOIN staff ON staff.id = timer.staff_id
"""
RUNNING = "WHERE timer.stopped_at IS NULL ORDER BY timer.ends_at, timer.id LIMIT ?"
RUNNING_OF = "WHERE timer.customer_id = ? AND timer.stopped_at IS NULL ORDER BY timer.ends_at, timer.id LIMIT ?"
# As its last change says it; a use made for a booking is that booking's session.
OF_EVENT = """
SELECT used.customer_id, customer.number, customer.status, last.service_id, last.trainer_id, last.resource_id, used.id,
       used.booking_id, package.number, used.kind, last.at, COALESCE(service.minutes, ?)
FROM package_event AS used JOIN package ON package.id = used.package_id
JOIN customer ON customer.id = used.customer_id
JOIN package_event AS last ON last.id = COALESCE(
    (SELECT MAX(id) FROM package_event WHERE undoes = used.id AND kind = 'change'), used.id)
LEFT JOIN service ON service.id = last.service_id WHERE used.id = ?
"""
OF_BOOKING = """
SELECT booking.customer_id, customer.number, customer.status, booking.service_id, booking.trainer_id,
       booking.resource_id, NULL, booking.id, booking.number, booking.state, booking.starts,
       (booking.ends - booking.starts) / 60000000
FROM booking JOIN customer ON customer.id = booking.customer_id WHERE booking.id = ?
"""
RESTORED = "SELECT 1 FROM package_event WHERE undoes = ? AND kind = 'restore'"
SAME = """
SELECT ends_at, stopped_at, paused_at FROM session_timer WHERE event_id = ?1
UNION ALL
SELECT ends_at, stopped_at, paused_at FROM session_timer WHERE booking_id = ?2 AND stopped_at IS NULL
LIMIT 1
"""
INSERT = """
INSERT INTO session_timer (customer_id, service_id, trainer_id, resource_id, event_id, booking_id, started_at, ends_at,
                           terminal, staff_id)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id
"""
PAUSE = "UPDATE session_timer SET paused_at = ?, version = version + 1 WHERE id = ?"
RESUME = "UPDATE session_timer SET paused_at = NULL, ends_at = ends_at + ?, version = version + 1 WHERE id = ?"
EXTEND = "UPDATE session_timer SET ends_at = ends_at + ?, version = version + 1 WHERE id = ?"
STOP = "UPDATE session_timer SET stopped_at = ?, version = version + 1 WHERE id = ?"
UNLIKE_THEIR_SESSIONS = f"""
SELECT timer.id FROM session_timer AS timer LEFT JOIN package_event AS used ON used.id = timer.event_id
LEFT JOIN booking ON booking.id = timer.booking_id
WHERE used.id IS NULL AND booking.id IS NULL OR used.kind NOT IN {USES} OR used.booking_id <> timer.booking_id
   OR used.customer_id <> timer.customer_id AND NOT {same_person("used.customer_id", "timer.customer_id")}
   OR booking.customer_id <> timer.customer_id AND NOT {same_person("booking.customer_id", "timer.customer_id")}
"""
PROOFS: tuple[tuple[str, str, str], ...] = (
    ("timers are of a use or of a booking", "SELECT COUNT(*) FROM session_timer", UNLIKE_THEIR_SESSIONS),
)
