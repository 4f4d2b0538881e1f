-- Services: what is given by the hour, trainers and resources, packages of sessions, bookings, timers, memberships.
-- Minutes of a day are counted from midnight in the shop's time zone; weekdays from Monday, which is 0.
-- Rates and percentages are thousandths of a per cent (21 % is 21000).

-- `buffer_before` and `buffer_after` are minutes that trainer and resource are taken besides. A booking may be cancelled
-- freely until `cancel_hours` before; after that `late_takes` sessions are taken, and `no_show_takes` when nobody comes.
CREATE TABLE service (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    minutes INTEGER NOT NULL CHECK (minutes BETWEEN 5 AND 720),
    buffer_before INTEGER NOT NULL DEFAULT 0 CHECK (buffer_before BETWEEN 0 AND 120),
    buffer_after INTEGER NOT NULL DEFAULT 0 CHECK (buffer_after BETWEEN 0 AND 120),
    needs_trainer INTEGER NOT NULL DEFAULT 1 CHECK (needs_trainer IN (0, 1)),
    needs_resource INTEGER NOT NULL DEFAULT 1 CHECK (needs_resource IN (0, 1)),
    cancel_hours INTEGER NOT NULL DEFAULT 24 CHECK (cancel_hours BETWEEN 0 AND 720),
    late_takes INTEGER NOT NULL DEFAULT 1 CHECK (late_takes IN (0, 1)),
    no_show_takes INTEGER NOT NULL DEFAULT 1 CHECK (no_show_takes IN (0, 1)),
    retired INTEGER NOT NULL DEFAULT 0 CHECK (retired IN (0, 1))
) STRICT;

-- Who or what is booked: a trainer, or a resource such as a room or a chair. `capacity` is how many customers at a time,
-- `commission` the trainer's share of what their sessions are worth. `left_on` is the first date without them.
CREATE TABLE bookable (
    id INTEGER PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('trainer', 'resource')),
    name TEXT NOT NULL,
    capacity INTEGER NOT NULL DEFAULT 1 CHECK (capacity BETWEEN 1 AND 500),
    commission INTEGER NOT NULL DEFAULT 0 CHECK (commission BETWEEN 0 AND 100000),
    staff_id INTEGER REFERENCES staff (id),
    left_on TEXT NOT NULL DEFAULT '',
    UNIQUE (kind, name)
) STRICT;

-- A trainer's skills, or what a resource serves for; one with no row here takes every service.
CREATE TABLE bookable_service (
    bookable_id INTEGER NOT NULL REFERENCES bookable (id),
    service_id INTEGER NOT NULL REFERENCES service (id),
    PRIMARY KEY (bookable_id, service_id)
) STRICT, WITHOUT ROWID;

-- One with no row here is there at any time.
CREATE TABLE working_hours (
    bookable_id INTEGER NOT NULL REFERENCES bookable (id),
    weekday INTEGER NOT NULL CHECK (weekday BETWEEN 0 AND 6),
    start_minute INTEGER NOT NULL CHECK (start_minute BETWEEN 0 AND 1439),
    end_minute INTEGER NOT NULL CHECK (end_minute BETWEEN 1 AND 1440),
    PRIMARY KEY (bookable_id, weekday, start_minute),
    CHECK (start_minute < end_minute)
) STRICT, WITHOUT ROWID;

CREATE TABLE time_off (
    id INTEGER PRIMARY KEY,
    bookable_id INTEGER NOT NULL REFERENCES bookable (id),
    first_date TEXT NOT NULL,
    last_date TEXT NOT NULL,
    reason TEXT NOT NULL DEFAULT '',
    CHECK (first_date <= last_date)
) STRICT;
CREATE INDEX time_off_bookable ON time_off (bookable_id, first_date);

-- What selling an article gives: a package of sessions (for one service, or any where there is none), valid for so many
-- days from the day of the sale (0: for ever); a membership for a term; or both.
CREATE TABLE package_plan (
    product_id INTEGER PRIMARY KEY REFERENCES product (id),
    sessions INTEGER NOT NULL CHECK (sessions BETWEEN 1 AND 1000),
    valid_days INTEGER NOT NULL DEFAULT 0 CHECK (valid_days BETWEEN 0 AND 3660),
    service_id INTEGER REFERENCES service (id)
) STRICT;

