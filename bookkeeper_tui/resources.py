"""Where the files that ship with the program lie: beside the package in a checkout, inside it once installed."""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def data_path(name: str) -> Path:
    """The path of a shipped file of `data/`, such as `chart.csv`."""
    return _shipped("data") / name


def themes_path() -> Path:
    """The folder of the shipped themes, one small file each."""
    return _shipped("themes")


def _shipped(folder: str) -> Path:
    inside = _PACKAGE / folder
    return inside if inside.is_dir() else _PACKAGE.parent / folder
