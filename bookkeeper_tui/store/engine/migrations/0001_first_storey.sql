-- The first storey: shop, staff, audit, customers, catalogue, ledger, sales and what is derived from them.
-- Money is integer minor units, instants are integer microseconds UTC, dates are ISO text, quantities are thousandths.

CREATE TABLE shop (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    name TEXT NOT NULL,
    currency TEXT NOT NULL,
    exponent INTEGER NOT NULL,
    country TEXT NOT NULL,
    time_zone TEXT NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE role_permission (
    role TEXT NOT NULL,
    permission TEXT NOT NULL,
    PRIMARY KEY (role, permission)
) STRICT, WITHOUT ROWID;

-- Numbers handed out without gaps: customers, sales, staff. Read and raised inside the change that uses them.
CREATE TABLE counter (
    name TEXT PRIMARY KEY,
    value INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- A command that arrives twice counts once.
CREATE TABLE command_key (
    key TEXT PRIMARY KEY,
    seq INTEGER NOT NULL,
    result TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE staff (
    id INTEGER PRIMARY KEY,
    number TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    role TEXT NOT NULL CHECK (role IN ('cashier', 'supervisor', 'manager', 'auditor')),
    pin_hash TEXT NOT NULL,
    pin_version INTEGER NOT NULL DEFAULT 1,
    must_change INTEGER NOT NULL DEFAULT 0,
    created_at INTEGER NOT NULL,
    retired_at INTEGER
) STRICT;

-- Tries since the last right PIN, for every number typed, known or not: both then behave alike.
-- The key is a keyed hash, because people type PINs into the wrong field.
CREATE TABLE sign_in_try (
    number_key TEXT PRIMARY KEY,
    tries INTEGER NOT NULL,
    locked_until INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE work_period (
    id INTEGER PRIMARY KEY,
    staff_id INTEGER NOT NULL REFERENCES staff (id),
    terminal TEXT NOT NULL,
    in_at INTEGER NOT NULL,
    out_at INTEGER
) STRICT;
CREATE INDEX work_period_open ON work_period (staff_id, in_at);

CREATE TABLE audit (
    seq INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    staff_id INTEGER REFERENCES staff (id),
    who TEXT NOT NULL,
    role TEXT NOT NULL,
    terminal TEXT NOT NULL,
    action TEXT NOT NULL,
    subject TEXT NOT NULL,
    customer_id INTEGER,
    detail TEXT NOT NULL,
    personal_digest BLOB,
    key_id TEXT NOT NULL,
    mac BLOB NOT NULL
) STRICT;
CREATE INDEX audit_customer ON audit (customer_id, seq) WHERE customer_id IS NOT NULL;
CREATE INDEX audit_action ON audit (action, seq);
CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'the audit log is only added to'); END;
CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'the audit log is only added to'); END;

-- Values that belong to a person. The chain hashes only their salted digest, so that erasing them keeps it whole.
CREATE TABLE audit_personal (
    seq INTEGER PRIMARY KEY REFERENCES audit (seq),
    salt BLOB,
    body TEXT
) STRICT;
CREATE TRIGGER audit_personal_only_erased BEFORE UPDATE ON audit_personal
WHEN NEW.seq <> OLD.seq OR NEW.salt IS NOT NULL OR NEW.body IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'personal values are kept or erased, never changed'); END;
CREATE TRIGGER audit_personal_no_delete BEFORE DELETE ON audit_personal
BEGIN SELECT RAISE(ABORT, 'the audit log is only added to'); END;

CREATE TABLE branch (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE
) STRICT;

CREATE TABLE import_run (
    id INTEGER PRIMARY KEY,
    started_at INTEGER NOT NULL,
    kind TEXT NOT NULL,
    format TEXT NOT NULL,
    file_name TEXT NOT NULL,
    file_sha256 TEXT NOT NULL
) STRICT;

CREATE TABLE customer (
    id INTEGER PRIMARY KEY,
    number TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    company TEXT NOT NULL DEFAULT '',
    phone_raw TEXT NOT NULL DEFAULT '',
    phone_e164 TEXT NOT NULL DEFAULT '',
    phone_reversed TEXT NOT NULL DEFAULT '',
    email TEXT NOT NULL DEFAULT '',
    email_key TEXT NOT NULL DEFAULT '',
    card TEXT NOT NULL DEFAULT '',
    born TEXT NOT NULL DEFAULT '',
    gender TEXT NOT NULL DEFAULT '',
    registration_no TEXT NOT NULL DEFAULT '',
    vat_no TEXT NOT NULL DEFAULT '',
    language TEXT NOT NULL DEFAULT '',
    discount_code TEXT NOT NULL DEFAULT '',
    discount_until TEXT NOT NULL DEFAULT '',
    status TEXT NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'inactive')),
    version INTEGER NOT NULL DEFAULT 1,
    created_at INTEGER NOT NULL,
    source TEXT NOT NULL DEFAULT '',
    source_ref TEXT NOT NULL DEFAULT '',
    import_run_id INTEGER REFERENCES import_run (id)
) STRICT;
CREATE INDEX customer_phone ON customer (phone_e164) WHERE phone_e164 <> '';
CREATE INDEX customer_phone_end ON customer (phone_reversed) WHERE phone_reversed <> '';
CREATE INDEX customer_email ON customer (email_key) WHERE email_key <> '';
CREATE UNIQUE INDEX customer_card ON customer (card) WHERE card <> '';
CREATE INDEX customer_birthday ON customer (substr(born, -5)) WHERE born <> '';
CREATE INDEX customer_born ON customer (born) WHERE born <> '';
CREATE UNIQUE INDEX customer_source ON customer (source_ref, source) WHERE source_ref <> '';

