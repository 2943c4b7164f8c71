"""Files by the hash of their content: written once, durable before the row that names them."""

from __future__ import annotations

import hashlib
import io
import os
import tempfile
import time
from collections.abc import Container
from pathlib import Path
from typing import BinaryIO

COLLECT_AFTER = 24 * 3600  # seconds that an unreferenced file is kept
PART = 1 << 18  # bytes that are copied at once


class FileStore:
    """A folder of files named by their SHA-256."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, data: bytes) -> str:
        """Store ``data`` durably (fsync, then rename) and return its SHA-256 in hex."""
        digest = hashlib.sha256(data).hexdigest()
        if not self._is_known(digest):
            self._take_in(io.BytesIO(data))
        return digest

    def put_file(self, path: Path) -> str:
        """``put`` for the bytes of a file, a part at a time, however many there are."""
        with path.open("rb") as source:
            return self._take_in(source)

    def _is_known(self, digest: str) -> bool:
        target = self._path(digest)
        if is_known := target.exists():
            os.utime(target)  # young again: the collector must not take it before our commit
        return is_known

    def _take_in(self, source: BinaryIO) -> str:
        """Copy and hash in one go: what is named by the hash is what was written."""
        hashed = hashlib.sha256()
        handle, name = tempfile.mkstemp(dir=_made(self._folder / "00"), prefix="new-")
        with os.fdopen(handle, "wb") as copy:
            while part := source.read(PART):
                hashed.update(part)
                copy.write(part)
            copy.flush()
            os.fsync(copy.fileno())
        digest = hashed.hexdigest()
        if self._is_known(digest):
            Path(name).unlink()
        else:
            target = self._path(digest)
            _made(target.parent)
            Path(name).rename(target)
            _sync_folder(target.parent)
        return digest

    def read(self, digest: str) -> bytes:
        """The bytes stored under ``digest``. Raises FileNotFoundError."""
        return self._path(digest).read_bytes()

    def path(self, digest: str) -> Path:
        """Where the file lies, for a server that streams it."""
        return self._path(digest)

    def collect(self, referenced: Container[str], now: float | None = None) -> int:
        """Delete files older than a day that nothing refers to; how many went."""
        limit = (time.time() if now is None else now) - COLLECT_AFTER
        gone = 0
        for path in self._folder.glob("??/*"):
            if path.name not in referenced and path.stat().st_mtime < limit:
                path.unlink(missing_ok=True)
                gone += 1
        return gone

    def _path(self, digest: str) -> Path:
        if len(digest) != 64 or not all(c in "0123456789abcdef" for c in digest):
            raise FileNotFoundError(digest)
        return self._folder / digest[:2] / digest


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
