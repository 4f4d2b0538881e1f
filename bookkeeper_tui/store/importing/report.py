"""What an import tells: how far it is, what becomes of each row, which rows were refused and why, and the sums."""

import csv
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Literal, NamedTuple

from bookkeeper_tui.errors import BadInput
from bookkeeper_tui.store.importing.tables import Table, defused
from bookkeeper_tui.store.importing.values import Refused

Verdict = Literal["added", "changed", "unchanged", "rejected"]
_BETWEEN_TELLINGS = 0.1


class Progress(NamedTuple):
    """How far an import is: what it does, bytes done and in all, and seconds left once that can be told."""

    what: str
    done: int
    total: int
    seconds_left: float | None


class Account(NamedTuple):
    """What becomes of one row of a file (by the line on which it starts), or of the rows of one sale from their first.

    `subject` is who or what it is, `changes` each field's old and new value, `reason` why it was refused.
    """

    file: str
    row: int
    verdict: Verdict
    subject: str
    changes: Mapping[str, tuple[object, object]]
    reason: str = ""


@dataclass(slots=True)
class Report:
    """The sums of an import, in rows of the files: read = added + changed + unchanged + rejected, unless stopped.

    `made` counts what the added rows became (customers, products, sales, lines); `remarks` what was odd and came in as
    it is; `reasons` the refusals. `formats` and `left_behind` go by file name.
    """

    read: int = 0
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    rejected: int = 0
    reasons: Counter[str] = field(default_factory=Counter)
    remarks: Counter[str] = field(default_factory=Counter)
    made: Counter[str] = field(default_factory=Counter)
    formats: dict[str, str] = field(default_factory=dict)
    left_behind: dict[str, tuple[str, ...]] = field(default_factory=dict)
    stopped: bool = False

    def as_dict(self) -> dict[str, object]:
        """The report as plain values, for programs."""
        return {
            "read": self.read,
            "added": self.added,
            "changed": self.changed,
            "unchanged": self.unchanged,
            "rejected": self.rejected,
            "reasons": dict(self.reasons),
            "remarks": {name: count for name, count in self.remarks.items() if count},
            "made": dict(self.made),
            "formats": self.formats,
            "left_behind": {name: list(columns) for name, columns in self.left_behind.items()},
            "stopped": self.stopped,
        }

    def sentences(self) -> list[str]:
        """The report as people read it, one line each."""
        lines = [
            f"{self.read:,} rows read: {self.added:,} added, {self.changed:,} changed, "
            f"{self.unchanged:,} unchanged, {self.rejected:,} rejected"
        ]
        lines += [f"{name}: known as {title}" for name, title in self.formats.items()]
        lines += [f"  made {count:,} {what}" for what, count in self.made.items() if count]
        lines += [f"  rejected {count:,}: {reason}" for reason, count in self.reasons.most_common()]
        lines += [f"  {count:,} {what}" for what, count in sorted(self.remarks.items()) if count]
        lines += [
            f"  columns left behind in {name}: {', '.join(left)}" for name, left in self.left_behind.items() if left
        ]
        if self.stopped:
            lines.append("Stopped: what was read until then is in, whole; run it again to go on")
        return lines


class Teller:
    """Tells progress at a bearable pace, and asks whether to stop."""

    def __init__(
        self, progress: Callable[[Progress], None] | None, cancel: Callable[[], bool] | None, total_bytes: int
    ) -> None:
        self._progress, self._cancel, self._total = progress, cancel, total_bytes
        self._before = 0
        self._what, self._from = "", 0
        self._started = self._told = time.monotonic()

    def next_file(self, table: Table) -> None:
        """A file is done; the next one's bytes come on top."""
        self._before += table.total_bytes

    def tell(self, what: str, table: Table) -> None:
        """Say how far it is. Raises KeyboardInterrupt when somebody asked to stop."""
        if self._cancel is not None and self._cancel():
            raise KeyboardInterrupt
        now = time.monotonic()
        if what != self._what:
            # Looking a file through is far quicker than bringing it in: each says its own time.
            self._what, self._from, self._started = what, min(self._total, self._before + table.done_bytes), now
        if self._progress is None or now - self._told < _BETWEEN_TELLINGS:
            return
        self._told = now
        done = min(self._total, self._before + table.done_bytes)
        share = (done - self._from) / max(1, self._total - self._from)
        left = (now - self._started) * (1 - share) / share if share > 0.01 else None
        self._progress(Progress(what, done, self._total, left))


