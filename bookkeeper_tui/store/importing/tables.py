"""Delimited text files as people have them: plain or gzip, in the usual encodings and delimiters, as a stream."""

import codecs
import csv
import gzip
import hashlib
import io
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, BinaryIO

from bookkeeper_tui.errors import BadInput

DELIMITERS = (",", ";", "\t", "|")
_BLOCK = 1 << 20
_MOST_BLOCKS_A_LINE = 16
_PROTECTED = frozenset("0123456789=+-@")
_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)

Cells = list[str]
Unreadable = Callable[[int, Cells, str], None]


@dataclass(frozen=True, slots=True)
class Layout:
    """What is known beforehand of how a file is written; `skip` lines before the header or first row are left out."""

    delimiter: str | None = None
    header: bool = True
    skip: int = 0


class Table:
    """A delimited file whose header has been read; `rows` may be walked as often as wanted, each time from the file."""

    def __init__(self, path: Path, layout: Layout = Layout()) -> None:
        self.path = path
        self.name = path.name
        self.layout = layout
        self.sha256, self.encoding = _inspect(path)
        self.total_bytes = max(1, path.stat().st_size)
        self.done_bytes = 0
        self.delimiter = layout.delimiter or self._sniff_delimiter()
        first = next(self._records(self._no_header), None)
        if first is None:
            raise BadInput(f"{self.name} is empty")
        cells = first[1]
        self.header = tuple(cell.strip() for cell in cells) if layout.header else ()
        self.width = len(cells)

    def rows(self, unreadable: Unreadable) -> Iterator[tuple[int, Cells]]:
        """Each row with the line of the file on which it starts, cut and padded to the header's width.

        A row that is no CSV, or has more filled cells than the header columns, goes to `unreadable` with the reason.
        """
        records = self._records(unreadable, self.width)
        if self.layout.header:
            next(records, None)
        return records

    def column(self, place: int) -> Iterator[str]:
        """One column of the rows that have it, quickly: for looking a large file through beforehand."""
        with self.path.open("rb") as raw, _text(raw, self.path, self.encoding) as text:
            for _ in range(self.layout.skip):
                text.readline()
            reader = csv.reader(text, delimiter=self.delimiter)
            if self.layout.header:
                next((cells for cells in reader if cells), None)
            while True:
                try:
                    for count, cells in enumerate(reader):
                        if not count & 8191:
                            self.done_bytes = raw.tell()
                        if len(cells) > place:
                            yield cells[place]
                    return
                except csv.Error:
                    continue

    def _records(self, unreadable: Unreadable, width: int | None = None) -> Iterator[tuple[int, Cells]]:
        with self.path.open("rb") as raw, _text(raw, self.path, self.encoding) as text:
            for _ in range(self.layout.skip):
                text.readline()
            before = self.layout.skip + 1
            reader = csv.reader(text, delimiter=self.delimiter)
            started = 0
            while True:
                try:
                    for cells in reader:
                        if len(cells) == width:
                            yield before + started, cells
                        elif cells and (fitted := _fitted(before + started, cells, width, unreadable)):
                            yield before + started, fitted
                        started = reader.line_num
                        if not started & 1023:
                            self.done_bytes = raw.tell()
                    break
                except csv.Error:
                    unreadable(before + started, [], "not a readable row (a quote that is never closed?)")
                    started = reader.line_num
                except (EOFError, zlib.error, gzip.BadGzipFile) as error:
                    raise BadInput(f"{self.name} is damaged: its compressed data breaks off ({error})") from error
        self.done_bytes = self.total_bytes

    def _no_header(self, line: int, cells: Cells, why: str) -> None:
        raise BadInput(f"The first row of {self.name} is {why}")

    def _sniff_delimiter(self) -> str:
        with self.path.open("rb") as raw, _text(raw, self.path, self.encoding) as text:
            for _ in range(self.layout.skip):
                text.readline()
            head = text.readline(65536)
        counts = {mark: len(next(csv.reader([head], delimiter=mark), [])) for mark in DELIMITERS}
        return max(DELIMITERS, key=lambda mark: counts[mark])


def bare(cell: str) -> str:
    """A cell without the blanks around it, and without the apostrophe that protects a number from spreadsheets."""
    cell = cell.strip()
    return cell[1:] if cell[:1] == "'" and cell[1:2] in _PROTECTED else cell


def defused(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula; `bare` undoes it."""
    return f"'{cell}" if cell[:1] in ("=", "+", "-", "@") else cell


def _fitted(line: int, cells: Cells, width: int | None, unreadable: Unreadable) -> Cells | None:
    if width is None:
        return cells
    if len(cells) > width and any(cell.strip() for cell in cells[width:]):
        unreadable(line, cells, "more cells than the file has columns")
        return None
    return (cells + [""] * width)[:width]


def _inspect(path: Path) -> tuple[str, str]:
    """The file's SHA-256 and its encoding: a byte-order mark says it, else UTF-8 if all of it is, else Windows-1252."""
    digest = hashlib.sha256()
    encoding: str | None = None
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        with path.open("rb") as raw:
            while block := raw.read(_BLOCK):
                digest.update(block)
            raw.seek(0)
            with _bytes(raw, path) as content:
                first, without_end = True, 0
                while block := content.read(_BLOCK):
                    if first:
                        encoding = next((name for mark, name in _BYTE_ORDER_MARKS if block.startswith(mark)), None)
                        first = False
                    if encoding is not None and encoding != "utf-8-sig":
                        break
                    without_end = 0 if b"\n" in block or b"\r" in block else without_end + 1
                    if without_end >= _MOST_BLOCKS_A_LINE:
                        raise BadInput(f"{path.name} has a line of more than {without_end} MB: that is no table")
                    decoder.decode(block)
                decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return digest.hexdigest(), "cp1252"
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise BadInput(f"{path.name} is damaged: its compressed data ends or breaks off ({error})") from error
    except IsADirectoryError as error:
        raise BadInput(f"{path} is a directory, not a file") from error
    except OSError as error:
        raise BadInput(f"{path} cannot be read: {error.strerror or error}") from error
    return digest.hexdigest(), encoding or "utf-8"


def _text(raw: BinaryIO, path: Path, encoding: str) -> IO[str]:
    # A Windows-1252 file has five bytes that mean nothing; they are marked rather than the file refused.
    return io.TextIOWrapper(_bytes(raw, path), encoding=encoding, errors="replace", newline="")


def _bytes(raw: BinaryIO, path: Path) -> BinaryIO:
    magic = raw.read(2)
    raw.seek(0)
    if magic != b"\x1f\x8b":
        return raw
    return gzip.GzipFile(fileobj=raw, mode="rb", filename=str(path))  # type: ignore[return-value]
