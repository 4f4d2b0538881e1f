"""docs/security.md names a test for each threat, and each test here is named there."""

import ast
import re
from pathlib import Path

HERE = Path(__file__).parent
PAGE = (HERE.parent.parent / "docs" / "security.md").read_text(encoding="utf-8")
PARTS = re.split(r"^## ", PAGE, flags=re.MULTILINE)[1:]


def named_tests() -> set[str]:
    """The tests of this folder but for this file's."""
    return {
        node.name
        for path in HERE.glob("test_*.py")
        if path != Path(__file__)
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_")
    }


def test_the_page_and_the_tests_name_the_same_threats() -> None:
    assert set(re.findall(r"`(test_\w+)`", PAGE)) == named_tests()


def test_every_threat_has_what_stops_or_shows_it_and_a_test() -> None:
    people = [part for part in PARTS if part.startswith(("A cashier", "A thief", "An administrator"))]
    assert len(people) == 4
    for part in people:
        rows = [line.split("|")[1:-1] for line in part.splitlines() if line.startswith("|")][2:]
        assert len(rows) >= 5
        for threat, stopped, test in rows:
            assert threat.strip()
            assert stopped.strip()
            assert "test" in test
        assert "**What nothing stops**" in part
