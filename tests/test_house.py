"""The house stands as it was drawn: its walls hold, its rooms match the schema, what it ships is there."""

import importlib
import pkgutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import bookkeeper_tui
from bookkeeper_tui.resources import data_path, themes_path
from bookkeeper_tui.store.engine import Table
from bookkeeper_tui.store.opening import Store

ROOT = Path(__file__).resolve().parent.parent
ALLOWED_AT_TOP = {
    "README.md", "LICENSE", "CHANGELOG.md", "pyproject.toml", ".ci", ".gitignore", "docs",
    "bookkeeper_tui", "data", "themes", "tests",
}  # fmt: skip


def every_module(package: str) -> list[str]:
    found = importlib.import_module(package)
    return [name for _, name, _ in pkgutil.walk_packages(found.__path__, f"{package}.")]


def test_the_walls_between_the_floors_hold() -> None:
    linted = subprocess.run(
        [Path(sys.executable).with_name("lint-imports")], cwd=ROOT, capture_output=True, text=True, timeout=300
    )
    assert linted.returncode == 0, linted.stdout


def test_the_store_works_where_textual_is_not_installed() -> None:
    program = (
        "import sys; sys.modules['textual'] = None\n"
        f"import importlib\nfor name in {every_module('bookkeeper_tui.store')!r}: importlib.import_module(name)"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr


def test_importing_any_module_opens_no_database_and_no_network() -> None:
    program = (
        "import sys\nsys.addaudithook(lambda event, args: sys.exit(f'{event} {args}') "
        "if event in ('sqlite3.connect', 'socket.connect') else None)\n"
        f"import importlib\nfor name in {every_module('bookkeeper_tui')!r}:\n"
        "    if not name.endswith('__main__'): importlib.import_module(name)"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr


def test_every_table_in_the_code_is_the_table_in_the_store(store: Store) -> None:
    for name in every_module("bookkeeper_tui.store"):
        importlib.import_module(name)
    tables = Table.__subclasses__()
    assert len(tables) > 10
    for table in tables:
        name = table._meta.table_name
        columns = {row[1] for row in store.database.execute_sql(f"PRAGMA table_info({name})")}
        fields = {field.column_name for field in table._meta.sorted_fields}
        assert fields <= columns, f"{table.__name__} has {fields - columns}, which {name} lacks"


def test_every_runtime_dependency_is_pinned() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert all("==" in wanted for wanted in project["dependencies"])


def test_only_what_belongs_at_the_top_is_there() -> None:
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, timeout=60)
    if tracked.returncode == 0:
        assert {Path(line).parts[0] for line in tracked.stdout.splitlines()} <= ALLOWED_AT_TOP


def test_what_ships_is_there() -> None:
    assert data_path("roles.csv").is_file()
    assert data_path("chart.csv").is_file()
    assert len(list(themes_path().iterdir())) >= 4


@pytest.mark.parametrize("page", sorted((ROOT / "docs").glob("*.md")), ids=lambda page: page.name)
def test_the_manual_names_no_file_that_is_not_there(page: Path) -> None:
    import re

    for target in re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text(encoding="utf-8")):
        assert (page.parent / target).exists(), f"{page.name} points to {target}"


def test_the_readme_has_its_two_commands() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8").splitlines()
    assert "python3 -m venv .venv && .venv/bin/pip install . && .venv/bin/bookkeeper demo" in readme
    assert "python3 -m venv .venv && .venv/bin/pip install '.[test]' && .venv/bin/pytest" in readme


def test_no_file_of_the_program_is_two_files() -> None:
    package = Path(bookkeeper_tui.__file__).parent
    lengths = {path.name: len(path.read_text(encoding="utf-8").splitlines()) for path in package.rglob("*.py")}
    assert not {name: length for name, length in lengths.items() if length > 450}
