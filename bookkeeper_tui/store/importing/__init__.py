"""Importing: files that come in, one small description a format. `import_files` is the way in."""

from bookkeeper_tui.store.importing.columns import KINDS, Kind
from bookkeeper_tui.store.importing.report import Account, Progress, Report
from bookkeeper_tui.store.importing.run import import_files

__all__ = ["KINDS", "Account", "Kind", "Progress", "Report", "import_files"]
