"""Settings are read whole, and a mistake in them costs only itself."""

from pathlib import Path

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
