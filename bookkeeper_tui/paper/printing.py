"""Sending a page to where a till's printer is: files, a CUPS queue, the network, or through the terminal.

What goes wrong is one sentence. The sale stands, and its receipt can be printed again.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import BinaryIO, cast

from bookkeeper_tui.errors import BadInput, BookkeeperError
from bookkeeper_tui.formats import harmless
from bookkeeper_tui.paper import escpos
from bookkeeper_tui.paper.letters import every_letter, only_ascii
from bookkeeper_tui.paper.page import Page, drawer_page
from bookkeeper_tui.paper.plain import as_text
from bookkeeper_tui.settings import Printer
from bookkeeper_tui.store.desk import Desk

# Media copy: from here the terminal hands everything to its printer, until there.
TO_PRINTER, TO_SCREEN = b"\x1b[5i", b"\x1b[4i"
# The same words in eight bits, which a code page's letters could happen to spell.
ENDS_IN_EIGHT_BITS = re.compile(rb"\x9b[\x00-\x3f]*i")

# What keeps the printer from printing, and how much paper it has.
ASK_STATUS = b"\x10\x04\x02\x10\x04\x04"
STATUS_SECONDS = 0.4
COVER_OPEN, NO_PAPER = 0x04, 0x60


class NotPrinted(BookkeeperError):
    """The printer is away, out of paper or refuses; the page can be sent again."""


@dataclass(frozen=True, slots=True)
class Job:
    """A page on its way: the printer it goes to, and the directory that a printer's `path` is within."""

    page: Page
    printer: Printer
    directory: Path

    @property
    def words(self) -> str:
        """The page as sentences name it."""
        return f"{self.page.kind.capitalize()} {self.page.number}".strip()


def begin(desk: Desk, page: Page, environment: Mapping[str, str] = os.environ) -> Job | None:
    """Logs `paper.printed` and answers the job to send; None where there is nothing to send, such as no drawer.

    Raises BadInput when this terminal has no printer, NotAllowed to those who may not print.
    """
    printer = desk.store.settings.printer_of(desk.terminal)
    unheard = printer.kind == "terminal" and "TMUX" in environment
    if not page.lines:
        return Job(page, printer, desk.store.directory) if _kicks(printer) and not unheard else None
    if printer.kind == "none":
        raise BadInput(f"{desk.terminal} has no printer: settings.toml names one under [printer]")
    if unheard:
        raise BadInput("Under tmux nothing reaches the terminal's printer: sign in without it")
    desk.look(
        "paper.printed",
        subject=page.number,
        customer_id=page.customer_id,
        detail={"kind": page.kind, "where": _where(printer), **({"copy": True} if page.copy else {})},
    )
    return Job(page, printer, desk.store.directory)


def slip_or_drawer(desk: Desk, page: Page, *, cash: bool) -> Page:
    """What to print once money changed hands: the page, the drawer opening for cash; without a printer only that."""
    has_printer = desk.store.settings.printer_of(desk.terminal).kind != "none"
    return replace(page, kick=cash) if has_printer else drawer_page()


def send(job: Job) -> None:
    """Sends a job to a file, a queue or the network, waiting for it; for a thread. Raises NotPrinted."""
    try:
        _WAYS[job.printer.kind](job)
    except OSError as error:
        raise _not_printed(job, _reason(error)) from error


def put_on_paper(desk: Desk, page: Page) -> None:
    """Logs and sends a page here and now, for where no console is. Raises BadInput and NotPrinted."""
    job = begin(desk, page)
    if job is not None and job.printer.kind == "terminal":
        raise BadInput("Only a console prints through its terminal")
    if job is not None:
        send(job)


def no_answer(job: Job) -> NotPrinted:
    """The printer took more than its time."""
    return _not_printed(job, "does not answer")


def through_terminal(job: Job) -> bytes:
    """What a terminal is sent, so that its own printer prints the page: the page whole within media copy."""
    ascii_only = job.printer.letters == "ascii"
    data = _data(job, ascii_only=ascii_only)
    if ENDS_IN_EIGHT_BITS.search(data):
        data = _data(job, ascii_only=True)
    return TO_PRINTER + data + TO_SCREEN