-- Which row of which system a customer came from, and a digest of what it said when it was last read: a row that says
-- the same again changes nothing, whatever has been edited here since. `ref` is the id there, or a digest of who it is.
CREATE TABLE customer_origin (
    source TEXT NOT NULL,
    ref TEXT NOT NULL,
    customer_id INTEGER NOT NULL REFERENCES customer (id),
    digest BLOB NOT NULL,
    PRIMARY KEY (source, ref)
) STRICT, WITHOUT ROWID;
CREATE INDEX customer_origin_customer ON customer_origin (customer_id);

CREATE TABLE customer_address (
    customer_id INTEGER NOT NULL REFERENCES customer (id),
    kind TEXT NOT NULL CHECK (kind IN ('billing', 'delivery')),
    street TEXT NOT NULL DEFAULT '',
    street2 TEXT NOT NULL DEFAULT '',
    city TEXT NOT NULL DEFAULT '',
    city_key TEXT NOT NULL DEFAULT '',
    region TEXT NOT NULL DEFAULT '',
    postcode TEXT NOT NULL DEFAULT '',
    country TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (customer_id, kind)
) STRICT, WITHOUT ROWID;
CREATE INDEX customer_address_city ON customer_address (city_key, customer_id) WHERE city_key <> '';

CREATE TABLE customer_tag (
    customer_id INTEGER NOT NULL REFERENCES customer (id),
    tag TEXT NOT NULL,
    PRIMARY KEY (customer_id, tag)
) STRICT, WITHOUT ROWID;
CREATE INDEX customer_tag_tag ON customer_tag (tag, customer_id);

-- Demographics and whatever else a shop wants to know: free names, free values; *_key is what a filter compares.
CREATE TABLE customer_attribute (
    customer_id INTEGER NOT NULL REFERENCES customer (id),
    name TEXT NOT NULL,
    value TEXT NOT NULL,
    value_key TEXT NOT NULL,
    PRIMARY KEY (customer_id, name)
) STRICT, WITHOUT ROWID;
CREATE INDEX customer_attribute_value ON customer_attribute (name, value_key, customer_id);

CREATE TABLE note (
    id INTEGER PRIMARY KEY,
    customer_id INTEGER NOT NULL REFERENCES customer (id),
    text TEXT NOT NULL,
    pinned INTEGER NOT NULL DEFAULT 0,
    who TEXT NOT NULL,
    at INTEGER NOT NULL
) STRICT;
CREATE INDEX note_customer ON note (customer_id, pinned, id);

-- Consent is a log, only added to. Unknown is not yes.
CREATE TABLE consent (
    id INTEGER PRIMARY KEY,
    customer_id INTEGER NOT NULL REFERENCES customer (id),
    purpose TEXT NOT NULL,
    channel TEXT NOT NULL,
    given INTEGER NOT NULL CHECK (given IN (0, 1)),
    at INTEGER NOT NULL,
    how TEXT NOT NULL,
    wording TEXT NOT NULL,
    wording_version TEXT NOT NULL,
    who TEXT NOT NULL
) STRICT;
CREATE INDEX consent_customer ON consent (customer_id, channel, id);
CREATE TRIGGER consent_no_update BEFORE UPDATE ON consent BEGIN SELECT RAISE(ABORT, 'the consent log is only added to'); END;
CREATE TRIGGER consent_no_delete BEFORE DELETE ON consent BEGIN SELECT RAISE(ABORT, 'the consent log is only added to'); END;

