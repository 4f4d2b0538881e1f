"""Seals of the audit log: signed lines outside the store that name its newest row, so that a log cut off shows.

They lie in `seals.jsonl` beside the other keys, and in a copy where the settings name a directory. Each seal holds the
hash of the one before, and the log tells of each: a seal that is removed, changed or forged shows as well.
"""

import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from peewee import SqliteDatabase

from bookkeeper_tui.errors import StoreUnusable
from bookkeeper_tui.store.audit import Head, read_any
from bookkeeper_tui.store.audit_walk import NAMED_ONE_BY_ONE, Broken
from bookkeeper_tui.store.desk import Desk

if TYPE_CHECKING:
    from nacl.signing import SigningKey, VerifyKey

FILE, KEY, PUBLIC = "seals.jsonl", "seal.key", "seal.pub"
SEAL, RESTORED = "seal", "restored"
NOTHING_SEALED = ": nothing was sealed"
_SIGNED_AS = b"Bookkeeper seal\n"


@dataclass(frozen=True, slots=True)
class Seal:
    """A seal as it was read: the row that it names and when it was made, in microseconds UTC.

    One of kind "restored" tells that a backup was put back, whose newest row was `kept`: what seals before it name
    above that row is in the log no more.
    """

    number: int
    kind: str
    seq: int
    mac: bytes
    at: int
    kept: int
    before: str
    key: str
    line: str
    signature: bytes

    @property
    def hash(self) -> str:
        """What the next seal and the log's own row name it by."""
        return _hash(self.line)


class BrokenSeal(NamedTuple):
    """A seal that is missing or not what it was, and why."""

    number: int
    why: str


@dataclass(frozen=True, slots=True)
class Checked:
    """All seals there are, those that are wrong, and rows of the log that are not those which the seals name.

    `newest` is the newest seal that names a row which is still so; `explained` are how many stand for what the log was
    before a backup was put back.
    """

    seals: tuple[Seal, ...]
    broken: tuple[BrokenSeal, ...]
    rows: tuple[Broken, ...]
    newest: Seal | None
    explained: int


def make(desk: Desk) -> Seal:
    """Seals the log as it stands now, and says so in the log.

    Raises StoreUnusable when the seal, or its copy, cannot be written.
    """
    desk.require("audit.sealed")
    directory = desk.store.keys_directory
    key = _signing_key(directory, desk.database)
    with desk.change("audit.sealed") as change:
        lines = _finished_lines(directory / FILE)
        known = [seal for line in lines if (seal := _read(line)) is not None]
        told = max((number for number, *_ in _told(change.database)), default=0)
        number = max([told, len(lines), *(seal.number for seal in known)]) + 1
        head = Head(*desk.store.engine.audit_head())
        kept = _restored_to(change.database) if known else 0
        seal = _signed(key, number, head, change.at, kept, _hash(lines[-1]) if lines else "")
        _add(directory / FILE, [seal.line])
        change.note(number=number, seq=head.seq, key=seal.key, hash=seal.hash)
    _copy(desk, [*lines, seal.line])
    return seal


def record_restore(desk: Desk) -> None:
    """After a backup was put back: a signed line says so, where there are seals that the log may not reach any more."""
    desk.require("audit.sealed")
    if (desk.store.keys_directory / FILE).exists():
        make(desk)


def check(desk: Desk) -> Checked:
    """Reads every seal and compares it with the log and with its neighbours; for those who may verify the log."""
    database = desk.require("audit.verified")
    # In this order: a seal that is made meanwhile is in the file before the log tells of it.
    told = list(_told(database))
    lines = _lines(desk.store.keys_directory / FILE)
    wrong: dict[int, str] = {}
    seals = tuple(_sound(lines, desk.store.keys_directory, wrong))
    _are_as_told(told, lines, wrong)
    _follow_one_another(lines, wrong)
    _are_as_copied(desk, lines, wrong)
    rows, newest, explained = _compared(database, seals, {hashed for _, _, hashed in told})
    broken = tuple(BrokenSeal(number, wrong[number]) for number in sorted(wrong))
    return Checked(seals, broken, tuple(rows), newest, explained)