-- `members` is how many people it covers. With `renewal` "from end" a term bought early begins where the last one ends.
-- `remind_days` before its end the customer's strip says so. `discount_code` is what its customer is given.
CREATE TABLE membership_plan (
    product_id INTEGER PRIMARY KEY REFERENCES product (id),
    term_months INTEGER NOT NULL CHECK (term_months BETWEEN 1 AND 120),
    members INTEGER NOT NULL DEFAULT 1 CHECK (members BETWEEN 1 AND 100),
    renewal TEXT NOT NULL DEFAULT 'from end' CHECK (renewal IN ('from end', 'from sale')),
    remind_days INTEGER NOT NULL DEFAULT 14 CHECK (remind_days BETWEEN 0 AND 366),
    discount_code TEXT NOT NULL DEFAULT ''
) STRICT;

-- A package as it was sold; one line of a sale is one package. `price` is what was paid, `tax` the part of it that was
-- tax. `used`, `recognised` (of price less tax), `expires_on` (its last day, empty for ever), the freeze, whose it is and
-- its state are folded from its events, and proved by `bookkeeper verify`. What is neither recognised nor given back
-- stands as a liability to its customer.
CREATE TABLE package (
    id INTEGER PRIMARY KEY,
    number TEXT NOT NULL UNIQUE,
    customer_id INTEGER NOT NULL REFERENCES customer (id),
    product_id INTEGER NOT NULL REFERENCES product (id),
    name TEXT NOT NULL,
    service_id INTEGER REFERENCES service (id),
    sessions INTEGER NOT NULL CHECK (sessions > 0),
    price INTEGER NOT NULL CHECK (price >= 0),
    tax INTEGER NOT NULL CHECK (tax BETWEEN 0 AND price),
    sale_id INTEGER NOT NULL REFERENCES sale (id),
    line_no INTEGER NOT NULL,
    starts_on TEXT NOT NULL,
    expires_on TEXT NOT NULL DEFAULT '',
    frozen_since TEXT NOT NULL DEFAULT '',
    frozen_until TEXT NOT NULL DEFAULT '',
    state TEXT NOT NULL DEFAULT 'live' CHECK (state IN ('live', 'lapsed', 'refunded', 'returned')),
    used INTEGER NOT NULL DEFAULT 0,
    recognised INTEGER NOT NULL DEFAULT 0,
    refund_id INTEGER UNIQUE REFERENCES sale (id),
    UNIQUE (sale_id, line_no),
    CHECK (used BETWEEN 0 AND sessions),
    CHECK (recognised BETWEEN 0 AND price - tax)
) STRICT;
CREATE INDEX package_customer ON package (customer_id, id);
CREATE INDEX package_lapsing ON package (expires_on) WHERE state = 'live' AND expires_on <> '' AND frozen_since = '';
CREATE INDEX package_thawing ON package (frozen_until) WHERE frozen_until <> '';
CREATE TRIGGER package_frozen BEFORE UPDATE OF number, product_id, name, service_id, sessions, price, tax, sale_id, line_no, starts_on
ON package BEGIN SELECT RAISE(ABORT, 'a package is never changed, only used'); END;
CREATE TRIGGER package_no_delete BEFORE DELETE ON package BEGIN SELECT RAISE(ABORT, 'a package is never removed'); END;

CREATE TABLE booking_series (
    id INTEGER PRIMARY KEY,
    weeks INTEGER NOT NULL,
    made_at INTEGER NOT NULL
) STRICT;

