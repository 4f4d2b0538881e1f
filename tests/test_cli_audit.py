"""`bookkeeper audit verify|seal`: what is named, and what programs are told."""

import json
import sqlite3
from typing import Any

from tests.test_cli import Shop, shop

__all__ = ["shop"]


def tamper(shop: Shop, *statements: str) -> None:
    with sqlite3.connect(shop.store / "store.db") as raw:
        for (trigger,) in raw.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            raw.execute(f"DROP TRIGGER {trigger}")
        for statement in statements:
            raw.execute(statement)


def test_a_log_without_seals_says_how_to_make_one(shop: Shop) -> None:
    status, out, _ = shop.run("audit", "verify")
    assert status == 0
    assert "audit seal makes one" in out


def test_a_seal_is_made_and_counted(shop: Shop) -> None:
    made: Any = shop.json("audit", "seal")
    assert (made["number"], made["seq"]) == (1, 2)
    assert "Seal 2 names row 3" in shop.run("audit", "seal")[1]
    found: Any = shop.json("audit", "verify")
    assert found == {"rows": 4, "since": 0, "broken": [], "seals": {"count": 2, "to": 3, "explained": 0, "broken": []}}
    since: Any = shop.json("audit", "verify", "--since-seal")
    assert (since["rows"], since["since"]) == (1, 3)


def test_rows_and_seals_that_do_not_hold_are_named(shop: Shop) -> None:
    shop.run("audit", "seal")
    shop.run("audit", "seal")
    tamper(shop, "UPDATE audit SET who = 'x' WHERE seq = 1", "DELETE FROM audit WHERE seq = 4")
    seals = shop.keys / "seals.jsonl"
    seals.write_text(seals.read_text().splitlines()[1] + "\n")
    status, out, _ = shop.run("audit", "verify")
    assert status == 1
    assert "row 1 was changed" in out
    assert "row 4 was cut off the end" in out
    assert "seal 1 is missing" in out
    status, out, _ = shop.run("audit", "verify", "--json")
    found = json.loads(out)
    assert status == 1
    assert [one["seq"] for one in found["broken"]] == [1, 4]
    assert [one["number"] for one in found["seals"]["broken"]] == [1]
    checks = {check["check"]: check for check in json.loads(shop.run("verify", "--json")[1])}
    assert checks["the audit chain holds"]["failing"] == [1, 4, 5], "a row behind a missing one cannot be checked"
    assert checks["the audit log is what its seals say"]["failing"] == ["seal 1"]


def test_the_row_on_paper_is_looked_up(shop: Shop) -> None:
    made: Any = shop.json("audit", "seal")
    printed = f"{made['seq']}:{made['mac'][:12]}"
    assert shop.run("audit", "verify", "--head", printed)[:2] == (0, f"The log has the row {printed}.\n")
    assert shop.run("audit", "verify", "--head", f"1:{made['mac'][:12]}")[0] == 1
    status, _, err = shop.run("audit", "verify", "--head", "nonsense")
    assert (status, err.count("\n")) == (2, 1)


def test_a_seal_that_cannot_be_made_is_one_sentence(shop: Shop) -> None:
    shop.run("audit", "seal")
    (shop.keys / "seal.key").unlink()
    status, _, err = shop.run("audit", "seal")
    assert status == 2
    assert "seal.key is missing" in err


def test_a_row_whose_time_is_none_is_still_shown(shop: Shop) -> None:
    tamper(shop, "UPDATE audit SET at = 1 << 62 WHERE seq = 2")
    rows: Any = shop.json("audit", "show")
    assert rows[1]["time"] == str(1 << 62)