def _sound(lines: list[str], directory: Path, wrong: dict[int, str]) -> Iterator[Seal]:
    """The seals whose signature is right."""
    if not lines:
        return
    public = _public_key(directory)
    if public is None:
        wrong[0] = f"{directory / PUBLIC} is missing or no key: without it the seals cannot be checked"
        return
    from nacl.exceptions import BadSignatureError

    for place, line in enumerate(lines, 1):
        seal = _read(line)
        if seal is None:
            wrong[place] = f"line {place} of {FILE} is no seal"
            continue
        try:
            public.verify(_SIGNED_AS + _signed_text(_plain(seal)), seal.signature)
            yield seal
        except (BadSignatureError, ValueError):
            wrong[seal.number] = f"seal {seal.number} was changed or forged: its signature is not of this shop's key"


def _follow_one_another(lines: list[str], wrong: dict[int, str]) -> None:
    found = {seal.number for line in lines if (seal := _read(line)) is not None}
    number, before = 0, ""
    for line in lines:
        seal = _read(line)
        if seal is not None:
            for missing in range(number + 1, min(seal.number, number + NAMED_ONE_BY_ONE)):
                if missing not in found:
                    wrong.setdefault(missing, f"seal {missing} is missing")
            if seal.number <= number:
                wrong.setdefault(seal.number, f"seal {seal.number} stands behind seal {number}")
            elif seal.before != before and number + 1 == seal.number and number not in wrong:
                wrong.setdefault(seal.number, f"seal {seal.number} does not follow seal {number} as it stands")
            number = max(number, seal.number)
        before = _hash(line)


def _are_as_told(told: list[tuple[int, int, str]], lines: list[str], wrong: dict[int, str]) -> None:
    """Whether the seals are those that the log says were made: a new key for all of them would not do."""
    found = {seal.number: seal.hash for line in lines if (seal := _read(line)) is not None}
    for number, row, hashed in told:
        if number not in found:
            wrong.setdefault(number, f"seal {number} is missing: row {row} tells that it was made")
        elif found[number] != hashed:
            wrong.setdefault(number, f"seal {number} is another than row {row} tells")


def _are_as_copied(desk: Desk, lines: list[str], wrong: dict[int, str]) -> None:
    copy = _place_of_copy(desk)
    if copy is None:
        return
    if not copy.exists():
        if lines:
            wrong.setdefault(0, f"{copy}, the copy of the seals, is missing")
        return
    copied = _lines(copy)
    # The newest may not be copied yet.
    for line in lines[:-1]:
        seal = _read(line)
        if seal is not None and line not in copied:
            wrong.setdefault(seal.number, f"seal {seal.number} is not in {copy}, the copy of the seals")
    for line in copied:
        seal = _read(line)
        if seal is not None and line not in lines:
            wrong.setdefault(seal.number, f"seal {seal.number} is in the copy of the seals alone")


def _compared(
    database: SqliteDatabase, seals: tuple[Seal, ...], told: set[str]
) -> tuple[list[Broken], Seal | None, int]:
    """What of the log is not as the seals say: from the newest back to where a backup was put back, and before it.

    `told` are the hashes of the seals that the log tells of: one that was made after an older backup was put back, and
    before a newer one was, is not among them.
    """
    last = int(database.execute_sql("SELECT COALESCE(MAX(seq), 0) FROM audit").fetchone()[0])
    begun = _begun_after(seals)
    rows: list[Broken] = []
    newest: Seal | None = None
    cut = was_put_back = False
    bound, explained = 1 << 63, 0
    for seal, since in zip(reversed(seals), reversed(begun), strict=True):
        if seal.seq > bound:
            explained += 1
        elif seal.seq > last:
            rows += [] if cut else _cut_off(last + 1, seal)
            cut = True
        elif seal.seq and (found := _mac(database, seal.seq)) != seal.mac:
            if was_put_back and seal.seq > since and seal.hash not in told:
                explained += 1
            else:
                rows.append(_differs(seal, found))
        elif newest is None:
            newest = seal
        if seal.kind == RESTORED:
            bound, was_put_back = min(bound, seal.kept), True
    return rows, newest, explained