-- A reserved time, half open: [starts, ends), microseconds UTC; trainer and resource are taken for
-- [blocked_from, blocked_to). `date` is the business date of its start. The policy is that of the day it was booked:
-- free to cancel until `cancel_until`. `forced` was booked over a conflict with a second person's PIN. The places are how
-- many trainer and resource took at a time when it was put there.
CREATE TABLE booking (
    id INTEGER PRIMARY KEY,
    number TEXT NOT NULL UNIQUE,
    customer_id INTEGER NOT NULL REFERENCES customer (id),
    service_id INTEGER NOT NULL REFERENCES service (id),
    trainer_id INTEGER REFERENCES bookable (id),
    resource_id INTEGER REFERENCES bookable (id),
    starts INTEGER NOT NULL,
    ends INTEGER NOT NULL,
    blocked_from INTEGER NOT NULL,
    blocked_to INTEGER NOT NULL,
    date TEXT NOT NULL,
    state TEXT NOT NULL DEFAULT 'booked'
        CHECK (state IN ('booked', 'checked in', 'done', 'cancelled', 'late cancelled', 'no-show')),
    package_id INTEGER REFERENCES package (id),
    series_id INTEGER REFERENCES booking_series (id),
    cancel_until INTEGER NOT NULL,
    late_takes INTEGER NOT NULL,
    no_show_takes INTEGER NOT NULL,
    forced INTEGER NOT NULL DEFAULT 0 CHECK (forced IN (0, 1)),
    trainer_places INTEGER NOT NULL DEFAULT 1,
    resource_places INTEGER NOT NULL DEFAULT 1,
    note TEXT NOT NULL DEFAULT '',
    made_at INTEGER NOT NULL,
    staff_id INTEGER REFERENCES staff (id),
    version INTEGER NOT NULL DEFAULT 1,
    CHECK (blocked_from <= starts AND starts < ends AND ends <= blocked_to)
) STRICT;
CREATE INDEX booking_trainer ON booking (trainer_id, blocked_from, blocked_to) WHERE state IN ('booked', 'checked in', 'done');
CREATE INDEX booking_resource ON booking (resource_id, blocked_from, blocked_to) WHERE state IN ('booked', 'checked in', 'done');
CREATE INDEX booking_customer ON booking (customer_id, starts, id);
CREATE INDEX booking_time ON booking (starts, id);
CREATE INDEX booking_series_id ON booking (series_id, starts) WHERE series_id IS NOT NULL;
CREATE TRIGGER booking_no_delete BEFORE DELETE ON booking BEGIN SELECT RAISE(ABORT, 'a booking is cancelled, never removed'); END;

