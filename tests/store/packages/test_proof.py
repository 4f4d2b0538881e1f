"""Proof of packages: whatever is changed behind the store's back is named by what the other tables say."""

import pytest

from bookkeeper_tui.store import packages, returns
from tests.store.packages.studio import Studio
from tests.store.test_document_proof import damage
from tests.store.tills import Till

LEFT = "packages have left what their events leave"
WHOLE = "packages are recognised, deferred or refunded whole"
PREPAID = "prepaid packages are the ledger's"
STANDING = "packages stand as their events say"
DAYS = "packages last as long as their events say"
WORTH = "sessions are worth their part of the price"
LINES = "packages have the line that sold them"
ENTRIES = "sessions have their entry"
LONGER = "UPDATE package SET expires_on = '2099-12-31'"
LONGER_EVENT = "UPDATE package_event SET expires_on = '2099-12-31'"
BACK = "sessions given back were used"


@pytest.fixture
def lived(studio: Studio) -> Studio:
    """A package of each fate: used and given back in part, frozen, refunded, returned, lapsed."""
    used, frozen, refunded = (studio.bought("TEN") for _ in range(3))
    event = studio.used(used, 2)
    studio.used(used)
    packages.restore(studio.desk, event.id, "a slip")
    packages.freeze(studio.desk, frozen.id, reason="on holiday")
    studio.used(refunded)
    packages.refund(studio.desk, refunded.id, "card", reason="moves away")
    returned = studio.sell("TEN")
    returns.give_back(studio.desk, returned, {1: 1000})
    lapsed = studio.bought("ONE")
    packages.freeze(studio.desk, lapsed.id, "2026-11-25", "away")
    packages.extend(studio.desk, lapsed.id, "2026-12-25", "was ill")
    studio.days_pass(41)
    packages.turn_day(studio.floor.desk, "2027-01-01")
    return studio


def test_every_fate_is_sound(lived: Studio) -> None:
    rows = lived.desk.database.execute_sql("SELECT state FROM package ORDER BY id").fetchall()
    assert [row[0] for row in rows] == ["live", "live", "refunded", "returned", "lapsed"]
    assert lived.floor.failing() == {}


@pytest.mark.parametrize(
    ("statement", "check", "named"),
    [
        ("UPDATE package SET used = 2 WHERE id = 1", LEFT, "K-0000001"),
        ("UPDATE package_event SET sessions = 1 WHERE kind = 'freeze'", LEFT, "K-0000002"),
        ("UPDATE package SET recognised = recognised - 1 WHERE id = 5", WHOLE, "K-0000005"),
        ("UPDATE package_event SET recognised = 1 WHERE kind = 'freeze'", WHOLE, "K-0000002"),
        ("UPDATE package SET refund_id = NULL WHERE id = 3", WHOLE, "K-0000003"),
        ("UPDATE package SET price = price + 1 WHERE id = 2", PREPAID, 2),
        ("UPDATE package SET customer_id = 3 WHERE id = 2", PREPAID, 3),
        ("UPDATE package SET expires_on = '2099-12-31' WHERE id = 5", STANDING, "K-0000005"),
        ("UPDATE package SET frozen_since = '' WHERE id = 2", STANDING, "K-0000002"),
        ("UPDATE package SET state = 'live' WHERE id = 5", STANDING, "K-0000005"),
        ("UPDATE package SET service_id = NULL WHERE id = 1", STANDING, "K-0000001"),
        ("UPDATE package SET frozen_until = '2026-01-01' WHERE id = 2", STANDING, "K-0000002"),
        ("UPDATE package SET frozen_until = '2099-01-01' WHERE id = 1", STANDING, "K-0000001"),
        (f"{LONGER} WHERE id = 1; {LONGER_EVENT} WHERE package_id = 1 AND kind = 'restore'", DAYS, "K-0000001"),
        (f"{LONGER_EVENT} WHERE package_id = 5 AND kind = 'unfreeze'", DAYS, "K-0000005"),
        (f"{LONGER_EVENT} WHERE package_id = 5 AND kind = 'extend'", DAYS, "K-0000005"),
        (
            "UPDATE package_event SET expires_on = '2026-01-01' WHERE package_id = 5 AND kind = 'sold'",
            DAYS,
            "K-0000005",
        ),
        ("UPDATE package_event SET worth = worth + 1 WHERE kind = 'use' AND package_id = 1", WORTH, None),
        ("UPDATE package_event SET worth = 1 WHERE kind = 'expire'", WORTH, None),
        ("UPDATE package_event SET commission = 1 WHERE kind = 'use' AND package_id = 3", WORTH, None),
        ("UPDATE package_event SET commission = worth + 1, trainer_id = 1 WHERE kind = 'use'", WORTH, None),
        ("UPDATE sale_line SET tax_rate = 1 WHERE sale_id = (SELECT refund_id FROM package WHERE id = 3)", WHOLE, None),
        ("UPDATE package SET tax = 1 WHERE id = 4", LINES, "K-0000004"),
        ("UPDATE package SET starts_on = '2026-01-01' WHERE id = 1", LINES, "K-0000001"),
        ("DELETE FROM package_event WHERE package_id = 2; DELETE FROM package WHERE id = 2", LINES, "S-0000002"),
        ("UPDATE package_event SET entry_id = NULL WHERE kind = 'expire'", ENTRIES, None),
        ("UPDATE package_event SET business_date = '2026-01-01' WHERE kind = 'use' AND package_id = 1", ENTRIES, None),
        ("UPDATE package_event SET undoes = 1 WHERE kind = 'restore'", BACK, None),
    ],
)
def test_what_was_changed_is_named(lived: Studio, statement: str, check: str, named: str | int | None) -> None:
    for one in statement.split("; "):
        damage(Till(lived.floor, lived.desk), one)
    failing = lived.floor.failing()
    assert check in failing
    assert named is None or named in failing[check]