def _begun_after(seals: tuple[Seal, ...]) -> list[int]:
    """For each seal the oldest row to which a backup had been put back by then: above it the log had begun anew."""
    return list(accumulate((seal.kept if seal.kind == RESTORED else 1 << 63 for seal in seals), min))


def _differs(seal: Seal, found: bytes | None) -> Broken:
    why = "is missing" if found is None else "is not what it was, or rows up to it were replaced"
    return Broken(seal.seq, f"row {seal.seq} {why}: {_when(seal)} names {'it' if found is None else 'another'}")


def _cut_off(first: int, seal: Seal) -> list[Broken]:
    if seal.seq - first >= NAMED_ONE_BY_ONE:
        return [
            Broken(
                first, f"rows {first} to {seal.seq} were cut off the end: {_when(seal)} names row {seal.seq}", seal.seq
            )
        ]
    return [
        Broken(seq, f"row {seq} was cut off the end: {_when(seal)} names row {seal.seq}")
        for seq in range(first, seal.seq + 1)
    ]


def _when(seal: Seal) -> str:
    return f"seal {seal.number} of {_iso(seal.at)[:16].replace('T', ' ')} UTC"


def _mac(database: SqliteDatabase, seq: int) -> bytes | None:
    row = database.execute_sql("SELECT mac FROM audit WHERE seq = ?", (seq,)).fetchone()
    return None if row is None else bytes(row[0])


def _told(database: SqliteDatabase) -> Iterator[tuple[int, int, str]]:
    """Number, row and hash of each seal that the log says was made."""
    for seq, detail in read_any(database, _TOLD):
        try:
            told = json.loads(detail)
            yield int(told["number"]), seq, str(told["hash"])
        except (ValueError, TypeError, KeyError):
            continue


def _restored_to(database: SqliteDatabase) -> int:
    """The newest row of the backup that was put back since the log last told of a seal, 0 when none was."""
    row = database.execute_sql(_RESTORED).fetchone()
    return int(row[0]) - 1 if row[0] is not None else 0


def _signed(key: "SigningKey", number: int, head: Head, at: int, kept: int, before: str) -> Seal:
    key_id = _key_id(bytes(key.verify_key))
    kind = RESTORED if kept else SEAL
    seal = Seal(number, kind, head.seq, head.mac, at, kept, before, key_id, "", b"")
    signature = key.sign(_SIGNED_AS + _signed_text(_plain(seal))).signature
    line = _signed_text(_plain(seal) | {"signature": signature.hex()}).decode()
    return Seal(number, kind, head.seq, head.mac, at, kept, before, key_id, line, signature)


def _plain(seal: Seal) -> dict[str, Any]:
    return {
        "number": seal.number,
        "kind": seal.kind,
        "seq": seal.seq,
        "mac": seal.mac.hex(),
        "at": _iso(seal.at),
        "kept": seal.kept,
        "before": seal.before,
        "key": seal.key,
    }


def _read(line: str) -> Seal | None:
    try:
        found = json.loads(line)
        at = (datetime.fromisoformat(found["at"]) - _EPOCH) // timedelta(microseconds=1)
        mac, signature = bytes.fromhex(found["mac"]), bytes.fromhex(found["signature"])
        numbers = [found["number"], found["seq"], found["kept"]]
        if not all(type(number) is int and 0 <= number < 1 << 62 for number in numbers):
            return None
        before, key, kind = str(found["before"]), str(found["key"]), str(found["kind"])
        return Seal(numbers[0], kind, numbers[1], mac, at, numbers[2], before, key, line, signature)
    except (ValueError, TypeError, KeyError, OverflowError):
        return None


