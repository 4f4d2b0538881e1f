-- Privacy, trust and reports: purposes of consent and their wordings, preferences, measurements, interests, customers who
-- are gone, duplicates and merges, corrections of working hours, saved reports, and the keyed head of the audit log.

-- What the shop asks leave for. `channels` are the ways it may be given for, with commas. Empty: those the program
-- comes with (data/consent_purposes.csv).
CREATE TABLE consent_purpose (
    name TEXT PRIMARY KEY,
    label TEXT NOT NULL,
    channels TEXT NOT NULL,
    position INTEGER NOT NULL DEFAULT 0,
    retired INTEGER NOT NULL DEFAULT 0 CHECK (retired IN (0, 1))
) STRICT, WITHOUT ROWID;

-- The words that are read out, version by version; the newest of a purpose and language is the one in force.
CREATE TABLE consent_wording (
    id INTEGER PRIMARY KEY,
    purpose TEXT NOT NULL,
    language TEXT NOT NULL DEFAULT '',
    version INTEGER NOT NULL,
    text TEXT NOT NULL,
    at INTEGER NOT NULL,
    who TEXT NOT NULL,
    UNIQUE (purpose, language, version)
) STRICT;
CREATE TRIGGER consent_wording_no_update BEFORE UPDATE ON consent_wording BEGIN SELECT RAISE(ABORT, 'a wording is never changed: write its next version'); END;
CREATE TRIGGER consent_wording_no_delete BEFORE DELETE ON consent_wording BEGIN SELECT RAISE(ABORT, 'a wording is never removed'); END;

-- How a customer likes to be contacted; quiet hours in minutes of the day, both NULL for none. The language is the
-- customer's own.
CREATE TABLE preference (
    customer_id INTEGER PRIMARY KEY REFERENCES customer (id),
    channel TEXT NOT NULL DEFAULT '',
    frequency TEXT NOT NULL DEFAULT '',
    quiet_from INTEGER CHECK (quiet_from BETWEEN 0 AND 1439),
    quiet_to INTEGER CHECK (quiet_to BETWEEN 0 AND 1439),
    version INTEGER NOT NULL DEFAULT 1,
    at INTEGER NOT NULL,
    who TEXT NOT NULL,
    CHECK ((quiet_from IS NULL) = (quiet_to IS NULL))
) STRICT;

-- What the shop measures; values and bounds are thousandths of the unit, `decimals` how many are shown.
CREATE TABLE measure_kind (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    unit TEXT NOT NULL DEFAULT '',
    decimals INTEGER NOT NULL DEFAULT 0 CHECK (decimals BETWEEN 0 AND 3),
    lowest INTEGER NOT NULL DEFAULT 0,
    highest INTEGER NOT NULL,
    sensitive INTEGER NOT NULL DEFAULT 0 CHECK (sensitive IN (0, 1)),
    position INTEGER NOT NULL DEFAULT 0,
    retired INTEGER NOT NULL DEFAULT 0 CHECK (retired IN (0, 1)),
    CHECK (lowest <= highest)
) STRICT;