def save(desk: Desk, page: Page, name: str, as_pdf: bool) -> Path:
    """Keeps a page as a PDF or text file of that name in the directory of this terminal's `path`; answers where.

    A file that is there is never overwritten: the new one gets a number. Raises BadInput for a name that names no file.
    """
    printer = desk.store.settings.printer_of(desk.terminal)
    stem = file_name(re.sub(r"(?i)\.(pdf|txt)$", "", name.strip()))
    if not stem:
        raise BadInput("A file needs a name of letters or digits")
    desk.look(
        "paper.printed",
        subject=page.number,
        customer_id=page.customer_id,
        detail={"kind": page.kind, "where": "pdf" if as_pdf else "text"},
        personal={"file": stem},
    )
    if as_pdf:
        from bookkeeper_tui.paper.pdf import page_pdf

        data = page_pdf(page, printer.columns)
    else:
        data = as_text(page, printer.columns).encode("utf-8")
    try:
        return _keep(desk.store.directory / printer.path, stem, ".pdf" if as_pdf else ".txt", data)
    except OSError as error:
        raise NotPrinted(f"“{stem}” cannot be written: {_reason(error)}") from error


def keep(desk: Desk, stem: str, suffix: str, data: bytes) -> Path:
    """Keeps a file where this terminal's paper goes, under a name that `file_name` made; a number avoids another.

    Raises NotPrinted when it cannot be written. Whoever calls has written it to the audit log.
    """
    try:
        return _keep(desk.store.directory / desk.store.settings.printer_of(desk.terminal).path, stem, suffix, data)
    except OSError as error:
        raise NotPrinted(f"“{stem}” cannot be written: {_reason(error)}") from error


@dataclass(slots=True)
class Kept:
    """A file that is being written; `path` is where it is once it is whole."""

    file: BinaryIO
    path: Path


@contextmanager
def keeping(desk: Desk, stem: str, suffix: str) -> Iterator[Kept]:
    """A file to write where this terminal's paper goes; it gets its name, or one with a number, once it is whole.

    Whatever is raised inside leaves nothing behind. Raises NotPrinted when it cannot be written. Whoever calls has
    written it to the audit log.
    """
    directory = desk.store.directory / desk.store.settings.printer_of(desk.terminal).path
    try:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        with NamedTemporaryFile(dir=directory, prefix=f".{stem}-", suffix=".part") as file:
            kept = Kept(cast(BinaryIO, file), directory)
            yield kept
            file.flush()
            kept.path = _given_a_name(Path(file.name), directory, stem, suffix)
    except OSError as error:
        raise NotPrinted(f"“{stem}” cannot be written: {_reason(error)}") from error


def file_name(words: str) -> str:
    """Words as the name of a file: letters, digits, dashes and points within, and nothing that leads elsewhere."""
    return re.sub(r"[^A-Za-z0-9._-]+", "-", words).strip(".-")[:80]


def _to_file(job: Job) -> None:
    name = file_name(f"{job.page.kind}-{job.page.number}{'-copy' if job.page.copy else ''}")
    _keep(job.directory / job.printer.path, name, ".txt", _text(job).encode("utf-8"))


def _given_a_name(whole: Path, directory: Path, stem: str, suffix: str) -> Path:
    number = 1
    while True:
        path = directory / f"{stem}{f'-{number}' if number > 1 else ''}{suffix}"
        try:
            os.link(whole, path)
            return path
        except FileExistsError:
            number += 1


def _keep(directory: Path, stem: str, suffix: str, data: bytes) -> Path:
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    number = 1
    while True:
        path = directory / f"{stem}{f'-{number}' if number > 1 else ''}{suffix}"
        try:
            with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(data)
            return path
        except FileExistsError:
            number += 1