-- Everything that happened to a booking: its state, time, trainer and resource after each event. Only added to.
CREATE TABLE booking_event (
    id INTEGER PRIMARY KEY,
    booking_id INTEGER NOT NULL REFERENCES booking (id),
    kind TEXT NOT NULL CHECK (kind IN ('booked', 'moved', 'checked in', 'done', 'cancelled', 'late cancelled', 'no-show', 'put back')),
    state TEXT NOT NULL,
    starts INTEGER NOT NULL,
    ends INTEGER NOT NULL,
    trainer_id INTEGER REFERENCES bookable (id),
    resource_id INTEGER REFERENCES bookable (id),
    reason TEXT NOT NULL DEFAULT '',
    at INTEGER NOT NULL,
    staff_id INTEGER REFERENCES staff (id),
    who TEXT NOT NULL,
    approved_by TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX booking_event_booking ON booking_event (booking_id, id);
CREATE TRIGGER booking_event_no_update BEFORE UPDATE ON booking_event BEGIN SELECT RAISE(ABORT, 'what happened to a booking is never changed'); END;
CREATE TRIGGER booking_event_no_delete BEFORE DELETE ON booking_event BEGIN SELECT RAISE(ABORT, 'what happened to a booking is never removed'); END;

-- The usage log: every use of a package and every change of one, only added to. `sessions` is what the event does to
-- `used` (negative gives back), `used`, `expires_on` and `customer_id` are how the package stands after it. `undoes` is
-- the use that a "restore" gives back or a "change" says anew. `at` is when the session was (microseconds UTC),
-- `recorded_at` when it was written down. `worth` is what its sessions are of price less tax, `recognised` what became
-- revenue by it (less is negative), `commission` the trainer's part of the worth, all minor units.
CREATE TABLE package_event (
    id INTEGER PRIMARY KEY,
    package_id INTEGER NOT NULL REFERENCES package (id),
    customer_id INTEGER NOT NULL REFERENCES customer (id),
    kind TEXT NOT NULL CHECK (kind IN ('sold', 'use', 'deduct', 'no-show', 'late cancel', 'restore', 'change', 'freeze',
        'unfreeze', 'extend', 'expire', 'transfer', 'refund', 'return')),
    sessions INTEGER NOT NULL DEFAULT 0,
    used INTEGER NOT NULL,
    undoes INTEGER REFERENCES package_event (id),
    service_id INTEGER REFERENCES service (id),
    trainer_id INTEGER REFERENCES bookable (id),
    resource_id INTEGER REFERENCES bookable (id),
    booking_id INTEGER REFERENCES booking (id),
    at INTEGER NOT NULL,
    business_date TEXT NOT NULL,
    recorded_at INTEGER NOT NULL,
    staff_id INTEGER REFERENCES staff (id),
    who TEXT NOT NULL,
    remarks TEXT NOT NULL DEFAULT '',
    expires_on TEXT NOT NULL,
    worth INTEGER NOT NULL DEFAULT 0,
    recognised INTEGER NOT NULL DEFAULT 0,
    commission INTEGER NOT NULL DEFAULT 0,
    forced INTEGER NOT NULL DEFAULT 0 CHECK (forced IN (0, 1)),
    entry_id INTEGER UNIQUE REFERENCES entry (id)
) STRICT;
CREATE INDEX package_event_package ON package_event (package_id, id);
CREATE INDEX package_event_customer ON package_event (customer_id, id);
CREATE INDEX package_event_trainer ON package_event (trainer_id, at) WHERE trainer_id IS NOT NULL;
CREATE INDEX package_event_date ON package_event (business_date, id);
CREATE INDEX package_event_undoes ON package_event (undoes, id) WHERE undoes IS NOT NULL;
CREATE UNIQUE INDEX package_event_restored ON package_event (undoes) WHERE kind = 'restore';
CREATE INDEX package_event_booking ON package_event (booking_id, sessions) WHERE booking_id IS NOT NULL;
CREATE TRIGGER package_event_one_a_booking BEFORE INSERT ON package_event
WHEN NEW.booking_id IS NOT NULL
 AND NEW.sessions + COALESCE((SELECT SUM(sessions) FROM package_event WHERE booking_id = NEW.booking_id), 0) > 1
BEGIN SELECT RAISE(ABORT, 'a booking uses at most one session'); END;
CREATE TRIGGER package_event_no_update BEFORE UPDATE ON package_event BEGIN SELECT RAISE(ABORT, 'the usage log is only added to'); END;
CREATE TRIGGER package_event_no_delete BEFORE DELETE ON package_event BEGIN SELECT RAISE(ABORT, 'the usage log is only added to'); END;

-- Who waits for a time in [earliest, latest), and what was offered to them when one came free.
CREATE TABLE waiting (
    id INTEGER PRIMARY KEY,
    customer_id INTEGER NOT NULL REFERENCES customer (id),
    service_id INTEGER NOT NULL REFERENCES service (id),
    trainer_id INTEGER REFERENCES bookable (id),
    resource_id INTEGER REFERENCES bookable (id),
    earliest INTEGER NOT NULL,
    latest INTEGER NOT NULL,
    state TEXT NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'offered', 'booked', 'given up')),
    offered_starts INTEGER,
    offered_trainer_id INTEGER REFERENCES bookable (id),
    offered_resource_id INTEGER REFERENCES bookable (id),
    offered_at INTEGER,
    booking_id INTEGER REFERENCES booking (id),
    note TEXT NOT NULL DEFAULT '',
    at INTEGER NOT NULL,
    staff_id INTEGER REFERENCES staff (id),
    CHECK (earliest < latest)
) STRICT;
CREATE INDEX waiting_live ON waiting (service_id, at) WHERE state IN ('waiting', 'offered');
CREATE INDEX waiting_customer ON waiting (customer_id, id);

-- A session under way: `ends_at` is when its time is over, moved by what it was paused and extended.
CREATE TABLE session_timer (
    id INTEGER PRIMARY KEY,
    customer_id INTEGER NOT NULL REFERENCES customer (id),
    service_id INTEGER REFERENCES service (id),
    trainer_id INTEGER REFERENCES bookable (id),
    resource_id INTEGER REFERENCES bookable (id),
    event_id INTEGER UNIQUE REFERENCES package_event (id),
    booking_id INTEGER REFERENCES booking (id),
    started_at INTEGER NOT NULL,
    ends_at INTEGER NOT NULL,
    paused_at INTEGER,
    stopped_at INTEGER,
    terminal TEXT NOT NULL,
    staff_id INTEGER REFERENCES staff (id),
    version INTEGER NOT NULL DEFAULT 1,
    CHECK (started_at < ends_at)
) STRICT;
CREATE INDEX session_timer_running ON session_timer (ends_at, id) WHERE stopped_at IS NULL;
CREATE INDEX session_timer_customer ON session_timer (customer_id) WHERE stopped_at IS NULL;
CREATE UNIQUE INDEX session_timer_booking ON session_timer (booking_id) WHERE booking_id IS NOT NULL AND stopped_at IS NULL;