-- Values with their history: `at` when it was measured, `recorded_at` when written down. A wrong one is struck out.
CREATE TABLE measurement (
    id INTEGER PRIMARY KEY,
    customer_id INTEGER NOT NULL REFERENCES customer (id),
    kind_id INTEGER NOT NULL REFERENCES measure_kind (id),
    value INTEGER NOT NULL,
    at INTEGER NOT NULL,
    recorded_at INTEGER NOT NULL,
    staff_id INTEGER REFERENCES staff (id),
    who TEXT NOT NULL,
    note TEXT NOT NULL DEFAULT '',
    struck_at INTEGER,
    struck_by TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX measurement_customer ON measurement (customer_id, kind_id, at, id);

CREATE TABLE interest (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    position INTEGER NOT NULL DEFAULT 0,
    retired INTEGER NOT NULL DEFAULT 0 CHECK (retired IN (0, 1))
) STRICT;

-- What a customer said of an interest; the last word counts. `level` 0 is none any more, 1 some, 2 strong.
CREATE TABLE interest_event (
    id INTEGER PRIMARY KEY,
    customer_id INTEGER NOT NULL REFERENCES customer (id),
    interest_id INTEGER NOT NULL REFERENCES interest (id),
    level INTEGER NOT NULL CHECK (level BETWEEN 0 AND 2),
    note TEXT NOT NULL DEFAULT '',
    at INTEGER NOT NULL,
    staff_id INTEGER REFERENCES staff (id),
    who TEXT NOT NULL
) STRICT;
CREATE INDEX interest_event_customer ON interest_event (customer_id, interest_id, id);
CREATE INDEX interest_event_interest ON interest_event (interest_id, customer_id, id);

-- A note of things that not everybody at the till should read.
ALTER TABLE note ADD COLUMN sensitive INTEGER NOT NULL DEFAULT 0 CHECK (sensitive IN (0, 1));

-- Customers who are no more: erased on their wish, or merged into another, whose id stands beside. Both are inactive.
ALTER TABLE customer ADD COLUMN gone TEXT NOT NULL DEFAULT '' CHECK (gone IN ('', 'erased', 'merged'));
ALTER TABLE customer ADD COLUMN merged_into INTEGER REFERENCES customer (id);
CREATE INDEX customer_merged_into ON customer (merged_into) WHERE merged_into IS NOT NULL;

-- The tombstone of an erased customer: amounts stay under the pseudonym until `retain_until`.
CREATE TABLE erasure (
    customer_id INTEGER PRIMARY KEY REFERENCES customer (id),
    pseudonym TEXT NOT NULL UNIQUE,
    erased_at INTEGER NOT NULL,
    staff_id INTEGER REFERENCES staff (id),
    who TEXT NOT NULL,
    reason TEXT NOT NULL,
    retain_until TEXT NOT NULL
) STRICT;
CREATE TRIGGER erasure_no_delete BEFORE DELETE ON erasure BEGIN SELECT RAISE(ABORT, 'a tombstone stays'); END;

-- Two customers who may be one: `state` is what a person said of it.
CREATE TABLE duplicate_pair (
    first_id INTEGER NOT NULL REFERENCES customer (id),
    second_id INTEGER NOT NULL REFERENCES customer (id),
    score INTEGER NOT NULL,
    why TEXT NOT NULL,
    state TEXT NOT NULL DEFAULT 'new' CHECK (state IN ('new', 'different', 'merged')),
    found_at INTEGER NOT NULL,
    judged_at INTEGER,
    judged_by TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (first_id, second_id),
    CHECK (first_id < second_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX duplicate_pair_new ON duplicate_pair (score, first_id, second_id) WHERE state = 'new';

-- A merge, and all that it moved, so that it can be undone. `before` holds both customers' fields as they were, as JSON;
-- erasing empties it.
CREATE TABLE customer_merge (
    id INTEGER PRIMARY KEY,
    from_id INTEGER NOT NULL REFERENCES customer (id),
    into_id INTEGER NOT NULL REFERENCES customer (id),
    at INTEGER NOT NULL,
    staff_id INTEGER REFERENCES staff (id),
    who TEXT NOT NULL,
    reason TEXT NOT NULL DEFAULT '',
    before TEXT NOT NULL,
    undone_at INTEGER,
    undone_by TEXT NOT NULL DEFAULT '',
    CHECK (from_id <> into_id)
) STRICT;
CREATE INDEX customer_merge_from ON customer_merge (from_id, id);
CREATE INDEX customer_merge_into ON customer_merge (into_id, id);

CREATE TABLE customer_merge_row (
    merge_id INTEGER NOT NULL REFERENCES customer_merge (id),
    kind TEXT NOT NULL,
    row_id INTEGER NOT NULL,
    PRIMARY KEY (merge_id, kind, row_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX customer_merge_row_of ON customer_merge_row (kind, row_id);

-- What a period of work really was; the newest correction counts.
CREATE TABLE work_correction (
    id INTEGER PRIMARY KEY,
    work_period_id INTEGER NOT NULL REFERENCES work_period (id),
    in_at INTEGER NOT NULL,
    out_at INTEGER,
    reason TEXT NOT NULL,
    at INTEGER NOT NULL,
    staff_id INTEGER REFERENCES staff (id),
    who TEXT NOT NULL
) STRICT;
CREATE INDEX work_correction_period ON work_correction (work_period_id, id);
CREATE TRIGGER work_correction_no_update BEFORE UPDATE OF id, work_period_id, in_at, out_at, at, staff_id, who ON work_correction BEGIN SELECT RAISE(ABORT, 'a correction is never changed: correct again'); END;
CREATE TRIGGER work_correction_only_blanked BEFORE UPDATE OF reason ON work_correction WHEN NEW.reason <> '' BEGIN SELECT RAISE(ABORT, 'a correction is never changed: correct again'); END;
CREATE TRIGGER work_correction_no_delete BEFORE DELETE ON work_correction BEGIN SELECT RAISE(ABORT, 'a correction is never removed'); END;

-- A report under a name: its kind, filters and columns as JSON.
CREATE TABLE saved_report (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    question TEXT NOT NULL,
    made_at INTEGER NOT NULL,
    staff_id INTEGER REFERENCES staff (id),
    who TEXT NOT NULL
) STRICT;

-- The newest row of the audit log, under a key: rows cut off its end are missed at once, and the next row leaves a gap.
CREATE TABLE audit_head (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    seq INTEGER NOT NULL,
    mac BLOB NOT NULL,
    seal BLOB NOT NULL
) STRICT;
CREATE TRIGGER audit_head_no_delete BEFORE DELETE ON audit_head BEGIN SELECT RAISE(ABORT, 'the head of the audit log stays'); END;
CREATE INDEX audit_staff ON audit (staff_id, seq) WHERE staff_id IS NOT NULL;
CREATE INDEX audit_terminal ON audit (terminal, seq);

-- What people wrote may be blanked when its customer is erased, and in no other way be changed.
DROP TRIGGER consent_no_update;
CREATE TRIGGER consent_no_update BEFORE UPDATE OF id, customer_id, purpose, channel, given, at, wording, wording_version, who
ON consent BEGIN SELECT RAISE(ABORT, 'the consent log is only added to'); END;
CREATE TRIGGER consent_only_blanked BEFORE UPDATE OF how ON consent WHEN NEW.how <> ''
BEGIN SELECT RAISE(ABORT, 'the consent log is only added to'); END;

DROP TRIGGER drawer_movement_no_update;
DROP TRIGGER payment_no_update;
DROP TRIGGER sale_move_no_update;
DROP TRIGGER points_entry_no_update;
DROP TRIGGER booking_event_no_update;
DROP TRIGGER package_event_no_update;
DROP TRIGGER membership_event_no_update;
DROP TRIGGER sale_line_no_update;
CREATE TRIGGER drawer_movement_no_update BEFORE UPDATE OF id, shift_id, kind, amount, category, staff_id, at, entry_id
ON drawer_movement BEGIN SELECT RAISE(ABORT, 'a drawer movement is never changed'); END;
CREATE TRIGGER drawer_movement_only_blanked BEFORE UPDATE OF reason ON drawer_movement WHEN NEW.reason <> ''
BEGIN SELECT RAISE(ABORT, 'a drawer movement is never changed'); END;
CREATE TRIGGER payment_no_update BEFORE UPDATE OF id, number, kind, customer_id, document_id, shift_id, tender, amount, at, business_date, branch_id, terminal, staff_id, entry_id
ON payment BEGIN SELECT RAISE(ABORT, 'a payment is never changed'); END;
CREATE TRIGGER payment_only_blanked BEFORE UPDATE OF note, reference ON payment
WHEN NEW.note NOT IN ('', OLD.note) OR NEW.reference NOT IN ('', OLD.reference)
BEGIN SELECT RAISE(ABORT, 'a payment is never changed'); END;
CREATE TRIGGER sale_move_no_update BEFORE UPDATE OF id, sale_id, old_customer_id, new_customer_id, staff_id, who, at, entry_id
ON sale_move BEGIN SELECT RAISE(ABORT, 'a move is never changed'); END;
CREATE TRIGGER sale_move_only_blanked BEFORE UPDATE OF why ON sale_move WHEN NEW.why <> ''
BEGIN SELECT RAISE(ABORT, 'a move is never changed'); END;
CREATE TRIGGER points_entry_no_update BEFORE UPDATE OF id, customer_id, kind, points, lot_id, sale_id, reverses, expires_on, business_date, at, staff_id
ON points_entry BEGIN SELECT RAISE(ABORT, 'a points entry is never changed'); END;
CREATE TRIGGER points_entry_only_blanked BEFORE UPDATE OF reason ON points_entry WHEN NEW.reason <> ''
BEGIN SELECT RAISE(ABORT, 'a points entry is never changed'); END;
CREATE TRIGGER booking_event_no_update BEFORE UPDATE OF id, booking_id, kind, state, starts, ends, trainer_id, resource_id, at, staff_id, who, approved_by
ON booking_event BEGIN SELECT RAISE(ABORT, 'what happened to a booking is never changed'); END;
CREATE TRIGGER booking_event_only_blanked BEFORE UPDATE OF reason ON booking_event WHEN NEW.reason <> ''
BEGIN SELECT RAISE(ABORT, 'what happened to a booking is never changed'); END;
CREATE TRIGGER package_event_no_update BEFORE UPDATE OF id, package_id, customer_id, kind, sessions, used, undoes, service_id, trainer_id, resource_id, booking_id, at, business_date, recorded_at, staff_id, who, expires_on, worth, recognised, commission, forced, entry_id
ON package_event BEGIN SELECT RAISE(ABORT, 'the usage log is only added to'); END;
CREATE TRIGGER package_event_only_blanked BEFORE UPDATE OF remarks ON package_event WHEN NEW.remarks <> ''
BEGIN SELECT RAISE(ABORT, 'the usage log is only added to'); END;
CREATE TRIGGER membership_event_no_update BEFORE UPDATE OF id, membership_id, kind, sale_id, line_no, until_before, until, date, at, staff_id, who
ON membership_event BEGIN SELECT RAISE(ABORT, 'what happened to a membership is never changed'); END;
CREATE TRIGGER membership_event_only_blanked BEFORE UPDATE OF reason ON membership_event WHEN NEW.reason <> ''
BEGIN SELECT RAISE(ABORT, 'what happened to a membership is never changed'); END;
CREATE TRIGGER sale_line_no_update BEFORE UPDATE OF sale_id, line_no, product_id, code, quantity, pieces, amount, discount, tax, account_id, price, list_price, tax_rate
ON sale_line BEGIN SELECT RAISE(ABORT, 'a line is never changed: return it'); END;
CREATE TRIGGER sale_line_only_blanked BEFORE UPDATE OF note, description ON sale_line
WHEN COALESCE(NEW.note, '') NOT IN ('', COALESCE(OLD.note, ''))
  OR COALESCE(NEW.description, '') NOT IN ('', COALESCE(OLD.description, ''))
BEGIN SELECT RAISE(ABORT, 'a line is never changed: return it'); END;

-- No question goes by it.
DROP INDEX package_event_date;

-- Raised whenever a role, or somebody who has one, may do other things than before: desks that are open notice by it.
CREATE TABLE rights (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    version INTEGER NOT NULL
) STRICT;
INSERT INTO rights (id, version) VALUES (1, 1);
CREATE TRIGGER role_permission_given AFTER INSERT ON role_permission BEGIN UPDATE rights SET version = version + 1; END;
CREATE TRIGGER role_permission_taken AFTER DELETE ON role_permission BEGIN UPDATE rights SET version = version + 1; END;
CREATE TRIGGER staff_role_changed AFTER UPDATE OF role, retired_at ON staff BEGIN UPDATE rights SET version = version + 1; END;

-- Branches where nobody sells any more.
ALTER TABLE branch ADD COLUMN retired INTEGER NOT NULL DEFAULT 0 CHECK (retired IN (0, 1));
DROP TRIGGER sale_tender_no_update;
CREATE TRIGGER sale_tender_no_update BEFORE UPDATE OF sale_id, line_no, kind, amount
ON sale_tender BEGIN SELECT RAISE(ABORT, 'a tender is never changed: void or return the sale'); END;
CREATE TRIGGER sale_tender_only_blanked BEFORE UPDATE OF reference ON sale_tender WHEN NEW.reference <> ''
BEGIN SELECT RAISE(ABORT, 'a tender is never changed: void or return the sale'); END;

-- A customer without transactions may be deleted whole: then, and only then, these logs of theirs go with them.
DROP TRIGGER consent_no_delete;
CREATE TRIGGER consent_no_delete BEFORE DELETE ON consent WHEN EXISTS (SELECT 1 FROM customer WHERE id = OLD.customer_id)
BEGIN SELECT RAISE(ABORT, 'the consent log is only added to'); END;
DROP TRIGGER discount_grant_no_delete;
CREATE TRIGGER discount_grant_no_delete BEFORE DELETE ON discount_grant
WHEN EXISTS (SELECT 1 FROM customer WHERE id = OLD.customer_id)
BEGIN SELECT RAISE(ABORT, 'the log of discount codes is only added to'); END;
