-- The till: shifts and days, tax, discount codes, baskets, points, customer accounts, layaways, and what they hang on a sale.
-- Rates and percentages are thousandths of a per cent (21 % is 21000), multipliers are thousandths (1000 is once).

-- Every permission this store has been given, so that an upgrade adds the new ones and leaves what a manager chose.
CREATE TABLE permission (
    name TEXT PRIMARY KEY
) STRICT, WITHOUT ROWID;
INSERT INTO permission (name) SELECT DISTINCT permission FROM role_permission;

-- How far a role may go by itself, where the shop chose otherwise than `data/limits.csv`.
CREATE TABLE role_limit (
    role TEXT NOT NULL,
    name TEXT NOT NULL,
    value INTEGER NOT NULL,
    PRIMARY KEY (role, name)
) STRICT, WITHOUT ROWID;

-- One row a business date on which the shop opened; `report` is the Z report's figures as they stood at close, as JSON.
CREATE TABLE business_day (
    date TEXT PRIMARY KEY,
    opened_at INTEGER NOT NULL,
    opened_by TEXT NOT NULL,
    closed_at INTEGER,
    closed_by TEXT NOT NULL DEFAULT '',
    z_number INTEGER UNIQUE,
    report TEXT NOT NULL DEFAULT ''
) STRICT, WITHOUT ROWID;
CREATE TRIGGER business_day_closed BEFORE UPDATE ON business_day WHEN OLD.closed_at IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'a closed day is never changed'); END;
CREATE TRIGGER business_day_no_delete BEFORE DELETE ON business_day
BEGIN SELECT RAISE(ABORT, 'a day is never removed'); END;

-- A cashier's time at a drawer. One shift is open at a terminal at a time.
CREATE TABLE shift (
    id INTEGER PRIMARY KEY,
    number TEXT NOT NULL UNIQUE,
    business_date TEXT NOT NULL,
    branch_id INTEGER NOT NULL REFERENCES branch (id),
    terminal TEXT NOT NULL,
    staff_id INTEGER NOT NULL REFERENCES staff (id),
    opened_at INTEGER NOT NULL,
    closed_at INTEGER,
    closed_by INTEGER REFERENCES staff (id),
    expected INTEGER,
    counted INTEGER,
    note TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE UNIQUE INDEX shift_open ON shift (terminal) WHERE closed_at IS NULL;
CREATE INDEX shift_day ON shift (business_date, id);
CREATE TRIGGER shift_closed BEFORE UPDATE ON shift WHEN OLD.closed_at IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'a closed shift is never changed'); END;
CREATE TRIGGER shift_no_delete BEFORE DELETE ON shift BEGIN SELECT RAISE(ABORT, 'a shift is never removed'); END;

-- What moved in a drawer besides sales and payments; `amount` is its effect on the drawer.
CREATE TABLE drawer_movement (
    id INTEGER PRIMARY KEY,
    shift_id INTEGER NOT NULL REFERENCES shift (id),
    kind TEXT NOT NULL CHECK (kind IN ('float', 'pull-out', 'petty', 'pay-in', 'no sale', 'over', 'short', 'counted out')),
    amount INTEGER NOT NULL,
    category TEXT NOT NULL DEFAULT '',
    reason TEXT NOT NULL DEFAULT '',
    staff_id INTEGER REFERENCES staff (id),
    at INTEGER NOT NULL,
    entry_id INTEGER UNIQUE REFERENCES entry (id)
) STRICT;
CREATE INDEX drawer_movement_shift ON drawer_movement (shift_id, id);
CREATE TRIGGER drawer_movement_no_update BEFORE UPDATE ON drawer_movement BEGIN SELECT RAISE(ABORT, 'a drawer movement is never changed'); END;
CREATE TRIGGER drawer_movement_no_delete BEFORE DELETE ON drawer_movement BEGIN SELECT RAISE(ABORT, 'a drawer movement is never removed'); END;