class Rejects:
    """The refused rows as a file of their own: the columns they came with, and where and why at the end of each row.

    It can be mended and imported in place of the original. A further file with other columns gets a file beside it.
    Raises BadInput when it is one of the files that are read, or cannot be written.
    """

    def __init__(self, path: Path | None, read: Iterable[Path] = ()) -> None:
        if path is not None:
            _check_place(path, read)
        self._path = path
        self._file: IO[str] | None = None
        self._written: list[tuple[str, ...]] = []
        self._table: Table | None = None

    def of(self, table: Table) -> None:
        """The rows that follow come from this table."""
        self._table = table

    def write(self, rows: Iterable[tuple[int, Sequence[str]]], reason: str) -> None:
        """Add rows that were refused."""
        if self._path is None or self._table is None:
            return
        writer = csv.writer(self._open(self._table), delimiter=self._table.delimiter, lineterminator="\n")
        for line, cells in rows:
            writer.writerow([*(defused(cell) for cell in cells), line, reason])

    def close(self) -> None:
        """Finish the file; one without refusals is written as well, with nothing but its header."""
        if self._path is not None and self._table is not None:
            self._open(self._table).close()

    def _open(self, table: Table) -> IO[str]:
        assert self._path is not None
        if self._file is not None and self._written and self._written[-1] == table.header:
            return self._file
        if self._file is not None:
            self._file.close()
        path = self._path
        if self._written:
            path = path.with_name(f"{path.stem}-{len(self._written) + 1}{path.suffix}")
        self._file = _opened(path, "w")
        self._written.append(table.header)
        self._file.write("\n" * table.layout.skip)
        if table.header:
            writer = csv.writer(self._file, delimiter=table.delimiter, lineterminator="\n")
            writer.writerow([*table.header, "rejected_row", "rejected_because"])
        return self._file


def _check_place(path: Path, read: Iterable[Path]) -> None:
    """Said before the first row comes in: later there would be nowhere to put the refused ones."""
    if path.exists() and any(one.exists() and path.samefile(one) for one in read):
        raise BadInput(f"The rejects cannot go to {path}: it is the file they come from")
    is_new = not path.exists()
    _opened(path, "a").close()
    if is_new:
        path.unlink()


def _opened(path: Path, mode: Literal["a", "w"]) -> IO[str]:
    try:
        return path.open(mode, encoding="utf-8", newline="")
    except OSError as error:
        raise BadInput(f"The rejects cannot be written to {path}: {error.strerror}") from error


class Books:
    """Where an import writes down what it does: the report, the row-level account, the rejects."""

    def __init__(self, report: Report, account: Callable[[Account], None] | None, rejects: Rejects) -> None:
        self.report = report
        self._account = account
        self._rejects = rejects
        self._file = ""

    def open_file(self, table: Table) -> None:
        """What follows is about this file."""
        self._file = table.name
        self._rejects.of(table)

    def row(
        self,
        row: int,
        verdict: Verdict,
        subject: str,
        changes: Mapping[str, tuple[object, object]] | None = None,
        rows: int = 1,
    ) -> None:
        """A row, or the `rows` of one sale, was added, changed, or is as it was."""
        report = self.report
        if verdict == "added":
            report.added += rows
        elif verdict == "changed":
            report.changed += rows
        else:
            report.unchanged += rows
        if self._account is not None:
            self._account(Account(self._file, row, verdict, subject, changes or {}))

    def refuse(self, rows: Sequence[tuple[int, Sequence[str]]], refused: Refused) -> None:
        """Rows that do not come in."""
        self.report.rejected += len(rows)
        self.report.reasons[refused.reason] += len(rows)
        sentence = refused.sentence()
        self._rejects.write(rows, sentence)
        if self._account is not None:
            for line, _ in rows:
                self._account(Account(self._file, line, "rejected", "", {}, sentence))

    def unreadable(self, line: int, cells: list[str], why: str) -> None:
        """A row that is none."""
        self.report.read += 1
        self.refuse([(line, cells)], Refused(why))
