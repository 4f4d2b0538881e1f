"""What the store worked out or wrote down of a customer: duplicates, merges, sums, entries, and who looked."""

from bookkeeper_tui.store.privacy.place import (
    A_DATE,
    AT,
    BLANK,
    DAY,
    LOGGED,
    MONEY,
    NUMBER,
    OF_STAFF,
    THEIRS,
    Place,
    Shown,
    theirs,
)

# What a merge brought that was undone since is of somebody else, and not theirs to be given.
_OF_ANOTHER = (
    "audit.at IN (SELECT at FROM customer_merge WHERE undone_at IS NOT NULL AND from_id IN ({who}) "
    "UNION SELECT at FROM customer_merge WHERE undone_at IS NOT NULL AND into_id IN ({who}) "
    "UNION SELECT undone_at FROM customer_merge WHERE from_id IN ({who}) "
    "UNION SELECT undone_at FROM customer_merge WHERE into_id IN ({who}))"
)
LOGS: tuple[Place, ...] = (
    Place(
        "duplicate_pair",
        "Taken for the same as another",
        "(first_id IN ({who}) OR second_id IN ({who}))",
        (Shown("Found", "found_at", AT), Shown("Why", "why"), Shown("State", "state"), Shown("Judged by", "judged_by")),
        gone=True,
    ),
    Place(
        "customer_merge",
        "Merged with another",
        "(from_id IN ({who}) OR into_id IN ({who}))",
        (
            Shown("When", "at", AT),
            Shown("By", "who"),
            Shown("Reason", "reason"),
            Shown("Taken apart again", "COALESCE(undone_at, 0)", AT),
            Shown("What both were before", "before", LOGGED),
        ),
        order="id",
        erased={"reason": BLANK, "before": BLANK},
        kept={"who": OF_STAFF, "undone_by": OF_STAFF},
    ),
    Place(
        "standing",
        "Worked out from the sales",
        THEIRS,
        (
            Shown("Visits", "visits", NUMBER),
            Shown("Spent", "spend", MONEY),
            Shown("First visit", "first_at", AT),
            Shown("Last visit", "last_at", AT),
            Shown("Owes", "owes", MONEY),
        ),
    ),
    Place(
        "customer_month",
        "Worked out from the sales: by month",
        theirs("customer_month"),
        (
            Shown("Month", "customer_month.month"),
            Shown("Branch", "branch.name"),
            Shown("Visits", "customer_month.visits", NUMBER),
            Shown("Spent", "customer_month.spend", MONEY),
        ),
        "customer_month JOIN branch ON branch.id = customer_month.branch_id",
        "customer_month.month, branch.name",
        kept={"month": A_DATE},
    ),
    Place(
        "posting",
        "Entries of the books",
        theirs("posting"),
        (
            Shown("Date", "entry.date", DAY),
            Shown("What", "entry.kind"),
            Shown("Account", "account.label"),
            Shown("Amount", "posting.amount", MONEY),
        ),
        "posting JOIN entry ON entry.id = posting.entry_id JOIN account ON account.id = posting.account_id",
        "posting.entry_id, posting.line_no",
    ),
    Place(
        "erasure",
        "Erased",
        THEIRS,
        (
            Shown("When", "erased_at", AT),
            Shown("Known since as", "pseudonym"),
            Shown("By", "who"),
            Shown("Reason", "reason"),
            Shown("Kept in the books until", "retain_until", DAY),
        ),
        kept={
            "pseudonym": "it stands for nobody",
            "who": OF_STAFF,
            "reason": "it may not name them",
            "retain_until": A_DATE,
        },
    ),
    Place(
        "audit",
        "Who looked, and who changed what",
        theirs("audit"),
        (
            Shown("When", "audit.at", AT),
            Shown("Who", "audit.who"),
            Shown("Role", "audit.role"),
            Shown("Terminal", "audit.terminal"),
            Shown("What", "audit.action"),
            Shown("Of", "audit.subject"),
            Shown("Detail", "audit.detail", LOGGED),
            Shown("Values", f"CASE WHEN {_OF_ANOTHER} THEN '' ELSE COALESCE(audit_personal.body, '') END", LOGGED),
        ),
        "audit LEFT JOIN audit_personal ON audit_personal.seq = audit.seq",
        "audit.seq",
        kept={
            "who": OF_STAFF,
            "role": OF_STAFF,
            "terminal": OF_STAFF,
            "action": "what was done",
            "key_id": "a key's name",
            "subject": "a number of the books",
            "detail": "nothing personal is written there",
        },
    ),
)