def _signed_text(values: Mapping[str, Any]) -> bytes:
    return json.dumps(values, separators=(",", ":")).encode()


def _hash(line: str) -> str:
    return hashlib.sha256(line.encode()).hexdigest()


def _iso(at: int) -> str:
    return datetime.fromtimestamp(at // 1_000_000, UTC).replace(microsecond=at % 1_000_000).isoformat()


def _key_id(public: bytes) -> str:
    return hashlib.sha256(public).hexdigest()[:8]


def _signing_key(directory: Path, database: SqliteDatabase) -> "SigningKey":
    from nacl.signing import SigningKey

    path = directory / KEY
    try:
        if not path.exists():
            if (directory / FILE).exists() or next(_told(database), None) is not None:
                raise StoreUnusable(f"The key {path} is missing: restore it, or the seals made with it prove nothing")
            key = SigningKey.generate()
            _write_new(path, bytes(key).hex(), 0o600)
            _write_new(directory / PUBLIC, bytes(key.verify_key).hex(), 0o644)
        return SigningKey(bytes.fromhex(path.read_text(encoding="ascii").strip()))
    except FileExistsError:
        return SigningKey(bytes.fromhex(path.read_text(encoding="ascii").strip()))
    except (OSError, ValueError) as error:
        raise StoreUnusable(f"The key {path} cannot be read or made ({error}): nothing was sealed") from None


def _public_key(directory: Path) -> "VerifyKey | None":
    from nacl.signing import VerifyKey

    try:
        return VerifyKey(bytes.fromhex((directory / PUBLIC).read_text(encoding="ascii").strip()))
    except (OSError, ValueError):
        return None


def _write_new(path: Path, text: str, mode: int) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "w", encoding="ascii") as file:
        file.write(text + "\n")


def _lines(path: Path) -> list[str]:
    try:
        text = path.read_bytes().decode("utf-8", "replace")
    except FileNotFoundError:
        return []
    except OSError as error:
        raise StoreUnusable(f"{path} cannot be read ({error.strerror})") from error
    return [line for line in text.split("\n") if line]


def _finished_lines(path: Path) -> list[str]:
    """The lines that are whole: one that a power cut left without its end is taken off before the next is written."""
    lines = _lines(path)
    if lines and not path.read_bytes().endswith(b"\n"):
        if _read(lines[-1]) is None:
            lines.pop()
        try:
            path.write_text("".join(line + "\n" for line in lines), encoding="utf-8")
        except OSError as error:
            raise StoreUnusable(f"{path} cannot be written ({error.strerror}){NOTHING_SEALED}") from error
    return lines


def _add(path: Path, lines: list[str]) -> None:
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "ab") as file:
            file.write("".join(line + "\n" for line in lines).encode())
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise StoreUnusable(f"{path} cannot be written ({error.strerror}){NOTHING_SEALED}") from error


def _copy(desk: Desk, lines: list[str]) -> None:
    """Bring the copy up to the seals. What only the copy has stays there: it may be all that is left of it."""
    copy = _place_of_copy(desk)
    if copy is None:
        return
    copied = set(_lines(copy))
    try:
        _add(copy, [line for line in lines if line not in copied])
    except StoreUnusable as error:
        why = str(error).removesuffix(NOTHING_SEALED)
        raise StoreUnusable(f"The log is sealed, but the copy of the seals is not written: {why}") from error


def _place_of_copy(desk: Desk) -> Path | None:
    named = desk.store.settings.seals_copy
    return Path(named).expanduser() / FILE if named else None


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TOLD = "SELECT seq, detail FROM audit WHERE action = 'audit.sealed' ORDER BY seq"
_RESTORED = """
SELECT MIN(seq) FROM audit WHERE action = 'store.restored'
AND seq > COALESCE((SELECT MAX(seq) FROM audit WHERE action = 'audit.sealed'), 0)
"""
