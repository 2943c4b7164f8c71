"""Files by the hash of their content: written once, durable before the row that names them."""

from __future__ import annotations

import hashlib
import os
import tempfile
import time
from collections.abc import Container
from pathlib import Path

COLLECT_AFTER = 24 * 3600  # seconds that an unreferenced file is kept


class FileStore:
    """A folder of files named by their SHA-256."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, data: bytes) -> str:
        """Store ``data`` durably (fsync, then rename) and return its SHA-256 in hex."""
        digest = hashlib.sha256(data).hexdigest()
        target = self._path(digest)
        if target.exists():
            os.utime(target)  # young again: the collector must not take it before our commit
            return digest
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=target.parent, prefix="new-")
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
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


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