-- The blind count at the end of a shift: pieces of each denomination, in minor units.
CREATE TABLE shift_count (
    shift_id INTEGER NOT NULL REFERENCES shift (id),
    denomination INTEGER NOT NULL,
    pieces INTEGER NOT NULL,
    PRIMARY KEY (shift_id, denomination)
) STRICT, WITHOUT ROWID;

-- Money that comes in or goes out without a sale: on a customer's account, or a layaway's deposit.
-- `amount` is positive when the shop takes it; `document_id` is the layaway's, 0 for an account.
CREATE TABLE payment (
    id INTEGER PRIMARY KEY,
    number TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL CHECK (kind IN ('account', 'deposit')),
    customer_id INTEGER NOT NULL REFERENCES customer (id),
    document_id INTEGER NOT NULL DEFAULT 0,
    shift_id INTEGER REFERENCES shift (id),
    tender TEXT NOT NULL,
    amount INTEGER NOT NULL,
    reference TEXT NOT NULL DEFAULT '',
    at INTEGER NOT NULL,
    business_date TEXT NOT NULL,
    branch_id INTEGER NOT NULL REFERENCES branch (id),
    terminal TEXT NOT NULL,
    staff_id INTEGER REFERENCES staff (id),
    entry_id INTEGER NOT NULL UNIQUE REFERENCES entry (id),
    note TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX payment_customer ON payment (customer_id, id);
CREATE INDEX payment_document ON payment (document_id, id) WHERE document_id <> 0;
CREATE INDEX payment_shift ON payment (shift_id) WHERE shift_id IS NOT NULL;
CREATE INDEX payment_day ON payment (business_date, id);
CREATE TRIGGER payment_no_update BEFORE UPDATE ON payment BEGIN SELECT RAISE(ABORT, 'a payment is never changed'); END;
CREATE TRIGGER payment_no_delete BEFORE DELETE ON payment BEGIN SELECT RAISE(ABORT, 'a payment is never removed'); END;

-- Tax: `rate` in thousandths of a per cent. A product's own rate comes before its category's, that before the default.
CREATE TABLE tax_rate (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    rate INTEGER NOT NULL CHECK (rate BETWEEN 0 AND 100000),
    is_default INTEGER NOT NULL DEFAULT 0 CHECK (is_default IN (0, 1)),
    retired INTEGER NOT NULL DEFAULT 0 CHECK (retired IN (0, 1))
) STRICT;
CREATE UNIQUE INDEX tax_rate_default ON tax_rate (is_default) WHERE is_default = 1;

CREATE TABLE tax_exemption (
    customer_id INTEGER PRIMARY KEY REFERENCES customer (id),
    reason TEXT NOT NULL,
    since TEXT NOT NULL,
    who TEXT NOT NULL
) STRICT;

ALTER TABLE category ADD COLUMN tax_rate_id INTEGER REFERENCES tax_rate (id);
ALTER TABLE product ADD COLUMN tax_rate_id INTEGER REFERENCES tax_rate (id);
ALTER TABLE product ADD COLUMN sold_by TEXT NOT NULL DEFAULT 'piece' CHECK (sold_by IN ('piece', 'weight'));

CREATE VIRTUAL TABLE product_search USING fts5 (
    name, content='product', content_rowid='id',
    detail=none, columnsize=0, prefix='2 3 4', tokenize='unicode61 remove_diacritics 2'
);
INSERT INTO product_search (product_search) VALUES ('rebuild');
CREATE TRIGGER product_search_insert AFTER INSERT ON product
BEGIN INSERT INTO product_search (rowid, name) VALUES (NEW.id, NEW.name); END;
CREATE TRIGGER product_search_update AFTER UPDATE OF name ON product
BEGIN
    INSERT INTO product_search (product_search, rowid, name) VALUES ('delete', OLD.id, OLD.name);
    INSERT INTO product_search (rowid, name) VALUES (NEW.id, NEW.name);
END;

-- Discount codes. `value` is thousandths of a per cent, or minor units. A code for a tier is given to its customers,
-- one that may be typed is given to whoever says it.
CREATE TABLE discount_code (
    id INTEGER PRIMARY KEY,
    code TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL DEFAULT '',
    kind TEXT NOT NULL CHECK (kind IN ('percent', 'amount')),
    value INTEGER NOT NULL CHECK (value > 0),
    valid_from TEXT NOT NULL DEFAULT '',
    valid_to TEXT NOT NULL DEFAULT '',
    tier TEXT NOT NULL DEFAULT '',
    typed INTEGER NOT NULL DEFAULT 0 CHECK (typed IN (0, 1)),
    retired INTEGER NOT NULL DEFAULT 0 CHECK (retired IN (0, 1))
) STRICT;

CREATE INDEX customer_discount ON customer (UPPER(TRIM(discount_code)), id) WHERE discount_code <> '';

-- Who gave which code to whom, and until when; an empty code takes it away.
CREATE TABLE discount_grant (
    id INTEGER PRIMARY KEY,
    customer_id INTEGER NOT NULL REFERENCES customer (id),
    code TEXT NOT NULL,
    until TEXT NOT NULL DEFAULT '',
    staff_id INTEGER REFERENCES staff (id),
    who TEXT NOT NULL,
    at INTEGER NOT NULL
) STRICT;
CREATE INDEX discount_grant_customer ON discount_grant (customer_id, id);
CREATE INDEX discount_grant_at ON discount_grant (at);
CREATE TRIGGER discount_grant_no_update BEFORE UPDATE ON discount_grant BEGIN SELECT RAISE(ABORT, 'the log of discount codes is only added to'); END;
CREATE TRIGGER discount_grant_no_delete BEFORE DELETE ON discount_grant BEGIN SELECT RAISE(ABORT, 'the log of discount codes is only added to'); END;

-- A basket is a sale that is not paid yet: being rung up, parked, or set aside as a layaway.
CREATE TABLE basket (
    id INTEGER PRIMARY KEY,
    state TEXT NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'parked', 'layaway', 'paid', 'dropped')),
    label TEXT NOT NULL DEFAULT '',
    customer_id INTEGER NOT NULL REFERENCES customer (id),
    code TEXT NOT NULL DEFAULT '',
    note TEXT NOT NULL DEFAULT '',
    terminal TEXT NOT NULL,
    staff_id INTEGER REFERENCES staff (id),
    created_at INTEGER NOT NULL,
    touched_at INTEGER NOT NULL,
    version INTEGER NOT NULL DEFAULT 1,
    sale_id INTEGER UNIQUE REFERENCES sale (id)
) STRICT;
CREATE INDEX basket_customer ON basket (customer_id) WHERE state IN ('open', 'parked', 'layaway');
CREATE INDEX basket_live ON basket (state, touched_at) WHERE state IN ('open', 'parked');

