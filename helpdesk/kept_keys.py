"""The secret key that a desk made for itself, and the ones before it: files of the data folder."""

from __future__ import annotations

import os
import secrets
import tempfile
from pathlib import Path


def kept(folder: Path) -> bytes:
    """The key of ``folder``, made once."""
    path = folder / "secret_key"
    folder.mkdir(parents=True, exist_ok=True)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_bytes()
    with os.fdopen(handle, "wb") as file:
        file.write(secrets.token_hex(32).encode())
    return path.read_bytes()


def former(folder: Path) -> tuple[bytes, ...]:
    """The keys before it, newest first."""
    try:
        return tuple((folder / "secret_key_old").read_bytes().split())
    except FileNotFoundError:
        return ()


def replace(folder: Path, new: bytes | None = None) -> None:
    """Take a new key; the one before joins the former ones first, so that none is ever lost."""
    known = (kept(folder), *former(folder))
    _write(folder / "secret_key_old", b"\n".join(dict.fromkeys(known)) + b"\n")
    _write(folder / "secret_key", new or secrets.token_hex(32).encode())


def remember(folder: Path, keys: tuple[bytes, ...]) -> None:
    """Add ``keys`` to the former ones."""
    known = (*former(folder), *keys)
    if known:
        _write(folder / "secret_key_old", b"\n".join(dict.fromkeys(known)) + b"\n")


def _write(path: Path, data: bytes) -> None:
    handle, name = tempfile.mkstemp(dir=path.parent, prefix="new-key-")  # for us alone: 0600
    with os.fdopen(handle, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    Path(name).replace(path)
