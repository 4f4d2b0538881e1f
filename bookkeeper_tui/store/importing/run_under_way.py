"""One file's import under way: what all kinds of files need to read, plan and write, in one hand."""

from dataclasses import dataclass, field

from bookkeeper_tui.store.desk import Change, Desk
from bookkeeper_tui.store.importing.columns import Columns
from bookkeeper_tui.store.importing.report import Books, Report, Teller
from bookkeeper_tui.store.importing.tables import Table
from bookkeeper_tui.store.importing.values import Reading


@dataclass(slots=True)
class FileRun:
    """A file being imported at a desk. With `dry_run` everything is planned and told, and nothing written."""

    desk: Desk
    table: Table
    columns: Columns
    reading: Reading
    books: Books
    teller: Teller
    dry_run: bool
    run_id: int | None = field(default=None)

    @property
    def report(self) -> Report:
        """The report that this file adds to."""
        return self.books.report

    @property
    def action(self) -> str:
        """What the audit log calls it, and the permission it needs."""
        return f"import.{self.columns.format.kind}"

    @property
    def source(self) -> str:
        """The system the file comes from."""
        return self.columns.format.source

    def id_for(self, change: Change) -> int:
        """The id of this run, kept with the first of its chunks that writes anything."""
        if self.run_id is None:
            row = change.database.execute_sql(
                "INSERT INTO import_run (started_at, kind, format, file_name, file_sha256) VALUES (?, ?, ?, ?, ?) "
                "RETURNING id",
                (change.at, self.columns.format.kind, self.columns.format.title, self.table.name, self.table.sha256),
            ).fetchone()
            return int(row[0])
        return self.run_id