-- `quantity` in thousandths, `price` of one in minor units; `list_price` is the catalogue's where it was overridden.
-- `tax_rate` is what stands on the price, frozen when the line was rung up.
CREATE TABLE basket_line (
    basket_id INTEGER NOT NULL REFERENCES basket (id),
    line_no INTEGER NOT NULL,
    product_id INTEGER REFERENCES product (id),
    code TEXT NOT NULL DEFAULT '',
    description TEXT NOT NULL DEFAULT '',
    quantity INTEGER NOT NULL,
    price INTEGER NOT NULL,
    list_price INTEGER,
    discount_percent INTEGER NOT NULL DEFAULT 0,
    discount_amount INTEGER NOT NULL DEFAULT 0,
    tax_rate INTEGER NOT NULL DEFAULT 0,
    note TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (basket_id, line_no)
) STRICT, WITHOUT ROWID;

-- Tenders laid down before the last one; points among them are reserved.
CREATE TABLE basket_tender (
    basket_id INTEGER NOT NULL REFERENCES basket (id),
    line_no INTEGER NOT NULL,
    kind TEXT NOT NULL,
    amount INTEGER NOT NULL,
    reference TEXT NOT NULL DEFAULT '',
    points INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (basket_id, line_no)
) STRICT, WITHOUT ROWID;