-- A customer's membership; `until` is its last day. What it costs and how long it runs come from its plan's article.
CREATE TABLE membership (
    id INTEGER PRIMARY KEY,
    number TEXT NOT NULL UNIQUE,
    customer_id INTEGER NOT NULL REFERENCES customer (id),
    product_id INTEGER NOT NULL REFERENCES product (id),
    name TEXT NOT NULL,
    members INTEGER NOT NULL,
    remind_days INTEGER NOT NULL,
    since TEXT NOT NULL,
    until TEXT NOT NULL,
    frozen_since TEXT NOT NULL DEFAULT '',
    frozen_until TEXT NOT NULL DEFAULT '',
    ended_on TEXT NOT NULL DEFAULT '',
    version INTEGER NOT NULL DEFAULT 1
) STRICT;
CREATE INDEX membership_customer ON membership (customer_id, id);
CREATE INDEX membership_until ON membership (until, id) WHERE ended_on = '';
CREATE INDEX membership_thawing ON membership (frozen_until) WHERE frozen_until <> '';
CREATE TRIGGER membership_no_delete BEFORE DELETE ON membership BEGIN SELECT RAISE(ABORT, 'a membership ends, it is never removed'); END;

CREATE TABLE membership_event (
    id INTEGER PRIMARY KEY,
    membership_id INTEGER NOT NULL REFERENCES membership (id),
    kind TEXT NOT NULL CHECK (kind IN ('sold', 'renewed', 'freeze', 'unfreeze', 'end', 'return')),
    sale_id INTEGER REFERENCES sale (id),
    line_no INTEGER,
    until_before TEXT NOT NULL DEFAULT '',
    until TEXT NOT NULL,
    date TEXT NOT NULL,
    at INTEGER NOT NULL,
    staff_id INTEGER REFERENCES staff (id),
    who TEXT NOT NULL,
    reason TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX membership_event_membership ON membership_event (membership_id, id);
CREATE UNIQUE INDEX membership_event_sold ON membership_event (sale_id, line_no) WHERE kind IN ('sold', 'renewed');
CREATE TRIGGER membership_event_no_update BEFORE UPDATE ON membership_event BEGIN SELECT RAISE(ABORT, 'what happened to a membership is never changed'); END;
CREATE TRIGGER membership_event_no_delete BEFORE DELETE ON membership_event BEGIN SELECT RAISE(ABORT, 'what happened to a membership is never removed'); END;

-- The people whom a membership covers, from `since` to `until` (empty: as long as the membership).
CREATE TABLE member (
    id INTEGER PRIMARY KEY,
    membership_id INTEGER NOT NULL REFERENCES membership (id),
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    relation TEXT NOT NULL DEFAULT '',
    phone TEXT NOT NULL DEFAULT '',
    email TEXT NOT NULL DEFAULT '',
    since TEXT NOT NULL,
    until TEXT NOT NULL DEFAULT '',
    version INTEGER NOT NULL DEFAULT 1
) STRICT;
CREATE INDEX member_membership ON member (membership_id, id);
CREATE INDEX member_name ON member (name_key, id);

CREATE TABLE member_card (
    id INTEGER PRIMARY KEY,
    member_id INTEGER NOT NULL REFERENCES member (id),
    number TEXT NOT NULL UNIQUE,
    state TEXT NOT NULL DEFAULT 'active' CHECK (state IN ('active', 'lost', 'replaced', 'ended')),
    since INTEGER NOT NULL,
    changed_at INTEGER NOT NULL,
    replaced_by INTEGER REFERENCES member_card (id)
) STRICT;
CREATE INDEX member_card_member ON member_card (member_id, id);
CREATE UNIQUE INDEX member_card_active ON member_card (member_id) WHERE state = 'active';
