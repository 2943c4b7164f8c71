"""The archive: written member by member with their checksums, and read only when all are right."""

from __future__ import annotations

import hashlib
import io
import json
import os
import re
import tarfile
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any

from helpdesk.models import NotPossible

FORMAT = 1
MANIFEST = "manifest.json"
MAX_MANIFEST = 200_000_000  # bytes
BLOCK = 1 << 20
DATABASE = r"database\.(sqlite|pgdump)"
NAMES = re.compile(DATABASE + r"|files/[0-9a-f]{2}/[0-9a-f]{64}|keys/secret_key(_old)?")


@dataclass(frozen=True, slots=True)
class Member:
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    format: int
    made_at: str
    database: str  # sqlite, postgresql
    schema: str  # the revision
    key: str  # the fingerprint of the key that sealed its secrets
    members: dict[str, Member]


class Writer:
    """An archive in the making."""

    def __init__(self, tar: tarfile.TarFile) -> None:
        self._tar = tar
        self._members: dict[str, Member] = {}

    def add(self, name: str, path: Path) -> None:
        """Put the bytes of ``path`` in as they are now. Raises FileNotFoundError."""
        with path.open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            reader = _Hashing(file)
            self._tar.addfile(_info(name, size), reader)
        self._members[name] = Member(size, reader.digest())

    def finish(self, **facts: Any) -> Manifest:
        manifest = Manifest(format=FORMAT, members=self._members, **facts)
        data = json.dumps(asdict(manifest), indent=1).encode()
        self._tar.addfile(_info(MANIFEST, len(data)), io.BytesIO(data))
        return manifest


class _Hashing:
    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._hash = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        data = self._file.read(size)
        self._hash.update(data)
        return data

    def digest(self) -> str:
        return self._hash.hexdigest()


def _info(name: str, size: int) -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.size, info.mode, info.mtime = size, 0o600, int(time.time())
    return info


@contextmanager
def writing(path: Path) -> Iterator[Writer]:
    """A new archive at ``path``, readable by this account alone; it appears when it is whole."""
    if path.exists():
        raise NotPossible("%(path)s is there already.", path=path)
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    try:
        with os.fdopen(handle, "wb") as file:
            with tarfile.open(fileobj=file, mode="w", format=tarfile.PAX_FORMAT) as tar:
                yield Writer(tar)
            file.flush()
            os.fsync(file.fileno())
        Path(name).rename(path)
    finally:
        Path(name).unlink(missing_ok=True)


def verified(path: Path) -> Manifest:
    """The manifest, once every checksum has been compared. Raises ``NotPossible``."""
    try:
        with tarfile.open(path, "r:") as tar:
            found, manifest = _contents(tar)
    except (tarfile.TarError, EOFError, ValueError, KeyError, TypeError) as fault:
        raise NotPossible("%(path)s is no backup: %(why)s", path=path, why=fault) from None
    if manifest is None:
        raise NotPossible("%(path)s is no whole backup: it has no manifest.", path=path)
    if manifest.format > FORMAT:
        raise NotPossible("This backup was made by a newer helpdesk. Upgrade this one first.")
    for name in sorted(found.keys() | manifest.members.keys()):
        if found.get(name) != manifest.members.get(name):
            raise NotPossible(
                "The backup is damaged: %(name)s is not what the manifest says. Nothing was "
                "restored.",
                name=name,
            )
    return manifest


def _contents(tar: tarfile.TarFile) -> tuple[dict[str, Member], Manifest | None]:
    found: dict[str, Member] = {}
    manifest = None
    for info in tar:
        file = tar.extractfile(info) if info.isfile() else None
        if file is None:
            raise ValueError(f"{info.name} is no plain file")
        if info.name == MANIFEST:
            manifest = _manifest(file.read(MAX_MANIFEST))
        elif not NAMES.fullmatch(info.name) or info.name in found:
            raise ValueError(f"{info.name} does not belong here")
        else:
            reader = _Hashing(file)
            while reader.read(BLOCK):
                pass
            found[info.name] = Member(info.size, reader.digest())
    return found, manifest


def _manifest(data: bytes) -> Manifest:
    raw = json.loads(data)
    raw["members"] = {name: Member(**member) for name, member in raw["members"].items()}
    return Manifest(**raw)


def extract(path: Path, name: str, target: Path) -> None:
    """Write one member to ``target``, durably and for this account alone."""
    with (
        tarfile.open(path, "r:") as tar,
        os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out,
    ):
        file = tar.extractfile(name)
        assert file is not None
        while data := file.read(BLOCK):
            out.write(data)
        out.flush()
        os.fsync(out.fileno())


def files(path: Path) -> Iterator[tuple[str, bytes]]:
    """Every stored file with its hash."""
    with tarfile.open(path, "r:") as tar:
        for info in tar:
            if info.name.startswith("files/"):
                file = tar.extractfile(info)
                assert file is not None
                yield info.name.rpartition("/")[2], file.read()