-- What a sale gains at the till. `voids` names the sale that this return undoes whole, in the same shift.
ALTER TABLE sale ADD COLUMN shift_id INTEGER REFERENCES shift (id);
ALTER TABLE sale ADD COLUMN voids INTEGER REFERENCES sale (id);
CREATE INDEX sale_shift ON sale (shift_id, id) WHERE shift_id IS NOT NULL;
CREATE UNIQUE INDEX sale_voids ON sale (voids) WHERE voids IS NOT NULL;
CREATE INDEX sale_tender_card_end ON sale_tender (substr(reference, -4)) WHERE reference <> '';
DROP TRIGGER sale_frozen;
CREATE TRIGGER sale_frozen BEFORE UPDATE OF number, kind, sold_at, business_date, branch_id, terminal, staff_id, total, discount, tax, line_count, pieces, entry_id, shift_id, voids
ON sale BEGIN SELECT RAISE(ABORT, 'what was sold is never changed: void or return it'); END;

-- `account_id` is the account that the line was credited to, `price` of one as charged, `list_price` the catalogue's
-- where it was overridden, `tax_rate` thousandths of a per cent. Lines from before have none.
ALTER TABLE sale_line ADD COLUMN account_id INTEGER REFERENCES account (id);
ALTER TABLE sale_line ADD COLUMN price INTEGER;
ALTER TABLE sale_line ADD COLUMN list_price INTEGER;
ALTER TABLE sale_line ADD COLUMN tax_rate INTEGER;
ALTER TABLE sale_line ADD COLUMN note TEXT;

-- Which line of which sale a returned line gives back; quantities in thousandths, positive.
CREATE TABLE returned_line (
    return_id INTEGER NOT NULL REFERENCES sale (id),
    line_no INTEGER NOT NULL,
    sale_id INTEGER NOT NULL REFERENCES sale (id),
    sold_line_no INTEGER NOT NULL,
    quantity INTEGER NOT NULL CHECK (quantity > 0),
    PRIMARY KEY (return_id, line_no)
) STRICT, WITHOUT ROWID;
CREATE INDEX returned_line_sale ON returned_line (sale_id, sold_line_no, quantity);
CREATE TRIGGER returned_line_not_over BEFORE INSERT ON returned_line
WHEN NEW.quantity + COALESCE((SELECT SUM(quantity) FROM returned_line WHERE sale_id = NEW.sale_id AND sold_line_no = NEW.sold_line_no), 0)
   > COALESCE((SELECT quantity FROM sale_line WHERE sale_id = NEW.sale_id AND line_no = NEW.sold_line_no), 0)
BEGIN SELECT RAISE(ABORT, 'a line is returned at most as often as it was sold'); END;
CREATE TRIGGER returned_line_no_update BEFORE UPDATE ON returned_line BEGIN SELECT RAISE(ABORT, 'a return is never changed'); END;
CREATE TRIGGER returned_line_no_delete BEFORE DELETE ON returned_line BEGIN SELECT RAISE(ABORT, 'a return is never removed'); END;

-- A sale attached or moved to another customer: never repriced, only whose it is.
CREATE TABLE sale_move (
    id INTEGER PRIMARY KEY,
    sale_id INTEGER NOT NULL REFERENCES sale (id),
    old_customer_id INTEGER NOT NULL REFERENCES customer (id),
    new_customer_id INTEGER NOT NULL REFERENCES customer (id),
    staff_id INTEGER REFERENCES staff (id),
    who TEXT NOT NULL,
    why TEXT NOT NULL,
    at INTEGER NOT NULL,
    entry_id INTEGER UNIQUE REFERENCES entry (id)
) STRICT;
CREATE INDEX sale_move_sale ON sale_move (sale_id, id);
CREATE TRIGGER sale_move_no_update BEFORE UPDATE ON sale_move BEGIN SELECT RAISE(ABORT, 'a move is never changed'); END;
CREATE TRIGGER sale_move_no_delete BEFORE DELETE ON sale_move BEGIN SELECT RAISE(ABORT, 'a move is never removed'); END;