def _to_cups(job: Job) -> None:
    import subprocess

    printer = job.printer
    queue = ["-d", printer.queue] if printer.queue else []
    raw = ["-o", "raw"] if _speaks_escpos(printer) else []
    command = ["lp", *queue, "-t", file_name(f"{job.page.kind}-{job.page.number}"), *raw]
    try:
        done = subprocess.run(command, input=_data(job), capture_output=True, timeout=printer.seconds, check=False)
    except subprocess.TimeoutExpired:
        raise no_answer(job) from None
    except FileNotFoundError:
        raise _not_printed(job, "cannot be reached, because this server has no lp command") from None
    if done.returncode:
        said = harmless(done.stderr.decode("utf-8", "replace").strip().partition("\n")[0])[:80]
        raise _not_printed(job, f"refuses ({said or f'lp ended with {done.returncode}'})")


def _to_network(job: Job) -> None:
    import socket

    printer = job.printer
    if not printer.host:
        raise _not_printed(job, "has no host in settings.toml")
    with socket.create_connection((printer.host, printer.port), timeout=printer.seconds) as connection:
        if job.page.kick and _kicks(printer):
            # First, so that the drawer opens even where there is no paper.
            connection.sendall(escpos.kick())
        if job.page.lines:
            if _speaks_escpos(printer) and (complaint := _complaint(connection, printer.seconds)):
                raise _not_printed(job, complaint)
            connection.sendall(_data(job, kicking=False))


def _complaint(connection: object, seconds: float) -> str:
    """Why the printer cannot print, as it says itself; empty where it can, or says nothing."""
    import socket

    assert isinstance(connection, socket.socket)
    connection.settimeout(STATUS_SECONDS)
    connection.sendall(ASK_STATUS)
    answer = b""
    try:
        while len(answer) < 2 and (more := connection.recv(2 - len(answer))):
            answer += more
    except TimeoutError:
        return ""
    finally:
        connection.settimeout(seconds)
    if len(answer) < 2 or any(status & 0x93 != 0x12 for status in answer):
        return ""
    if answer[1] & NO_PAPER:
        return "is out of paper"
    return "has its cover open" if answer[0] & COVER_OPEN else ""


def _data(job: Job, *, ascii_only: bool = False, kicking: bool = True) -> bytes:
    """The page in the printer's language; a page wider than its paper goes to a text queue as a PDF."""
    page, printer = job.page, job.printer
    if _speaks_escpos(printer):
        ascii_only = ascii_only or printer.letters == "ascii"
        kicking = kicking and printer.kick
        return escpos.page_bytes(page, printer.columns, ascii_only=ascii_only, kicking=kicking)
    if printer.kind == "cups" and page.columns > printer.columns:
        from bookkeeper_tui.paper.pdf import page_pdf

        return page_pdf(page, printer.columns)
    return _text(job, ascii_only=ascii_only).encode("utf-8")


def _text(job: Job, *, ascii_only: bool = False) -> str:
    plain = ascii_only or job.printer.letters == "ascii"
    return as_text(job.page, job.printer.columns, only_ascii if plain else every_letter)


def _speaks_escpos(printer: Printer) -> bool:
    if printer.kind in ("none", "file"):
        return False
    return printer.language == "escpos" or (printer.language == "auto" and printer.kind != "cups")


def _kicks(printer: Printer) -> bool:
    return printer.kick and _speaks_escpos(printer)


def _where(printer: Printer) -> str:
    more = {"network": f" {printer.host}:{printer.port}", "cups": f" {printer.queue}".rstrip()}
    return printer.kind + more.get(printer.kind, "")


def _not_printed(job: Job, why: str) -> NotPrinted:
    names = {
        "network": f"The printer at {job.printer.host}:{job.printer.port}",
        "cups": f"The queue {job.printer.queue}" if job.printer.queue else "The printer queue",
        "file": f"The directory “{job.printer.path}”",
    }
    what = f"{job.words} was not printed, and can be printed again" if job.page.lines else "the drawer was not opened"
    return NotPrinted(f"{names.get(job.printer.kind, 'The printer')} {why}: {what}")


def _reason(error: OSError) -> str:
    import socket

    if isinstance(error, TimeoutError):
        return "does not answer"
    if isinstance(error, socket.gaierror):
        return "has a name that this server does not know"
    return f"cannot be reached ({harmless(error.strerror or type(error).__name__)})"


_WAYS = {"file": _to_file, "cups": _to_cups, "network": _to_network}
