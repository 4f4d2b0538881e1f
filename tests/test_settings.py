"""Settings are read whole, and a mistake in them costs only itself."""

from pathlib import Path
from tempfile import TemporaryDirectory
from types import MappingProxyType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bookkeeper_tui.settings import Printer, Settings, place_in, read_settings, write_settings


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


@pytest.mark.parametrize(
    ("written", "told", "kept"),
    [
        ("branch = North\nservices = false\n", 'line 1: Invalid value, expected such as branch = "Main"', {}),
        ('services = false\nbranch = "North\n', 'expected such as branch = "Main"', {}),
        ('services = false\n[printer\nkind = "file"\n', "lines 2 to 3: Expected ']'", {}),
        ('services = false\n[keys]\nfind = "f7"\n[keys]\nfind = "f8"\n', "lines 4 to 5", {"find": "f7"}),
        ('services = false\nbranch = """\nfor ever', "lines 2 to 3: ", {}),
        ('services = false\r\nhead = [1,\r\n[keys]\r\nfind = "f7"\r\n', "lines 2 to ", {}),
    ],
)
def test_a_line_that_is_no_toml_is_told_with_what_was_expected_and_the_rest_is_used(
    tmp_path: Path, written: str, told: str, kept: dict[str, str]
) -> None:
    path = tmp_path / "settings.toml"
    path.write_text(written, newline="")
    settings, mistakes = read_settings(path)
    assert (settings.services, settings.branch, dict(settings.keys)) == (False, "Main", kept)
    assert len(mistakes) == 1
    assert told in mistakes[0]
    assert mistakes[0].startswith("settings.toml line")


def test_the_lines_of_a_table_that_cannot_begin_land_in_no_other(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    path.write_text('[keys]\nfind = "f7"\n[printer\nfoot = "x"\n[themes]\nTill = "plain"\n')
    settings, mistakes = read_settings(path)
    assert (dict(settings.keys), dict(settings.themes), len(mistakes)) == ({"find": "f7"}, {"Till": "plain"}, 1)


def test_a_terminal_may_stand_in_another_branch(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    path.write_text('branch = "North"\n[branches]\n"Till 9" = "Harbour"\n')
    settings, mistakes = read_settings(path)
    assert (settings.branch_of("Till 9"), settings.branch_of("Till 1"), mistakes) == ("Harbour", "North", [])


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("retention_years = 0", "“retention_years” takes 1 to 100, not 0"),
        ("cash_rounding = -5", "“cash_rounding” takes 0 (none) to 100000, not -5"),
        ("idle_lock_minutes = 2000", "“idle_lock_minutes” takes 0 (never) to 1440, not 2000"),
    ],
)
def test_a_number_out_of_range_says_the_range(tmp_path: Path, written: str, told: str) -> None:
    path = tmp_path / "settings.toml"
    path.write_text(written + "\n")
    assert read_settings(path) == (Settings(), [f"settings.toml line 1: {told}"])


def test_one_wrong_line_of_a_table_costs_only_itself(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    path.write_text('[keys]\nfind = "f11"\nedit = 7\n\n[printers."Till 3"]\ncolumns = 40\nkind = "network"\n')
    settings, mistakes = read_settings(path)
    assert dict(settings.keys) == {"find": "f11"}
    assert mistakes == [
        "settings.toml line 3: “edit” takes a text, not 7",
        "settings.toml line 7: a printer of kind “network” needs a “host”",
    ]


def test_where_a_setting_stands_is_found_in_its_table(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    path.write_text('tabs_hidden = ["x"]\n\n[themes]\n"Till 3" = "x"\n')
    assert place_in(path, "tabs_hidden") == "settings.toml line 1"
    assert place_in(path, "themes", "Till 3") == "settings.toml line 4"


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


def test_a_printer_has_its_own_table_and_a_terminal_says_what_is_different(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    path.write_text(
        '[printer]\nkind = "network"\nhost = "10.0.0.9"\nhead = ["Main St", "VAT ES123"]\n'
        '[printers."Till 3"]\nkind = "terminal"\ncolumns = 40\n'
    )
    settings, mistakes = read_settings(path)
    assert mistakes == []
    assert settings.printer_of("Till 1") == Printer("network", host="10.0.0.9", head=("Main St", "VAT ES123"))
    assert settings.printer_of("Till 3") == Printer(
        "terminal", host="10.0.0.9", columns=40, head=("Main St", "VAT ES123")
    )
    write_settings(path, settings)
    assert read_settings(path) == (settings, [])


def test_each_mistake_about_a_printer_is_told_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    path.write_text(
        '[printer]\nkind = "laser"\nport = 0\nink = "blue"\nkick = "yes"\nhead = "Main St"\n\n'
        '[printers."Till 3"]\ncolumns = 4\nkind = "file"\n\n[printers.b]\nkind = 7\n'
    )
    settings, mistakes = read_settings(path)
    assert settings.printer == Printer()
    assert settings.printer_of("Till 3") == Printer("file")
    assert mistakes == [
        "settings.toml line 2: “kind” takes none, file, cups, network or terminal, not 'laser'",
        "settings.toml line 3: “port” takes 1 to 65535, not 0",
        "settings.toml line 4: a printer has no “ink”",
        "settings.toml line 5: “kick” takes true or false, not 'yes'",
        "settings.toml line 6: “head” takes a list of texts",
        "settings.toml line 9: “columns” takes 20 to 132, not 4",
        "settings.toml line 13: “kind” takes a text, not 7",
    ]


@pytest.mark.parametrize("written", ["printer = 3", 'printers = "x"', "[printers]\na = 1", "[[printer]]\nkind = 1"])
def test_what_is_no_table_is_told_once_and_nothing_prints(tmp_path: Path, written: str) -> None:
    path = tmp_path / "settings.toml"
    path.write_text(written + "\n")
    settings, mistakes = read_settings(path)
    assert settings.printer_of("a") == Printer()
    assert len(mistakes) == 1


def test_a_network_printer_without_a_host_is_told(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    path.write_text('[printer]\nkind = "network"\n')
    assert read_settings(path)[1] == ["settings.toml line 1: a printer of kind “network” needs a “host”"]