-- Loyalty. One row of rules where the shop chose its own; `data/tiers.csv` stands where `tier` is empty.
-- `earn_points` for every `earn_amount` minor units; one point pays `point_value` minor units; 0 days never expire.
CREATE TABLE loyalty_program (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    earn_points INTEGER NOT NULL,
    earn_amount INTEGER NOT NULL CHECK (earn_amount > 0),
    point_value INTEGER NOT NULL CHECK (point_value > 0),
    lot_days INTEGER NOT NULL,
    window_days INTEGER NOT NULL CHECK (window_days > 0)
) STRICT;

-- `threshold` is qualifying spend in minor units, `rate` multiplies what is earned (thousandths).
CREATE TABLE tier (
    name TEXT PRIMARY KEY,
    threshold INTEGER NOT NULL UNIQUE,
    rate INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE customer_loyalty (
    customer_id INTEGER PRIMARY KEY REFERENCES customer (id),
    tier TEXT NOT NULL DEFAULT '',
    tier_since TEXT NOT NULL DEFAULT '',
    own_rate INTEGER
) STRICT;
CREATE INDEX customer_loyalty_tier ON customer_loyalty (tier, customer_id);

-- The points ledger, only added to: the balance is the sum. `lot_id` is the entry that began the lot an entry adds to
-- or takes from (its own id for an entry that begins one); none for points owed back below zero.
CREATE TABLE points_entry (
    id INTEGER PRIMARY KEY,
    customer_id INTEGER NOT NULL REFERENCES customer (id),
    kind TEXT NOT NULL CHECK (kind IN ('earn', 'redeem', 'expire', 'adjust', 'reverse')),
    points INTEGER NOT NULL CHECK (points <> 0),
    lot_id INTEGER REFERENCES points_entry (id),
    sale_id INTEGER REFERENCES sale (id),
    reverses INTEGER REFERENCES points_entry (id),
    expires_on TEXT NOT NULL DEFAULT '',
    business_date TEXT NOT NULL,
    at INTEGER NOT NULL,
    staff_id INTEGER REFERENCES staff (id),
    reason TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX points_entry_customer ON points_entry (customer_id, id, points);
CREATE INDEX points_entry_sale ON points_entry (sale_id) WHERE sale_id IS NOT NULL;
CREATE INDEX points_entry_owed ON points_entry (customer_id, points) WHERE lot_id IS NULL;
CREATE INDEX points_entry_reverses ON points_entry (reverses, points) WHERE reverses IS NOT NULL;
CREATE INDEX points_entry_lot ON points_entry (lot_id, points) WHERE lot_id IS NOT NULL;
CREATE TRIGGER points_entry_no_update BEFORE UPDATE ON points_entry BEGIN SELECT RAISE(ABORT, 'a points entry is never changed'); END;
CREATE TRIGGER points_entry_no_delete BEFORE DELETE ON points_entry BEGIN SELECT RAISE(ABORT, 'a points entry is never removed'); END;

-- What is left of each lot: derived from the entries, and proved by `bookkeeper verify`.
CREATE TABLE points_lot (
    id INTEGER PRIMARY KEY REFERENCES points_entry (id),
    customer_id INTEGER NOT NULL,
    expires_on TEXT NOT NULL,
    remaining INTEGER NOT NULL CHECK (remaining >= 0)
) STRICT;
CREATE INDEX points_lot_customer ON points_lot (customer_id, expires_on, id) WHERE remaining > 0;
CREATE INDEX points_lot_expiry ON points_lot (expires_on) WHERE remaining > 0;

-- Customer accounts: who may buy on credit, how much, and how long they have.
CREATE TABLE customer_account (
    customer_id INTEGER PRIMARY KEY REFERENCES customer (id),
    status TEXT NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'hold', 'closed')),
    credit_limit INTEGER NOT NULL DEFAULT 0,
    terms_days INTEGER NOT NULL DEFAULT 0,
    since TEXT NOT NULL
) STRICT;

