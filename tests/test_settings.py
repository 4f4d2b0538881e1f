"""Settings are read whole, and a mistake in them costs only itself."""

from pathlib import Path
from tempfile import TemporaryDirectory
from types import MappingProxyType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bookkeeper_tui.settings import Settings, read_settings, write_settings


def test_what_is_written_is_read_back(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    wanted = Settings(branch='The "Old" Mill', decimal=",", group=".", tabs_hidden=("audit",), idle_lock_minutes=3)
    write_settings(path, wanted)
    assert read_settings(path) == (wanted, [])


def test_no_file_gives_the_defaults(tmp_path: Path) -> None:
    assert read_settings(tmp_path / "none.toml") == (Settings(), [])


def test_a_mistake_is_named_by_line_and_the_rest_is_used(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    path.write_text('branch = "North"\nidle_lock_minutes = "ten"\ncolour = "blue"\nascii = "maybe"\n')
    settings, mistakes = read_settings(path)
    assert settings.branch == "North"
    assert settings.idle_lock_minutes == Settings().idle_lock_minutes
    assert mistakes == [
        "settings.toml line 2: “idle_lock_minutes” takes a whole number, not 'ten'",
        "settings.toml line 3: there is no setting “colour”",
        "settings.toml line 4: “ascii” takes auto, yes or no, not 'maybe'",
    ]


def test_a_file_that_is_no_toml_is_told_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    path.write_text("branch = North\n")
    settings, mistakes = read_settings(path)
    assert settings == Settings()
    assert "line 1" in mistakes[0]


@given(st.text(st.characters(codec="utf-8")))
def test_any_text_is_written_so_that_it_is_read_back(branch: str) -> None:
    with TemporaryDirectory() as directory:
        path = Path(directory) / "settings.toml"
        wanted = Settings(branch=branch, keys=MappingProxyType({branch: branch}))
        write_settings(path, wanted)
        assert read_settings(path) == (wanted, [])


def test_a_file_of_brackets_is_one_sentence(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    path.write_text("branch = " + "[" * 100_000)
    settings, mistakes = read_settings(path)
    assert (settings, len(mistakes)) == (Settings(), 1)


@pytest.mark.parametrize(
    ("written", "decimal", "group", "told"),
    [
        ('decimal = ","', ",", ".", 0),
        ('decimal = ","\ngroup = ","', ",", ".", 1),
        ('group = "."', ".", ",", 1),
        ('group = "abc"', ".", ",", 1),
        ('decimal = ","\ngroup = " "', ",", " ", 0),
    ],
)
def test_an_amount_never_has_one_mark_for_two_things(
    tmp_path: Path, written: str, decimal: str, group: str, told: int
) -> None:
    path = tmp_path / "settings.toml"
    path.write_text(written + "\n")
    settings, mistakes = read_settings(path)
    assert (settings.decimal, settings.group, len(mistakes)) == (decimal, group, told)


@pytest.mark.parametrize("date_format", ["", "%d/%m", "%Q", "%", "a\\u0000%d%m%Y", "%d %d %m %Y"])
def test_a_date_format_that_loses_a_part_of_the_date_is_refused(tmp_path: Path, date_format: str) -> None:
    path = tmp_path / "settings.toml"
    path.write_text(f'date_format = "{date_format}"\n')
    settings, mistakes = read_settings(path)
    assert settings.date_format == "%Y-%m-%d"
    assert "line 1: “date_format” takes" in mistakes[0]


@pytest.mark.parametrize("date_format", ["%Y-%m-%d", "%d/%m/%Y", "%m/%d/%y", "%d %b %Y", "%d.%m.%Y"])
def test_a_date_format_that_reads_what_it_writes_is_taken(tmp_path: Path, date_format: str) -> None:
    path = tmp_path / "settings.toml"
    path.write_text(f'date_format = "{date_format}"\n')
    assert read_settings(path) == (Settings(date_format=date_format), [])
