"""The secrets of a store, kept outside it and outside its backups: the PIN pepper and the key of the audit chain."""

import hashlib
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from bookkeeper_tui.errors import StoreUnusable

_PEPPER, _AUDIT = "pepper.key", "audit.key"
_BYTES = 32


@dataclass(frozen=True, slots=True, repr=False)
class Keys:
    """`pepper` goes into every PIN hash, `audit` into every hash of the audit chain; `audit_id` names the latter."""

    pepper: bytes
    audit: bytes

    @property
    def audit_id(self) -> str:
        return hashlib.sha256(self.audit).hexdigest()[:8]


def make_keys(directory: Path) -> Keys:
    """Make the keys where there are none yet, readable by their owner alone; keys that exist are kept.

    Raises StoreUnusable when the directory cannot be written.
    """
    try:
        directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        for name in (_PEPPER, _AUDIT):
            _make(directory / name)
    except OSError as error:
        raise StoreUnusable(f"The keys cannot be written to {directory} ({error.strerror})") from error
    return read_keys(directory)


def read_keys(directory: Path) -> Keys:
    """Read the keys. Raises StoreUnusable when the directory or a key is missing or no key."""
    if not directory.is_dir():
        raise StoreUnusable(f"The keys directory {directory} is missing: name it with --keys or restore it")
    return Keys(_read(directory / _PEPPER), _read(directory / _AUDIT))


def _make(path: Path) -> None:
    try:
        file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return
    with os.fdopen(file, "w", encoding="ascii") as text:
        text.write(secrets.token_hex(_BYTES) + "\n")


def _read(path: Path) -> bytes:
    try:
        key = bytes.fromhex(path.read_text(encoding="ascii").strip())
    except FileNotFoundError:
        raise StoreUnusable(f"The key {path} is missing: restore it, the store cannot be used without it") from None
    except (OSError, ValueError) as error:
        raise StoreUnusable(f"The key {path} cannot be read ({error})") from None
    if len(key) != _BYTES:
        raise StoreUnusable(f"The key {path} is cut short: restore it, the store cannot be used without it")
    return key