-- What every entry did to a customer's receivable: one item an entry and customer, positive for a charge.
-- Written where entries are, so that an account can never differ from the ledger.
CREATE TABLE account_item (
    id INTEGER PRIMARY KEY,
    customer_id INTEGER NOT NULL REFERENCES customer (id),
    entry_id INTEGER NOT NULL REFERENCES entry (id),
    date TEXT NOT NULL,
    due TEXT NOT NULL DEFAULT '',
    amount INTEGER NOT NULL,
    UNIQUE (entry_id, customer_id)
) STRICT;
CREATE INDEX account_item_customer ON account_item (customer_id, date, id);
CREATE TRIGGER account_item_no_update BEFORE UPDATE ON account_item BEGIN SELECT RAISE(ABORT, 'an account item is never changed'); END;
CREATE TRIGGER account_item_no_delete BEFORE DELETE ON account_item BEGIN SELECT RAISE(ABORT, 'an account item is never removed'); END;
INSERT INTO account_item (customer_id, entry_id, date, amount)
SELECT posting.customer_id, entry.id, entry.date, SUM(posting.amount)
FROM posting JOIN entry ON entry.id = posting.entry_id
WHERE posting.customer_id IS NOT NULL AND posting.account_id = (SELECT id FROM account WHERE name = 'Assets:Receivables')
GROUP BY entry.id, posting.customer_id ORDER BY entry.id;

-- How much of a credit is set against a charge; a negative amount takes it back. Only added to.
CREATE TABLE allocation (
    id INTEGER PRIMARY KEY,
    credit_item_id INTEGER NOT NULL REFERENCES account_item (id),
    charge_item_id INTEGER NOT NULL REFERENCES account_item (id),
    amount INTEGER NOT NULL CHECK (amount <> 0),
    date TEXT NOT NULL,
    at INTEGER NOT NULL,
    staff_id INTEGER REFERENCES staff (id)
) STRICT;
CREATE INDEX allocation_credit ON allocation (credit_item_id, date, amount);
CREATE INDEX allocation_charge ON allocation (charge_item_id, date, amount);
CREATE TRIGGER allocation_no_update BEFORE UPDATE ON allocation BEGIN SELECT RAISE(ABORT, 'an allocation is never changed'); END;
CREATE TRIGGER allocation_no_delete BEFORE DELETE ON allocation BEGIN SELECT RAISE(ABORT, 'an allocation is never removed'); END;

-- Goods set aside against deposits; `frozen` are its lines as they will be sold, priced when it was opened, as JSON.
CREATE TABLE layaway (
    id INTEGER PRIMARY KEY,
    number TEXT NOT NULL UNIQUE,
    customer_id INTEGER NOT NULL REFERENCES customer (id),
    basket_id INTEGER NOT NULL UNIQUE REFERENCES basket (id),
    state TEXT NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'picked up', 'cancelled')),
    total INTEGER NOT NULL,
    due TEXT NOT NULL,
    fee INTEGER NOT NULL DEFAULT 0,
    opened_at INTEGER NOT NULL,
    business_date TEXT NOT NULL,
    branch_id INTEGER NOT NULL REFERENCES branch (id),
    staff_id INTEGER REFERENCES staff (id),
    closed_at INTEGER,
    sale_id INTEGER UNIQUE REFERENCES sale (id),
    frozen TEXT NOT NULL,
    note TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX layaway_customer ON layaway (customer_id, id);
CREATE INDEX layaway_open ON layaway (due, id) WHERE state = 'open';