CREATE TABLE category (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    account_id INTEGER NOT NULL REFERENCES account (id)
) STRICT;

CREATE TABLE brand (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    name_key TEXT NOT NULL
) STRICT;
CREATE INDEX brand_key ON brand (name_key);

CREATE TABLE product (
    id INTEGER PRIMARY KEY,
    sku TEXT NOT NULL UNIQUE,
    barcode TEXT NOT NULL DEFAULT '',
    name TEXT NOT NULL,
    size TEXT NOT NULL DEFAULT '',
    category_id INTEGER REFERENCES category (id),
    brand_id INTEGER REFERENCES brand (id),
    price INTEGER,
    status TEXT NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'inactive')),
    import_run_id INTEGER REFERENCES import_run (id)
) STRICT;
CREATE INDEX product_barcode ON product (barcode) WHERE barcode <> '';
CREATE INDEX product_brand ON product (brand_id);

CREATE TABLE account (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    label TEXT NOT NULL,
    control INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE entry (
    id INTEGER PRIMARY KEY,
    date TEXT NOT NULL,
    kind TEXT NOT NULL,
    document_kind TEXT NOT NULL,
    document_id INTEGER NOT NULL,
    staff_id INTEGER REFERENCES staff (id),
    posted_at INTEGER NOT NULL,
    reverses INTEGER UNIQUE REFERENCES entry (id),
    memo TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX entry_document ON entry (document_kind, document_id);
CREATE TRIGGER entry_no_update BEFORE UPDATE ON entry BEGIN SELECT RAISE(ABORT, 'an entry is never changed: reverse it'); END;
CREATE TRIGGER entry_no_delete BEFORE DELETE ON entry BEGIN SELECT RAISE(ABORT, 'an entry is never removed: reverse it'); END;

CREATE TABLE posting (
    entry_id INTEGER NOT NULL REFERENCES entry (id),
    line_no INTEGER NOT NULL,
    account_id INTEGER NOT NULL REFERENCES account (id),
    customer_id INTEGER REFERENCES customer (id),
    amount INTEGER NOT NULL,
    PRIMARY KEY (entry_id, line_no)
) STRICT, WITHOUT ROWID;
CREATE INDEX posting_customer ON posting (customer_id, account_id, amount) WHERE customer_id IS NOT NULL;
CREATE TRIGGER posting_no_update BEFORE UPDATE ON posting BEGIN SELECT RAISE(ABORT, 'a posting is never changed: reverse its entry'); END;
CREATE TRIGGER posting_no_delete BEFORE DELETE ON posting BEGIN SELECT RAISE(ABORT, 'a posting is never removed: reverse its entry'); END;

CREATE TABLE sale (
    id INTEGER PRIMARY KEY,
    number TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL DEFAULT 'sale' CHECK (kind IN ('sale', 'return')),
    sold_at INTEGER NOT NULL,
    business_date TEXT NOT NULL,
    branch_id INTEGER NOT NULL REFERENCES branch (id),
    terminal TEXT NOT NULL DEFAULT '',
    staff_id INTEGER REFERENCES staff (id),
    customer_id INTEGER NOT NULL REFERENCES customer (id),
    total INTEGER NOT NULL,
    discount INTEGER NOT NULL DEFAULT 0,
    tax INTEGER NOT NULL DEFAULT 0,
    line_count INTEGER NOT NULL,
    pieces INTEGER NOT NULL,
    entry_id INTEGER NOT NULL UNIQUE REFERENCES entry (id),
    note TEXT NOT NULL DEFAULT '',
    import_run_id INTEGER REFERENCES import_run (id),
    source TEXT NOT NULL DEFAULT '',
    source_ref TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX sale_customer ON sale (customer_id, sold_at, id);
CREATE INDEX sale_day ON sale (business_date, id);
CREATE UNIQUE INDEX sale_source ON sale (source_ref, source) WHERE source_ref <> '';
CREATE TRIGGER sale_no_delete BEFORE DELETE ON sale BEGIN SELECT RAISE(ABORT, 'a sale is never removed: void or return it'); END;
CREATE TRIGGER sale_frozen BEFORE UPDATE OF number, kind, sold_at, business_date, branch_id, total, discount, tax, line_count, pieces, entry_id
ON sale BEGIN SELECT RAISE(ABORT, 'what was sold is never changed: void or return it'); END;

-- quantity is thousandths as the source gave it; pieces is what it counts (0 where the quantity counts no pieces);
-- amount is what was paid, discount what had been taken off before.
CREATE TABLE sale_line (
    sale_id INTEGER NOT NULL REFERENCES sale (id),
    line_no INTEGER NOT NULL,
    product_id INTEGER REFERENCES product (id),
    code TEXT,
    description TEXT,
    quantity INTEGER NOT NULL,
    pieces INTEGER NOT NULL,
    amount INTEGER NOT NULL,
    discount INTEGER NOT NULL DEFAULT 0,
    tax INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (sale_id, line_no)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER sale_line_no_update BEFORE UPDATE ON sale_line BEGIN SELECT RAISE(ABORT, 'a line is never changed: return it'); END;
CREATE TRIGGER sale_line_no_delete BEFORE DELETE ON sale_line BEGIN SELECT RAISE(ABORT, 'a line is never removed: return it'); END;

-- line_no 0 is a discount on the whole sale.
CREATE TABLE sale_discount (
    sale_id INTEGER NOT NULL REFERENCES sale (id),
    line_no INTEGER NOT NULL,
    kind TEXT NOT NULL,
    amount INTEGER NOT NULL,
    PRIMARY KEY (sale_id, line_no, kind)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER sale_discount_no_update BEFORE UPDATE ON sale_discount BEGIN SELECT RAISE(ABORT, 'a discount once given is never changed'); END;
CREATE TRIGGER sale_discount_no_delete BEFORE DELETE ON sale_discount BEGIN SELECT RAISE(ABORT, 'a discount once given is never removed'); END;

CREATE TABLE sale_tender (
    sale_id INTEGER NOT NULL REFERENCES sale (id),
    line_no INTEGER NOT NULL,
    kind TEXT NOT NULL,
    amount INTEGER NOT NULL,
    reference TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (sale_id, line_no)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER sale_tender_no_update BEFORE UPDATE ON sale_tender BEGIN SELECT RAISE(ABORT, 'a tender is never changed: void or return the sale'); END;
CREATE TRIGGER sale_tender_no_delete BEFORE DELETE ON sale_tender BEGIN SELECT RAISE(ABORT, 'a tender is never removed: void or return the sale'); END;

-- Derived figures, folded in with every sale and proved by `bookkeeper verify`. Nothing else writes them.
-- Their ids were checked where the sale was written, so that checking them again would only take time.
CREATE TABLE standing (
    customer_id INTEGER PRIMARY KEY REFERENCES customer (id),
    visits INTEGER NOT NULL DEFAULT 0,
    spend INTEGER NOT NULL DEFAULT 0,
    first_at INTEGER NOT NULL DEFAULT 0,
    last_at INTEGER NOT NULL DEFAULT 0,
    owes INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX standing_spend ON standing (spend);
CREATE INDEX standing_last ON standing (last_at);
CREATE INDEX standing_visits ON standing (visits);
CREATE INDEX standing_owes ON standing (owes) WHERE owes <> 0;

CREATE TABLE customer_month (
    customer_id INTEGER NOT NULL,
    month TEXT NOT NULL,
    branch_id INTEGER NOT NULL,
    visits INTEGER NOT NULL,
    spend INTEGER NOT NULL,
    PRIMARY KEY (customer_id, month, branch_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE customer_product (
    customer_id INTEGER NOT NULL,
    product_id INTEGER NOT NULL,
    times INTEGER NOT NULL,
    spend INTEGER NOT NULL,
    PRIMARY KEY (customer_id, product_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE customer_brand (
    customer_id INTEGER NOT NULL,
    brand_id INTEGER NOT NULL,
    times INTEGER NOT NULL,
    spend INTEGER NOT NULL,
    PRIMARY KEY (customer_id, brand_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX customer_brand_brand ON customer_brand (brand_id, customer_id);

-- The name index: docid falls with importance, so that reading it in order streams the best first.
CREATE TABLE search_entry (
    docid INTEGER PRIMARY KEY,
    customer_id INTEGER NOT NULL REFERENCES customer (id),
    words TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX search_entry_customer ON search_entry (customer_id);
CREATE VIRTUAL TABLE search_name USING fts5 (
    words, content='search_entry', content_rowid='docid',
    detail=none, columnsize=0, prefix='1 2 3 4 5', tokenize='unicode61 remove_diacritics 2'
);
CREATE VIRTUAL TABLE search_vocabulary USING fts5vocab ('search_name', 'row');
